//! What has to happen to an output folder, known before anything happens.

use std::path::Path;

use super::manifest::{Entry, Manifest};
use super::place::{self, Found, Places};
use super::{Files, Obstacle, OutputError, Reason};
use crate::crew;
use crate::target::Target;

/// What has to happen.
pub(super) struct Plan {
    /// Files to write, with the content that they replace.
    pub(super) write: Vec<(String, Option<Vec<u8>>)>,
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

impl Plan {
    pub(super) fn of(dir: &Path, files: &Files, targets: &[Target]) -> Result<Plan, OutputError> {
        let (old, old_text) = Manifest::read(dir)?;
        let mut plan = Plan {
            write: Vec::new(),
            unchanged: 0,
            remove: Vec::new(),
            keep: Vec::new(),
            manifest: next_manifest(&old, files, targets),
            old,
            old_text,
        };
        let mut obstacles = Vec::new();
        for (path, found) in compare(dir, files)? {
            match found {
                Found::Missing => plan.write.push((path.clone(), None)),
                Found::Same => plan.unchanged += 1,
                Found::Other(content) if plan.old.entries.contains_key(path) => {
                    plan.write.push((path.clone(), Some(content)));
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

/// What is at the place of each file.
pub(super) fn compare<'f>(
    dir: &Path,
    files: &'f Files,
) -> Result<Vec<(&'f String, Found)>, OutputError> {
    let mut places = Places::new(dir);
    let mut ways = Vec::with_capacity(files.len());
    for (path, text) in files {
        place::safe(path)?;
        ways.push((path, text, places.way(path)?));
    }
    let found = crew::each(&ways, WORTH_A_THREAD, |(path, text, way)| match way {
        None => place::compare(dir, path, text.as_bytes()),
        Some(found) => Ok(found.clone()),
    });
    let paths = ways.iter().map(|(path, ..)| *path);
    paths
        .zip(found)
        .map(|(path, found)| Ok((path, found?)))
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
pub(super) fn next_manifest(old: &Manifest, files: &Files, targets: &[Target]) -> Manifest {
    let mut next = Manifest::default();
    for (path, entries) in &old.entries {
        if !is_of(path, targets) && !files.contains_key(path) {
            next.entries.insert(path.clone(), entries.clone());
        }
    }
    let files: Vec<_> = files.iter().collect();
    let entries = crew::each(&files, WORTH_A_THREAD, |(_, text)| {
        Entry::of(text.as_bytes())
    });
    for ((path, _), entry) in files.into_iter().zip(entries) {
        next.entries.insert(path.clone(), vec![entry]);
    }
    next
}
