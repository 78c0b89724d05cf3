//! Python files in a temporary folder, and what is made of them.
#![allow(dead_code)]

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use tg_schema_migrate::{Migration, Options, migrate};

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "tg-migrate-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let folder = Folder(std::env::temp_dir().join(name));
        for (path, text) in files {
            let path = folder.0.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }
    pub fn migrate(&self, options: &Options) -> Migration {
        migrate(std::slice::from_ref(&self.0), options)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What is made of files.
pub fn of(files: &[(&str, &str)]) -> Migration {
    Folder::new(files).migrate(&Options::default())
}

/// What is made of one file, with the usual imports.
pub fn one(text: &str) -> Migration {
    of(&[("a.py", &with_imports(text))])
}

pub fn with_imports(text: &str) -> String {
    format!("from enum import *\nfrom pulsar.schema import *\n{text}\n")
}

/// The line of a field in the definitions of `a`, without its origin.
pub fn line(migration: &Migration, field: &str) -> String {
    let text = &migration
        .files
        .iter()
        .find(|(path, _)| path == &["a"])
        .expect("a module")
        .1;
    let start = format!("{field} = ");
    let line = text
        .lines()
        .find(|line| line.starts_with(&start))
        .unwrap_or("nothing");
    let cut = line.find(", origin = ").map_or(line, |at| &line[..at]);
    match cut.len() < line.len() {
        true => format!("{cut} }}"),
        false => line.to_owned(),
    }
}

/// Why a class has no text.
pub fn reason(migration: &Migration, class: &str) -> String {
    let class = migration
        .classes
        .iter()
        .find(|c| c.name == class)
        .expect("a class");
    class.reason.clone().unwrap_or_default()
}

/// The text to register for a class, without blank space.
pub fn text(migration: &Migration, class: &str) -> String {
    let class = migration
        .classes
        .iter()
        .find(|c| c.name == class)
        .expect("a class");
    let text = class
        .text
        .as_ref()
        .unwrap_or_else(|| panic!("no text: {:?}", class.reason));
    text.split_whitespace().collect()
}

/// Codes of the findings, in order.
pub fn codes(migration: &Migration) -> Vec<&'static str> {
    migration.findings.0.iter().filter_map(|d| d.code).collect()
}
