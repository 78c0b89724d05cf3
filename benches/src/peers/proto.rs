//! Protocol buffers, with prost: what prost-build writes for the equivalent `.proto` files.

use std::collections::BTreeMap;

use prost::Message;

use crate::messages::{knowledge as k, services as s};

#[derive(Clone, PartialEq, Message)]
pub struct Value {
    #[prost(string, tag = "1")]
    pub value: String,
    #[prost(bool, tag = "2")]
    pub is_uri: bool,
    #[prost(string, tag = "3")]
    pub r#type: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Triple {
    #[prost(message, optional, tag = "1")]
    pub s: Option<Value>,
    #[prost(message, optional, tag = "2")]
    pub p: Option<Value>,
    #[prost(message, optional, tag = "3")]
    pub o: Option<Value>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Metadata {
    #[prost(string, tag = "1")]
    pub id: String,
    #[prost(string, tag = "2")]
    pub user: String,
    #[prost(string, tag = "3")]
    pub collection: String,
    #[prost(message, repeated, tag = "4")]
    pub metadata: Vec<Triple>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Triples {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<Metadata>,
    #[prost(message, repeated, tag = "2")]
    pub triples: Vec<Triple>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Vector {
    #[prost(double, repeated, tag = "1")]
    pub values: Vec<f64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ChunkEmbeddings {
    #[prost(bytes = "vec", tag = "1")]
    pub chunk: Vec<u8>,
    #[prost(message, repeated, tag = "2")]
    pub vectors: Vec<Vector>,
}

#[derive(Clone, PartialEq, Message)]
pub struct DocumentEmbeddings {
    #[prost(message, optional, tag = "1")]
    pub metadata: Option<Metadata>,
    #[prost(message, repeated, tag = "2")]
    pub chunks: Vec<ChunkEmbeddings>,
}

#[derive(Clone, PartialEq, Message)]
pub struct ConfigKey {
    #[prost(string, tag = "1")]
    pub r#type: String,
    #[prost(string, tag = "2")]
    pub key: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct ConfigValue {
    #[prost(string, tag = "1")]
    pub r#type: String,
    #[prost(string, tag = "2")]
    pub key: String,
    #[prost(string, tag = "3")]
    pub value: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct ConfigRequest {
    #[prost(string, tag = "1")]
    pub operation: String,
    #[prost(string, optional, tag = "2")]
    pub r#type: Option<String>,
    #[prost(message, repeated, tag = "3")]
    pub keys: Vec<ConfigKey>,
    #[prost(message, repeated, tag = "4")]
    pub values: Vec<ConfigValue>,
    #[prost(btree_map = "string, string", tag = "5")]
    pub config: BTreeMap<String, String>,
    #[prost(string, optional, tag = "6")]
    pub key: Option<String>,
    #[prost(string, optional, tag = "7")]
    pub value: Option<String>,
    #[prost(int64, optional, tag = "8")]
    pub version: Option<i64>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TextCompletionRequest {
    #[prost(string, tag = "1")]
    pub system: String,
    #[prost(string, tag = "2")]
    pub prompt: String,
    #[prost(bool, tag = "3")]
    pub streaming: bool,
    #[prost(btree_map = "string, string", tag = "4")]
    pub metadata: BTreeMap<String, String>,
}

impl From<&k::Value> for Value {
    fn from(v: &k::Value) -> Self {
        Value {
            value: v.value.clone(),
            is_uri: v.is_uri,
            r#type: v.r#type.clone(),
        }
    }
}

impl From<&k::Triple> for Triple {
    fn from(v: &k::Triple) -> Self {
        Triple {
            s: Some((&v.s).into()),
            p: Some((&v.p).into()),
            o: Some((&v.o).into()),
        }
    }
}

impl From<&k::Metadata> for Metadata {
    fn from(v: &k::Metadata) -> Self {
        Metadata {
            id: v.id.clone(),
            user: v.user.clone(),
            collection: v.collection.clone(),
            metadata: v.metadata.iter().map(Into::into).collect(),
        }
    }
}

impl From<&k::Triples> for Triples {
    fn from(v: &k::Triples) -> Self {
        Triples {
            metadata: Some((&v.metadata).into()),
            triples: v.triples.iter().map(Into::into).collect(),
        }
    }
}

impl From<&k::DocumentEmbeddings> for DocumentEmbeddings {
    fn from(v: &k::DocumentEmbeddings) -> Self {
        let vector = |values: &Vec<f64>| Vector {
            values: values.clone(),
        };
        let chunk = |c: &k::ChunkEmbeddings| ChunkEmbeddings {
            chunk: c.chunk.clone(),
            vectors: c.vectors.iter().map(vector).collect(),
        };
        DocumentEmbeddings {
            metadata: Some((&v.metadata).into()),
            chunks: v.chunks.iter().map(chunk).collect(),
        }
    }
}

impl From<&s::ConfigRequest> for ConfigRequest {
    fn from(v: &s::ConfigRequest) -> Self {
        let key = |k: &s::ConfigKey| ConfigKey {
            r#type: k.r#type.clone(),
            key: k.key.clone(),
        };
        let value = |v: &s::ConfigValue| ConfigValue {
            r#type: v.r#type.clone(),
            key: v.key.clone(),
            value: v.value.clone(),
        };
        ConfigRequest {
            operation: v.operation.clone(),
            r#type: v.r#type.clone(),
            keys: v.keys.iter().flatten().map(key).collect(),
            values: v.values.iter().flatten().map(value).collect(),
            config: v.config.clone().unwrap_or_default(),
            key: v.key.clone(),
            value: v.value.clone(),
            version: v.version,
        }
    }
}

impl From<&s::TextCompletionRequest> for TextCompletionRequest {
    fn from(v: &s::TextCompletionRequest) -> Self {
        TextCompletionRequest {
            system: v.system.clone(),
            prompt: v.prompt.clone(),
            streaming: v.streaming,
            metadata: v.metadata.clone().unwrap_or_default(),
        }
    }
}
