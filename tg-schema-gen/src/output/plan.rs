//! What has to happen to an output folder, known before anything happens.

use std::path::Path;

use super::manifest::{Entry, Manifest};
use super::place::{self, Found, Places};
use super::{Files, Obstacle, OutputError, Reason};
use crate::target::Target;
use tg_schema_model::crew;

/// A file to write.
pub(super) struct Change<'f> {
    pub(super) path: &'f str,
    pub(super) text: &'f str,
    pub(super) entry: Entry,
    /// The content that it replaces.
    pub(super) before: Option<Vec<u8>>,
}

/// What has to happen.
pub(super) struct Plan<'f> {
    pub(super) write: Vec<Change<'f>>,
    pub(super) unchanged: usize,
    /// Files to remove, with their content.
    pub(super) remove: Vec<(String, Vec<u8>)>,
    /// Stale files that were changed.
    pub(super) keep: Vec<String>,
    /// The manifest when all is done.
    pub(super) manifest: Manifest,
    /// The manifest as it is now, and its text.
    pub(super) old: Manifest,
    pub(super) old_text: Option<String>,
}

impl<'f> Plan<'f> {
    pub(super) fn of(
        dir: &Path,
        files: &'f Files,
        targets: &[Target],
    ) -> Result<Plan<'f>, OutputError> {
        let (old, old_text) = Manifest::read(dir)?;
        let entries = entries(files);
        let mut plan = Plan {
            write: Vec::new(),
            unchanged: 0,
            remove: Vec::new(),
            keep: Vec::new(),
            manifest: next_manifest(&old, files, &entries, targets),
            old,
            old_text,
        };
        let mut obstacles = Vec::new();
        let found = compare(dir, files)?.into_iter();
        for ((path, text, found), entry) in found.zip(entries) {
            let change = |before| Change {
                path,
                text,
                entry,
                before,
            };
            match found {
                Found::Missing => plan.write.push(change(None)),
                Found::Same => plan.unchanged += 1,
                Found::Other(content) if plan.old.entries.contains_key(path) => {
                    plan.write.push(change(Some(content)));
                }
                Found::Other(_) => obstacles.push(Obstacle {
                    path: path.clone(),
                    reason: Reason::Foreign,
                }),
                Found::Obstacle(o) => {
                    if !obstacles.contains(&o) {
                        obstacles.push(o);
                    }
                }
            }
        }
        if !obstacles.is_empty() {
            return Err(OutputError::InTheWay(obstacles));
        }
        let mut places = Places::new(dir);
        for path in stale(&plan.old, files, targets) {
            match places.look(path)? {
                Found::Missing => {}
                Found::Other(c) if plan.old.wrote(path, &c) => plan.remove.push((path.clone(), c)),
                _ => plan.keep.push(path.clone()),
            }
        }
        Ok(plan)
    }
}

/// From this many files on a thread saves more than it costs.
const WORTH_A_THREAD: usize = 64;

/// What is at the place of each file, in their order.
pub(super) fn compare<'f>(
    dir: &Path,
    files: &'f Files,
) -> Result<Vec<(&'f String, &'f String, Found)>, OutputError> {
    let mut places = Places::new(dir);
    let mut ways = Vec::with_capacity(files.len());
    for (path, text) in files {
        place::safe(path)?;
        ways.push((path, text, places.way(path)?));
    }
    // Where every folder is yet to be made, nothing is looked at.
    let any = ways.iter().any(|(.., way)| way.is_none());
    let least = if any { WORTH_A_THREAD } else { usize::MAX };
    let found = crew::each(&ways, least, |(path, text, way)| match way {
        None => place::compare(dir, path, text.as_bytes()),
        Some(found) => Ok(found.clone()),
    });
    let files = ways.iter().zip(found);
    files
        .map(|((path, text, _), found)| Ok((*path, *text, found?)))
        .collect()
}

/// Entries of the old manifest that belong to `targets` and are not rendered any more.
pub(super) fn stale<'a>(
    old: &'a Manifest,
    files: &'a Files,
    targets: &'a [Target],
) -> impl Iterator<Item = &'a String> {
    old.entries
        .keys()
        .filter(move |path| is_of(path, targets) && !files.contains_key(*path))
}

fn is_of(path: &str, targets: &[Target]) -> bool {
    let folder = path.split('/').next().unwrap_or_default();
    targets.iter().any(|t| t.name() == folder)
}

/// The entries of other targets as they are, and one for each rendered file.
pub(super) fn next_manifest(
    old: &Manifest,
    files: &Files,
    entries: &[Entry],
    targets: &[Target],
) -> Manifest {
    let kept = old.entries.iter();
    let kept = kept.filter(|(path, _)| !is_of(path, targets) && !files.contains_key(*path));
    let kept = kept.map(|(path, entries)| (path.clone(), entries.clone()));
    let new = files.keys().zip(entries);
    let new = new.map(|(path, entry)| (path.clone(), vec![*entry]));
    Manifest {
        entries: kept.chain(new).collect(),
    }
}

/// What a manifest says of each file.
pub(super) fn entries(files: &Files) -> Vec<Entry> {
    let texts: Vec<&String> = files.values().collect();
    crew::each(&texts, WORTH_A_THREAD, |text| Entry::of(text.as_bytes()))
}
