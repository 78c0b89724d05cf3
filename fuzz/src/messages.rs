//! A type with every shape that a message can have.

use std::collections::{BTreeMap, HashMap};

use tg_schema::{Date, Decimal, Time, Timestamp, Uuid, tg_schema};

/// An enum with a default.
#[tg_schema(namespace = "fuzz")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mood {
    /// The default.
    #[tg(default)]
    Calm,
    /// Another.
    Wild,
}

/// An enum that keeps what it does not know.
#[tg_schema(namespace = "fuzz")]
#[derive(Clone, Debug, PartialEq)]
pub enum Colour {
    /// Known.
    Red,
    /// Unknown.
    #[tg(unknown)]
    Other(String),
}

/// Nothing: its items take no bytes.
#[tg_schema(namespace = "fuzz")]
#[derive(Clone, Debug, PartialEq)]
pub struct Empty {}

/// Every shape.
#[tg_schema(namespace = "fuzz")]
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names of the fields say their types")]
pub struct Shapes {
    pub text: String,
    pub flag: bool,
    pub int: i32,
    pub long: i64,
    pub float: f32,
    pub double: f64,
    pub bytes: Vec<u8>,
    #[tg(encoding = "utf8")]
    pub utf8: Vec<u8>,
    pub texts: Vec<String>,
    pub doubles: Vec<f64>,
    pub floats: Vec<f32>,
    pub map: BTreeMap<String, Vec<f64>>,
    pub hash: HashMap<String, Option<String>>,
    pub nested: Vec<BTreeMap<String, Option<i64>>>,
    pub date: Option<Date>,
    pub time: Option<Time>,
    pub millis: Option<Timestamp>,
    #[tg(type = "timestamp_us")]
    pub micros: Option<Timestamp>,
    pub uuid: Option<Uuid>,
    #[tg(type = "decimal(10,2)")]
    pub decimal: Option<Decimal>,
    #[tg(default = "Calm")]
    pub mood: Mood,
    pub colours: Vec<Colour>,
    pub empties: Vec<Empty>,
    #[tg(default = [1, -2], nullable)]
    pub stops: Vec<i64>,
    pub inner: Option<Box<Shapes>>,
    pub more: Vec<Shapes>,
}
