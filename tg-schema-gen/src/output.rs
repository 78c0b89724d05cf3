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

mod content;
mod manifest;
mod place;
mod undo;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::target::Target;
use manifest::{Entry, Manifest};
use place::{Found, Places};
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

/// Why the output folder was left as it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// A rendered path that does not stay inside the output folder, or that no file system can hold.
    UnsafePath(String),
    /// Things in the output folder that are in the way; all of them.
    InTheWay(Vec<Obstacle>),
    /// The output folder lies inside an input folder, so that outputs would be read as definitions.
    InsideInput {
        /// The output folder.
        out: PathBuf,
        /// The input folder.
        input: PathBuf,
    },
    /// The output folder is the one that an input file lies in. Named by its folder, that input would bring
    /// the outputs along.
    BesideInput {
        /// The output folder.
        out: PathBuf,
        /// The input file.
        input: PathBuf,
    },
    /// The manifest was written by a newer version of this crate.
    NewerManifest(PathBuf),
    /// The operating system refused.
    Io {
        /// What was tried, e.g. `write`.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
        /// Whether every file that had been changed before was put back.
        restored: bool,
    },
}

/// One thing in the output folder that keeps a file from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Path below the output folder.
    pub path: String,
    /// What it is.
    pub reason: Reason,
}

/// What keeps a file from being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A file with another content, which no earlier run wrote.
    Foreign,
    /// A symbolic link: what it points to may lie elsewhere.
    Link,
    /// A folder (or a device) where a file must be.
    NotAFile,
    /// A file where a folder must be.
    NotAFolder,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Reason::Foreign => "was not written by tg-schema and has another content",
            Reason::Link => "is a symbolic link",
            Reason::NotAFile => "is not a file",
            Reason::NotAFolder => "is not a folder",
        })
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::UnsafePath(path) => {
                write!(f, "the output path {path:?} is not a plain relative path")
            }
            OutputError::InTheWay(list) => {
                f.write_str("nothing was written, because these are in the way:")?;
                for o in list {
                    write!(f, "\n  {} {}", o.path, o.reason)?;
                }
                f.write_str("\nmove them away, or choose another output folder")
            }
            OutputError::InsideInput { out, input } => write!(
                f,
                "the output folder {} lies inside the input folder {}, where it would be read as definitions",
                out.display(),
                input.display()
            ),
            OutputError::BesideInput { out, input } => write!(
                f,
                "the output folder {} is the folder of the input {}, where outputs would be read as definitions",
                out.display(),
                input.display()
            ),
            OutputError::NewerManifest(path) => {
                write!(
                    f,
                    "{} was written by a newer version of tg-schema",
                    path.display()
                )
            }
            OutputError::Io {
                action,
                path,
                source,
                restored,
            } => {
                write!(f, "cannot {action} {}: {source}", path.display())?;
                if *restored {
                    Ok(())
                } else {
                    f.write_str("; some files could not be put back")
                }
            }
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl OutputError {
    fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        OutputError::Io {
            action,
            path: path.into(),
            source,
            restored: true,
        }
    }
}

/// What has to happen, known before anything happens.
struct Plan {
    /// Files to write, with the content that they replace.
    write: Vec<(String, Option<Vec<u8>>)>,
    unchanged: usize,
    /// Files to remove, with their content.
    remove: Vec<(String, Vec<u8>)>,
    /// Stale files that were changed.
    keep: Vec<String>,
    /// The manifest when all is done.
    manifest: Manifest,
    /// The manifest as it is now, and its text.
    old: Manifest,
    old_text: Option<String>,
}

/// Makes the outputs of `targets` in `dir` equal to `files`.
///
/// Files of other targets are not touched. Nothing is written if anything is in the way.
pub fn write(dir: &Path, files: &Files, targets: &[Target]) -> Result<Report, OutputError> {
    let plan = plan(dir, files, targets)?;
    let text = plan.manifest.text();
    let report = Report {
        written: plan.write.iter().map(|(path, _)| path.clone()).collect(),
        unchanged: plan.unchanged,
        removed: plan.remove.iter().map(|(path, _)| path.clone()).collect(),
        kept: plan.keep.clone(),
    };
    let untouched = plan.write.is_empty() && plan.remove.is_empty();
    if untouched && plan.old_text.as_deref() == Some(text.as_str()) {
        return Ok(report);
    }
    let mut undo = Undo::new(dir);
    match apply(dir, files, plan, &text, &mut undo) {
        Ok(()) => Ok(report),
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
    let mut places = Places::new(dir);
    let mut out = Freshness::default();
    for (path, text) in files {
        place::safe(path)?;
        match places.look(path)? {
            Found::Missing => out.missing.push(path.clone()),
            Found::Content(c) if c == text.as_bytes() => out.fresh += 1,
            Found::Content(_) | Found::Obstacle(_) => out.changed.push(path.clone()),
        }
    }
    for path in stale(&old, files, targets) {
        if !matches!(places.look(path)?, Found::Missing) {
            out.stale.push(path.clone());
        }
    }
    if out.is_fresh() {
        let expected = next_manifest(&old, files, targets).text();
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

fn plan(dir: &Path, files: &Files, targets: &[Target]) -> Result<Plan, OutputError> {
    let (old, old_text) = Manifest::read(dir)?;
    let mut places = Places::new(dir);
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
    for (path, text) in files {
        place::safe(path)?;
        match places.look(path)? {
            Found::Missing => plan.write.push((path.clone(), None)),
            Found::Content(c) if c == text.as_bytes() => plan.unchanged += 1,
            Found::Content(c) if plan.old.entries.contains_key(path) => {
                plan.write.push((path.clone(), Some(c)))
            }
            Found::Content(_) => obstacles.push(Obstacle {
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
    for path in stale(&plan.old, files, targets) {
        match places.look(path)? {
            Found::Missing => {}
            Found::Content(c) if plan.old.wrote(path, &c) => plan.remove.push((path.clone(), c)),
            Found::Content(_) | Found::Obstacle(_) => plan.keep.push(path.clone()),
        }
    }
    Ok(plan)
}

/// Entries of the old manifest that belong to `targets` and are not rendered any more.
fn stale<'a>(
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
fn next_manifest(old: &Manifest, files: &Files, targets: &[Target]) -> Manifest {
    let mut next = Manifest::default();
    for (path, entries) in &old.entries {
        if !is_of(path, targets) && !files.contains_key(path) {
            next.entries.insert(path.clone(), entries.clone());
        }
    }
    for (path, text) in files {
        let entry = Entry::of(text.as_bytes());
        next.entries.insert(path.clone(), BTreeSet::from([entry]));
    }
    next
}

fn apply(
    dir: &Path,
    files: &Files,
    plan: Plan,
    text: &str,
    undo: &mut Undo,
) -> Result<(), OutputError> {
    let mut folders = BTreeSet::new();
    make_folders(dir, "", &mut folders, undo)?;
    undo.manifest(plan.old_text);

    let mut announced = plan.old;
    for (path, _) in &plan.write {
        if let Some(entry) = plan.manifest.entries.get(path).and_then(|e| e.first()) {
            let entry = Entry {
                writing: true,
                ..*entry
            };
            announced
                .entries
                .entry(path.clone())
                .or_default()
                .insert(entry);
        }
    }
    if !plan.write.is_empty() {
        Manifest::replace(dir, &announced.text())?;
    }
    let mut changed = Vec::with_capacity(plan.write.len());
    for (path, before) in plan.write {
        if let Some((parent, _)) = path.rsplit_once('/') {
            make_folders(dir, parent, &mut folders, undo)?;
        }
        undo.file(&path, before);
        changed.push((dir.join(&path), files.get(&path).map_or("", String::as_str)));
    }
    write_files(changed)?;
    let mut emptied = BTreeSet::new();
    for (path, before) in plan.remove {
        let place = dir.join(&path);
        undo.file(&path, Some(before));
        std::fs::remove_file(&place).map_err(|e| OutputError::io("remove", place, e))?;
        let mut parent = path.as_str();
        while let Some((p, _)) = parent.rsplit_once('/') {
            emptied.insert(p.to_owned());
            parent = p;
        }
    }
    Manifest::replace(dir, text)?;
    // Deepest first. A folder that holds anything refuses to go, which is what is wanted.
    for folder in emptied.iter().rev() {
        let _ = std::fs::remove_dir(dir.join(folder));
    }
    Ok(())
}

/// From this many files on a second thread saves more than it costs.
const WORTH_A_THREAD: usize = 32;

/// Writes texts to their places, by two threads where there are many: the system makes the most of the
/// work, and two can ask at once.
fn write_files(mut texts: Vec<(PathBuf, &str)>) -> Result<(), OutputError> {
    // The longest first, so that both end at about the same time.
    texts.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((place, text)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(e) = std::fs::write(place, text) {
                // Nobody need go on.
                next.store(texts.len(), Ordering::Relaxed);
                return Err(OutputError::io("write", place, e));
            }
        }
        Ok(())
    };
    if texts.len() < WORTH_A_THREAD {
        return work();
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let here = work();
        match other.join() {
            Ok(there) => here.and(there),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Makes `dir/path` and remembers which folders were made.
fn make_folders(
    dir: &Path,
    path: &str,
    known: &mut BTreeSet<String>,
    undo: &mut Undo,
) -> Result<(), OutputError> {
    if known.contains(path) {
        return Ok(());
    }
    if path.is_empty() {
        let missing: Vec<&Path> = dir
            .ancestors()
            .take_while(|p| !p.as_os_str().is_empty() && !p.exists())
            .collect();
        std::fs::create_dir_all(dir).map_err(|e| OutputError::io("create the folder", dir, e))?;
        missing
            .into_iter()
            .rev()
            .for_each(|p| undo.folder(p.to_owned()));
    } else {
        make_folders(
            dir,
            path.rsplit_once('/').map_or("", |(p, _)| p),
            known,
            undo,
        )?;
        let place = dir.join(path);
        match std::fs::create_dir(&place) {
            Ok(()) => undo.folder(place),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && place.is_dir() => {}
            Err(e) => return Err(OutputError::io("create the folder", place, e)),
        }
    }
    known.insert(path.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests;
