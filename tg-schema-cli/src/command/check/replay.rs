//! `--replay`: recorded messages, read with every version of a record.

use std::fs::File;
use std::path::PathBuf;

use tg_schema_compat::proof::Side;
use tg_schema_compat::replay::{Options, Replay, replay};
use tg_schema_compat::report::{Compared, Report};

use super::versions::Versions;
use crate::exit::Failure;

/// What became of the messages. They are those of the only record that was compared.
pub fn read(
    files: &[PathBuf],
    report: &Report,
    versions: &Versions,
) -> Result<Option<Replay>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let sides = sides(record(report)?, versions);
    let mut all = Replay::default();
    for path in files {
        let mut file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
        if file.metadata().is_ok_and(|about| about.is_dir()) {
            return Err(Failure::help(
                format!("{} is a folder", path.display()),
                "name the files with recorded messages",
            ));
        }
        let name = path.display().to_string();
        let one = replay(&mut file, &name, &sides, &Options::default());
        all.add(one.map_err(|problem| Failure::new(problem.to_string()))?);
    }
    Ok(Some(all))
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

/// Each distinct version of the record, oldest first; the new one comes last.
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
    sides.extend(message.map(|message| Side {
        version: new,
        message,
    }));
    sides
}
