//! Files and folders into the files that may be read, with their module paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use super::{LoadError, MAX_DEPTH, MAX_FILES, refused};
use crate::definition::Notation;
use crate::output::{self, MANIFEST};

/// What marks a folder that tools fill and may empty, such as cargo's `target`.
const CACHE_TAG: &str = "CACHEDIR.TAG";
/// Files that mark a folder as one that is passed over.
pub(super) const MARKS: [&str; 2] = [MANIFEST, CACHE_TAG];

/// A file that was found, and its module path.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// The path without links: two paths may lead to one file.
    real: PathBuf,
    pub(super) module: Vec<String>,
    pub(super) kind: Kind,
    /// Whether it was named itself, not a folder that it is in.
    pub(super) named: bool,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Definition(Notation),
    Avro,
    Rust,
}

impl Kind {
    /// By its name; a definition in TOML where that tells nothing.
    pub(super) fn of(name: &str) -> Kind {
        by_name(name).map_or(Kind::Definition(Notation::Toml), |(_, kind)| kind)
    }
}

/// The files of all inputs, in the order of their module paths, each once.
pub(super) fn find(inputs: &[PathBuf]) -> Result<Vec<Found>, LoadError> {
    let mut found = Vec::new();
    for input in inputs {
        let about = std::fs::metadata(input).map_err(|error| unseen(input, error))?;
        let real = std::fs::canonicalize(input).map_err(|error| refused(input, error))?;
        if about.is_dir() {
            let mut walk = Walk {
                module: Vec::new(),
                above: Vec::new(),
                generated: output::listed(input),
                found: &mut found,
            };
            walk.folder(input, real)?;
        } else {
            let (stem, kind) =
                by_name(&file_name(input)).ok_or_else(|| LoadError::Unsupported(input.clone()))?;
            regular(input, &about)?;
            found.push(Found {
                path: input.clone(),
                real,
                module: vec![stem],
                kind,
                named: true,
            });
        }
    }
    if inputs.len() > 1 {
        spell_alike(&mut found);
    }
    once(&mut found);
    found.sort_by(|a, b| (&a.module, &a.path).cmp(&(&b.module, &b.path)));
    Ok(found)
}

/// `mod x;` is looked up by the name of a file: Rust files of one folder get one spelling of it, that of
/// the input highest above them.
fn spell_alike(found: &mut [Found]) {
    let mut folders: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let place = |one: &Found| {
        let folder = one.path.parent()?;
        let there = match folder.as_os_str().is_empty() {
            true => Path::new("."),
            false => folder,
        };
        Some((std::fs::canonicalize(there).ok()?, folder.to_owned()))
    };
    found.sort_by_cached_key(|one| (one.real.components().count(), one.path.clone()));
    for one in found.iter_mut().filter(|one| one.kind == Kind::Rust) {
        let (Some((real, folder)), Some(name)) = (place(one), one.path.file_name()) else {
            continue;
        };
        let above = real.ancestors().skip(1).find_map(|above| {
            let spelled = folders.get(above)?;
            Some(spelled.join(real.strip_prefix(above).ok()?))
        });
        let folder = folders.entry(real).or_insert(above.unwrap_or(folder));
        one.path = folder.join(name);
    }
}

/// A file has one place: the longest module path that it was found under, and of its names the shortest.
fn once(found: &mut Vec<Found>) {
    let length = |path: &Path| path.as_os_str().len();
    found.sort_by(|a, b| {
        (&a.real, b.module.len(), length(&a.path), &a.path).cmp(&(
            &b.real,
            a.module.len(),
            length(&b.path),
            &b.path,
        ))
    });
    found.dedup_by(|other, kept| {
        let same = other.real == kept.real;
        kept.named |= same && other.named;
        same
    });
}

/// A file that is there and is one: nothing else has an end to read to.
fn regular(path: &Path, about: &Metadata) -> Result<(), LoadError> {
    match about.is_file() {
        true => Ok(()),
        false => Err(LoadError::NoFile(path.to_owned())),
    }
}

/// Why nothing can be said of what a path leads to.
fn unseen(path: &Path, error: io::Error) -> LoadError {
    match error.kind() {
        io::ErrorKind::NotFound if path.is_symlink() => LoadError::BrokenLink(path.to_owned()),
        _ => refused(path, error),
    }
}

/// The way through the folders of one input.
struct Walk<'a> {
    /// Module path of the folder.
    module: Vec<String>,
    /// The folders that it is in, without links.
    above: Vec<PathBuf>,
    /// Paths below the input that were generated into it.
    generated: BTreeSet<PathBuf>,
    found: &'a mut Vec<Found>,
}

impl Walk<'_> {
    /// Collects the files of a folder.
    fn folder(&mut self, folder: &Path, real: PathBuf) -> Result<(), LoadError> {
        let is_top = self.above.is_empty();
        if !is_top && MARKS.iter().any(|mark| folder.join(mark).exists()) {
            return Ok(());
        }
        // A link back to a folder above would never end.
        if self.above.contains(&real) {
            return Ok(());
        }
        if self.above.len() >= MAX_DEPTH {
            return Err(LoadError::TooMany(folder.to_owned()));
        }
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(|error| refused(folder, error))? {
            let entry = entry.map_err(|error| refused(folder, error))?;
            let kind = entry.file_type();
            let is_link = kind
                .map_err(|error| refused(&entry.path(), error))?
                .is_symlink();
            entries.push((entry.file_name(), is_link));
        }
        entries.sort();
        self.above.push(real);
        for (name, is_link) in entries {
            let text = name.to_string_lossy();
            if !text.starts_with('.') {
                self.entry(folder.join(&name), &text, is_link)?;
            }
        }
        self.above.pop();
        Ok(())
    }

    fn entry(&mut self, path: PathBuf, name: &str, is_link: bool) -> Result<(), LoadError> {
        let readable = readable(name);
        let about = match std::fs::metadata(&path) {
            Ok(about) => about,
            // What it leads to was a definition, or a folder of them, or nothing that was ever read.
            Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
                return match readable.is_some() || !name.contains('.') {
                    true => Err(LoadError::BrokenLink(path)),
                    false => Ok(()),
                };
            }
            Err(error) => return Err(refused(&path, error)),
        };
        let real = match self.above.last().filter(|_| !is_link) {
            Some(folder) => folder.join(path.file_name().unwrap_or_default()),
            None => std::fs::canonicalize(&path).map_err(|error| refused(&path, error))?,
        };
        if about.is_dir() {
            self.module.push(name.to_owned());
            self.folder(&path, real)?;
            self.module.pop();
        } else if let Some((stem, kind)) = readable {
            regular(&path, &about)?;
            if self.is_generated(name) {
                return Ok(());
            }
            if self.found.len() >= MAX_FILES {
                return Err(LoadError::TooMany(path));
            }
            let mut module = self.module.clone();
            module.push(stem);
            self.found.push(Found {
                path,
                real,
                module,
                kind,
                named: false,
            });
        }
        Ok(())
    }

    fn is_generated(&self, name: &str) -> bool {
        if self.generated.is_empty() {
            return false;
        }
        let below: PathBuf = self
            .module
            .iter()
            .map(String::as_str)
            .chain([name])
            .collect();
        self.generated.contains(&below)
    }
}

/// Module name and kind of a file that may be read. An Avro schema is often named by its full name: dots and
/// dashes, which no module has, become underscores.
fn by_name(name: &str) -> Option<(String, Kind)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let kind = match extension.to_ascii_lowercase().as_str() {
        "toml" => Kind::Definition(Notation::Toml),
        "json" => Kind::Definition(Notation::Json),
        "avsc" => Kind::Avro,
        "rs" => Kind::Rust,
        _ => return None,
    };
    let stem = match kind {
        Kind::Avro => stem.replace(['.', '-'], "_"),
        _ => stem.to_owned(),
    };
    Some((stem, kind))
}

/// As [`by_name`], for a file in a folder.
pub(super) fn readable(name: &str) -> Option<(String, Kind)> {
    by_name(name).filter(|_| !set_aside(name))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Files that stand among definitions and are none.
fn set_aside(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".schema.json") || name == "tg-schema.toml"
}

#[cfg(test)]
mod tests {
    use super::by_name;

    #[test]
    fn an_avro_schema_may_be_named_by_its_full_name() {
        let module = |name| by_name(name).map(|(module, _)| module);
        assert_eq!(
            module("com.acme.Order-v1.avsc").as_deref(),
            Some("com_acme_Order_v1")
        );
        assert_eq!(module("a-b.toml").as_deref(), Some("a-b"));
        assert_eq!(module("B.TOML").as_deref(), Some("B"));
        assert_eq!(module("a.txt"), None);
    }
}
