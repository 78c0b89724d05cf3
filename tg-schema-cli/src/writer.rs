//! The schema that a message was written with, where it is not the record's own.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use tg_schema_dynamic::{Error, Problem};

use tg_schema_model::avro::resolution::{self, Plan};
use tg_schema_model::avro::{self, MAX_TEXT_BYTES, Rules};
use tg_schema_model::diagnostic::unmarked;
use tg_schema_model::{RecordId, Schema};

use crate::exit::Failure;

/// Problems that are listed beside the one that a message met.
const LISTED: usize = 20;

/// A writer, compared with the record that its messages are read as.
pub struct Writer {
    /// Its schema.
    pub text: String,
    /// How its messages are read.
    pub plan: Plan,
    /// CRC-64-AVRO of its schema.
    pub fingerprint: u64,
}

impl Writer {
    /// From a schema file.
    pub fn read(path: &Path, schema: &Schema, record: RecordId) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|e| Failure::io("read", path, &e))?;
        let mut bytes = Vec::new();
        file.take(MAX_TEXT_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Failure::io("read", path, &e))?;
        let path = path.display();
        if bytes.len() > MAX_TEXT_BYTES {
            return Err(Failure::new(format!(
                "{path} is larger than {MAX_TEXT_BYTES} bytes"
            )));
        }
        let text = String::from_utf8(bytes)
            .map(|text| unmarked(&text).to_owned())
            .map_err(|e| Failure::new(format!("{path} is no Avro schema: {e}")))?;
        let writer = avro::parse_with(&text, Rules::Registered)
            .map_err(|e| Failure::new(format!("{path} is no Avro schema: {e}")))?;
        let plan = resolution::compile(&writer, schema, record)
            .map_err(|e| Failure::new(format!("{path}: {e}")))?;
        Ok(Writer {
            plan,
            fingerprint: writer.fingerprint().crc64,
            text,
        })
    }

    /// Why a message cannot be read. Where the schemas are why, with all that they differ in.
    pub fn failure(&self, error: &Error) -> Failure {
        let problems = &self.plan.problems;
        let told = match error.problem {
            // The one that there is is the error.
            Problem::Resolution(_) => problems.len() == 1,
            Problem::Symbol { .. } => false,
            _ => true,
        };
        if told {
            return Failure::new(error.to_string());
        }
        let mut help = String::from("what the writer's schema has and the record cannot read:");
        for problem in problems.iter().take(LISTED) {
            help.push_str(&format!("\n{problem}"));
        }
        if problems.len() > LISTED {
            help.push_str(&format!("\nand {} more", problems.len() - LISTED));
        }
        Failure::help(error.to_string(), help)
    }
}
