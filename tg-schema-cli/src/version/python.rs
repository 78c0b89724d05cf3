//! Records in Python into a version: what `tg-schema migrate` would define, with places in the Python.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tg_schema_compat::version::Version;
use tg_schema_migrate::source::Given;
use tg_schema_migrate::{Migration, Options, migrate, migrate_given};
use tg_schema_model::{Origin, SourceId, Sources, Span};

use super::{Notes, assemble};
use crate::exit::Failure;

/// The Records of files and folders; nothing where there is no Python.
pub fn read(paths: &[PathBuf], label: &str, notes: &mut Notes) -> Result<Option<Version>, Failure> {
    version(migrate(paths, &Options::default()), label, notes)
}

/// The Records of files that are read already, below the folder `root`.
pub fn of_files(
    root: &Path,
    files: Vec<Given>,
    label: &str,
    notes: &mut Notes,
) -> Result<Option<Version>, Failure> {
    let migration = migrate_given(root, files, &Options::default());
    version(migration, label, notes)
}

/// What Records and definition files that define nothing are together, where there are any.
pub fn beside(records: Option<Version>, accepted: Option<Version>) -> Option<Version> {
    match (records, accepted) {
        (Some(records), Some(accepted)) => Some(accepting(records, accepted)),
        (one, other) => one.or(other),
    }
}

/// Records, and what definition files beside them accept, which define nothing themselves.
pub fn accepting(mut records: Version, accepted: Version) -> Version {
    let before = u32::try_from(records.sources.0.len()).unwrap_or(u32::MAX);
    records.sources.0.extend(accepted.sources.0);
    for mut module in accepted.schema.modules {
        for allow in &mut module.allow {
            allow.span.source.0 = allow.span.source.0.saturating_add(before);
        }
        module.items.clear();
        records.schema.modules.push(module);
    }
    records
}

fn version(
    migration: Migration,
    label: &str,
    notes: &mut Notes,
) -> Result<Option<Version>, Failure> {
    if migration.partial || migration.findings.has_errors() {
        return Err(Failure::Definitions {
            sources: migration.sources.clone(),
            diagnostics: migration.findings.clone(),
        });
    }
    if migration.read == 0 {
        return Ok(None);
    }
    let loaded = migration.loaded.clone();
    if loaded.diagnostics.has_errors() {
        return Err(Failure::Definitions {
            sources: loaded.sources,
            diagnostics: loaded.diagnostics,
        });
    }
    let mut version = Version::of_definitions(label, loaded.schema, loaded.sources);
    // Nothing was generated for it.
    version.without_modules = true;
    version.python = true;
    let before = notes.len();
    for module in &version.schema.modules {
        for open in &module.unresolved {
            let (name, place, reason) = (&open.name, &open.place, &open.reason);
            notes.push(format!(
                "`{name}` of {label} at {place} is left out: {reason}"
            ));
        }
    }
    assemble::leave_out_open(&mut version, notes);
    if version.messages.is_empty() {
        let message = format!("there are no Records in {label}");
        return Err(match notes.get(before) {
            Some(why) => Failure::help(message, why),
            None => Failure::new(message),
        });
    }
    point_to_python(&mut version, &migration.sources);
    // Its trees take longer to free than the rest of the run.
    std::mem::forget(migration);
    Ok(Some(version))
}

/// Places in definitions that nobody has seen become places in the Python that they were made of.
fn point_to_python(version: &mut Version, python: &Sources) {
    let mut files = BTreeMap::new();
    for source in &python.0 {
        let id = version.sources.add(&source.name, source.text.as_str());
        files.insert(source.name.as_str(), (id, line_starts(&source.text)));
    }
    let place = |origin: Option<&Origin>| -> Option<Span> {
        let (file, line) = origin?.place.rsplit_once(':')?;
        let (id, starts) = files.get(file)?;
        line_span(*id, starts, line.parse().ok()?)
    };
    for record in &mut version.schema.records {
        let Some(span) = place(record.origin.as_ref()) else {
            continue;
        };
        record.span = span;
        record.places = Default::default();
        for field in &mut record.fields {
            let span = place(field.origin.as_deref()).unwrap_or(span);
            field.span = span;
            field.type_span = span;
            field.default_span = span;
        }
    }
    for item in &mut version.schema.enums {
        if let Some(span) = place(item.origin.as_ref()) {
            item.span = span;
            item.places = Default::default();
            item.symbols
                .iter_mut()
                .for_each(|symbol| symbol.span = span);
        }
    }
    for topic in &mut version.schema.topics {
        if let Some(span) = place(topic.origin.as_ref()) {
            topic.span = span;
            topic.address_span = span;
        }
    }
}

/// Where the text of each line starts, behind its indent, and where it ends.
fn line_starts(text: &str) -> Vec<(usize, usize)> {
    let mut at = 0;
    let mut starts = Vec::new();
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        starts.push((at + indent, at + line.trim_end().len()));
        at += line.len();
    }
    starts
}

fn line_span(source: SourceId, starts: &[(usize, usize)], line: usize) -> Option<Span> {
    let &(start, end) = starts.get(line.checked_sub(1)?)?;
    Some(Span::new(source, start..end.max(start)))
}
