//! `git:REF[:PATH]`: a version as it stands in a commit.
//!
//! Everything is read through one `git cat-file --batch` child ([`batch`]); the work tree, the index and the network
//! are left alone. PATH is below the root of the repository, as in `git show REF:PATH`, or below the current folder
//! where it begins with `./` or `../`. A folder is walked as one on the disk is ([`tree`]).

mod batch;
mod path;
mod tree;

use std::path::{Path, PathBuf};

use tg_schema_compat::version::Version;
use tg_schema_gen::Config;
use tg_schema_gen::load::{self, File};
use tg_schema_migrate::source::Given;

use super::form::{Form, SNAPSHOTS};
use super::{Notes, assemble, lock, nothing, python, snapshot, some};
use crate::exit::Failure;
use batch::{Absent, Batch, Object};
use path::{in_no_work_tree, inside, is_top, speakable, written};
use tree::Tree;

/// The versions at a commit. Without `path`, `defaults` are read there: paths as one would write them here, as is that
/// of the configuration.
pub fn read(
    reference: &str,
    path: Option<&str>,
    defaults: &[PathBuf],
    config: Option<&Path>,
    label: &str,
    notes: &mut Notes,
) -> Result<Vec<Version>, Failure> {
    speakable(reference, "REF")?;
    if reference.is_empty() {
        return Err(Failure::help(
            format!("`{label}` names no commit"),
            "write git:REF or git:REF:PATH, where REF is a branch, tag or commit",
        ));
    }
    let outside = in_no_work_tree();
    let paths = match path {
        Some(path) => {
            speakable(path, "PATH")?;
            vec![written(path)]
        }
        None => {
            let paths = defaults.iter().map(|path| inside(path, outside));
            paths.collect::<Result<_, _>>()?
        }
    };
    let mut batch = Batch::open()?;
    let mut commit = Commit {
        reference,
        batch: &mut batch,
        at_top: is_top(),
    };
    commit.exists()?;
    let config = config.and_then(|path| commit.config(path, outside));
    let mut roots = Vec::new();
    let mut missing = Vec::new();
    for path in paths {
        match commit.at(&path)? {
            Ok(object) => roots.push((path, object)),
            Err(absent) => missing.push((path, absent)),
        }
    }
    // A folder of inputs may be newer than the commit, but not all of them.
    if let (true, Some((path, absent))) = (roots.is_empty(), missing.first()) {
        let elsewhere = match absent {
            Absent::Missing => commit.holding(),
            Absent::Outside | Absent::Broken => Vec::new(),
        };
        return Err(absence(reference, path, absent, &elsewhere));
    }
    let mut versions = commit.versions(roots, label, notes)?;
    for version in &mut versions {
        version.non_exhaustive = config.as_ref().map(|config| config.rust.non_exhaustive);
    }
    Ok(versions)
}

/// Paths that are told where there is nothing at the one that was asked for.
const MAX_SHOWN: usize = 5;

fn absence(reference: &str, path: &str, absent: &Absent, elsewhere: &[String]) -> Failure {
    let place = format!("`{path}` at git:{reference}");
    match absent {
        Absent::Missing if !elsewhere.is_empty() => {
            let shown = elsewhere
                .iter()
                .take(MAX_SHOWN)
                .map(|path| format!("git:{reference}:{path}"));
            let mut shown = shown.collect::<Vec<_>>().join(", ");
            if elsewhere.len() > MAX_SHOWN {
                shown.push_str(", …");
            }
            Failure::help(
                format!("there is no {place}"),
                format!("definitions were there then: {shown}"),
            )
        }
        Absent::Missing => Failure::help(
            format!("there is no {place}"),
            "write git:REF:PATH, with PATH below the root of the repository",
        ),
        Absent::Outside => Failure::new(format!("{place} is a link out of the repository")),
        Absent::Broken => Failure::new(format!("{place} is a link that leads nowhere")),
    }
}

/// A commit, and the child that reads it.
struct Commit<'c> {
    reference: &'c str,
    batch: &'c mut Batch,
    /// Whether paths from the current folder are paths from the root.
    at_top: bool,
}

impl Commit<'_> {
    fn exists(&mut self) -> Result<(), Failure> {
        let reference = self.reference;
        match self.batch.ask(&format!("{reference}^{{tree}}"))? {
            Ok(_) => Ok(()),
            Err(_) => Err(batch::unknown(reference)),
        }
    }

    /// The configuration as it was there, if there was one that can be read.
    fn config(&mut self, path: &Path, outside: bool) -> Option<Config> {
        let name = inside(path, outside).ok()?;
        let Ok(Ok(Object::Blob { bytes, .. })) = self.at(&name) else {
            return None;
        };
        Config::parse(std::str::from_utf8(&bytes).ok()?, path).ok()
    }

    /// The topmost folders that hold definitions or Avro schemas, and such files at the root; none where that cannot be
    /// found out.
    fn holding(&mut self) -> Vec<String> {
        let Ok(Ok(Object::Tree { id, entries })) = self.at("") else {
            return Vec::new();
        };
        let Ok(tree) = Tree::walk(self.batch, self.reference, "", id, &entries) else {
            return Vec::new();
        };
        let wanted = |name: &str| name.ends_with(".avsc") || name.ends_with(".toml");
        let files = tree.take(self.batch, wanted).unwrap_or_default();
        let mut found: Vec<String> = Vec::new();
        for (file, bytes) in files {
            let text = String::from_utf8_lossy(&bytes);
            let defines = ["[record.", "[enum."]
                .iter()
                .any(|table| text.starts_with(table) || text.contains(&format!("\n{table}")));
            if !file.name.ends_with(".avsc") && !defines {
                continue;
            }
            let path = file.path.trim_start_matches(['.', '/']);
            let holder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
            let below = |known: &String| {
                holder
                    .strip_prefix(known.as_str())
                    .is_some_and(|r| r.starts_with('/'))
            };
            if !found.iter().any(|known| known == holder || below(known)) {
                found.push(holder.to_owned());
            }
        }
        found
    }

    fn at(&mut self, path: &str) -> Result<Result<Object, Absent>, Failure> {
        self.batch.ask(&format!("{}:{path}", self.reference))
    }

    /// What a file of the commit is called in reports, so that `git show` takes it too.
    fn name(&self, path: &str) -> String {
        let path = match self.at_top {
            true => path.trim_start_matches("./"),
            false => path,
        };
        format!("git:{}:{path}", self.reference)
    }

    fn versions(
        mut self,
        roots: Vec<(String, Object)>,
        label: &str,
        notes: &mut Notes,
    ) -> Result<Vec<Version>, Failure> {
        let mut files = Vec::new();
        let mut folders = Vec::new();
        let mut forms = Vec::new();
        for (path, object) in roots {
            match object {
                Object::Blob { bytes, .. } => {
                    let name = self.name(&path);
                    let form =
                        Form::of(&name, || Ok(String::from_utf8_lossy(&bytes).into_owned()))?;
                    forms.push((name.clone(), form));
                    files.push((path, name, bytes));
                }
                Object::Tree { id, entries } => folders.push((path, id, entries)),
            }
        }
        let has = |wanted: Form| forms.iter().any(|(_, form)| *form == wanted);
        let others = has(Form::Lock) || has(Form::Snapshot);
        let more = has(Form::Definitions) || !folders.is_empty();
        let form = match has(Form::Python) && more && !others {
            true => None,
            false => Form::one(&forms)?,
        };
        if let (Some(Form::Lock | Form::Snapshot), false) = (form, folders.is_empty()) {
            return Err(Failure::help(
                format!("{label}: a folder beside a lock file or a snapshot"),
                "name them apart, each with `--against`",
            ));
        }
        let mut trees = Vec::new();
        for (path, id, entries) in folders {
            let tree = Tree::walk(self.batch, self.reference, &path, id, &entries)?;
            for link in &tree.submodules {
                notes.push(format!("{} is a submodule and left out", self.name(link)));
            }
            trees.push(tree);
        }
        match form {
            Some(Form::Lock) => {
                let (_, name, bytes) = files.pop().unwrap_or_default();
                lock::read(label, &text(&name, bytes)?)
            }
            Some(Form::Snapshot) => {
                let texts = files.into_iter().map(|(_, name, bytes)| {
                    let text = text(&name, bytes)?;
                    Ok((name, text))
                });
                let texts = texts.collect::<Result<Vec<_>, Failure>>()?;
                some(snapshot::read(label, &texts, notes)?, label, notes)
            }
            Some(Form::Python) => {
                let version = self.python(files, &trees, label, notes)?;
                version
                    .map(|v| vec![v])
                    .ok_or_else(|| nothing(label, notes))
            }
            Some(Form::Definitions) => {
                let version = self.definitions(files, &trees, label, notes)?;
                version
                    .map(|v| vec![v])
                    .ok_or_else(|| nothing(label, notes))
            }
            None => {
                let is_python = |(path, ..): &(String, String, Vec<u8>)| path.ends_with(".py");
                let (python, others) = files.into_iter().partition(is_python);
                let definitions = match self.definitions(others, &trees, label, notes)? {
                    Some(version) if assemble::defines(&version) => {
                        // Files that define something and files of Python are no version together.
                        if Form::one(&forms)? != Some(Form::Python) {
                            return Ok(vec![version]);
                        }
                        None
                    }
                    other => other,
                };
                let records = self.python(python, &trees, label, notes)?;
                if let Some(version) = python::beside(records, definitions) {
                    return Ok(vec![version]);
                }
                let found = self.snapshots(&trees, label, notes)?;
                match found.is_empty() {
                    true => Err(nothing(label, notes)),
                    false => Ok(found),
                }
            }
        }
    }

    fn definitions(
        &mut self,
        named: Vec<(String, String, Vec<u8>)>,
        trees: &[Tree],
        label: &str,
        notes: &mut Notes,
    ) -> Result<Option<Version>, Failure> {
        let mut files = Vec::new();
        for (path, name, bytes) in named {
            let last = path.rsplit('/').next().unwrap_or(&path);
            let module = load::module_name(last).ok_or_else(|| {
                Failure::new(format!(
                    "{name} is no definition file: expected .toml, .json, .rs or .avsc"
                ))
            })?;
            files.push(File {
                module: vec![module],
                path: PathBuf::from(&name),
                name,
                named: true,
                bytes,
            });
        }
        for tree in trees {
            for (found, bytes) in tree.take(self.batch, |name| load::module_name(name).is_some())? {
                let mut module = found.folders.clone();
                module.extend(load::module_name(&found.name));
                let name = self.name(&found.path);
                files.push(File {
                    module,
                    path: PathBuf::from(&name),
                    name,
                    named: false,
                    bytes,
                });
            }
        }
        files.sort_by(|a, b| (&a.module, &a.name).cmp(&(&b.module, &b.name)));
        files.dedup_by(|a, b| a.name == b.name);
        let before = self.name("");
        let mut open = |name: &str| {
            let path = name.strip_prefix(&before).unwrap_or(name);
            match self.at(path) {
                Ok(Ok(Object::Blob { bytes, .. })) => String::from_utf8(bytes)
                    .map(Some)
                    .map_err(|e| e.to_string()),
                Ok(_) => Ok(None),
                Err(failure) => Err(failure.message()),
            }
        };
        assemble::definitions(label, files.into_iter().map(Ok), &mut open, notes)
    }

    fn python(
        &mut self,
        named: Vec<(String, String, Vec<u8>)>,
        trees: &[Tree],
        label: &str,
        notes: &mut Notes,
    ) -> Result<Option<Version>, Failure> {
        let root = Path::new("/");
        let mut files = Vec::new();
        let mut add = |path: &str, name: &str, folders: &[String], bytes: Vec<u8>| {
            let last = path.rsplit('/').next().unwrap_or(path);
            let stem = last.strip_suffix(".py").unwrap_or(last);
            let mut module = folders.to_vec();
            if stem != "__init__" || module.is_empty() {
                module.push(stem.to_owned());
            }
            let below: PathBuf = path.split('/').filter(|part| *part != ".").collect();
            files.push(Given {
                path: PathBuf::from(name),
                real: root.join(below),
                module,
                bytes,
            });
        };
        for (path, name, bytes) in named {
            add(&path, &name, &[], bytes);
        }
        for tree in trees {
            for (found, bytes) in tree.take(self.batch, |name| name.ends_with(".py"))? {
                let name = self.name(&found.path);
                add(&found.path, &name, &found.folders, bytes);
            }
        }
        if files.is_empty() {
            return Ok(None);
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files.dedup_by(|a, b| a.path == b.path);
        python::of_files(root, files, label, notes)
    }

    fn snapshots(
        &mut self,
        trees: &[Tree],
        label: &str,
        notes: &mut Notes,
    ) -> Result<Vec<Version>, Failure> {
        let ends = |name: &str| {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending);
            ending.is_some_and(|ending| SNAPSHOTS.contains(&ending))
        };
        let mut texts = Vec::new();
        for tree in trees {
            for (found, bytes) in tree.take(self.batch, ends)? {
                let name = self.name(&found.path);
                let text = text(&name, bytes)?;
                texts.push((name, text));
            }
        }
        texts.sort();
        snapshot::read(label, &texts, notes)
    }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| Failure::new(format!("{name} is not UTF-8")))
}
