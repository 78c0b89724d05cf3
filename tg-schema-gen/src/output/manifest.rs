//! The manifest: which files in an output folder are ours, and with which content.
//!
//! One line a file, sorted by path: SHA-256, size, path. It depends on the outputs alone, so it can be
//! committed with them. A line that starts with `writing` was made just before the file was written
//! and is replaced when the run ends; it is only ever seen after a run that was killed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use tg_schema_model::fingerprint;

use super::{Files, MANIFEST, OutputError, place};

const FIRST_LINE: &str = "tg-schema-manifest";
const VERSION: u32 = 1;

/// One content that a file of ours has or may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    /// The file may be empty or have this content: it was about to be written.
    pub(super) writing: bool,
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
}

impl Entry {
    pub(super) fn of(content: &[u8]) -> Self {
        Entry { writing: false, size: content.len() as u64, sha256: fingerprint::sha256(content) }
    }
}

/// What is known of the files of earlier runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) entries: BTreeMap<String, BTreeSet<Entry>>,
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
    fn parse(text: &str) -> Option<Manifest> {
        let mut manifest = Manifest::default();
        for line in text.lines() {
            if let Some(version) = line.strip_prefix(FIRST_LINE) {
                if version.trim().parse() != Ok(VERSION) {
                    return None;
                }
            } else if let Some((path, entry)) = parse_line(line) {
                manifest.entries.entry(path).or_default().insert(entry);
            }
        }
        Some(manifest)
    }

    pub(super) fn text(&self) -> String {
        let mut out = format!("{FIRST_LINE} {VERSION}\n");
        for (path, entries) in &self.entries {
            for e in entries {
                out.push_str(if e.writing { "writing " } else { "" });
                for byte in e.sha256 {
                    let _ = write!(out, "{byte:02x}");
                }
                let _ = writeln!(out, " {} {path}", e.size);
            }
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
        let Some(entries) = self.entries.get(path) else { return false };
        let is = Entry::of(content);
        entries.iter().any(|e| {
            (e.size == is.size && e.sha256 == is.sha256) || (e.writing && content.is_empty())
        })
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
    let entry = Entry { writing, size: size.parse().ok()?, sha256: parse_hash(hash)? };
    Some((path.to_owned(), entry))
}

fn parse_hash(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut out = [0; 32];
    for (byte, at) in out.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(out)
}

/// Below this many bytes a second thread costs more than it saves.
const WORTH_A_THREAD: usize = 512 * 1024;
const MOST_THREADS: usize = 8;

/// One entry for each file. Hashing is most of the work of a run that changes nothing, so it is shared
/// among the processors.
pub(super) fn entries(files: &Files) -> Vec<(String, Entry)> {
    let list: Vec<(&String, &String)> = files.iter().collect();
    let bytes: usize = list.iter().map(|(_, text)| text.len()).sum();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = cores.min(MOST_THREADS).min(bytes / WORTH_A_THREAD + 1);
    let hash = |part: &[(&String, &String)]| -> Vec<(String, Entry)> {
        part.iter().map(|(path, text)| ((*path).clone(), Entry::of(text.as_bytes()))).collect()
    };
    if threads < 2 {
        return hash(&list);
    }
    std::thread::scope(|scope| {
        let parts: Vec<_> = split(&list, bytes / threads + 1)
            .into_iter()
            .map(|part| (part, scope.spawn(move || hash(part))))
            .collect();
        parts.into_iter().flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| hash(part))).collect()
    })
}

/// Consecutive parts of about `share` bytes each.
fn split<'a, 'b>(list: &'a [(&'b String, &'b String)], share: usize) -> Vec<&'a [(&'b String, &'b String)]> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (at, (_, text)) in list.iter().enumerate() {
        size += text.len();
        if size >= share {
            parts.extend(list.get(start..=at));
            (start, size) = (at + 1, 0);
        }
    }
    parts.extend(list.get(start..).filter(|rest| !rest.is_empty()));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(n: usize, size: usize) -> Files {
        (0..n).map(|i| (format!("rust/{i:04}.rs"), "x".repeat(size + i))).collect()
    }

    #[test]
    fn text_and_back() {
        let mut m = Manifest::default();
        let plain = Entry::of(b"abc");
        m.entries.insert("avro/a b/X.avsc".into(), [plain, Entry { writing: true, ..plain }].into());
        m.entries.insert("rust/mod.rs".into(), [Entry::of(b"")].into());
        let text = m.text();
        assert!(text.starts_with("tg-schema-manifest 1\nba7816bf"), "{text}");
        assert_eq!(Manifest::parse(&text), Some(m));
    }

    #[test]
    fn a_merge_conflict_is_the_union_and_unsafe_paths_are_nobodys() {
        let (a, b) = (Manifest { entries: [("rust/a".into(), [Entry::of(b"1")].into())].into() }, Entry::of(b"2"));
        let hash: String = b.sha256.iter().map(|x| format!("{x:02x}")).collect();
        let text = format!("{}<<<<<<< ours\n{hash} 1 rust/a\n=======\n{hash} 1 ../../etc/passwd\nzz 1 rust/b\n", a.text());
        let m = Manifest::parse(&text).unwrap();
        assert_eq!(m.entries.len(), 1);
        assert!(m.wrote("rust/a", b"1") && m.wrote("rust/a", b"2") && !m.wrote("rust/a", b"3"));
    }

    #[test]
    fn a_newer_version_is_refused() {
        assert_eq!(Manifest::parse("tg-schema-manifest 2\n"), None);
        assert_eq!(Manifest::parse(""), Some(Manifest::default()));
    }

    #[test]
    fn threads_and_one_thread_agree() {
        let many = files(300, 6000);
        let one: Vec<_> = many.iter().map(|(p, t)| (p.clone(), Entry::of(t.as_bytes()))).collect();
        assert_eq!(entries(&many), one);
        assert_eq!(entries(&files(2, 3)).len(), 2);
        let all: Vec<(&String, &String)> = many.iter().collect();
        assert_eq!(split(&all, 100_000).concat(), all);
        assert_eq!(split(&all[..1], 1).len(), 1);
    }
}
