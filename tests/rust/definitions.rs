//! The definitions in the tree, as tests use them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tg_schema_model::{RecordId, Schema, Severity};
use tg_schema_tests::{Operations, all};

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The model of `schemas/`.
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let loaded = tg_schema_gen::load::load(&[root().join("schemas")]).unwrap();
        let errors: Vec<_> = loaded
            .diagnostics
            .0
            .iter()
            .filter(|d| d.severity == Severity::Error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        loaded.schema
    })
}

/// Every message type with its record in the model.
pub fn messages() -> Vec<(Operations, RecordId)> {
    let schema = schema();
    all()
        .into_iter()
        .map(|o| {
            let found = schema.find_records(o.name);
            assert_eq!(found.len(), 1, "{}", o.name);
            let id = found[0];
            (o, id)
        })
        .collect()
}

#[test]
fn the_case_study_is_whole() {
    let schema = schema();
    let of = |module: usize| schema.modules[module].path[0] == "trustgraph";
    let records: Vec<_> = schema.records.iter().filter(|r| of(r.module)).collect();
    assert_eq!(records.len(), 76);
    assert_eq!(records.iter().map(|r| r.fields.len()).sum::<usize>(), 296);
    assert_eq!(schema.topics.iter().filter(|t| of(t.module)).count(), 17);
    assert_eq!(messages().len(), schema.records.len());
}

#[test]
fn compiled_types_render_the_schema_texts_of_their_definitions() {
    for (o, id) in messages() {
        let s = (o.schemas)();
        let schema = schema();
        assert_eq!(
            s.pulsar,
            tg_schema_model::pulsar::text(schema, id),
            "{}",
            o.name
        );
        assert_eq!(
            s.avro,
            tg_schema_model::avro::render::text(schema, id),
            "{}",
            o.name
        );
        assert_eq!(
            s.canonical,
            tg_schema_model::avro::render::canonical_text(schema, id),
            "{}",
            o.name
        );
        assert_eq!(
            s.definition,
            tg_schema_model::definition::text(schema, id),
            "{}",
            o.name
        );
        let addresses: Vec<String> = schema
            .topics_of(id)
            .map(|t| t.address.to_string())
            .collect();
        assert_eq!(o.topics, addresses, "{}", o.name);
    }
}
