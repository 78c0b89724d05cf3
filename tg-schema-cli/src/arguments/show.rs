//! The arguments of `tg-schema show`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// Show one record or enum in any form
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  tg-schema show TextCompletionRequest
  tg-schema show services.llm.TextCompletionRequest --as pulsar
  tg-schema show Triple schemas/trustgraph --as json")]
pub struct Show {
    /// Name of the record: bare, with its module or the end of it (`services.llm.Name`, `llm.Name`), or with its namespace
    #[arg(value_name = "RECORD")]
    pub record: String,
    /// Definitions (.toml, .json), annotated Rust (.rs), Avro schemas (.avsc), and folders of them
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(value_name = "INPUTS", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub inputs: Vec<PathBuf>,
    /// Which form
    #[arg(long = "as", value_name = "FORM", default_value = "fields")]
    pub form: Form,
}

/// Forms of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Names, types, defaults and documentation
    Fields,
    /// The Rust that is generated for it
    Rust,
    /// The Python that is generated for it
    Python,
    /// The schema text to register with Pulsar
    Pulsar,
    /// The Avro schema
    Avro,
    /// An example message
    Json,
    /// The Avro parsing canonical form
    Canonical,
    /// CRC-64-AVRO and SHA-256 of the canonical form
    Fingerprint,
    /// The full definition, which is what versions are compared by
    Definition,
}

impl Form {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Form::Fields => "fields",
            Form::Rust => "rust",
            Form::Python => "python",
            Form::Pulsar => "pulsar",
            Form::Avro => "avro",
            Form::Json => "json",
            Form::Canonical => "canonical",
            Form::Fingerprint => "fingerprint",
            Form::Definition => "definition",
        }
    }
}
