//! Generated Rust is as rustfmt would leave it.

use std::process::Command;

use crate::definitions::root;

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
    let run = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(&files)
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
