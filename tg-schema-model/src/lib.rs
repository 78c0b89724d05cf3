//! What a message schema *is*.
//!
//! The model is plain data: a [`Schema`] holds modules, records, enums and topics, and every other crate
//! turns something into it (definition files, annotated Rust, Python records) or it into something
//! (Rust, Python, Pulsar and Avro schema text). Nothing here reads a file.
//!
//! | module | turns what into what |
//! |---|---|
//! | [`schema`] | the tree itself |
//! | [`value`] | defaults and messages without compiled types: [`Value`] to and from JSON |
//! | [`validate`] | a tree into the list of everything that is wrong with it |
//! | [`diagnostic`] | a problem and its place into text that a person can act on |
//! | [`json`] | JSON text into an ordered tree and back, byte-stable |
//! | [`avro`] | a record into its Avro schema; any Avro schema text into a tree and back |
//! | [`definition`] | a record into the one line that lock files compare |
//! | [`edit`] | a proposed change into another tree |
//! | [`pulsar`] | a record into the text that is registered with Pulsar |
//! | [`fingerprint`] | schema text into CRC-64-AVRO and SHA-256 |
//! | [`topic`] | `q1/tg/flow/name` into its parts and each broker's name for it |
//! | [`logical`] | dates, times, timestamps, UUIDs and decimals |
//! | [`check`] | what a definition accepts of its own changes |
//! | [`rule`] | a kind of finding into its page
//! | [`shown`] | a text of unknown origin into one line, HTML, Markdown |
//! | [`crew`] | a list of work into results in its order, on all cores |
//! | [`name`] | identifiers: what is legal, what collides, what was meant |
#![forbid(unsafe_code)]

pub mod avro;
pub mod check;
pub mod composition;
pub mod crew;
pub mod definition;
pub mod diagnostic;
pub mod edit;
pub mod fingerprint;
pub mod json;
pub mod logical;
pub mod name;
pub mod origin;
pub mod pulsar;
pub mod rule;
pub mod schema;
pub mod shown;
pub mod topic;
pub mod validate;
pub mod value;

pub use check::{Allow, Check, Until};
pub use diagnostic::{Diagnostic, Diagnostics, Severity, SourceId, Sources, Span};
pub use fingerprint::Fingerprint;
pub use json::Json;
pub use origin::{Former, Open, Origin, Unresolved, Verdict};
pub use schema::{
    Encoding, Enum, EnumId, EnumPulsar, Field, FieldPulsar, Item, MAX_FIELDS, MAX_SYMBOLS, Module,
    ModuleId, Places, Presence, Profile, Record, RecordId, RecordPulsar, Schema, Symbol,
    TopicDefinition, Type,
};
pub use topic::{Qos, Topic};
pub use value::Value;
