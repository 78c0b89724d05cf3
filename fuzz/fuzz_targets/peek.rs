//! Single fields of Avro.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tg_schema_fuzz::peek(data));
