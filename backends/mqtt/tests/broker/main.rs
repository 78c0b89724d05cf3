//! The backend against a real mosquitto.

mod access;
mod basics;
mod conformance;
mod faults;
mod restarts;
mod sharing;
mod support;
