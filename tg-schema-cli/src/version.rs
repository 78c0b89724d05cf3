//! What people name as a version into versions that can be compared.
//!
//! | name | module |
//! |---|---|
//! | a path | [`disk`] |
//! | `git:REF[:PATH]` | [`git`] |
//! | `registry:URL[/SUBJECT]` | [`registry`] |
//! | `pulsar-admin:URL` | [`pulsar`] |
//!
//! What is found there is made into a version by [`assemble`] (definitions, annotated Rust, Avro schemas),
//! [`python`] (Records), [`lock`] (lock files) or [`snapshot`] (what registries export); [`history`] puts the
//! schemas of many subjects or topics into versions.

mod assemble;
mod avro;
mod disk;
mod form;
mod git;
mod history;
mod lock;
mod pulsar;
mod python;
mod registry;
mod snapshot;

use std::path::{Path, PathBuf};

use tg_schema_compat::version::Version;
use tg_schema_gen::{Config, load};

use crate::exit::Failure;
use crate::http;

pub use disk::text;

/// Reads versions.
pub struct Reader {
    /// What is looked at in a commit, where no path is named.
    paths: Vec<PathBuf>,
    /// The configuration, which may be another one in a commit.
    config: Option<PathBuf>,
    /// What was passed over, and why: for people.
    pub notes: Notes,
}

/// What was passed over, one sentence each.
pub type Notes = Vec<String>;

/// A name of a version, taken apart.
#[derive(Debug, PartialEq, Eq)]
enum Place<'n> {
    Path(PathBuf),
    Git {
        reference: &'n str,
        path: Option<&'n str>,
    },
    Registry(&'n str),
    Pulsar(&'n str),
}

impl<'n> Place<'n> {
    fn of(name: &'n str) -> Result<Self, Failure> {
        if let Some(rest) = name.strip_prefix("git:") {
            let (reference, path) = match rest.split_once(':') {
                Some((reference, path)) => (reference, Some(path)),
                None => (rest, None),
            };
            return Ok(Place::Git { reference, path });
        }
        if let Some(rest) = name.strip_prefix("registry:") {
            return web(rest, "registry").map(Place::Registry);
        }
        if let Some(rest) = name.strip_prefix("pulsar-admin:") {
            return web(rest, "pulsar-admin").map(Place::Pulsar);
        }
        if http::is_web(name) {
            return Err(Failure::help(
                "an address alone does not tell what is there",
                format!("write registry:{0} or pulsar-admin:{0}", http::shown(name)),
            ));
        }
        if name.is_empty() {
            return Err(Failure::help(
                "the name of a version is empty",
                "`.` is the current folder",
            ));
        }
        Ok(Place::Path(PathBuf::from(name)))
    }
}

fn web<'n>(address: &'n str, prefix: &str) -> Result<&'n str, Failure> {
    match http::is_web(address) {
        true => Ok(address),
        false => Err(Failure::help(
            format!("`{prefix}:{}` has no address", http::shown(address)),
            format!("write {prefix}:http://HOST:PORT or {prefix}:https://HOST"),
        )),
    }
}

impl Reader {
    /// `new` is what the new version is called; where it has no name, it is the inputs of the configuration.
    pub fn new(new: &[String], config: &Config) -> Self {
        let named: Option<Vec<PathBuf>> = new
            .iter()
            .map(|name| match Place::of(name) {
                Ok(Place::Path(path)) => Some(path),
                _ => None,
            })
            .collect();
        let paths = named.filter(|paths| !paths.is_empty());
        Reader {
            paths: paths.unwrap_or_else(|| config.inputs.clone()),
            config: config.path.clone(),
            notes: Notes::new(),
        }
    }

    /// The new version. Of a history it is the last.
    pub fn newest(&mut self, names: &[String]) -> Result<Version, Failure> {
        let mut versions = match names {
            [name] => self.versions(name)?,
            _ => {
                for name in names {
                    if !matches!(Place::of(name)?, Place::Path(_)) {
                        return Err(Failure::help(
                            format!("`{name}` is a version of its own"),
                            "name it alone; only paths make one version together",
                        ));
                    }
                }
                let paths = self.paths.clone();
                bounded(disk::read(&paths, &shown(&paths), &mut self.notes)?)?
            }
        };
        versions
            .pop()
            .ok_or_else(|| Failure::new("there is no version"))
    }

    /// All versions of that name, to compare with: where none defines anything, nothing would be.
    pub fn baseline(&mut self, name: &str) -> Result<Vec<Version>, Failure> {
        let versions = self.versions(name)?;
        match versions.first() {
            Some(first) if !versions.iter().any(assemble::defines) => {
                Err(nothing(&first.label, &self.notes))
            }
            _ => Ok(versions),
        }
    }

    /// All versions of that name, oldest first; at least one, unless it is a lock file without a release.
    pub fn versions(&mut self, name: &str) -> Result<Vec<Version>, Failure> {
        let place = Place::of(name)?;
        let shown = match place {
            Place::Registry(_) | Place::Pulsar(_) => http::shown(name),
            _ => name.to_owned(),
        };
        let name = shown.as_str();
        let found = match place {
            Place::Path(path) => disk::read(&[path], name, &mut self.notes),
            Place::Git { reference, path } => {
                let paths = self.paths.clone();
                let config = self.config.as_deref();
                git::read(reference, path, &paths, config, name, &mut self.notes)
            }
            Place::Registry(address) => {
                let found = registry::read(address, name, &mut self.notes)?;
                some(found, name, &self.notes)
            }
            Place::Pulsar(address) => {
                let found = pulsar::read(address, name, &mut self.notes)?;
                some(found, name, &self.notes)
            }
        };
        bounded(found?)
    }
}

/// Records and other types of a version that are compared, at most: each takes some 20 KB.
const MAX_MESSAGES: usize = 50_000;

/// Versions, none of which is too large to be compared.
fn bounded(versions: Vec<Version>) -> Result<Vec<Version>, Failure> {
    let large = versions.iter().find(|v| v.messages.len() > MAX_MESSAGES);
    match large {
        None => Ok(versions),
        Some(large) => Err(Failure::help(
            format!(
                "{} has {} records and other types; at most {MAX_MESSAGES} of a version are compared",
                large.label,
                large.messages.len()
            ),
            "name some of the files or folders",
        )),
    }
}

/// The releases of a lock file, oldest first, whatever it is called.
pub fn releases(path: &Path) -> Result<Vec<Version>, Failure> {
    lock::read(&path.display().to_string(), &text(path)?)
}

/// The version that a text is, as a file of that name would be.
pub fn of_text(name: &str, text: &str) -> Result<Version, Failure> {
    let file = load::File {
        module: vec!["example".to_owned()],
        name: name.to_owned(),
        path: PathBuf::from(name),
        named: true,
        bytes: text.as_bytes().to_vec(),
    };
    let mut open = |_: &str| Ok(None);
    let files = std::iter::once(Ok(file));
    let version = assemble::definitions(name, files, &mut open, &mut Notes::new())?;
    version.ok_or_else(|| nothing(name, &Notes::new()))
}

/// The versions, where there are any.
fn some(versions: Vec<Version>, label: &str, notes: &Notes) -> Result<Vec<Version>, Failure> {
    match versions.is_empty() {
        true => Err(Failure::Other {
            message: format!("there is nothing to compare in {label}"),
            help: left_out(notes),
        }),
        false => Ok(versions),
    }
}

/// Nothing that could be compared.
fn nothing(label: &str, notes: &Notes) -> Failure {
    let known = "known are definitions (.toml, .json), annotated Rust (.rs), Avro schemas (.avsc), Python Records (.py), lock files (.lock) and exported snapshots (.json, .jsonl)";
    Failure::help(
        format!("there is nothing to compare in {label}"),
        left_out(notes).unwrap_or_else(|| known.to_owned()),
    )
}

/// What was passed over, where nothing else was found.
fn left_out(notes: &Notes) -> Option<String> {
    const SHOWN: usize = 3;
    let mut told: Vec<String> = notes.iter().take(SHOWN).cloned().collect();
    match notes.len().saturating_sub(SHOWN) {
        0 => {}
        more => told.push(format!("and {more} more like these")),
    }
    (!told.is_empty()).then(|| told.join("; "))
}

/// A name as it is written in a file in `folder`: a path is relative to that.
pub fn below(folder: &Path, name: &str) -> String {
    match Place::of(name) {
        Ok(Place::Path(path)) => folder.join(path).display().to_string(),
        _ => name.to_owned(),
    }
}

fn shown(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema_compat::version::Message;
    use tg_schema_model::{Schema, Sources};

    #[test]
    fn versions_have_a_size() {
        let of = |count: usize| {
            let mut version = Version::of_definitions("v1", Schema::default(), Sources::default());
            version.messages = vec![Message::new("R", "", ""); count];
            vec![version]
        };
        assert!(bounded(of(MAX_MESSAGES)).is_ok());
        let error = bounded(of(MAX_MESSAGES + 1)).unwrap_err().message();
        assert!(error.starts_with("v1 has 50001 records"), "{error}");
    }

    #[test]
    fn names_are_told_apart() {
        let git = |reference, path| Place::Git { reference, path };
        let same = |name, place| assert_eq!(Place::of(name).unwrap(), place, "{name}");
        same("git:v1", git("v1", None));
        same("git:v1:a/b.toml", git("v1", Some("a/b.toml")));
        same("git:HEAD~1:./a:b", git("HEAD~1", Some("./a:b")));
        same("registry:http://r/x", Place::Registry("http://r/x"));
        same("pulsar-admin:https://p", Place::Pulsar("https://p"));
        same("a:b", Place::Path("a:b".into()));
        same("./git:v1", Place::Path("./git:v1".into()));
        for wrong in ["", "http://r", "registry:r:8081", "pulsar-admin:"] {
            assert!(Place::of(wrong).is_err(), "{wrong}");
        }
    }
}
