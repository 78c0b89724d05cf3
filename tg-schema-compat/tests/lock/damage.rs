//! Locks that somebody damaged.

use tg_schema_compat::lock::{self, accept, read};
use tg_schema_compat::version::Version;

use crate::support::{LABEL, accepted, defined, problems};

#[test]
fn damage_is_told_at_its_place() {
    let text = accepted(&[
        defined(
            "[record.A.fields]\na = \"B\"\n[record.B.fields]\nb = \"int\"\n[topic.t]\nrecord = \"A\"\naddress = \"q1/t/n/a\"\n",
        ),
        defined(
            "[record.A.fields]\na = \"B\"\n[record.B.fields]\nb = \"long\"\n[topic.t]\nrecord = \"A\"\naddress = \"q1/t/n/a\"\n",
        ),
    ]);
    assert_eq!(problems(&text), "");
    let cases = [
        (
            "\"type\":\"int\"",
            "\"type\":\"boolean\"",
            "28:15 the definition below is not the one that was accepted",
        ),
        (
            "format = 1",
            "format = 2",
            "3:10 this format of a lock is not known",
        ),
        ("format = 1\n", "", "4:1 this is not a lock file"),
        (
            "module = \"m\"\n",
            "module = \"m\"\navsc = \"whole\"\n",
            "8:8 unknown origin `whole`",
        ),
        (
            "module = \"m\"\n",
            "module = \"m\"\navsc = 1\n",
            "8:8 `avsc` is no text",
        ),
        ("since = 2", "since = 0", "15:10 `B` has no release"),
        ("since = 2", "since = 1", "25:10 release 1 has `B` twice"),
        (
            "since = 2",
            "until = 2",
            "15:10 `B` has no release\n16:1 unknown key `until` in `B`",
        ),
        (
            "since = 2",
            "since = 2\nsince = 2",
            "17:1 unknown key `since` in `B`",
        ),
        (
            "since = 2",
            "since 2",
            "15:10 `B` has no release\n16:1 this line is not of a lock",
        ),
        (
            "since = 2",
            "removed = 2",
            "17:1 unknown key `module` in `B`\n18:1 unknown key `fingerprint` in `B`\n19:1 unknown key `definition` in `B`",
        ),
        (
            "[[record.\"A\"]]",
            "[record.\"A\"]",
            "5:1 this is no header of a lock",
        ),
        (
            "[[record.\"A\"]]",
            "[[recrod.\"A\"]]",
            "5:3 unknown kind `recrod`",
        ),
        ("[[record.\"A\"]]", "[[record.A]]", "5:10 this is no name"),
        (
            "[[record.\"A\"]]",
            "[[record.\"C\"]]",
            "10:1 this is the definition of `A`",
        ),
        ("{\"record\":\"A\"", "{\"record\":\"A", "10:"),
        (
            "\"q1/t/n/a\"",
            "\"q1/t/n\"",
            "38:11 \"q1/t/n\" is no address of a topic",
        ),
        (
            "since = 2\n",
            "<<<<<<< HEAD\nsince = 2\n=======\nsince = 3\n>>>>>>> x\n",
            "16:1 a merge left a conflict here\n18:1 a merge left a conflict here\n20:1 a merge left a conflict here",
        ),
    ];
    for (before, after, expected) in cases {
        assert!(text.contains(before), "{before}");
        let damaged = text.replacen(before, after, 1);
        let told = problems(&damaged);
        assert!(
            told.starts_with(expected),
            "{before} -> {after}:\n{told}\n{damaged}"
        );
        assert!(
            accept(LABEL, Some(&damaged), &defined("")).is_err(),
            "{before}"
        );
    }
    // The end is missing, wherever it is cut.
    for at in (0..text.len()).step_by(3) {
        let _ = read(LABEL, &text[..at]);
    }
    for (at, letter) in text.char_indices().step_by(5) {
        for other in ["\"", "[", "'", "\n", "é", ""] {
            let damaged = format!("{}{other}{}", &text[..at], &text[at + letter.len_utf8()..]);
            let _ = read(LABEL, &damaged);
        }
    }
    for none in ["", "# nothing\n", "x", "<?xml"] {
        assert!(!problems(none).is_empty(), "{none}");
    }
    let empty = accept(LABEL, None, &Version::default()).unwrap();
    assert_eq!(read(LABEL, &empty.text).unwrap().len(), 0);
    assert_eq!(empty.release, 0);
}

#[test]
fn line_ends_of_windows_change_nothing() {
    let text = accepted(&[defined("[record.A.fields]\na = \"int\"\n")]);
    let windows = text.replace('\n', "\r\n");
    assert_eq!(problems(&windows), "");
    assert_eq!(
        accept(
            LABEL,
            Some(&windows),
            &defined("[record.A.fields]\na = \"int\"\n")
        )
        .unwrap()
        .text,
        text
    );
}

#[test]
fn more_than_the_limit_is_refused() {
    let text = "#".repeat(lock::MAX_TEXT + 1);
    assert!(problems(&text).contains("a lock has at most"));
}

#[test]
fn hostile_texts_cost_little() {
    let head = "format = 1\n\n";
    let lines = |line: &str| format!("{head}{}", line.repeat((1 << 20) / line.len()));
    let keys = format!("{head}[[record.\"A\"]]\n{}", "x = 1\n".repeat(100_000));
    let deep = format!(
        "{head}[[record.\"A\"]]\nsince = 1\nfingerprint = \"\"\ndefinition = '''\n{}\n'''\n",
        "[".repeat(1 << 20)
    );
    for text in [
        lines("x\n"),
        lines("[[record.\"A\"]]\n"),
        lines("[[x.\"A\"]]\n"),
        lines("<<<<<<< x\n"),
        lines("'''\n"),
        lines("\""),
        keys,
        deep,
    ] {
        let told = problems(&text);
        let count = told.lines().count();
        assert!((1..=300).contains(&count), "{count}");
    }
    // A record that mentions many types, none of which is there.
    let fields = (0..20_000).map(|n| format!("{{\"name\":\"f{n}\",\"type\":\"T{n}\"}}"));
    let fields = fields.collect::<Vec<_>>().join(",");
    let own = format!("{{\"record\":\"A\",\"fields\":[{fields}]}}");
    let print = tg_schema_model::Fingerprint::of(&format!("[{own}]")).sha256_hex();
    let text = format!(
        "{head}[[record.\"A\"]]\nsince = 1\nfingerprint = \"{print}\"\ndefinition = '''\n{own}\n'''\n"
    );
    assert!(
        problems(&text).starts_with("3:10 this refers to `T0`, of which the lock knows nothing")
    );
    let topic = "[[topic.\"m.t\"]]\nsince = 1\nmodule = \"m\"\naddress = \"q1/a/b/c\"\nrecord = \"n.Never\"\n";
    assert_eq!(
        problems(&format!("{head}{topic}")),
        "3:9 this carries `n.Never`, of which the lock knows nothing"
    );
}

/// Git leaves both where two branches did the same in two places of the file.
#[test]
fn what_is_said_twice_counts_once() {
    let (a, b) = (
        "[record.A.fields]\na = \"int\"\n",
        "[record.B.fields]\nb = \"int\"\n",
    );
    let text = accepted(&[defined(&format!("{a}{b}")), defined(b)]);
    let removed = "[[record.\"A\"]]\nremoved = 2\n";
    assert!(text.contains(removed), "{text}");
    let twice = text.replace(removed, &format!("{removed}\n{removed}"));
    assert_eq!(problems(&twice), "");
    // Written anew it is said once.
    let again = accept(LABEL, Some(&twice), &defined(b)).expect("a lock");
    assert_eq!((again.text, again.changes), (text, Vec::new()));
}
