//! The forms, byte by byte.

use std::path::Path;

use tg_schema_compat::render;

use crate::sample::{Sample, hostile, sample};

/// Compares a text with the one that is kept, or keeps it.
fn kept(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/render/golden")
        .join(name);
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{name} is not what is kept:\n{text}");
}

fn forms(name: &str, sample: &Sample) {
    let (report, texts) = (&sample.report, &sample.texts());
    let json = render::json(report, texts).pretty(2) + "\n";
    kept(&format!("{name}.json"), &json);
    kept(&format!("{name}.md"), &render::markdown(report, texts));
    kept(&format!("{name}.html"), &render::html(report, texts));
    kept(
        &format!("{name}.github.txt"),
        &render::github(report, texts),
    );
    let gitlab = render::gitlab(report, texts).pretty(2) + "\n";
    kept(&format!("{name}.gitlab.json"), &gitlab);
    kept(&format!("{name}.junit.xml"), &render::junit(report));
}

#[test]
fn every_form_is_as_it_is_kept() {
    forms("sample", &sample());
}

#[test]
fn every_form_of_hostile_texts_is_as_it_is_kept() {
    forms("hostile", &hostile());
}
