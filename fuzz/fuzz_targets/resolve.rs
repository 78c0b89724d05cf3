//! Avro of any writer's schema.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| tg_schema_fuzz::resolve(data));
