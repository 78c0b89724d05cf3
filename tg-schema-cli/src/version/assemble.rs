//! Definitions, annotated Rust and Avro schemas into a version, wherever the files came from.
//!
//! A record of a definition or of Rust is a message. An Avro schema file is one message, the type at its top:
//! what it defines inside is a part of that.

use tg_schema_compat::version::{Version, tell_apart};
use tg_schema_gen::load::{self, File};
use tg_schema_gen::migration;
use tg_schema_model::{Diagnostic, Diagnostics, Span};

use super::{Notes, avro};
use crate::exit::Failure;

/// The version that files make; nothing where they define nothing. `open` gives the text of a file that a Rust
/// file declares.
pub fn definitions(
    label: &str,
    files: impl Iterator<Item = Result<File, Failure>>,
    open: &mut dyn FnMut(&str) -> Result<Option<String>, String>,
    notes: &mut Notes,
) -> Result<Option<Version>, Failure> {
    let mut schemas = Vec::new();
    let mut all_named = true;
    let files = files.inspect(|file| all_named &= file.as_ref().is_ok_and(|file| file.named));
    let others = files.filter_map(|file| match file {
        Ok(file) if file.is_avro() => {
            schemas.push(file);
            None
        }
        other => Some(other),
    });
    let loaded = load::of_files(others, open)?;
    // A file that says what is accepted defines nothing.
    let only_schemas = loaded.schema.records.is_empty() && loaded.schema.enums.is_empty();
    let single = only_schemas && matches!(schemas.as_slice(), [one] if one.named);
    if loaded.files.is_empty() && schemas.is_empty() && !loaded.diagnostics.has_errors() {
        return Ok(None);
    }
    let mut wrong = loaded.diagnostics;
    // What is half read is not rendered.
    let mut version = match wrong.has_errors() {
        true => Version {
            sources: loaded.sources,
            ..Version::default()
        },
        false => Version::of_definitions(label, loaded.schema, loaded.sources),
    };
    label.clone_into(&mut version.label);
    version.single = single;
    version.without_modules = all_named;
    version.only_schemas = only_schemas;
    leave_out_open(&mut version, notes);
    for file in schemas {
        add(&mut version, file, &mut wrong);
    }
    tell_apart(&mut version.messages);
    usable(version, wrong).map(Some)
}

/// Whether a version has something to compare. A file that says what is accepted of others has not.
pub fn defines(version: &Version) -> bool {
    !(version.messages.is_empty() && version.schema.enums.is_empty())
}

/// The version, unless something is wrong with it.
pub fn usable(version: Version, mut wrong: Diagnostics) -> Result<Version, Failure> {
    if !wrong.has_errors() {
        return Ok(version);
    }
    wrong.finish();
    Err(Failure::Definitions {
        sources: version.sources,
        diagnostics: wrong,
    })
}

/// What a migration left open has no text: no verdict on it would be true.
pub fn leave_out_open(version: &mut Version, notes: &mut Notes) {
    let (schema, label) = (&version.schema, &version.label);
    version.messages.retain(|message| {
        let open = message.record.and_then(|id| migration::open(schema, id));
        if let Some(reason) = &open {
            let name = &message.name;
            notes.push(format!("`{name}` of {label} is left out: {reason}"));
        }
        open.is_none()
    });
}

fn add(version: &mut Version, file: File, wrong: &mut Diagnostics) {
    match String::from_utf8(file.bytes) {
        Ok(text) => match avro::message(version, file.module, &file.name, &text) {
            Ok(message) => version.messages.push(message),
            Err(diagnostic) => wrong.push(*diagnostic),
        },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let source = version.sources.add(&file.name, text);
            let span = Span::new(source, at..at + char::REPLACEMENT_CHARACTER.len_utf8());
            let message = format!("{} is not UTF-8: byte {at} starts no character", file.name);
            wrong.push(Diagnostic::error(span, message, "expected UTF-8 text"));
        }
    }
}
