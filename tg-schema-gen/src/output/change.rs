//! A plan, carried out.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::manifest::Manifest;
use super::plan::Plan;
use super::undo::Undo;
use super::{Noted, OutputError};
use tg_schema_model::crew;

/// Makes the changes of a plan, and notes how each is undone. What `note` says of each file as it was
/// written.
pub(super) fn apply<'f, N: Send>(
    dir: &Path,
    plan: Plan<'f>,
    text: &str,
    undo: &mut Undo,
    note: impl Fn(&File) -> N + Sync,
) -> Result<Noted<'f, N>, OutputError> {
    let mut folders = BTreeSet::new();
    make_folders(dir, "", &mut folders, undo)?;
    undo.manifest(plan.old_text);

    if !plan.write.is_empty() {
        let changes = plan.write.iter();
        let changes = changes.map(|change| (change.path, change.entry));
        Manifest::replace(dir, &plan.old.announcing(changes))?;
    }
    let mut changed = Vec::with_capacity(plan.write.len());
    for change in plan.write {
        if let Some((parent, _)) = change.path.rsplit_once('/') {
            make_folders(dir, parent, &mut folders, undo)?;
        }
        undo.file(change.path, change.before);
        changed.push((change.path, change.text));
    }
    let written = write_files(dir, changed, note)?;
    let mut emptied = BTreeSet::new();
    for (path, before) in plan.remove {
        let place = dir.join(&path);
        undo.file(path.as_str(), Some(before));
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
    Ok(written)
}

/// From this many files on a thread saves more than it costs.
pub(super) const WORTH_A_THREAD: usize = 16;

/// Writes texts to their places. The system makes the most of the work, and several can ask at once.
fn write_files<'f, N: Send>(
    dir: &Path,
    mut texts: Vec<(&'f str, &'f str)>,
    note: impl Fn(&File) -> N + Sync,
) -> Result<Noted<'f, N>, OutputError> {
    // The longest first, so that all threads end at about the same time.
    texts.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    let failed = AtomicBool::new(false);
    let written = crew::each(&texts, WORTH_A_THREAD, |(path, text)| {
        // Nobody need go on.
        if failed.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut place = PathBuf::with_capacity(dir.as_os_str().len() + 1 + path.len());
        place.push(dir);
        place.push(path);
        let written = File::create(&place).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            Ok(Some((*path, note(&file))))
        });
        written.map_err(|e| {
            failed.store(true, Ordering::Relaxed);
            OutputError::io("write", place, e)
        })
    });
    written.into_iter().filter_map(Result::transpose).collect()
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
