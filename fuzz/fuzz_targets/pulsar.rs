//! Frames and entries of Pulsar's protocol.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tg_pubsub_pulsar::fuzzing::read(data));
