//! What `--help`, `completions` and `man` say.
//!
//! The help texts are kept in `tests/command/help/`. After a change that is meant, renew them:
//! `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-cli --test command help`.

use std::fs;
use std::path::Path;

use crate::folder::Folder;

const SUBCOMMANDS: [&str; 11] = [
    "init",
    "gen",
    "check",
    "show",
    "fmt",
    "encode",
    "decode",
    "migrate",
    "explain",
    "completions",
    "man",
];

#[test]
fn help_texts_are_pinned() {
    let folder = Folder::new();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/help");
    let mut different = Vec::new();
    for name in ["tg-schema"].iter().chain(&SUBCOMMANDS) {
        let arguments: &[&str] = if *name == "tg-schema" {
            &["--help"]
        } else {
            &[name, "--help"]
        };
        let text = folder.run(arguments).ends(0).silent().out;
        let text: String = text
            .lines()
            .map(|l| format!("{}\n", l.trim_end()))
            .collect();
        let path = kept.join(format!("{name}.txt"));
        if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
            fs::create_dir_all(&kept).unwrap();
            fs::write(&path, &text).unwrap();
        }
        if fs::read_to_string(&path).unwrap_or_default() != text {
            different.push(format!("{name}:\n{text}"));
        }
    }
    assert!(
        different.is_empty(),
        "renew as the first lines of this file say:\n{}",
        different.join("\n")
    );
}

#[test]
fn every_subcommand_is_in_the_list_and_has_a_short_help() {
    let folder = Folder::new();
    let list = folder.run(&["--help"]).ends(0).out;
    for name in SUBCOMMANDS {
        assert!(
            list.lines().any(|l| l.trim_start().starts_with(name)),
            "{name}"
        );
        let (short, long) = (
            folder.run(&[name, "-h"]).ends(0).out,
            folder.run(&[name, "--help"]).ends(0).out,
        );
        assert!(
            short.contains("Usage:") && short.len() < long.len(),
            "{name}"
        );
        assert!(long.contains("Examples:"), "{name}");
    }
}

#[test]
fn completions_of_every_shell() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = folder.run(&["completions", shell]).ends(0).silent().out;
        assert!(
            text.contains("tg-schema") && text.contains("decode"),
            "{shell}"
        );
    }
    folder
        .run(&["completions", "tcsh"])
        .ends(2)
        .complains("bash");
}

#[test]
fn manual_pages() {
    let folder = Folder::new();
    let page = folder.run(&["man"]).ends(0).silent().out;
    assert!(
        page.contains(".TH tg-schema 1") && page.contains(".SH SYNOPSIS"),
        "{page}"
    );
    folder
        .run(&["man", "--out", "deep/man1"])
        .ends(0)
        .says("wrote deep/man1/tg-schema.1\n");
    let pages = folder.all("deep/man1");
    assert_eq!(pages.len(), SUBCOMMANDS.len() + 1);
    for name in SUBCOMMANDS {
        let page = String::from_utf8_lossy(&pages[&format!("tg-schema-{name}.1")]).into_owned();
        assert!(page.contains(".SH DESCRIPTION"), "{name}");
    }
}
