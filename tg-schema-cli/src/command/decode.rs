//! `tg-schema decode`: wire bytes to JSON.

use std::io::IsTerminal;

use tg_schema_dynamic::Codec;
use tg_schema_model::json;

use crate::arguments::{self, Bytes, Wire};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::fields::Source;
use crate::writer::Writer;
use crate::{project, wire};

pub fn run(arguments: &arguments::Decode, console: &mut Console) -> Result<Exit, Failure> {
    let message = &arguments.message;
    let config = project::config()?;
    let loaded = project::load(project::inputs(&message.inputs, &config))?;
    let record = project::find_record(&loaded.schema, &message.record)?;
    let codec = Codec::new(&loaded.schema, record);
    let writer = match &arguments.writer {
        Some(_) if message.wire == Wire::Json => {
            return Err(Failure::help(
                "messages in JSON are read without the schema that they were written with",
                "drop `--writer`, or add the `--wire` of the message: avro, confluent or single-object",
            ));
        }
        Some(path) => Some(Writer::read(path, &loaded.schema, record)?),
        None => None,
    };

    let bytes = wire::input(
        message.file.as_ref(),
        arguments.input.unwrap_or(wire::usual(message.wire)),
    )?;
    let mut text = if arguments.fields.is_empty() {
        let value = wire::decode(&codec, &bytes, message, writer.as_ref())?;
        let text = codec.write_json(&value);
        text.map_err(|e| Failure::new(e.to_string()))?
    } else {
        let source = Source {
            schema: &loaded.schema,
            record,
            codec: &codec,
            writer: writer.as_ref(),
        };
        let values = source.read(&arguments.fields, &bytes, message)?;
        values.compact().into_bytes()
    };
    if arguments.pretty || std::io::stdout().is_terminal() {
        text = pretty(text);
    }
    if arguments.output == Bytes::Raw {
        text.push(b'\n');
    }
    console.result(&wire::output(text, arguments.output));
    Ok(Exit::Clean)
}

/// The same over several lines.
pub fn pretty(text: Vec<u8>) -> Vec<u8> {
    let tree = std::str::from_utf8(&text)
        .ok()
        .and_then(|t| json::parse_deep(t, 2 * json::MAX_DEPTH).ok());
    match tree {
        Some(tree) => tree.pretty(2).trim_end().as_bytes().to_vec(),
        None => text,
    }
}
