//! The configuration around the current folder, and the definitions that it names.

use std::path::{Path, PathBuf};

use tg_schema_compat::render::Root;
use tg_schema_gen::config::{self, Config, ConfigError};
use tg_schema_gen::load::{self, Loaded};
use tg_schema_model::{EnumId, Item, RecordId, Schema, name};

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

/// The repository that the current folder is in: paths are counted from its root. Without one, from the folder.
pub fn repository() -> Root {
    repository_of(std::env::current_dir().unwrap_or_default())
}

/// The repository that a folder is in, which need not be there yet.
pub fn repository_of(folder: PathBuf) -> Root {
    Root::of(folder, |above| above.join(".git").exists())
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
    if let [id] = schema.find_records(name).as_slice() {
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
    let found = schema.find_types(name).into_iter();
    let found = found.filter_map(|item| match item {
        Item::Record(id) => Some(Found::Record(id)),
        Item::Enum(id) => Some(Found::Enum(id)),
        Item::Topic(_) => None,
    });
    found.collect()
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

/// What a name that nothing has was meant to be is told by its last part, else by all of it.
fn unknown(schema: &Schema, wanted: &str) -> Failure {
    const SHOWN: usize = 8;
    let records = schema.record_ids().map(Found::Record);
    let all: Vec<Found> = records.chain(schema.enum_ids().map(Found::Enum)).collect();
    let message = format!("there is no record or enum `{wanted}`");
    let bare = wanted.rsplit('.').next().unwrap_or(wanted);
    let named = |&f: &Found| match f {
        Found::Record(id) => schema.record(id).name.as_str(),
        Found::Enum(id) => schema.enumeration(id).name.as_str(),
    };
    let mut full: Vec<String> = all.iter().map(|&f| qualified(schema, f)).collect();
    full.sort();
    let meant: Vec<String> = match name::nearest(bare, all.iter().map(named)) {
        Some(near) => {
            let same = all.iter().filter(|f| named(f) == near);
            let mut same: Vec<String> = same.map(|&f| qualified(schema, f)).collect();
            same.sort();
            match same.as_slice() {
                [_] if bare == wanted => vec![near.to_owned()],
                _ => same,
            }
        }
        None => {
            let near = name::nearest(wanted, full.iter().map(String::as_str));
            near.map(str::to_owned).into_iter().collect()
        }
    };
    if meant.is_empty() {
        let count = all.len();
        return Failure::help(
            message,
            format!("the definitions have {count} records and enums"),
        );
    }
    let meant: Vec<String> = meant.iter().take(SHOWN).map(|m| format!("`{m}`")).collect();
    Failure::help(message, format!("did you mean {}?", meant.join(" or ")))
}

/// A path below `folder`, as it is reported.
pub fn below(folder: &Path, path: &str) -> String {
    folder.join(path).display().to_string()
}
