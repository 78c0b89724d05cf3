//! Files into a folder: all of them or none, and nothing over a file that says something else.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Paths below the folder of files that are new or changed.
    pub written: Vec<String>,
    /// How many had this content already.
    pub unchanged: usize,
}

/// Why nothing was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// These files are there with another content.
    WouldOverwrite(Vec<PathBuf>),
    /// A folder or a link is where a file or a folder belongs.
    Obstacle(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::WouldOverwrite(paths) => {
                const SHOWN: usize = 8;
                let names: Vec<String> = paths
                    .iter()
                    .take(SHOWN)
                    .map(|p| p.display().to_string())
                    .collect();
                write!(
                    f,
                    "nothing was written, because these exist with other content: {}",
                    names.join(", ")
                )?;
                match paths.len().checked_sub(SHOWN) {
                    Some(more) if more > 0 => write!(f, " and {more} more"),
                    _ => Ok(()),
                }
            }
            OutputError::Obstacle(path) => {
                write!(
                    f,
                    "nothing was written, because {} is no plain file or folder",
                    path.display()
                )
            }
            OutputError::Io(path, error) => write!(f, "cannot write {}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OutputError::Io(_, error) => Some(error),
            _ => None,
        }
    }
}

/// Writes files below a folder. `force`: also over files with another content.
pub fn write(
    folder: &Path,
    files: &[(String, String)],
    force: bool,
) -> Result<Written, OutputError> {
    let mut report = Written::default();
    let mut changes = Vec::new();
    let mut conflicts = Vec::new();
    for (path, content) in files {
        let place = folder.join(path);
        plain_folders(folder, path)?;
        let before = match std::fs::symlink_metadata(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(OutputError::Io(place, error)),
            Ok(about) if about.is_file() => match std::fs::read(&place) {
                Ok(bytes) => Some(bytes),
                Err(error) => return Err(OutputError::Io(place, error)),
            },
            Ok(_) => return Err(OutputError::Obstacle(place)),
        };
        match before {
            Some(bytes) if bytes == content.as_bytes() => report.unchanged += 1,
            Some(_) if !force => conflicts.push(place),
            before => {
                report.written.push(path.clone());
                changes.push(Change {
                    place,
                    content,
                    before,
                });
            }
        }
    }
    if !conflicts.is_empty() {
        return Err(OutputError::WouldOverwrite(conflicts));
    }
    all_or_none(&changes)?;
    Ok(report)
}

/// A file that is to be written, and what it says now.
struct Change<'c> {
    place: PathBuf,
    content: &'c str,
    before: Option<Vec<u8>>,
}

impl Change<'_> {
    fn waiting(&self) -> PathBuf {
        let name = self.place.file_name().unwrap_or_default().to_string_lossy();
        self.place
            .with_file_name(format!(".{name}.{}.tmp", std::process::id()))
    }
}

/// Whether every folder between the output folder and a file is a folder, or is not there.
fn plain_folders(folder: &Path, path: &str) -> Result<(), OutputError> {
    let mut place = folder.to_owned();
    let parts: Vec<&str> = path.split('/').collect();
    for part in &parts[..parts.len().saturating_sub(1)] {
        place.push(part);
        match std::fs::symlink_metadata(&place) {
            Ok(about) if about.is_dir() => {}
            Ok(_) => return Err(OutputError::Obstacle(place)),
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

fn all_or_none(changes: &[Change]) -> Result<(), OutputError> {
    let mut made = Vec::new();
    let result = prepared(changes, &mut made).and_then(|()| moved(changes));
    if result.is_err() {
        for change in changes {
            let _ = std::fs::remove_file(change.waiting());
        }
        // Folders that are empty again.
        for folder in made.iter().rev() {
            let _ = std::fs::remove_dir(folder);
        }
    }
    result
}

fn prepared(changes: &[Change], made: &mut Vec<PathBuf>) -> Result<(), OutputError> {
    for change in changes {
        let io = |error| OutputError::Io(change.place.clone(), error);
        if let Some(parent) = change.place.parent() {
            let missing: Vec<&Path> = parent
                .ancestors()
                .take_while(|f| !f.as_os_str().is_empty() && !f.exists())
                .collect();
            for folder in missing.into_iter().rev() {
                std::fs::create_dir(folder).map_err(io)?;
                made.push(folder.to_owned());
            }
        }
        let mut file = std::fs::File::create(change.waiting()).map_err(io)?;
        file.write_all(change.content.as_bytes())
            .and_then(|()| file.sync_data())
            .map_err(io)?;
    }
    Ok(())
}

fn moved(changes: &[Change]) -> Result<(), OutputError> {
    for (at, change) in changes.iter().enumerate() {
        if let Err(error) = std::fs::rename(change.waiting(), &change.place) {
            for done in &changes[..at] {
                let _ = match &done.before {
                    Some(bytes) => std::fs::write(&done.place, bytes),
                    None => std::fs::remove_file(&done.place),
                };
            }
            return Err(OutputError::Io(change.place.clone(), error));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("tg-output-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    fn files(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect()
    }

    #[test]
    fn a_second_run_changes_nothing_and_others_are_not_overwritten() {
        let out = folder("twice");
        let first = files(&[("a.toml", "1"), ("b/c.toml", "2")]);
        let report = write(&out, &first, false).expect("written");
        assert_eq!(report.written, ["a.toml", "b/c.toml"]);
        let report = write(&out, &first, false).expect("unchanged");
        assert_eq!((report.written.len(), report.unchanged), (0, 2));
        let second = files(&[("new.toml", "0"), ("b/c.toml", "3")]);
        let error = write(&out, &second, false).expect_err("a conflict");
        assert!(error.to_string().contains("c.toml"), "{error}");
        assert!(!out.join("new.toml").exists());
        write(&out, &second, true).expect("forced");
        assert_eq!(
            std::fs::read_to_string(out.join("b/c.toml")).expect("a file"),
            "3"
        );
        std::fs::remove_dir_all(&out).expect("removed");
    }

    #[test]
    fn a_failure_leaves_everything_as_it_was() {
        let out = folder("undone");
        write(&out, &files(&[("a.toml", "1")]), false).expect("written");
        std::fs::create_dir(out.join("z.toml")).expect("a folder");
        let all = files(&[("a.toml", "2"), ("n/x.toml", "1"), ("z.toml", "3")]);
        assert!(matches!(
            write(&out, &all, true),
            Err(OutputError::Obstacle(_))
        ));
        let all = files(&[("a.toml", "2"), ("a.toml/x.toml", "1")]);
        assert!(write(&out, &all, true).is_err());
        assert_eq!(
            std::fs::read_to_string(out.join("a.toml")).expect("a file"),
            "1"
        );
        assert_eq!(std::fs::read_dir(&out).expect("a folder").count(), 2);
        std::fs::remove_dir_all(&out).expect("removed");
    }
}
