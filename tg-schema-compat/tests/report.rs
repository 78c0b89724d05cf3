//! Reports of whole comparisons: for every change of `table.md`, what the matrix denies a finding explains.

#[path = "told/mod.rs"]
mod told;

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::version::Version;
use tg_schema_gen::load::from_texts;
use told::{contradictions, words};

/// The version that a cell of the table is.
fn version(label: &str, cell: &str) -> Version {
    let mut text = cell.trim().trim_matches('`').replace("; ", "\n");
    if !text.starts_with('[') && !text.starts_with("namespace") {
        text.insert_str(0, "[record.R.fields]\n");
    }
    let loaded = from_texts(vec![(vec!["m".to_owned()], "m.toml".to_owned(), text)]);
    assert!(!loaded.diagnostics.has_errors(), "{cell}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn rows() -> Vec<Vec<&'static str>> {
    let lines = include_str!("table.md").lines();
    let rows = lines.filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

#[test]
fn what_the_matrix_denies_a_finding_explains() {
    let mut wrong = Vec::new();
    for row in rows() {
        let [change, old, new, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        for (old, new) in [(old, new), (new, old)] {
            let (old, new) = (version("old", old), version("new", new));
            let report = check(&new, &[old], &Options::default()).unwrap();
            for record in &report.records {
                let contradictions = contradictions(record);
                if !contradictions.is_empty() {
                    wrong.push(format!("{change}: {contradictions:?}\n{}", words(record)));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}
