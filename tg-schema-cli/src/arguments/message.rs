//! The arguments of `tg-schema encode` and `tg-schema decode`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// JSON to wire bytes
///
/// Reads a message in the JSON wire form and writes it as it travels.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  echo '{\"prompt\": \"hi\"}' | tg-schema encode Question
  tg-schema encode Question message.json --wire confluent --schema-id 7 --out raw > message.bin
  tg-schema encode Question --wire single-object --out base64 < message.json")]
pub struct Encode {
    #[command(flatten)]
    pub message: Message,
    /// How the JSON text comes in
    #[arg(long = "in", value_name = "FORM", default_value = "raw")]
    pub input: Bytes,
    /// How the bytes go out [default: hex, for JSON raw]
    #[arg(long = "out", value_name = "FORM")]
    pub output: Option<Bytes>,
}

/// Wire bytes to JSON
///
/// Reads a message as it travels and writes it in the JSON wire form. An error names the field and the
/// byte. A message that was written with another version of the schema is read with `--writer`. With
/// `--field`, only some fields are read.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  echo 04 68 69 00 | tg-schema decode Question
  tg-schema decode Question --wire confluent --in raw message.bin
  tg-schema decode Question --writer old/Question.avsc --wire confluent --in raw message.bin
  tg-schema decode Question --field prompt --field metadata.id --in raw message.bin
  tg-schema encode Question < message.json | tg-schema decode Question --pretty")]
pub struct Decode {
    #[command(flatten)]
    pub message: Message,
    /// How the bytes come in [default: hex, for JSON raw]
    #[arg(long = "in", value_name = "FORM")]
    pub input: Option<Bytes>,
    /// How the JSON text goes out
    #[arg(long = "out", value_name = "FORM", default_value = "raw")]
    pub output: Bytes,
    /// Write the JSON over several lines; on a terminal this is so anyway
    #[arg(long)]
    pub pretty: bool,
    /// Avro schema (.avsc) that the message was written with, where that is another than the record's
    ///
    /// Fields are found by name and alias, and what the writer did not have takes its default. It is an
    /// error only where this message holds something that cannot be read as the record. For
    /// `--wire single-object` the message must name this schema, or the record's own.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub writer: Option<PathBuf>,
    /// Field to read, by its path: names with dots between them. May be given more than once
    ///
    /// Writes one JSON object, in which each path has its value. The rest of the message is jumped over,
    /// and what follows the last of the fields is not looked at. A path goes into records, not into lists
    /// and maps. Values are as they were written, without defaults; bytes are in base64, and so is the
    /// Avro form of a field that is a record, list or map. With `--writer`, names are the writer's.
    #[arg(long = "field", value_name = "PATH")]
    pub fields: Vec<String>,
}

/// Which message.
#[derive(Debug, Args)]
pub struct Message {
    /// Name of the record: bare, with its module or the end of it (`services.llm.Name`, `llm.Name`), or with its namespace
    #[arg(value_name = "RECORD")]
    pub record: String,
    /// File to read; without it, or with `-`, standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Form on the wire
    #[arg(long, value_name = "WIRE", default_value = "avro")]
    pub wire: Wire,
    /// Schema id of the registry, for `--wire confluent`: written by encode, compared by decode
    #[arg(long, value_name = "N")]
    pub schema_id: Option<u32>,
    /// Definition (.toml, .json, .rs, .avsc), or folder of them; may be given more than once
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(long, short, value_name = "PATH", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub inputs: Vec<PathBuf>,
}

/// Forms on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wire {
    /// Avro binary, nothing before it
    Avro,
    /// A zero byte and the registry's schema id before the Avro binary
    Confluent,
    /// The marker c3 01 and the schema's fingerprint before the Avro binary
    SingleObject,
    /// JSON
    Json,
}

/// How bytes are typed or piped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bytes {
    /// Two digits a byte; white space between bytes is passed over
    Hex,
    /// RFC 4648, with padding
    Base64,
    /// As they are
    Raw,
}
