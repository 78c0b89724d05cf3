//! Patches, and what `git apply` makes of them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::*;

fn edit(range: Range<usize>, text: &str) -> Edit {
    Edit {
        range,
        text: text.to_owned(),
    }
}

#[test]
fn a_hunk_has_three_lines_around_it() {
    let text = "1\n2\n3\n4\nfive = old()\n6\n7\n8\n9\n";
    let at = text.find("old").unwrap();
    let patch = unified("a/b.py", text, &[edit(at..at + 3, "new")]).unwrap();
    assert_eq!(
        patch,
        "diff --git a/a/b.py b/a/b.py\n--- a/a/b.py\n+++ b/a/b.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n\
         -five = old()\n+five = new()\n 6\n 7\n 8\n"
    );
}

#[test]
fn edits_that_change_nothing_give_no_patch() {
    assert_eq!(unified("a", "x\n", &[edit(0..1, "x")]), Some(String::new()));
    assert_eq!(unified("a", "x\n", &[]), Some(String::new()));
}

#[test]
fn edits_that_cannot_be_made_give_nothing() {
    for edits in [
        vec![edit(0..2, ""), edit(1..3, "")],
        vec![edit(0..9, "")],
        vec![edit(1..1, "x"), edit(5..7, "")],
    ] {
        assert_eq!(unified("a", "xé\nyz", &edits), None, "{edits:?}");
        assert_eq!(edited("xé\nyz", &edits), None);
    }
    assert_eq!(unified("a", "é", &[edit(1..2, "")]), None);
}

/// A repository for patches to be applied in.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("tg-patch-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let made = Command::new("git")
            .args(["init", "-q"])
            .current_dir(&folder)
            .status();
        made.is_ok_and(|s| s.success())
            .then_some(Repository(folder))
    }

    #[track_caller]
    fn apply(&self, patch: &str) {
        std::fs::write(self.0.join("the.patch"), patch).unwrap();
        for arguments in [
            &["apply", "--check", "the.patch"][..],
            &["apply", "the.patch"],
        ] {
            let output = Command::new("git")
                .args(arguments)
                .current_dir(&self.0)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{error}\n{patch}");
        }
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn git_applies_patches_of_any_edits() {
    let Some(repository) = Repository::new("any") else {
        panic!("git is needed for this test");
    };
    let names = ["plain.py", "a b.py", "deep/ü \"x\".py"];
    let mut random = Random(7);
    for round in 0..60 {
        let name = names[round % names.len()];
        let path = repository.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).unwrap();
        let text = random.text();
        let edits = random.edits(&text);
        std::fs::write(&path, &text).unwrap();
        let patch = unified(name, &text, &edits).unwrap();
        let expected = edited(&text, &edits).unwrap();
        assert_eq!(patch.is_empty(), text == expected, "{text:?} {edits:?}");
        if !patch.is_empty() {
            repository.apply(&patch);
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), expected, "{patch}");
    }
}

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % n
    }
    fn text(&mut self) -> String {
        let lines = 1 + self.below(40);
        let mut text = String::new();
        for _ in 0..lines {
            for _ in 0..self.below(6) {
                text.push_str(["x", "é ", "\t", "-", "+", "@@"][self.below(6)]);
            }
            text.push_str(["\n", "\n", "\r\n"][self.below(3)]);
        }
        if self.below(3) == 0 {
            text.push_str("no end");
        }
        text
    }
    fn edits(&mut self, text: &str) -> Vec<Edit> {
        let mut borders: Vec<usize> = (0..2 * (1 + self.below(4)))
            .map(|_| text.floor_char_boundary(self.below(text.len() + 1)))
            .collect();
        borders.sort_unstable();
        let pairs = borders.chunks_exact(2);
        let new = ["", "y", "y\n", "\ny\nz\n"];
        pairs
            .map(|pair| edit(pair[0]..pair[1], new[self.below(4)]))
            .collect()
    }
}
