//! Rendered files onto the disk, and nothing else.
//!
//! [`write()`] makes a folder equal to a set of rendered files: it touches only files whose content
//! differs, removes files of earlier runs that are no longer rendered, and leaves alone every file
//! that it did not write. What it wrote is kept in a manifest ([`MANIFEST`]) beside the files.
//! [`check`] answers, without writing, what [`write()`] would do.
//!
//! Files are written in place, not through a temporary file and a rename: for thousands of small
//! files a rename each costs ten times the writing. An interrupted run is healed instead: before the
//! first file is touched the manifest names every file that is about to be written, so that the next
//! run knows a half-written file as its own and writes it again; the final manifest comes last. A run
//! that *fails* (a full disk, a missing permission) puts back what it had changed.

mod change;
mod content;
mod error;
mod manifest;
mod place;
mod plan;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::target::Target;
pub use error::{Obstacle, OutputError, Reason};
use manifest::Manifest;
use place::{Found, Places};
use plan::Plan;
use undo::Undo;

/// Rendered files: path below the output folder (with `/`) to text.
pub type Files = BTreeMap<String, String>;

/// Name of the file, in the output folder, that lists what was written there.
pub const MANIFEST: &str = ".tg-schema-manifest";

/// What [`write()`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Files that were new or had another content, in order of their paths.
    pub written: Vec<String>,
    /// How many files already had the right content.
    pub unchanged: usize,
    /// Files of earlier runs that are no longer rendered.
    pub removed: Vec<String>,
    /// Files of earlier runs that are no longer rendered but were changed by someone else: they stay,
    /// and are that person's from now on.
    pub kept: Vec<String>,
}

/// What [`check`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Freshness {
    /// Files that would be written and are not there.
    pub missing: Vec<String>,
    /// Files that have another content than the one that would be written.
    pub changed: Vec<String>,
    /// Files of earlier runs that are no longer rendered.
    pub stale: Vec<String>,
    /// How many files are up to date.
    pub fresh: usize,
}

impl Freshness {
    /// Whether a run of [`write()`] would change nothing.
    pub fn is_fresh(&self) -> bool {
        self.missing.is_empty() && self.changed.is_empty() && self.stale.is_empty()
    }
}

/// Makes the outputs of `targets` in `dir` equal to `files`.
///
/// Files of other targets are not touched. Nothing is written if anything is in the way.
pub fn write(dir: &Path, files: &Files, targets: &[Target]) -> Result<Report, OutputError> {
    let (report, _) = write_noting(dir, files, targets, |_| ())?;
    Ok(report)
}

/// Files that were written, by their paths, and what was noted of each.
type Noted<'f, N> = Vec<(&'f str, N)>;

/// [`write()`], and what `note` says of each file that was written: it is cheaper to ask of an open file than of
/// a path.
pub(crate) fn write_noting<'f, N: Send>(
    dir: &Path,
    files: &'f Files,
    targets: &[Target],
    note: impl Fn(&File) -> N + Sync,
) -> Result<(Report, Noted<'f, N>), OutputError> {
    let plan = Plan::of(dir, files, targets)?;
    let text = plan.manifest.text();
    let report = Report {
        written: plan
            .write
            .iter()
            .map(|change| change.path.to_owned())
            .collect(),
        unchanged: plan.unchanged,
        removed: plan.remove.iter().map(|(path, _)| path.clone()).collect(),
        kept: plan.keep.clone(),
    };
    let untouched = plan.write.is_empty() && plan.remove.is_empty();
    if untouched && plan.old_text.as_deref() == Some(text.as_str()) {
        return Ok((report, Vec::new()));
    }
    let mut undo = Undo::new(dir);
    match change::apply(dir, plan, &text, &mut undo, note) {
        Ok(written) => Ok((report, written)),
        Err(OutputError::Io {
            action,
            path,
            source,
            ..
        }) => Err(OutputError::Io {
            action,
            path,
            source,
            restored: undo.run(),
        }),
        Err(other) => Err(other),
    }
}

/// What [`write()`] would do, by content.
pub fn check(dir: &Path, files: &Files, targets: &[Target]) -> Result<Freshness, OutputError> {
    let (old, old_text) = Manifest::read(dir)?;
    let mut out = Freshness::default();
    for (path, _, found) in plan::compare(dir, files)? {
        match found {
            Found::Missing => out.missing.push(path.clone()),
            Found::Same => out.fresh += 1,
            Found::Other(_) | Found::Obstacle(_) => out.changed.push(path.clone()),
        }
    }
    let mut places = Places::new(dir);
    for path in plan::stale(&old, files, targets) {
        if !matches!(places.look(path)?, Found::Missing) {
            out.stale.push(path.clone());
        }
    }
    if out.is_fresh() {
        let entries = plan::entries(files);
        let expected = plan::next_manifest(&old, files, &entries, targets).text();
        match old_text {
            None => out.missing.push(MANIFEST.into()),
            Some(t) if t != expected => out.changed.push(MANIFEST.into()),
            Some(_) => {}
        }
    }
    Ok(out)
}

/// Refuses an output folder that lies inside one of the input folders, or is the folder of an input file.
pub fn outside(dir: &Path, inputs: &[PathBuf]) -> Result<(), OutputError> {
    // A folder that does not exist yet lies where its nearest existing parent lies.
    let real = std::path::absolute(dir).ok().and_then(|path| {
        let there = path
            .ancestors()
            .find_map(|p| Some((p, p.canonicalize().ok()?)));
        there.and_then(|(p, real)| Some(real.join(path.strip_prefix(p).ok()?)))
    });
    let Some(real) = real else { return Ok(()) };
    for input in inputs {
        let Ok(place) = input.canonicalize() else {
            continue;
        };
        let (out, input) = (dir.to_owned(), input.clone());
        if place.is_dir() && real.starts_with(&place) {
            return Err(OutputError::InsideInput { out, input });
        }
        if !place.is_dir() && place.parent() == Some(&real) {
            return Err(OutputError::BesideInput { out, input });
        }
    }
    Ok(())
}

/// Paths below `dir` that earlier runs wrote there. None where that cannot be known.
pub(crate) fn listed(dir: &Path) -> BTreeSet<PathBuf> {
    match Manifest::read(dir) {
        Ok((manifest, _)) => manifest.entries.into_keys().map(PathBuf::from).collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// Paths that a manifest lists, below its folder; none where its text is not understood.
pub fn listed_in(manifest: &str) -> BTreeSet<PathBuf> {
    let entries = Manifest::parse(manifest).map(|manifest| manifest.entries);
    let paths = entries.unwrap_or_default().into_keys();
    paths.map(PathBuf::from).collect()
}

#[cfg(test)]
mod tests;
