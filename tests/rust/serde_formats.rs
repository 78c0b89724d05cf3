//! The serde bridge: serde_json agrees with our own JSON, and binary formats carry every message.

use crate::definitions::{messages, schema};
use tg_schema_dynamic::{Codec, Random};

#[test]
fn every_format_carries_every_message() {
    let schema = schema();
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        for seed in 1_000..1_040 {
            let value = Random::new(seed).value(schema, id);
            let json = codec.write_json(&value).unwrap();
            // What our own reader makes of it: an unset sub-record reads as absent, for one.
            let own = (o.json)(&json).unwrap();
            let shown = |r: Result<Vec<u8>, String>| {
                r.map(|b| String::from_utf8_lossy(&b).into_owned())
                    .unwrap_or_else(|e| format!("{}: {e}", o.name))
            };
            let expected = String::from_utf8_lossy(&own).into_owned();
            let by_serde: serde_json::Value =
                serde_json::from_str(&shown((o.serde.json)(&own))).unwrap();
            let by_us: serde_json::Value = serde_json::from_slice(&own).unwrap();
            for (key, value) in by_us.as_object().unwrap() {
                assert_eq!(by_serde.get(key), Some(value), "{}.{key}", o.name);
            }
            assert_eq!(by_serde, by_us, "{}", o.name);
            assert_eq!(shown((o.serde.json_value)(&own)), expected, "{}", o.name);
            assert_eq!(shown((o.serde.postcard)(&own)), expected, "{}", o.name);
            assert_eq!(shown((o.serde.bincode)(&own)), expected, "{}", o.name);
        }
    }
}
