//! What a run has changed so far, to be put back when it fails.

use std::path::{Path, PathBuf};

use super::MANIFEST;

enum Step {
    /// A folder that was made.
    Folder(PathBuf),
    /// A file below the output folder and its content before, if it was there.
    File(String, Option<Vec<u8>>),
}

/// Steps back, newest last.
pub(super) struct Undo<'a> {
    dir: &'a Path,
    steps: Vec<Step>,
}

impl<'a> Undo<'a> {
    pub(super) fn new(dir: &'a Path) -> Self {
        Undo {
            dir,
            steps: Vec::new(),
        }
    }
    /// A folder was made.
    pub(super) fn folder(&mut self, path: PathBuf) {
        self.steps.push(Step::Folder(path));
    }
    /// The file at `path` is about to be changed.
    pub(super) fn file(&mut self, path: impl Into<String>, before: Option<Vec<u8>>) {
        self.steps.push(Step::File(path.into(), before));
    }
    /// The manifest is about to be changed.
    pub(super) fn manifest(&mut self, before: Option<String>) {
        self.file(MANIFEST, before.map(String::into_bytes));
    }
    /// Puts everything back; whether that worked for all of it.
    pub(super) fn run(&mut self) -> bool {
        let mut all = true;
        for step in self.steps.drain(..).rev() {
            all &= match step {
                Step::Folder(path) => std::fs::remove_dir(path).is_ok(),
                Step::File(path, None) => {
                    let path = self.dir.join(path);
                    !path.exists() || std::fs::remove_file(path).is_ok()
                }
                Step::File(path, Some(before)) => {
                    let path = self.dir.join(path);
                    std::fs::read(&path).is_ok_and(|now| now == before)
                        || std::fs::write(path, before).is_ok()
                }
            };
        }
        all
    }
}
