//! The backend against a real mosquitto.

mod basics;
mod conformance;
mod faults;
mod sharing;
mod support;
