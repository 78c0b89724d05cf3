//! The manifest: which files in an output folder are ours, and with which content.
//!
//! One line a file, sorted by path: hash of the content, size, path. It depends on the outputs alone, so it can be
//! committed with them. A line that starts with `writing` was made just before the file was written
//! and is replaced when the run ends; it is only ever seen after a run that was killed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use super::content::ContentHash;
use super::{MANIFEST, OutputError, place};

const FIRST_LINE: &str = "tg-schema-manifest";
const VERSION: u32 = 1;

/// One content that a file of ours has or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The file may be empty or have this content: it was about to be written.
    pub(super) writing: bool,
    pub(super) size: u64,
    pub(super) hash: ContentHash,
}

impl Entry {
    pub(super) fn of(content: &[u8]) -> Self {
        Entry {
            writing: false,
            size: content.len() as u64,
            hash: ContentHash::of(content),
        }
    }

    /// Writes its line.
    fn line(self, path: &str, out: &mut String) {
        out.push_str(if self.writing { "writing " } else { "" });
        self.hash.write(out);
        // A text is never told that it cannot be written.
        let _ = writeln!(out, " {} {path}", self.size);
    }
}

/// What is known of the files of earlier runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// By path. Most files have one.
    pub(super) entries: BTreeMap<String, Vec<Entry>>,
}

impl Manifest {
    /// The manifest of `dir` and its text; an empty one where there is none.
    pub(super) fn read(dir: &Path) -> Result<(Manifest, Option<String>), OutputError> {
        let path = dir.join(MANIFEST);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let manifest = Manifest::parse(&text).ok_or(OutputError::NewerManifest(path))?;
                Ok((manifest, Some(text)))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok((Manifest::default(), None)),
            // The output path itself is a file: said more clearly by whoever looks there next.
            Err(e) if e.kind() == io::ErrorKind::NotADirectory => Ok((Manifest::default(), None)),
            Err(e) => Err(OutputError::io("read", path, e)),
        }
    }

    /// Lines that say nothing are passed over: after a merge with conflicts, what both sides wrote is
    /// ours. `None`: a version that is not known here.
    pub(super) fn parse(text: &str) -> Option<Manifest> {
        let mut manifest = Manifest::default();
        for line in text.lines() {
            if let Some(version) = line.strip_prefix(FIRST_LINE) {
                if version.trim().parse() != Ok(VERSION) {
                    return None;
                }
            } else if let Some((path, entry)) = parse_line(line) {
                manifest.add(path, entry);
            }
        }
        Some(manifest)
    }

    /// One more content that a file may have.
    pub(super) fn add(&mut self, path: String, entry: Entry) {
        let entries = self.entries.entry(path).or_default();
        if let Err(at) = entries.binary_search(&entry) {
            entries.insert(at, entry);
        }
    }

    pub(super) fn text(&self) -> String {
        let mut out = format!("{FIRST_LINE} {VERSION}\n");
        for (path, entries) in &self.entries {
            entries.iter().for_each(|entry| entry.line(path, &mut out));
        }
        out
    }

    /// Its text before files are written, with a line for each of them.
    pub(super) fn announcing<'c>(&self, changes: impl Iterator<Item = (&'c str, Entry)>) -> String {
        let mut out = self.text();
        for (path, entry) in changes {
            let writing = true;
            Entry { writing, ..entry }.line(path, &mut out);
        }
        out
    }

    /// Puts `text` in the place of the manifest, whole or not at all.
    pub(super) fn replace(dir: &Path, text: &str) -> Result<(), OutputError> {
        let path = dir.join(MANIFEST);
        let draft = dir.join(format!("{MANIFEST}.new"));
        let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &path));
        written.map_err(|e| {
            let _ = std::fs::remove_file(&draft);
            OutputError::io("write", path, e)
        })
    }

    /// Whether `content` is something that an earlier run left at `path`.
    pub(super) fn wrote(&self, path: &str, content: &[u8]) -> bool {
        let Some(entries) = self.entries.get(path) else {
            return false;
        };
        let is = Entry::of(content);
        entries
            .iter()
            .any(|e| (e.size == is.size && e.hash == is.hash) || (e.writing && content.is_empty()))
    }
}

fn parse_line(line: &str) -> Option<(String, Entry)> {
    let (writing, line) = match line.strip_prefix("writing ") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let mut parts = line.splitn(3, ' ');
    let (hash, size, path) = (parts.next()?, parts.next()?, parts.next()?);
    place::safe(path).ok()?;
    let entry = Entry {
        writing,
        size: size.parse().ok()?,
        hash: parse_hash(hash)?,
    };
    Some((path.to_owned(), entry))
}

fn parse_hash(text: &str) -> Option<ContentHash> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(ContentHash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let mut m = Manifest::default();
        let plain = Entry::of(b"abc");
        m.entries.insert(
            "avro/a b/X.avsc".into(),
            [
                plain,
                Entry {
                    writing: true,
                    ..plain
                },
            ]
            .into(),
        );
        m.entries
            .insert("rust/mod.rs".into(), [Entry::of(b"")].into());
        let text = m.text();
        assert!(text.starts_with("tg-schema-manifest 1\n"), "{text}");
        assert_eq!(text.lines().count(), 4);
        assert_eq!(Manifest::parse(&text), Some(m));
    }

    #[test]
    fn a_merge_conflict_is_the_union_and_unsafe_paths_are_nobodys() {
        let (a, b) = (
            Manifest {
                entries: [("rust/a".into(), [Entry::of(b"1")].into())].into(),
            },
            Entry::of(b"2"),
        );
        let hash = format!("{:032x}", b.hash.0);
        let text = format!(
            "{}<<<<<<< ours\n{hash} 1 rust/a\n=======\n{hash} 1 ../../etc/passwd\nzz 1 rust/b\n",
            a.text()
        );
        let m = Manifest::parse(&text).unwrap();
        assert_eq!(m.entries.len(), 1);
        assert!(m.wrote("rust/a", b"1") && m.wrote("rust/a", b"2") && !m.wrote("rust/a", b"3"));
    }

    #[test]
    fn a_newer_version_is_refused() {
        assert_eq!(Manifest::parse("tg-schema-manifest 2\n"), None);
        assert_eq!(Manifest::parse(""), Some(Manifest::default()));
    }
}
