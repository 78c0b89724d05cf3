//! The backend against a real mosquitto.

mod basics;
mod faults;
mod sharing;
mod support;
