//! The backend against a real Pulsar.

mod access;
mod basics;
mod batches;
mod conformance;
mod creation;
mod faults;
mod hostile;
mod interop;
mod partitions;
mod peer;
mod producers;
mod raw;
mod restarts;
mod sharing;
mod subject;
mod support;
