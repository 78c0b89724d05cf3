//! Names of commits and paths as Git takes them.

use std::path::{Component, Path, PathBuf};

use crate::exit::Failure;

/// Bytes of a REF or a PATH, at most: Git takes no longer ones.
const MAX_NAME: usize = 4_096;

/// Names go to the child one a line.
pub(super) fn speakable(text: &str, what: &str) -> Result<(), Failure> {
    if text.len() > MAX_NAME {
        return Err(Failure::new(format!(
            "the {what} of git:REF:PATH has {} bytes; at most {MAX_NAME} are read",
            text.len()
        )));
    }
    match text.chars().any(char::is_control) {
        true => Err(Failure::new(format!(
            "the {what} of git:REF:PATH holds a line break or another control character"
        ))),
        false => Ok(()),
    }
}

/// Whether the current folder is in no work tree, where paths cannot be relative to it.
pub(super) fn in_no_work_tree() -> bool {
    let named = |name| std::env::var_os(name).is_some();
    let here = std::env::current_dir().unwrap_or_default();
    let known = here.ancestors().any(|folder| folder.join(".git").exists());
    !known && !named("GIT_WORK_TREE") && !named("GIT_DIR")
}

/// Whether the current folder is the root of the repository.
pub(super) fn is_top() -> bool {
    Path::new(".git").exists()
}

/// A path of the disk as Git takes it, relative to the current folder.
pub(super) fn inside(path: &Path, no_work_tree: bool) -> Result<String, Failure> {
    let relative = match path.is_absolute() {
        true => from_here(path),
        false => path.to_owned(),
    };
    let text = relative
        .to_str()
        .ok_or_else(|| Failure::new(format!("{} is not UTF-8", path.display())))?;
    let parts = parts(text);
    speakable(&parts.join("/"), "PATH")?;
    Ok(match no_work_tree {
        true => parts.join("/"),
        false => from_current(&parts),
    })
}

/// A PATH as Git takes it: below the root of the repository, or below the current folder where it begins with a dot
/// that stands for a folder.
pub(super) fn written(path: &str) -> String {
    let parts = parts(path);
    match path.split('/').next() {
        Some("." | "..") => from_current(&parts),
        _ => parts.join("/"),
    }
}

/// The steps of a path without those that lead nowhere.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    parts
}

/// A path from the current folder. Git takes dots for folders where a slash follows.
fn from_current(parts: &[&str]) -> String {
    let joined = parts.join("/");
    match (parts.first(), parts.last()) {
        (_, Some(&"..")) => format!("{joined}/"),
        (Some(&".."), _) => joined,
        _ => format!("./{joined}"),
    }
}

/// An absolute path, from the current folder.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let here = here.canonicalize().unwrap_or(here);
    let shared = here
        .components()
        .zip(real.components())
        .take_while(|(a, b)| a == b)
        .count();
    let up = here.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(real.components().skip(shared)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_disk_become_paths_of_git() {
        let path = |text: &str, bare| inside(Path::new(text), bare).unwrap();
        assert_eq!(path("schemas", false), "./schemas");
        assert_eq!(path("./a/../b c/", false), "./b c");
        assert_eq!(path("../../schemas", false), "../../schemas");
        assert_eq!(path("..", false), "../");
        assert_eq!(path("a/../../", false), "../");
        assert_eq!(path("..a", false), "./..a");
        assert_eq!(path(".", false), "./");
        assert_eq!(path("./schemas", true), "schemas");
        assert_eq!(path(".", true), "");
        let here = std::env::current_dir().unwrap();
        let absolute = here.join("src").display().to_string();
        assert_eq!(path(&absolute, false), "./src");
        assert!(inside(Path::new("a\nb"), false).is_err());
    }

    #[test]
    fn written_paths_are_those_of_git_and_folders_that_are_dots() {
        for (text, expected) in [
            ("", ""),
            ("a//b/.", "a/b"),
            ("a/../b", "b"),
            (".", "./"),
            ("./", "./"),
            ("./a/", "./a"),
            ("./..", "../"),
            ("../", "../"),
            ("../a", "../a"),
            (".a", ".a"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }
}
