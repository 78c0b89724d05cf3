//! The golden outputs under `tests/golden/out` are what the generator writes.

use crate::definitions::root;
use tg_schema_gen::{config::Config, load, output, target};

#[test]
fn golden_outputs() {
    let folder = root().join("tests/golden");
    let loaded = load::load(&[folder.join("schemas")]).unwrap();
    assert!(!loaded.diagnostics.has_errors());
    let files = target::render(&loaded.schema, &target::Target::ALL, &Config::default()).unwrap();
    assert!(files.len() > 10);
    let report = output::check(&folder.join("out"), &files, &target::Target::ALL).unwrap();
    assert!(
        report.is_fresh(),
        "{report:?}\nrenew with: cargo run -p tg-schema-cli -- gen tests/golden/schemas --out tests/golden/out"
    );
}
