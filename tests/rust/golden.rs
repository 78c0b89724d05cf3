//! The golden outputs under `tests/golden/out` are what the generator writes.

use crate::definitions::root;
use tg_schema_gen::{config::Config, load, output, target};

#[test]
fn golden_outputs() {
    let files = check("", &target::Target::ALL);
    assert!(files > 10);
}

/// Definitions as a migration writes them, and the table alone.
#[test]
fn golden_migration_table() {
    assert_eq!(check("migration", &[target::Target::Migration]), 5);
}

/// Compares what is written for the definitions below a folder; how many files that are.
fn check(below: &str, targets: &[target::Target]) -> usize {
    let folder = root().join("tests/golden").join(below);
    let loaded = load::load(&[folder.join("schemas")]).unwrap();
    assert!(!loaded.diagnostics.has_errors());
    let files = target::render(&loaded.schema, targets, &Config::default()).unwrap();
    let report = output::check(&folder.join("out"), &files, targets).unwrap();
    assert!(
        report.is_fresh(),
        "{report:?}\nrenew as tests/golden/README.md says"
    );
    files.len()
}
