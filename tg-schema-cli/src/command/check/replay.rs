//! `--replay`: recorded messages, read with every version of a record.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use tg_schema_compat::gate::Requirement;
use tg_schema_compat::proof::Side;
use tg_schema_compat::replay::{Options, Problem, Replay, replay};
use tg_schema_compat::report::{Compared, Objection, Report};
use tg_schema_gen::load::MAX_DEPTH;

use super::versions::Versions;
use crate::console::Console;
use crate::exit::Failure;

/// What became of the messages. They are those of the only record that was compared.
pub fn read(
    files: &[PathBuf],
    report: &Report,
    versions: &Versions,
    console: &mut Console,
) -> Result<Option<Replay>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let sides = sides(record(report)?, versions);
    let mut options = Options::default();
    for version in versions.against.iter().chain([&versions.new]) {
        for (id, text) in version
            .ids
            .iter()
            .flat_map(|(id, all)| all.iter().map(move |t| (id, t)))
        {
            let known = options.schemas.entry(*id).or_insert_with(|| text.clone());
            // How a registry spaces a text does not count.
            if known != text && spaceless(known) != spaceless(text) {
                options.ambiguous.insert(*id);
            }
        }
    }
    options
        .schemas
        .retain(|id, _| !options.ambiguous.contains(id));
    let mut all = Replay::default();
    for path in &self::files(files)? {
        let mut file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
        let name = path.display().to_string();
        let one = replay(&mut file, &name, &sides, &options);
        all.add(one.map_err(|problem| failure(&problem))?);
    }
    for input in all.inputs.iter().filter(|input| input.messages == 0) {
        console.warning(&format!("{} holds no message", input.name));
    }
    Ok(Some(all))
}

/// A schema without the spaces between its parts.
fn spaceless(text: &str) -> String {
    tg_schema_model::json::parse(text).map_or_else(|_| text.to_owned(), |json| json.compact())
}

/// Why messages could not be looked at, and what to do.
fn failure(problem: &Problem) -> Failure {
    let help = match problem {
        Problem::Broken { .. } => {
            "record it again, or leave the file out: nothing is told of files that are read in part"
        }
        Problem::Limit { .. } => {
            "spread the messages over several files, or leave out what is so large"
        }
        _ => return Failure::new(problem.to_string()),
    };
    Failure::help(problem.to_string(), help)
}

/// What a version refuses, and that there was nothing to read, for every form of report.
pub fn objections(replay: &Replay) -> Vec<Objection> {
    let requirement = Requirement {
        key: "replay",
        value: "read",
    };
    if !replay.holds_messages() {
        let names: Vec<&str> = replay.inputs.iter().map(|i| i.name.as_str()).collect();
        return vec![Objection {
            record: replay.versions.last().map(|v| v.message.clone()),
            requirement,
            message: format!(
                "no message was recorded in {}: nothing shows that old ones are read",
                names.join(", ")
            ),
        }];
    }
    let refused = replay.versions.iter().filter(|version| version.failed > 0);
    let objections = refused.map(|version| {
        let first = version.first_failed.as_ref();
        let first = first.map_or_else(String::new, |sample| {
            format!(
                ", the first is number {} of {}: {}",
                sample.number, sample.input, sample.outcome
            )
        });
        let (failed, whole) = (
            version.failed,
            version.ok + version.failed + version.changed,
        );
        Objection {
            record: Some(version.message.clone()),
            requirement,
            message: format!(
                "{} refuses {failed} of {whole} recorded messages{first}",
                version.version
            ),
        }
    });
    objections.collect()
}

/// Refuses what may never end: a device, say. What is not there is told when it is opened.
fn plain(path: &Path) -> Result<(), Failure> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(Failure::help(
            format!("{} is no file", path.display()),
            "recorded messages are read from files; write those of a device or a pipe into one",
        )),
        _ => Ok(()),
    }
}

/// The files that are named, those of folders included, in the order of their paths.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            plain(path)?;
            files.push(path.clone());
            continue;
        }
        let mut inside = Vec::new();
        walk(path, 1, &mut BTreeSet::new(), &mut inside)?;
        if inside.is_empty() {
            return Err(Failure::help(
                format!("there is no file in {}", path.display()),
                "name files with recorded messages, or a folder of them",
            ));
        }
        files.append(&mut inside);
    }
    Ok(files)
}

/// Collects the files of a folder and of those in it, each folder once however many links lead to it. Hidden
/// entries are passed over.
fn walk(
    folder: &Path,
    depth: usize,
    seen: &mut BTreeSet<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<(), Failure> {
    let failed = |error| Failure::io("read", folder, &error);
    if !seen.insert(folder.canonicalize().map_err(failed)?) {
        return Ok(());
    }
    if depth > MAX_DEPTH {
        return Err(Failure::help(
            format!(
                "more than {MAX_DEPTH} nested folders, at {}",
                folder.display()
            ),
            "name a folder inside it, or files",
        ));
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        entries.push(entry.map_err(failed)?.file_name());
    }
    entries.sort();
    for name in entries {
        let path = folder.join(&name);
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(&path, depth + 1, seen, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// The record that the messages are of.
fn record(report: &Report) -> Result<&Compared, Failure> {
    let live: Vec<&Compared> = report.records.iter().filter(|r| r.new.is_some()).collect();
    match live.as_slice() {
        [one] => Ok(one),
        several => Err(Failure::help(
            format!(
                "recorded messages are of one record, and {} were compared",
                several.len()
            ),
            "name it with `--only`",
        )),
    }
}

/// Each distinct version of the record, oldest first; the new one comes last. One that is compared with itself is there once.
fn sides<'v>(record: &Compared, versions: &'v Versions) -> Vec<Side<'v>> {
    let mut sides = Vec::new();
    for pair in &record.versions {
        let version = versions.against.get(pair.against);
        let side = version.and_then(|version| {
            let message = version.messages.iter().find(|m| m.name == pair.old)?;
            Some(Side { version, message })
        });
        sides.extend(side);
    }
    let new = &versions.new;
    let message = new
        .messages
        .iter()
        .find(|m| Some(&m.name) == record.new.as_ref());
    sides.retain(|side: &Side<'_>| {
        let same = message.is_some_and(|m| {
            (&m.text, &m.identity) == (&side.message.text, &side.message.identity)
        });
        !(same && side.version.label == new.label)
    });
    sides.extend(message.map(|message| Side {
        version: new,
        message,
    }));
    sides
}
