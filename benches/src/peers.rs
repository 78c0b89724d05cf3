//! The shapes as users of other libraries would write them.
//!
//! Twice for serde: binary formats want every field and raw bytes, JSON wants absent fields left out and
//! base64. A single struct for both would make one of them slower.

mod base64;
pub mod proto;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What all peers by serde need.
pub trait Peer: Serialize + DeserializeOwned + PartialEq + Debug + 'static {}

impl<T: Serialize + DeserializeOwned + PartialEq + Debug + 'static> Peer for T {}

type Map<T> = BTreeMap<String, T>;

macro_rules! peers {
    ($($record:ident { $(
        $(#[avro($($avro:tt)*)])? $(#[json($($json:tt)*)])? $field:ident: $type:ty
    ),+ $(,)? })+) => {
        /// For Avro: every field, raw bytes.
        pub mod avro {
            use super::*;
            $(
                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
                pub struct $record { $($(#[serde($($avro)*)])? pub $field: $type),+ }
            )+
        }
        /// For JSON: absent where there is nothing, base64.
        pub mod json {
            use super::*;
            $(
                #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
                pub struct $record { $($(#[serde($($json)*)])? pub $field: $type),+ }
            )+
        }
    };
}

peers! {
    Value { value: String, is_uri: bool, r#type: String }
    Triple { s: Value, p: Value, o: Value }
    Metadata { id: String, user: String, collection: String, metadata: Vec<Triple> }
    Triples { metadata: Metadata, triples: Vec<Triple> }
    ChunkEmbeddings {
        #[avro(with = "serde_bytes")] #[json(with = "base64")] chunk: Vec<u8>,
        vectors: Vec<Vec<f64>>,
    }
    DocumentEmbeddings { metadata: Metadata, chunks: Vec<ChunkEmbeddings> }
    ConfigKey { r#type: String, key: String }
    ConfigValue { r#type: String, key: String, value: String }
    ConfigRequest {
        operation: String,
        #[json(default, skip_serializing_if = "Option::is_none")] r#type: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] keys: Option<Vec<ConfigKey>>,
        #[json(default, skip_serializing_if = "Option::is_none")] values: Option<Vec<ConfigValue>>,
        #[json(default, skip_serializing_if = "Option::is_none")] config: Option<Map<String>>,
        #[json(default, skip_serializing_if = "Option::is_none")] key: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] value: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] version: Option<i64>,
    }
    TextCompletionRequest {
        system: String,
        prompt: String,
        streaming: bool,
        #[json(default, skip_serializing_if = "Option::is_none")] metadata: Option<Map<String>>,
    }
    Item {
        id: String,
        count: i64,
        score: f64,
        flag: bool,
        name: String,
        tags: Vec<String>,
        #[avro(default)] #[json(default, skip_serializing_if = "Option::is_none")] note: Option<String>,
        #[avro(default = "three")] #[json(default = "three")] level: i32,
    }
    Batch { source: String, items: Vec<Item> }
}

fn three() -> i32 {
    3
}
