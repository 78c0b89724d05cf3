//! The stamp: sizes and times of what the last run read and wrote, so that the next can tell in a
//! moment that nothing changed.

use std::collections::HashMap;
use std::fmt::Write;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tg_schema_model::fingerprint::{hex, sha256};

use crate::config::Config;
use crate::load::MAX_DEPTH;
use crate::output::MANIFEST;
use tg_schema_model::crew;

const FIRST_LINE: &str = "tg-schema-stamp 1";

/// About the bytes of a line.
const USUAL_LINE: usize = 80;

/// A file that was changed this shortly before the run may change again without a new time. Systems
/// that keep whole seconds get two of them.
const TICK: Duration = Duration::from_millis(50);
const COARSE_TICK: Duration = Duration::from_secs(2);

/// From this many outputs on a second thread saves more than it costs.
const WORTH_A_THREAD: usize = 512;

/// Everything that a result depends on but the input files: options, version, and this program, which
/// is built anew when the generator changes.
pub(super) fn key(config: &Config) -> String {
    let program = std::env::current_exe()
        .ok()
        .and_then(|path| Mark::of(&path));
    let text = format!("{} {config:?} {program:?}", env!("CARGO_PKG_VERSION"));
    hex(&sha256(text.as_bytes()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// Nothing for a folder, whose size says nothing.
    size: u64,
    /// Nanoseconds since 1970.
    time: u128,
}

impl Mark {
    fn of(path: &Path) -> Option<Mark> {
        Mark::from(&std::fs::metadata(path).ok()?)
    }
    /// Of an open file.
    pub(super) fn of_file(file: &File) -> Option<Mark> {
        Mark::from(&file.metadata().ok()?)
    }
    fn from(about: &Metadata) -> Option<Mark> {
        let time = about
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos();
        Some(Mark {
            size: if about.is_dir() { 0 } else { about.len() },
            time,
        })
    }
    /// Whether a later change could go unseen.
    fn is_recent(self, now: SystemTime) -> bool {
        let second = Duration::from_secs(1).as_nanos();
        let tick = if self.time.is_multiple_of(second) {
            COARSE_TICK
        } else {
            TICK
        };
        let now = now.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
        self.time + tick.as_nanos() >= now
    }
}

/// What was there after a run.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    key: String,
    folders: Vec<(PathBuf, Mark)>,
    inputs: Vec<(PathBuf, Mark)>,
    outputs: Vec<(String, Mark)>,
}

impl Stamp {
    /// Where the stamp of the output folder `out` lies: in `dir`, which is never committed.
    pub(super) fn place(dir: &Path, out: &Path) -> PathBuf {
        let out = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
        let id = hex(&sha256(out.as_os_str().as_encoded_bytes()));
        dir.join(format!(
            ".tg-schema-stamp-{}",
            id.get(..8).unwrap_or_default()
        ))
    }

    /// Takes the stamp of a run that began at `started`; `marks` are known already. `None` where it could not
    /// be trusted.
    pub(super) fn take(
        key: String,
        inputs: &[PathBuf],
        read: &[PathBuf],
        out: &Path,
        written: &[String],
        marks: &HashMap<String, Mark>,
        started: SystemTime,
    ) -> Option<Stamp> {
        let old = |path: &PathBuf| -> Option<(PathBuf, Mark)> {
            let mark = Mark::of(path)?;
            (!mark.is_recent(started)).then(|| (path.clone(), mark))
        };
        let mut folders = Vec::new();
        for input in inputs.iter().filter(|p| p.is_dir()) {
            collect(input, 0, &mut folders).ok()?;
        }
        let outputs = written.iter().map(String::as_str).chain([MANIFEST]);
        let outputs: Vec<&str> = outputs.collect();
        let marked = |path: &&str| {
            let known = marks.get(*path).copied();
            let mark = known.or_else(|| Mark::of(&out.join(path)))?;
            Some((String::from(*path), mark))
        };
        // Files that were just written need not be looked at.
        let least = match outputs.len() - marks.len().min(outputs.len()) {
            0..WORTH_A_THREAD => usize::MAX,
            _ => WORTH_A_THREAD / 2,
        };
        let outputs = crew::each(&outputs, least, marked).into_iter();
        Some(Stamp {
            key,
            folders: folders.iter().map(old).collect::<Option<_>>()?,
            inputs: read.iter().map(old).collect::<Option<_>>()?,
            outputs: outputs.collect::<Option<_>>()?,
        })
    }

    /// Whether nothing changed since.
    pub(super) fn is_fresh(&self, key: &str, out: &Path) -> bool {
        if self.key != key {
            return false;
        }
        // Asking the system is all the work there is. Two can ask at once.
        let (first, second) = self.outputs.split_at(self.outputs.len() / 2);
        if self.outputs.len() < WORTH_A_THREAD {
            return self.inputs_are_unchanged() && unchanged(&self.outputs, out);
        }
        std::thread::scope(|scope| {
            let other = scope.spawn(|| unchanged(second, out));
            let here = self.inputs_are_unchanged() && unchanged(first, out);
            other.join().unwrap_or(false) && here
        })
    }

    fn inputs_are_unchanged(&self) -> bool {
        let mut all = self.folders.iter().chain(&self.inputs);
        all.all(|(path, mark)| Mark::of(path) == Some(*mark))
    }

    /// Files that were read.
    pub(super) fn inputs(&self) -> impl Iterator<Item = &PathBuf> {
        self.inputs.iter().map(|(path, _)| path)
    }

    /// How many files were written, the manifest apart.
    pub(super) fn outputs(&self) -> usize {
        self.outputs.len().saturating_sub(1)
    }

    pub(super) fn read(place: &Path) -> Option<Stamp> {
        Stamp::parse(&std::fs::read_to_string(place).ok()?)
    }

    fn parse(text: &str) -> Option<Stamp> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return None;
        }
        let key = lines.next()?.to_owned();
        let mut stamp = Stamp {
            key,
            folders: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        let mut ended = false;
        for line in lines {
            if line == "end" {
                ended = true;
                continue;
            }
            let mut parts = line.splitn(4, ' ');
            let (kind, size, time, path) =
                (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
            let mark = Mark {
                size: size.parse().ok()?,
                time: time.parse().ok()?,
            };
            match kind {
                "folder" => stamp.folders.push((path.into(), mark)),
                "input" => stamp.inputs.push((path.into(), mark)),
                "output" => stamp.outputs.push((path.into(), mark)),
                _ => return None,
            }
        }
        ended.then_some(stamp)
    }

    /// `None`: a path that a line cannot hold.
    fn text(&self) -> Option<String> {
        let lines = self.folders.len() + self.inputs.len() + self.outputs.len();
        let mut out = String::with_capacity((lines + 2) * USUAL_LINE);
        out.push_str(&format!("{FIRST_LINE}\n{}\n", self.key));
        let folders = self
            .folders
            .iter()
            .map(|(path, mark)| ("folder", path.to_str(), mark));
        let inputs = self
            .inputs
            .iter()
            .map(|(path, mark)| ("input", path.to_str(), mark));
        let outputs = self
            .outputs
            .iter()
            .map(|(path, mark)| ("output", Some(path.as_str()), mark));
        for (kind, path, mark) in folders.chain(inputs).chain(outputs) {
            let path = path.filter(|p| !p.contains(['\n', '\r']))?;
            // A text is never told that it cannot be written.
            let _ = writeln!(out, "{kind} {} {} {path}", mark.size, mark.time);
        }
        out.push_str("end\n");
        Some(out)
    }

    pub(super) fn write(&self, place: &Path) -> io::Result<()> {
        match self.text() {
            Some(text) => std::fs::write(place, text),
            None => Ok(()),
        }
    }
}

fn unchanged(outputs: &[(String, Mark)], out: &Path) -> bool {
    let mut path = PathBuf::new();
    outputs.iter().all(|(name, mark)| {
        path.clear();
        path.push(out);
        path.push(name);
        let about = std::fs::symlink_metadata(&path).ok();
        about.and_then(|a| Mark::from(&a)) == Some(*mark)
    })
}

/// A folder and all below it. The time of a folder changes when a file comes or goes.
fn collect(folder: &Path, depth: usize, out: &mut Vec<PathBuf>) -> io::Result<()> {
    if depth > MAX_DEPTH {
        return Err(io::Error::other("folders nest too deep"));
    }
    out.push(folder.to_owned());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|n| n.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.is_dir() {
            collect(&path, depth + 1, out)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let mark = |size, time| Mark { size, time };
        let stamp = Stamp {
            key: "k".into(),
            folders: vec![("schemas".into(), mark(0, 5))],
            inputs: vec![(
                "schemas/a b.toml".into(),
                mark(7, 1_700_000_000_123_456_789),
            )],
            outputs: vec![
                ("rust/mod.rs".into(), mark(9, 6)),
                (MANIFEST.into(), mark(1, 6)),
            ],
        };
        let text = stamp.text().unwrap();
        assert_eq!(stamp.outputs(), 1);
        assert_eq!(Stamp::parse(&text), Some(stamp));
        assert_eq!(
            Stamp::parse(text.trim_end_matches("end\n")),
            None,
            "a cut stamp is none"
        );
        assert_eq!(Stamp::parse("tg-schema-stamp 2\nk\nend\n"), None);
    }

    #[test]
    fn a_path_with_a_line_break_has_no_stamp() {
        let stamp = Stamp {
            key: "k".into(),
            folders: vec![("a\nb".into(), Mark { size: 0, time: 1 })],
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        assert_eq!(stamp.text(), None);
    }

    #[test]
    fn recent_files_are_not_trusted() {
        let now = UNIX_EPOCH + Duration::from_millis(10_500);
        let mark = |ms: u128| Mark {
            size: 1,
            time: ms * 1_000_000,
        };
        assert!(mark(10_480).is_recent(now) && mark(11_000).is_recent(now));
        assert!(!mark(10_400).is_recent(now) && !mark(8_000).is_recent(now));
        assert!(mark(9_000).is_recent(now), "whole seconds may be rounded");
    }
}
