//! Generated Rust is as rustfmt would leave it.

use std::path::PathBuf;
use std::process::Command;

use crate::definitions::root;
use tg_schema_dynamic::random_schema;
use tg_schema_rust::write::{FileOptions, files};

#[test]
fn rustfmt_has_nothing_to_change() {
    let mut files = Vec::new();
    let mut folders = vec![root().join("generated/rust")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    assert!(files.len() > 20, "{files:?}");
    check(&files);
}

#[test]
fn random_definitions_are_formatted_too() {
    let folder = std::env::temp_dir().join(format!("tg-schema-rustfmt-{}", std::process::id()));
    let mut written = Vec::new();
    for seed in 0..60 {
        for (name, text) in files(&random_schema(seed), &FileOptions::default()) {
            let path = folder.join(seed.to_string()).join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            written.push(path);
        }
    }
    check(&written);
    std::fs::remove_dir_all(folder).unwrap();
}

fn check(files: &[PathBuf]) {
    let run = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(files)
        .output();
    match run {
        Ok(out) => assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stdout)
        ),
        Err(e) if std::env::var_os("CI").is_some() => panic!("rustfmt cannot be run: {e}"),
        Err(e) => eprintln!("skipped: rustfmt cannot be run: {e}"),
    }
}
