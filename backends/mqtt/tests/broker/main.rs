//! The backend against a real mosquitto.

mod basics;
mod support;
