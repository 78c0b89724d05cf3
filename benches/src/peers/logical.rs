//! Enums and logical types. The peers are spared the logical types: in Avro they get the numbers and bytes
//! beneath them, in JSON the text.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Debug,
    Info,
    Warning,
    Error,
}

pub mod avro {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Event {
        pub id: String,
        pub level: Level,
        pub day: i32,
        pub at: i64,
        pub seen: i64,
        #[serde(with = "serde_bytes")]
        pub price: Vec<u8>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Events {
        pub events: Vec<Event>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Entry {
        pub booked: i32,
        pub clock: i32,
        pub sent: Option<i64>,
        #[serde(with = "serde_bytes")]
        pub amount: Vec<u8>,
        #[serde(with = "serde_bytes")]
        pub balance: Vec<u8>,
        pub parent: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Ledger {
        pub entries: Vec<Entry>,
    }
}

pub mod json {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Event {
        pub id: String,
        pub level: Level,
        pub day: String,
        pub at: String,
        pub seen: String,
        pub price: String,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Events {
        pub events: Vec<Event>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Entry {
        pub booked: String,
        pub clock: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub sent: Option<String>,
        pub amount: String,
        pub balance: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parent: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Ledger {
        pub entries: Vec<Entry>,
    }
}

/// The schema without its logical types.
pub fn beneath(schema: &str) -> String {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            serde_json::Value::Object(entries) => {
                for key in ["logicalType", "precision", "scale"] {
                    entries.remove(key);
                }
                entries.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    let mut schema = serde_json::from_str(schema).expect("an Avro schema is JSON");
    strip(&mut schema);
    schema.to_string()
}
