//! The backend against a real mosquitto.

mod access;
mod basics;
mod conformance;
mod faults;
mod half_settled;
mod restarts;
mod rivals;
mod scripted;
mod sharing;
mod subject;
mod support;
mod unanswered;
