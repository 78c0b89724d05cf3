//! Files and folders into the files that may be read, with their module paths.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{LoadError, MAX_DEPTH, MAX_FILES, refused};
use crate::definition::Notation;
use crate::output::MANIFEST;

/// What marks a folder that tools fill and may empty, such as cargo's `target`.
const CACHE_TAG: &str = "CACHEDIR.TAG";

/// A file that was found, and its module path.
pub(super) struct Found {
    pub(super) path: PathBuf,
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

/// The files of all inputs, in the order of their module paths.
pub(super) fn find(inputs: &[PathBuf]) -> Result<Vec<Found>, LoadError> {
    let mut found = Vec::new();
    for input in inputs {
        let about = std::fs::metadata(input).map_err(|error| refused(input, error))?;
        if about.is_dir() {
            let mut above = Vec::new();
            walk(input, &mut Vec::new(), &mut above, &mut found)?;
        } else {
            let name = file_name(input);
            let (stem, kind) =
                by_name(&name).ok_or_else(|| LoadError::Unsupported(input.clone()))?;
            found.push(Found {
                path: input.clone(),
                module: vec![stem],
                kind,
                named: true,
            });
        }
    }
    found.sort_by(|a, b| (&a.module, &a.path, !a.named).cmp(&(&b.module, &b.path, !b.named)));
    found.dedup_by(|a, b| a.module == b.module && a.path == b.path);
    once(&mut found);
    Ok(found)
}

/// A Rust file has one place in the tree of its crate: the longest path that it was found under.
fn once(found: &mut Vec<Found>) {
    let mut places: BTreeMap<PathBuf, (usize, bool)> = BTreeMap::new();
    for one in found.iter().filter(|one| one.kind == Kind::Rust) {
        let (length, named) = places.entry(one.path.clone()).or_default();
        *length = one.module.len().max(*length);
        *named |= one.named;
    }
    found.retain_mut(|one| match places.get(&one.path) {
        Some((length, named)) => {
            one.named = *named;
            *length == one.module.len()
        }
        None => true,
    });
}

/// Collects the files of a folder.
fn walk(
    folder: &Path,
    module: &mut Vec<String>,
    above: &mut Vec<PathBuf>,
    found: &mut Vec<Found>,
) -> Result<(), LoadError> {
    if !above.is_empty() && (folder.join(MANIFEST).exists() || folder.join(CACHE_TAG).exists()) {
        return Ok(());
    }
    // A link back to a folder above would never end.
    let real = std::fs::canonicalize(folder).map_err(|error| refused(folder, error))?;
    if above.contains(&real) {
        return Ok(());
    }
    if above.len() >= MAX_DEPTH {
        return Err(LoadError::TooMany(folder.to_owned()));
    }
    above.push(real);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| refused(folder, error))? {
        names.push(entry.map_err(|error| refused(folder, error))?.file_name());
    }
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        let about = match std::fs::metadata(&path) {
            Ok(about) => about,
            // A link that leads nowhere is no definition.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(refused(&path, error)),
        };
        if about.is_dir() {
            module.push(name.into_owned());
            walk(&path, module, above, found)?;
            module.pop();
        } else if let Some((stem, kind)) = by_name(&name)
            && !set_aside(&name)
        {
            if found.len() >= MAX_FILES {
                return Err(LoadError::TooMany(path));
            }
            let mut module = module.clone();
            module.push(stem);
            found.push(Found {
                path,
                module,
                kind,
                named: false,
            });
        }
    }
    above.pop();
    Ok(())
}

/// Module name and kind of a file that may be read. An Avro schema is often named by its full name: dots and
/// dashes, which no module has, become underscores.
fn by_name(name: &str) -> Option<(String, Kind)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let kind = match extension {
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

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Files that stand among definitions and are none.
fn set_aside(name: &str) -> bool {
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
        assert_eq!(module("a.txt"), None);
    }
}
