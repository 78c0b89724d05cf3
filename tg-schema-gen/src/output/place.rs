//! A path below the output folder into what is there now.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::{Obstacle, OutputError, Reason};

/// Longest path that is written, in bytes.
const LONGEST_PATH: usize = 4096;

/// Refuses a path that could lead out of the output folder on any operating system, or that has
/// characters which a line of the manifest cannot hold.
pub(super) fn safe(path: &str) -> Result<(), OutputError> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    let legal =
        |c: char| !c.is_control() && !matches!(c, '\\' | ':' | '<' | '>' | '"' | '|' | '?' | '*');
    if path.len() <= LONGEST_PATH && path.split('/').all(plain) && path.chars().all(legal) {
        Ok(())
    } else {
        Err(OutputError::UnsafePath(path.to_owned()))
    }
}

/// What is at a path.
pub(super) enum Found {
    Missing,
    Content(Vec<u8>),
    Obstacle(Obstacle),
}

/// Looks at paths below a folder and never through a symbolic link.
pub(super) struct Places<'a> {
    dir: &'a Path,
    folders: BTreeSet<String>,
    absent: BTreeSet<String>,
}

enum Kind {
    Missing,
    File,
    Folder,
    Link,
    Other,
}

impl<'a> Places<'a> {
    pub(super) fn new(dir: &'a Path) -> Self {
        Places {
            dir,
            folders: BTreeSet::new(),
            absent: BTreeSet::new(),
        }
    }

    pub(super) fn look(&mut self, path: &str) -> Result<Found, OutputError> {
        let obstacle = |path: &str, reason| {
            Ok(Found::Obstacle(Obstacle {
                path: path.to_owned(),
                reason,
            }))
        };
        let parent = path.rsplit_once('/').map_or("", |(p, _)| p);
        if let Some(found) = self.walk(parent)? {
            return Ok(found);
        }
        let place = self.dir.join(path);
        match kind(&place)? {
            Kind::Missing => Ok(Found::Missing),
            Kind::File => match std::fs::read(&place) {
                Ok(content) => Ok(Found::Content(content)),
                Err(e) => Err(OutputError::io("read", place, e)),
            },
            Kind::Link => obstacle(path, Reason::Link),
            Kind::Folder | Kind::Other => obstacle(path, Reason::NotAFile),
        }
    }

    /// `None` where every folder on the way is a real one.
    fn walk(&mut self, folder: &str) -> Result<Option<Found>, OutputError> {
        if self.folders.contains(folder) {
            return Ok(None);
        }
        if self.absent.contains(folder) {
            return Ok(Some(Found::Missing));
        }
        if !folder.is_empty() {
            let parent = folder.rsplit_once('/').map_or("", |(p, _)| p);
            if let Some(found) = self.walk(parent)? {
                return Ok(Some(found));
            }
        }
        let place = if folder.is_empty() {
            self.dir.to_owned()
        } else {
            self.dir.join(folder)
        };
        let found = match kind(&place)? {
            Kind::Folder => None,
            // The output folder itself is the user's choice, wherever it leads.
            Kind::Link if folder.is_empty() && place.is_dir() => None,
            Kind::Missing => Some(Found::Missing),
            Kind::Link => Some(self.obstacle(folder, Reason::Link)),
            Kind::File | Kind::Other => Some(self.obstacle(folder, Reason::NotAFolder)),
        };
        match found {
            None => self.folders.insert(folder.to_owned()),
            Some(Found::Missing) => self.absent.insert(folder.to_owned()),
            Some(_) => false,
        };
        Ok(found)
    }

    fn obstacle(&self, folder: &str, reason: Reason) -> Found {
        let path = if folder.is_empty() {
            self.dir.display().to_string()
        } else {
            folder.to_owned()
        };
        Found::Obstacle(Obstacle { path, reason })
    }
}

fn kind(place: &PathBuf) -> Result<Kind, OutputError> {
    match std::fs::symlink_metadata(place) {
        Ok(m) if m.is_file() => Ok(Kind::File),
        Ok(m) if m.is_dir() => Ok(Kind::Folder),
        Ok(m) if m.is_symlink() => Ok(Kind::Link),
        Ok(_) => Ok(Kind::Other),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound) => Ok(Kind::Missing),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotADirectory) => Ok(Kind::Missing),
        Err(e) => Err(OutputError::io("look at", place, e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "a//b",
            "a/../b",
            "..",
            ".",
            "a/",
            "a\\b",
            "C:x",
            "a\nb",
            "a\0b",
            "a/?",
        ] {
            assert!(
                matches!(safe(path), Err(OutputError::UnsafePath(_))),
                "{path:?}"
            );
        }
        assert!(safe(&"a/".repeat(3000)).is_err());
        for path in ["rust/mod.rs", "avro/a b/Größe.avsc", "a/..b/c..", ".hidden"] {
            assert!(safe(path).is_ok(), "{path:?}");
        }
    }
}
