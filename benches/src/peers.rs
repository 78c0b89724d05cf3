//! The shapes as users of other libraries would write them.
//!
//! Twice for serde: binary formats want every field and raw bytes, JSON wants absent fields left out and
//! base64. A single struct for both would make one of them slower.

mod base64;
pub mod logical;
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

pub mod uniform;

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
    Maps { labels: Map<String>, series: Map<Vec<i64>> }
    Ints { small: Vec<i32>, large: Vec<i64> }
    Floats { values: Vec<f32> }
    Unicode { title: String, lines: Vec<String> }
    Leaf { name: String, weight: f64, rank: i32 }
    Twig { name: String, left: Leaf, right: Leaf }
    Branch { name: String, left: Twig, right: Twig }
    Bough { name: String, left: Branch, right: Branch }
    Nested { name: String, left: Bough, right: Bough }
    Blob {
        name: String,
        #[avro(with = "serde_bytes")] #[json(with = "base64")] content: Vec<u8>,
    }
    Wide {
        s00: String,
        l01: i64,
        f02: f32,
        d03: f64,
        b04: bool,
        i05: i32,
        l06: i64,
        f07: f32,
        s08: String,
        b09: bool,
        i10: i32,
        l11: i64,
        f12: f32,
        d13: f64,
        b14: bool,
        i15: i32,
        s16: String,
        f17: f32,
        d18: f64,
        b19: bool,
        i20: i32,
        l21: i64,
        f22: f32,
        d23: f64,
        s24: String,
        i25: i32,
        l26: i64,
        f27: f32,
        d28: f64,
        b29: bool,
        i30: i32,
        l31: i64,
        s32: String,
        d33: f64,
        b34: bool,
        i35: i32,
        l36: i64,
        f37: f32,
        d38: f64,
        b39: bool,
    }
    Optionals {
        #[json(default, skip_serializing_if = "Option::is_none")] o00: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] o01: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] o02: Option<i64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o03: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o04: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] o05: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] o06: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] o07: Option<i64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o08: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o09: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] o10: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] o11: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] o12: Option<i64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o13: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o14: Option<bool>,
        #[json(default, skip_serializing_if = "Option::is_none")] o15: Option<String>,
        #[json(default, skip_serializing_if = "Option::is_none")] o16: Option<i32>,
        #[json(default, skip_serializing_if = "Option::is_none")] o17: Option<i64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o18: Option<f64>,
        #[json(default, skip_serializing_if = "Option::is_none")] o19: Option<bool>,
    }
}

fn three() -> i32 {
    3
}
