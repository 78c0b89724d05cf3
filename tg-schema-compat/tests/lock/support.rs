//! Definitions and locks for tests.

use std::path::PathBuf;

use tg_schema_compat::lock::{accept, read};
use tg_schema_compat::version::Version;
use tg_schema_gen::definition::{self, File, Notation};
use tg_schema_gen::load;
use tg_schema_model::{Diagnostics, Sources};

/// The name of the lock.
pub const LABEL: &str = "tg-schema.lock";

/// The version that a text of definitions is.
pub fn defined(text: &str) -> Version {
    let mut sources = Sources::default();
    let source = sources.add("m.toml", text);
    let file = File {
        path: vec!["m".into()],
        source,
        notation: Notation::Toml,
    };
    let mut diagnostics = Diagnostics::default();
    let schema = definition::read(&[file], &sources, &mut diagnostics);
    let told: Vec<String> = diagnostics.0.iter().map(|d| sources.render(d)).collect();
    assert!(!diagnostics.has_errors(), "{}", told.join("\n"));
    Version::of_definitions("new", schema, sources)
}

/// The version that a folder of this repository is.
pub fn of(folder: &str) -> Version {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let loaded = load::load(&[path]).expect("definitions");
    assert!(!loaded.diagnostics.has_errors());
    Version::of_definitions(folder, loaded.schema, loaded.sources)
}

/// The lock after these releases.
pub fn accepted(versions: &[Version]) -> String {
    let mut text: Option<String> = None;
    for version in versions {
        let next = accept(LABEL, text.as_deref(), version);
        text = Some(next.expect("a lock").text);
    }
    text.unwrap_or_default()
}

/// What is wrong with a lock, a line each: its line, its column and the message.
pub fn problems(text: &str) -> String {
    let Err((sources, diagnostics)) = read(LABEL, text) else {
        return String::new();
    };
    let told = diagnostics.0.iter().map(|d| {
        let place = sources
            .position(d.span)
            .map(|p| format!("{}:{} ", p.line, p.column));
        format!("{}{}", place.unwrap_or_default(), d.message)
    });
    told.collect::<Vec<_>>().join("\n")
}
