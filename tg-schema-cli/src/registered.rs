//! Registered schemas as operators have them: files, folders of files, or a Pulsar admin interface.

pub mod admin;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use tg_schema_migrate::registered::{self, Registered};

use crate::exit::Failure;
use crate::http::{self, Limits};
use admin::Admin;

/// Largest file, and largest answer of a server, in bytes.
const MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Deepest folder.
const MAX_DEPTH: usize = 32;
/// Files in a folder that may hold schemas.
const ENDINGS: [&str; 6] = ["json", "jsonl", "ndjson", "avsc", "schema", "txt"];

/// Everything that `places` hold. `topics` are asked for where a server lists none, by Pulsar's names.
pub fn gather(places: &[String], topics: &[String]) -> Result<Vec<Registered>, Failure> {
    let mut found = Vec::new();
    for place in places {
        if http::is_web(place) {
            let admin = Admin::new(place, Limits::default())?;
            found.extend(admin.schemas(topics)?);
            continue;
        }
        let path = Path::new(place);
        if !path.exists() {
            return Err(Failure::help(
                format!("there is no file or folder {place}"),
                "name what was fetched, or the address of an admin interface (http://…:8080)",
            ));
        }
        let texts = texts(path);
        if texts.is_empty() {
            return Err(Failure::help(
                format!("there are no schemas in {place}"),
                format!("files that are read end with .{}", ENDINGS.join(", .")),
            ));
        }
        for (name, text) in texts {
            match text {
                Ok(text) => found.extend(registered::read(&name, &text)),
                Err(why) => found.push(Registered::unreadable(&name, why)),
            }
        }
    }
    Ok(found)
}

/// A file, or those in a folder that may hold schemas: names with their texts, or why there is none.
pub fn texts(path: &Path) -> Vec<(String, Result<String, String>)> {
    let mut found = Vec::new();
    collect(path, 0, &mut BTreeSet::new(), &mut found);
    found
}

fn collect(
    path: &Path,
    depth: usize,
    seen: &mut BTreeSet<PathBuf>,
    found: &mut Vec<(String, Result<String, String>)>,
) {
    let name = path.display().to_string();
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if !seen.insert(real) {
        return;
    }
    if !path.is_dir() {
        return found.push((name, text(path)));
    }
    if depth > MAX_DEPTH {
        return found.push((name, Err("folders in folders, too deep".to_owned())));
    }
    let entries = match std::fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return found.push((name, Err(error.to_string()))),
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if path.is_dir() || ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) {
            collect(&path, depth + 1, seen, found);
        }
    }
}

/// The text of a regular file of bearable size.
pub fn text(path: &Path) -> Result<String, String> {
    let about = std::fs::metadata(path).map_err(|e| e.to_string())?;
    if !about.is_file() {
        return Err("not a regular file".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|e| e.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("larger than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema_migrate::registered::Fetched;

    const SCHEMA: &str = r#"{"type":"record","name":"A","fields":[]}"#;

    #[test]
    fn files_and_folders() {
        let top = std::env::temp_dir().join(format!("tg-registered-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&top);
        std::fs::create_dir_all(top.join("deep")).unwrap();
        let write = |name: &str, text: &[u8]| std::fs::write(top.join(name), text).unwrap();
        write("a.json", SCHEMA.as_bytes());
        write("notes.md", b"nothing");
        write("deep/b.avsc", SCHEMA.as_bytes());
        write("deep/c.txt", b"\xff");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&top, top.join("deep/up")).unwrap();
        let place = top.display().to_string();
        let found = gather(std::slice::from_ref(&place), &[]).unwrap();
        let origins: Vec<&str> = found
            .iter()
            .map(|r| r.origin[place.len()..].trim_start_matches('/'))
            .collect();
        assert_eq!(origins, ["a.json", "deep/b.avsc", "deep/c.txt"]);
        let unread = Fetched::Unreadable("not UTF-8".to_owned());
        assert_eq!(found[2].schema, unread);
        assert!(gather(&[format!("{place}/missing")], &[]).is_err());
        std::fs::remove_dir_all(&top).unwrap();
        std::fs::create_dir_all(&top).unwrap();
        assert!(gather(&[place], &[]).is_err(), "an empty folder");
        std::fs::remove_dir_all(&top).unwrap();
    }
}
