//! Avro of the own schema.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tg_schema_fuzz::avro(data));
