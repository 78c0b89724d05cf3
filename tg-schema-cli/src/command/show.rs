//! `tg-schema show`: one record or enum in any form.

mod fields;
mod source;

use std::io::IsTerminal;

use tg_schema_dynamic::{Codec, example};
use tg_schema_gen::{Config, Target, migration};
use tg_schema_model::{Fingerprint, Json, RecordId, Schema, avro, definition, pulsar};

use super::decode::pretty;
use crate::arguments::{self, Form};
use crate::console::Console;
use crate::exit::{Exit, Failure};
use crate::project::{self, Found};

pub fn run(arguments: &arguments::Show, console: &mut Console) -> Result<Exit, Failure> {
    let config = project::config()?;
    let loaded = project::load(project::inputs(&arguments.inputs, &config))?;
    let schema = &loaded.schema;
    let found = project::find(schema, &arguments.record)?;
    let form = arguments.form;
    whole(schema, found, form)?;
    if console.json() {
        let (key, value) = match form {
            Form::Fields => ("fields", fields::json(schema, found)),
            Form::Fingerprint => ("fingerprint", fingerprint_json(schema, found)),
            _ => ("text", Json::str(text(schema, found, form, &config)?)),
        };
        let name = Json::str(project::qualified(schema, found));
        console.report(
            Exit::Clean,
            [
                ("record", name),
                ("as", Json::str(form.name())),
                (key, value),
            ],
        );
        return Ok(Exit::Clean);
    }
    let mut text = text(schema, found, form, &config)?;
    // Where every byte counts, a file or another program gets exactly the text.
    let exact = matches!(form, Form::Pulsar | Form::Canonical | Form::Definition);
    if !text.ends_with('\n') && (!exact || std::io::stdout().is_terminal()) {
        text.push('\n');
    }
    console.result(text.as_bytes());
    Ok(Exit::Clean)
}

/// Whether nothing is missing of what a schema is made of.
fn whole(schema: &Schema, found: Found, form: Form) -> Result<(), Failure> {
    let of_all = matches!(
        form,
        Form::Pulsar | Form::Avro | Form::Canonical | Form::Fingerprint
    );
    let Found::Record(id) = found else {
        return Ok(());
    };
    match migration::open(schema, id).filter(|_| of_all) {
        None => Ok(()),
        Some(reason) => Err(Failure::new(format!(
            "`{}` has no {} yet: {reason}; define what is missing, then remove its entry of `unresolved`",
            schema.record(id).name,
            match form {
                Form::Canonical => "canonical form".to_owned(),
                Form::Fingerprint => "fingerprint".to_owned(),
                other => format!("{} text", other.name()),
            },
        ))),
    }
}

fn text(schema: &Schema, found: Found, form: Form, config: &Config) -> Result<String, Failure> {
    Ok(match (form, found) {
        (Form::Fields, _) => fields::text(schema, found),
        (Form::Rust, _) => source::text(schema, found, Target::Rust, config)?,
        (Form::Python, _) => source::text(schema, found, Target::Python, config)?,
        (Form::Pulsar, Found::Record(id)) => pulsar::text(schema, id),
        (Form::Pulsar, Found::Enum(id)) => {
            return Err(Failure::new(format!(
                "`{}` is an enum, and only records are registered",
                schema.enumeration(id).name
            )));
        }
        (Form::Avro, Found::Record(id)) => avro::render::text(schema, id),
        (Form::Avro, Found::Enum(id)) => avro::render::text_of_enum(schema, id),
        (Form::Json, Found::Record(id)) => message(schema, id)?,
        (Form::Json, Found::Enum(id)) => {
            let symbols = &schema.enumeration(id).symbols;
            Json::str(symbols.first().map_or("", |s| &s.name)).compact()
        }
        (Form::Canonical, _) => canonical(schema, found),
        (Form::Fingerprint, _) => {
            let f = Fingerprint::of(&canonical(schema, found));
            format!("crc64  {}\nsha256 {}\n", f.crc64_hex(), f.sha256_hex())
        }
        (Form::Definition, Found::Record(id)) => definition::text(schema, id),
        (Form::Definition, Found::Enum(id)) => definition::text_of_enum(schema, id),
    })
}

fn canonical(schema: &Schema, found: Found) -> String {
    match found {
        Found::Record(id) => avro::canonical_text(schema, id),
        Found::Enum(id) => avro::render::schema_of_enum(schema, id).canonical(),
    }
}

fn fingerprint_json(schema: &Schema, found: Found) -> Json {
    let f = Fingerprint::of(&canonical(schema, found));
    Json::object([
        ("crc64", Json::str(f.crc64_hex())),
        ("sha256", Json::str(f.sha256_hex())),
    ])
}

fn message(schema: &Schema, id: RecordId) -> Result<String, Failure> {
    let text = Codec::new(schema, id)
        .write_json(&example(schema, id))
        .map_err(|e| Failure::new(format!("this record has no example: {e}")))?;
    String::from_utf8(pretty(text)).map_err(|e| Failure::new(e.to_string()))
}
