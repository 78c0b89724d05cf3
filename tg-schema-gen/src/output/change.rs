//! A plan, carried out.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::manifest::{Entry, Manifest};
use super::plan::Plan;
use super::undo::Undo;
use super::{Files, OutputError};
use crate::crew;

/// Makes the changes of a plan, and notes how each is undone.
pub(super) fn apply(
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
            announced.add(path.clone(), entry);
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

/// From this many files on a thread saves more than it costs.
pub(super) const WORTH_A_THREAD: usize = 16;

/// Writes texts to their places. The system makes the most of the work, and several can ask at once.
fn write_files(mut texts: Vec<(PathBuf, &str)>) -> Result<(), OutputError> {
    // The longest first, so that all threads end at about the same time.
    texts.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    let failed = AtomicBool::new(false);
    let written = crew::each(&texts, WORTH_A_THREAD, |(place, text)| {
        // Nobody need go on.
        if failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        std::fs::write(place, text).map_err(|e| {
            failed.store(true, Ordering::Relaxed);
            OutputError::io("write", place, e)
        })
    });
    written.into_iter().collect()
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
