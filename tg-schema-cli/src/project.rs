//! The configuration around the current folder, and the definitions that it names.

use std::path::{Path, PathBuf};

use tg_schema_gen::config::{self, Config, ConfigError};
use tg_schema_gen::load::{self, Loaded};
use tg_schema_model::{EnumId, RecordId, Schema, name};

use crate::exit::Failure;

/// The nearest `tg-schema.toml`, or the defaults. Paths come out relative to the current folder.
pub fn config() -> Result<Config, Failure> {
    let Some(path) = nearest() else {
        return Ok(Config::default());
    };
    Config::read(&path).map_err(|error| match error {
        ConfigError::Wrong {
            sources,
            diagnostics,
        } => Failure::Definitions {
            sources,
            diagnostics,
        },
        other => Failure::new(other.to_string()),
    })
}

/// As [`Config::find`] does, but with a path that a person would write.
fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut folder = PathBuf::new();
    for _ in here.ancestors() {
        let path = folder.join(config::FILE_NAME);
        if path.is_file() {
            return Some(path);
        }
        folder.push("..");
    }
    None
}

/// The inputs that were named, else those of the configuration.
pub fn inputs<'a>(named: &'a [PathBuf], config: &'a Config) -> &'a [PathBuf] {
    if named.is_empty() {
        &config.inputs
    } else {
        named
    }
}

/// Reads definitions. Errors in them end the run.
pub fn load(inputs: &[PathBuf]) -> Result<Loaded, Failure> {
    present(inputs)?;
    let loaded = load::load(inputs).map_err(|e| Failure::new(e.to_string()))?;
    if loaded.diagnostics.has_errors() {
        return Err(Failure::Definitions {
            sources: loaded.sources,
            diagnostics: loaded.diagnostics,
        });
    }
    if loaded.files.is_empty() {
        let names: Vec<String> = inputs.iter().map(|p| p.display().to_string()).collect();
        return Err(Failure::new(format!(
            "there are no definition files in {}",
            names.join(", ")
        )));
    }
    Ok(loaded)
}

/// Whether everything that was named is there.
pub fn present(inputs: &[PathBuf]) -> Result<(), Failure> {
    if let Some(missing) = inputs.iter().find(|p| !p.exists()) {
        return Err(Failure::help(
            format!("there is no file or folder {}", missing.display()),
            "name the definitions after the command, or in `inputs` of tg-schema.toml; `tg-schema init` starts a project",
        ));
    }
    Ok(())
}

/// A record or an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Record(RecordId),
    Enum(EnumId),
}

/// The one record or enum that `name` means.
pub fn find(schema: &Schema, name: &str) -> Result<Found, Failure> {
    let found = candidates(schema, name);
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(unknown(schema, name)),
        several => {
            let names: Vec<String> = several.iter().map(|&f| qualified(schema, f)).collect();
            Err(Failure::help(
                format!("`{name}` is defined {} times", several.len()),
                format!("write one of {}", names.join(", ")),
            ))
        }
    }
}

/// The one record that `name` means.
pub fn find_record(schema: &Schema, name: &str) -> Result<RecordId, Failure> {
    let records: Vec<RecordId> = candidates(schema, name)
        .into_iter()
        .filter_map(|found| match found {
            Found::Record(id) => Some(id),
            Found::Enum(_) => None,
        })
        .collect();
    if let [id] = records.as_slice() {
        return Ok(*id);
    }
    match find(schema, name)? {
        Found::Record(id) => Ok(id),
        Found::Enum(_) => Err(Failure::help(
            format!("`{name}` is an enum"),
            "only records travel; name a record that holds it",
        )),
    }
}

fn candidates(schema: &Schema, name: &str) -> Vec<Found> {
    let records = schema.find_records(name).into_iter().map(Found::Record);
    let enums = schema.enum_ids().filter(|&id| {
        let e = schema.enumeration(id);
        e.name == name || e.full_name() == name || qualified(schema, Found::Enum(id)) == name
    });
    records.chain(enums.map(Found::Enum)).collect()
}

/// `module.Name`.
pub fn qualified(schema: &Schema, found: Found) -> String {
    let (module, name) = match found {
        Found::Record(id) => (schema.record(id).module, &schema.record(id).name),
        Found::Enum(id) => (schema.enumeration(id).module, &schema.enumeration(id).name),
    };
    match schema.modules.get(module) {
        Some(m) if !m.path.is_empty() => format!("{}.{name}", m.dotted()),
        _ => name.clone(),
    }
}

fn unknown(schema: &Schema, wanted: &str) -> Failure {
    let all: Vec<Found> = schema
        .record_ids()
        .map(Found::Record)
        .chain(schema.enum_ids().map(Found::Enum))
        .collect();
    let mut names: Vec<String> = all.iter().map(|&f| qualified(schema, f)).collect();
    names.extend(schema.records.iter().map(|r| r.name.clone()));
    names.extend(schema.enums.iter().map(|e| e.name.clone()));
    names.sort();
    names.dedup();
    let message = format!("there is no record or enum `{wanted}`");
    match name::nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => Failure::help(message, format!("did you mean `{near}`?")),
        None => Failure::help(
            message,
            format!("the definitions have {} records and enums", all.len()),
        ),
    }
}

/// A path below `folder`, as it is reported.
pub fn below(folder: &Path, path: &str) -> String {
    folder.join(path).display().to_string()
}
