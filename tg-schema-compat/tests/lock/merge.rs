//! Two branches that accept at the same time, merged by git.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tg_schema_compat::lock::{accept, merged, read};

use crate::support::{LABEL, accepted, defined, problems};

/// A repository with one file.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("merge-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        let repository = Repository(path);
        assert!(repository.git(&["init", "-q", "-b", "main"]));
        repository
    }

    fn git(&self, arguments: &[&str]) -> bool {
        let mut git = Command::new("git");
        git.current_dir(&self.0).args(arguments);
        // No configuration but this.
        git.env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "n")
                .env(format!("GIT_{who}_EMAIL"), "n@example.org");
        }
        git.output().expect("git").status.success()
    }

    fn commit(&self, text: &str) {
        fs::write(self.0.join(LABEL), text).expect("a file");
        assert!(self.git(&["add", LABEL]) && self.git(&["commit", "-q", "-m", "m"]));
    }

    /// Commits `base`, then each text on a branch of its own, and merges the second into the first. Says
    /// whether that went without a conflict, and what came of it.
    fn merge(name: &str, base: &str, ours: &str, theirs: &str) -> (bool, String) {
        let repository = Repository::new(name);
        repository.commit(base);
        assert!(repository.git(&["checkout", "-q", "-b", "theirs"]));
        repository.commit(theirs);
        assert!(repository.git(&["checkout", "-q", "main"]));
        repository.commit(ours);
        let clean = repository.git(&["merge", "-q", "theirs"]);
        (
            clean,
            fs::read_to_string(repository.0.join(LABEL)).expect("a file"),
        )
    }
}

/// Records `A`, `B` and `C` with these types of their one field, and whatever else.
fn records(types: [&str; 3], more: &str) -> String {
    let [a, b, c] = types;
    format!(
        "[record.A.fields]\nn = \"{a}\"\n[record.B.fields]\nn = \"{b}\"\n[record.C.fields]\nn = \"{c}\"\n{more}"
    )
}

#[test]
fn branches_that_change_different_records_merge() {
    let (int, long) = ("int", "long");
    let base = records([int; 3], "");
    let d = "[record.D.fields]\n";
    let cases = [
        // Neighbours, both changed.
        (
            records([long, int, int], ""),
            records([int, long, int], ""),
            records([long, long, int], ""),
        ),
        // One changed, its neighbour removed.
        (
            records([int, long, int], ""),
            records([int, int, int], "").replace("[record.A.fields]\nn = \"int\"\n", ""),
            records([int, long, int], "").replace("[record.A.fields]\nn = \"int\"\n", ""),
        ),
        // The last one changed, and another one after it.
        (
            records([int, int, long], ""),
            records([int; 3], d),
            records([int, int, long], d),
        ),
        // One changed, and one before it.
        (
            records([int, long, int], ""),
            records([int; 3], "[record.AB.fields]\n"),
            records([int, long, int], "[record.AB.fields]\n"),
        ),
    ];
    let first = accepted(&[defined(&base)]);
    for (at, (ours, theirs, both)) in cases.into_iter().enumerate() {
        let next = |text: &str| accept(LABEL, Some(&first), &defined(text)).unwrap().text;
        let (clean, merged) =
            Repository::merge(&format!("clean-{at}"), &first, &next(&ours), &next(&theirs));
        assert!(clean, "{at}: {merged}");
        assert_eq!(problems(&merged), "", "{at}");
        let releases = read(LABEL, &merged).unwrap();
        assert_eq!(releases.len(), 2, "{at}");
        // It is what accepting both would have written, and there is nothing left to accept.
        let expected = accept(LABEL, Some(&first), &defined(&both)).unwrap();
        assert_eq!(merged, expected.text, "{at}");
        let again = accept(LABEL, Some(&merged), &defined(&both)).unwrap();
        assert_eq!((again.text, again.changes.len()), (merged, 0), "{at}");
    }
}

#[test]
fn branches_that_change_one_record_conflict() {
    let first = accepted(&[defined(&records(["int"; 3], ""))]);
    let next = |ty| {
        let new = defined(&records(["int", ty, "int"], ""));
        accept(LABEL, Some(&first), &new).unwrap().text
    };
    let (clean, merged) = Repository::merge("conflict", &first, &next("long"), &next("string"));
    assert!(!clean);
    assert!(
        problems(&merged).contains("a merge left a conflict here"),
        "{merged}"
    );
    // Nobody knows which was released first.
    let (_, told) = tg_schema_compat::lock::merged(LABEL, &merged).unwrap_err();
    assert_eq!(told.0.len(), 1, "{told:?}");
    assert_eq!(told.0[0].message, "both sides made a release 2 of `B`");
}

/// What Git leaves outside of its marks belongs to both blocks: to take out the marks alone makes no lock.
#[test]
fn conflicts_of_neighbours_are_both_kept() {
    let (int, long) = ("int", "long");
    let base = records([int; 3], "");
    let d = "[record.D.fields]\nx = \"int\"\ny = \"int\"\n";
    let e = "[record.E.fields]\nx = \"int\"\nz = \"int\"\n";
    let topic = "[topic.t]\nrecord = \"A\"\naddress = \"q1/t/n/a\"\n";
    let cases = [
        (
            records([int; 3], d),
            records([int; 3], e),
            records([int; 3], &format!("{d}{e}")),
        ),
        // Something is removed and changed besides, and is no conflict.
        (
            records([long, int, int], d),
            records([int; 3], e).replace("[record.B.fields]\nn = \"int\"\n", topic),
            records([long, int, int], &format!("{d}{e}"))
                .replace("[record.B.fields]\nn = \"int\"\n", topic),
        ),
        // The same on both sides, beside what is not.
        (
            records([long, int, int], d),
            records([long, int, int], e),
            records([long, int, int], &format!("{d}{e}")),
        ),
    ];
    let first = accepted(&[defined(&base)]);
    for (at, (ours, theirs, both)) in cases.into_iter().enumerate() {
        let next = |text: &str| accept(LABEL, Some(&first), &defined(text)).unwrap().text;
        let name = format!("neighbours-{at}");
        let (clean, left) = Repository::merge(&name, &first, &next(&ours), &next(&theirs));
        assert!(!clean, "{at}: {left}");
        let unmarked = left.lines().filter(|line| {
            !["<<<<<<<", "=======", ">>>>>>>"]
                .iter()
                .any(|mark| line.starts_with(mark))
        });
        let unmarked: Vec<&str> = unmarked.collect();
        assert!(at > 0 || !problems(&unmarked.join("\n")).is_empty());
        let kept = merged(LABEL, &left).unwrap().unwrap();
        assert_eq!(kept, next(&both), "{at}");
        // With what both had before, as Git can be told to show it, and with other ends of lines.
        let with_base = left.replace("\n=======\n", "\n||||||| base\nx\n=======\n");
        assert_eq!(merged(LABEL, &with_base).unwrap().as_ref(), Some(&kept));
        let other = merged(LABEL, &left.replace('\n', "\r\n")).unwrap();
        assert_eq!(other.as_ref(), Some(&kept));
        assert_eq!(merged(LABEL, &kept).unwrap(), None);
    }
    // Marks that do not belong together are left to people.
    for marks in [
        "<<<<<<< a\n",
        "=======\n",
        "<<<<<<< a\n>>>>>>> b\n",
        "<<<<<<< a\n<<<<<<< a\n",
    ] {
        let text = format!("{first}{marks}");
        assert_eq!(merged(LABEL, &text).unwrap(), None);
        assert!(problems(&text).contains("a merge left a conflict here"));
    }
    let broken = format!("{first}<<<<<<< a\nx\n=======\n>>>>>>> b\n");
    let (_, told) = merged(LABEL, &broken).unwrap_err();
    assert_eq!(told.0[0].message, "this line is not of a lock");
}

#[test]
fn a_branch_that_is_ahead_merges() {
    let step = |types| defined(&records(types, ""));
    let first = accepted(&[step(["int"; 3])]);
    let ours = accept(LABEL, Some(&first), &step(["long", "int", "int"]))
        .unwrap()
        .text;
    let ours = accept(LABEL, Some(&ours), &step(["double", "int", "int"]))
        .unwrap()
        .text;
    let theirs = accept(LABEL, Some(&first), &step(["int", "int", "long"]))
        .unwrap()
        .text;
    let (clean, merged) = Repository::merge("ahead", &first, &ours, &theirs);
    assert!(clean);
    let releases = read(LABEL, &merged).unwrap();
    let names: Vec<Vec<&str>> = releases
        .iter()
        .map(|release| release.messages.iter().map(|m| m.name.as_str()).collect())
        .collect();
    assert_eq!(
        names,
        [vec!["A", "B", "C"], vec!["A", "C"], vec!["A", "B", "C"]]
    );
}
