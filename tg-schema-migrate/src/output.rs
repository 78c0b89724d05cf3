//! Files into a folder: all of them or none, and nothing over a file that says something else.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The file that names the definition files of a run, so that the next one knows those whose source is gone.
pub const LIST: &str = "migration/definitions.txt";
/// Largest list that is read, in bytes.
const MAX_LIST: u64 = 64 * 1024 * 1024;

/// What was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Paths below the folder of files that are new or changed.
    pub written: Vec<String>,
    /// How many had this content already.
    pub unchanged: usize,
    /// Definition files of an earlier run whose source is gone; they are gone too.
    pub removed: Vec<String>,
}

/// Why nothing was written.
#[derive(Debug)]
#[non_exhaustive]
pub enum OutputError {
    /// These files are there with another content.
    WouldOverwrite(Vec<PathBuf>),
    /// These definition files of an earlier run are there, and their source is gone.
    LeftBehind(Vec<PathBuf>),
    /// A folder or a link is where a file or a folder belongs.
    Obstacle(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutputError::WouldOverwrite(paths) => write!(
                f,
                "nothing was written, because these exist with other content: {}",
                some_of(paths)
            ),
            OutputError::LeftBehind(paths) => write!(
                f,
                "nothing was written, because these are of an earlier run whose sources are gone or were named by other paths: {}",
                some_of(paths)
            ),
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

fn some_of(paths: &[PathBuf]) -> String {
    const SHOWN: usize = 8;
    let shown = paths.iter().take(SHOWN).map(|p| p.display().to_string());
    let names = shown.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(SHOWN) {
        0 => names,
        more => format!("{names} and {more} more"),
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

/// The text of [`LIST`] for definition files by their paths.
pub fn list<'p>(paths: impl IntoIterator<Item = &'p str>) -> String {
    let mut paths: Vec<&str> = paths.into_iter().collect();
    paths.sort_unstable();
    paths.iter().map(|path| format!("{path}\n")).collect()
}

/// Definition files that [`LIST`] names, that are there and are none of `files`.
fn left_behind(folder: &Path, files: &[(String, String)]) -> Result<Vec<String>, OutputError> {
    let place = folder.join(LIST);
    match std::fs::symlink_metadata(&place) {
        Ok(about) if about.is_file() && about.len() <= MAX_LIST => {}
        _ => return Ok(Vec::new()),
    }
    let text = match std::fs::read(&place) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return Err(OutputError::Io(place, error)),
    };
    let below = |path: &str| {
        let mut parts = Path::new(path).components();
        path.ends_with(".toml") && parts.all(|part| matches!(part, Component::Normal(_)))
    };
    let mut left: Vec<String> = text
        .lines()
        .filter(|path| below(path) && !files.iter().any(|(own, _)| own == path))
        .filter(|path| plain_folders(folder, path).is_ok())
        .filter(|path| {
            std::fs::symlink_metadata(folder.join(path)).is_ok_and(|about| about.is_file())
        })
        .map(str::to_owned)
        .collect();
    left.sort();
    left.dedup();
    Ok(left)
}

/// Writes files below a folder. `force`: also over files with another content, and removes those definition
/// files of an earlier run that are left behind.
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
                    content: Some(content),
                    before,
                });
            }
        }
    }
    report.removed = left_behind(folder, files)?;
    let left = report.removed.iter().map(|path| folder.join(path));
    if !report.removed.is_empty() && !force {
        return Err(OutputError::LeftBehind(left.collect()));
    }
    if !conflicts.is_empty() {
        return Err(OutputError::WouldOverwrite(conflicts));
    }
    for place in left {
        let before = std::fs::read(&place).map_err(|e| OutputError::Io(place.clone(), e))?;
        changes.push(Change {
            place,
            content: None,
            before: Some(before),
        });
    }
    swept(folder, files);
    all_or_none(&changes)?;
    for path in &report.removed {
        // Folders that are empty now; the others refuse.
        for part in Path::new(path).ancestors().skip(1) {
            if part.as_os_str().is_empty() || std::fs::remove_dir(folder.join(part)).is_err() {
                break;
            }
        }
    }
    Ok(report)
}

/// A file that is to be written, or to be removed where it has no content, and what it says now.
struct Change<'c> {
    place: PathBuf,
    content: Option<&'c str>,
    before: Option<Vec<u8>>,
}

impl Change<'_> {
    fn waiting(&self) -> PathBuf {
        let name = self.place.file_name().unwrap_or_default().to_string_lossy();
        self.place
            .with_file_name(format!(".{name}.{}.tmp", std::process::id()))
    }
}

/// Removes what runs that were killed have left beside the files.
fn swept(folder: &Path, files: &[(String, String)]) {
    let places = files.iter().map(|(path, _)| folder.join(path));
    let folders: BTreeSet<PathBuf> = places
        .filter_map(|p| p.parent().map(Path::to_owned))
        .collect();
    let names: BTreeSet<String> = files
        .iter()
        .filter_map(|(path, _)| Some(path.rsplit('/').next()?.to_owned()))
        .collect();
    for folder in folders {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            let name = entry.file_name();
            if plain && name.to_str().is_some_and(|name| is_left(name, &names)) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// Whether a name is that of a file which waits to be moved, of a process that is no more.
fn is_left(name: &str, names: &BTreeSet<String>) -> bool {
    let inner = name
        .strip_prefix('.')
        .and_then(|name| name.strip_suffix(".tmp"));
    let Some((of, process)) = inner.and_then(|inner| inner.rsplit_once('.')) else {
        return false;
    };
    let number = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
    // Where processes cannot be looked up, none is known to be gone.
    let processes = Path::new("/proc");
    let gone = processes.join("self").exists() && !processes.join(process).exists();
    number && names.contains(of) && gone
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
        let Some(content) = change.content else {
            continue;
        };
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
        std::fs::write(change.waiting(), content).map_err(io)?;
    }
    Ok(())
}

fn moved(changes: &[Change]) -> Result<(), OutputError> {
    for (at, change) in changes.iter().enumerate() {
        let done = match change.content {
            Some(_) => std::fs::rename(change.waiting(), &change.place),
            None => std::fs::remove_file(&change.place),
        };
        if let Err(error) = done {
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
    fn definitions_whose_source_is_gone_are_told_and_removed() {
        let out = folder("gone");
        let with_list = |list_of: &[(&str, &str)]| {
            let mut all = files(list_of);
            let names = all.iter().map(|(path, _)| path.as_str());
            let text = list(names);
            all.push((LIST.to_owned(), text));
            all
        };
        let first = with_list(&[("a.toml", "1"), ("old/b.toml", "2")]);
        write(&out, &first, false).expect("written");
        std::fs::write(out.join("mine.toml"), "x").expect("a file");
        let second = with_list(&[("a.toml", "1"), ("new.toml", "2")]);
        let error = write(&out, &second, false).expect_err("in the way");
        assert!(matches!(error, OutputError::LeftBehind(_)));
        assert!(error.to_string().contains("b.toml"), "{error}");
        assert!(!out.join("new.toml").exists());
        let report = write(&out, &second, true).expect("forced");
        assert_eq!(report.removed, ["old/b.toml"]);
        assert!(!out.join("old").exists() && out.join("mine.toml").exists());
        let report = write(&out, &second, false).expect("unchanged");
        assert_eq!((report.written.len(), report.removed.len()), (0, 0));
        std::fs::remove_dir_all(&out).expect("removed");
    }

    #[test]
    fn a_list_names_nothing_outside_and_nothing_else() {
        let out = folder("outside");
        write(&out.join("in"), &files(&[("a.toml", "1")]), false).expect("written");
        std::fs::write(out.join("b.toml"), "x").expect("a file");
        let listed = "../b.toml\n/b.toml\n\n.toml\nmigration/definitions.txt\n";
        let here = out.join("in");
        write(&here, &files(&[(LIST, listed)]), false).expect("written");
        let report = write(&here, &files(&[("a.toml", "1")]), true).expect("written");
        assert!(report.removed.is_empty() && out.join("b.toml").exists());
        std::fs::remove_dir_all(&out).expect("removed");
    }

    #[test]
    fn what_a_killed_run_has_left_goes() {
        let out = folder("left");
        write(&out, &files(&[("a.toml", "1")]), false).expect("written");
        let own = format!(".a.toml.{}.tmp", std::process::id());
        // No process has such a number.
        let names = [
            ".a.toml.4294967295.tmp",
            ".b.toml.4294967295.tmp",
            ".a.toml.x.tmp",
            &own,
        ];
        for name in names {
            std::fs::write(out.join(name), "x").expect("a file");
        }
        write(&out, &files(&[("a.toml", "1")]), false).expect("unchanged");
        let there = |name: &&str| out.join(name).exists();
        let left: Vec<&str> = names.into_iter().filter(there).collect();
        match Path::new("/proc/self").exists() {
            true => assert_eq!(left, &names[1..]),
            false => assert_eq!(left, names),
        }
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
