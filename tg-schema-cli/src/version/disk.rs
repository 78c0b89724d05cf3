//! Paths into versions.

use std::path::{Path, PathBuf};

use tg_schema_compat::version::Version;
use tg_schema_gen::load;

use super::form::Form;
use super::{Notes, assemble, lock, nothing, python, snapshot, some};
use crate::exit::Failure;
use crate::project;

/// The versions that files and folders hold together.
pub fn read(paths: &[PathBuf], label: &str, notes: &mut Notes) -> Result<Vec<Version>, Failure> {
    project::present(paths)?;
    let mut forms = Vec::new();
    for path in paths.iter().filter(|path| !path.is_dir()) {
        let name = path.display().to_string();
        let form = Form::of(&name, || text(path))?;
        forms.push((name, form));
    }
    if let Some(version) = accepted(paths, &forms, label, notes)? {
        return Ok(vec![version]);
    }
    let folders = forms.len() < paths.len();
    match Form::one(&forms)? {
        Some(Form::Lock | Form::Snapshot) if folders => Err(Failure::help(
            format!("{label}: a folder beside a lock file or a snapshot"),
            "name them apart, each with `--against`",
        )),
        Some(Form::Lock) => one_text(paths, lock::read),
        Some(Form::Snapshot) => some(snapshots(paths, label, notes)?, label, notes),
        Some(Form::Python) => match python::read(paths, label, notes)? {
            Some(version) => Ok(vec![version]),
            None => Err(nothing(label, notes)),
        },
        Some(Form::Definitions) if folders => folder(paths, label, notes),
        Some(Form::Definitions) => match definitions(paths, label, notes)? {
            Some(version) => Ok(vec![version]),
            None => Err(nothing(label, notes)),
        },
        None => folder(paths, label, notes),
    }
}

/// Python among paths, and definition files that say what is accepted of it; nothing where these define something.
fn accepted(
    paths: &[PathBuf],
    forms: &[(String, Form)],
    label: &str,
    notes: &mut Notes,
) -> Result<Option<Version>, Failure> {
    let is_python = |path: &&PathBuf| {
        path.extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("py"))
    };
    let some = |wanted: Form| forms.iter().any(|(_, form)| *form == wanted);
    let folders = forms.len() < paths.len();
    if !some(Form::Python) || !(some(Form::Definitions) || folders) {
        return Ok(None);
    }
    let (files, others): (Vec<PathBuf>, Vec<PathBuf>) =
        paths.iter().cloned().partition(|path| is_python(&path));
    match definitions(&others, label, notes)? {
        Some(accepted) if !assemble::defines(&accepted) => {
            let folders = others.into_iter().filter(|path| path.is_dir());
            let paths: Vec<PathBuf> = files.into_iter().chain(folders).collect();
            let records = python::read(&paths, label, notes)?;
            Ok(records.map(|records| python::accepting(records, accepted)))
        }
        _ => Ok(None),
    }
}

/// What is in folders: definitions, else Python, with what definition files accept of it, else snapshots.
fn folder(paths: &[PathBuf], label: &str, notes: &mut Notes) -> Result<Vec<Version>, Failure> {
    let definitions = match definitions(paths, label, notes)? {
        Some(version) if assemble::defines(&version) => return Ok(vec![version]),
        other => other,
    };
    let folders = paths.iter().filter(|path| path.is_dir());
    let records = python::read(&folders.cloned().collect::<Vec<_>>(), label, notes)?;
    if let Some(version) = python::beside(records, definitions) {
        return Ok(vec![version]);
    }
    let found = snapshots(paths, label, notes)?;
    match found.is_empty() {
        true => Err(nothing(label, notes)),
        false => Ok(found),
    }
}

fn definitions(
    paths: &[PathBuf],
    label: &str,
    notes: &mut Notes,
) -> Result<Option<Version>, Failure> {
    let told = |error: load::LoadError| Failure::new(error.to_string());
    let files = load::files(paths).map_err(told)?;
    let files = files.map(|file| file.map_err(told));
    assemble::definitions(label, files, &mut load::beside, notes)
}

fn snapshots(paths: &[PathBuf], label: &str, notes: &mut Notes) -> Result<Vec<Version>, Failure> {
    let mut texts = Vec::new();
    for path in paths {
        for (name, text) in crate::registered::texts(path) {
            match text {
                Ok(text) => texts.push((name, text)),
                Err(why) => return Err(Failure::new(format!("cannot read {name}: {why}"))),
            }
        }
    }
    snapshot::read(label, &texts, notes)
}

fn one_text<T>(
    paths: &[PathBuf],
    read: impl FnOnce(&str, &str) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let path = paths.first().map(PathBuf::as_path).unwrap_or(Path::new(""));
    read(&path.display().to_string(), &text(path)?)
}

/// The text of a regular file of bearable size.
pub fn text(path: &Path) -> Result<String, Failure> {
    crate::registered::text(path)
        .map_err(|why| Failure::new(format!("cannot read {}: {why}", path.display())))
}
