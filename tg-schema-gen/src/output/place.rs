//! A path below the output folder into what is there now.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::{Obstacle, OutputError, Reason};

/// Longest path that is written, in bytes.
const LONGEST_PATH: usize = 4096;

/// Bytes of a file that are read at one go.
const PIECE: usize = 64 * 1024;

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
#[derive(Clone)]
pub(super) enum Found {
    Missing,
    /// A file with the content that it should have.
    Same,
    /// A file with another content.
    Other(Vec<u8>),
    Obstacle(Obstacle),
}

/// Looks at a path, on whose way all folders are real ones, for a file with this content.
pub(super) fn compare(dir: &Path, path: &str, wanted: &[u8]) -> Result<Found, OutputError> {
    let place = dir.join(path);
    match Kind::of(&place)? {
        Kind::Missing => Ok(Found::Missing),
        Kind::File(size) => {
            let refused = |e| OutputError::io("read", &place, e);
            if size == wanted.len() as u64 && is_content(&place, wanted).map_err(refused)? {
                return Ok(Found::Same);
            }
            std::fs::read(&place).map(Found::Other).map_err(refused)
        }
        Kind::Link => Ok(obstacle(path, Reason::Link)),
        Kind::Folder | Kind::Other => Ok(obstacle(path, Reason::NotAFile)),
    }
}

/// Whether a file has this content, a piece at a time.
fn is_content(place: &Path, wanted: &[u8]) -> io::Result<bool> {
    let mut file = File::open(place)?;
    let mut piece = vec![0; PIECE.min(wanted.len() + 1)];
    let mut wanted = wanted;
    loop {
        let read = match file.read(&mut piece) {
            Ok(read) => read,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        match (piece.get(..read), wanted.split_at_checked(read)) {
            (Some([]), _) => return Ok(wanted.is_empty()),
            (Some(some), Some((first, rest))) if some == first => wanted = rest,
            _ => return Ok(false),
        }
    }
}

fn obstacle(path: &str, reason: Reason) -> Found {
    Found::Obstacle(Obstacle {
        path: path.to_owned(),
        reason,
    })
}

/// Looks at paths below a folder and never through a symbolic link.
pub(super) struct Places<'a> {
    dir: &'a Path,
    folders: BTreeSet<String>,
    absent: BTreeSet<String>,
}

enum Kind {
    Missing,
    /// With its size.
    File(u64),
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

    /// What is at a path, whatever it should be.
    pub(super) fn look(&mut self, path: &str) -> Result<Found, OutputError> {
        match self.way(path)? {
            Some(found) => Ok(found),
            None => match compare(self.dir, path, &[])? {
                Found::Same => Ok(Found::Other(Vec::new())),
                found => Ok(found),
            },
        }
    }

    /// What is in the way to a path. `None` where every folder on it is a real one.
    pub(super) fn way(&mut self, path: &str) -> Result<Option<Found>, OutputError> {
        self.walk(path.rsplit_once('/').map_or("", |(p, _)| p))
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
        let found = match Kind::of(&place)? {
            Kind::Folder => None,
            // The output folder itself is the user's choice, wherever it leads.
            Kind::Link if folder.is_empty() && place.is_dir() => None,
            Kind::Missing => Some(Found::Missing),
            Kind::Link => Some(self.obstacle(folder, Reason::Link)),
            Kind::File(_) | Kind::Other => Some(self.obstacle(folder, Reason::NotAFolder)),
        };
        match found {
            None => self.folders.insert(folder.to_owned()),
            Some(Found::Missing) => self.absent.insert(folder.to_owned()),
            Some(_) => false,
        };
        Ok(found)
    }

    fn obstacle(&self, folder: &str, reason: Reason) -> Found {
        if folder.is_empty() {
            obstacle(&self.dir.display().to_string(), reason)
        } else {
            obstacle(folder, reason)
        }
    }
}

impl Kind {
    fn of(place: &Path) -> Result<Kind, OutputError> {
        match std::fs::symlink_metadata(place) {
            Ok(m) if m.is_file() => Ok(Kind::File(m.len())),
            Ok(m) if m.is_dir() => Ok(Kind::Folder),
            Ok(m) if m.is_symlink() => Ok(Kind::Link),
            Ok(_) => Ok(Kind::Other),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound) => Ok(Kind::Missing),
            Err(e) if matches!(e.kind(), io::ErrorKind::NotADirectory) => Ok(Kind::Missing),
            Err(e) => Err(OutputError::io("look at", place, e)),
        }
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
