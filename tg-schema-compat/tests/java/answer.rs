//! What we say of a pair of schemas, in the form in which `tests/java-avro` says it.

use tg_schema_compat::engine::avro::{Defaults, Graph};
use tg_schema_compat::engine::{confluent, pulsar};
use tg_schema_model::Json;

/// Our answer, in the form of Java's.
pub fn answer(old: &str, new: &str) -> Json {
    let read = |text: &str| {
        let checked = Graph::parse(text, Defaults::Checked).is_ok();
        let graph = Graph::parse(text, Defaults::Unchecked).ok();
        let answer = Json::object([
            ("checked", Json::Bool(checked)),
            ("unchecked", Json::Bool(graph.is_some())),
        ]);
        (answer, graph)
    };
    let ((old_answer, old), (new_answer, new)) = (read(old), read(new));
    let mut entries = vec![("old", old_answer), ("new", new_answer)];
    if let (Some(old), Some(new)) = (&old, &new) {
        let both = |verdict: fn(&Graph, &Graph) -> Json| {
            Json::object([
                ("backward", verdict(new, old)),
                ("forward", verdict(old, new)),
            ])
        };
        entries.push(("confluent", both(confluent_verdict)));
        entries.push(("pulsar", both(pulsar_verdict)));
        let equal = pulsar::is_known_as(new, old).unwrap_or_else(|e| panic!("{e}"));
        entries.push(("equal", Json::Bool(equal)));
    }
    Json::object(entries)
}

fn confluent_verdict(reader: &Graph, writer: &Graph) -> Json {
    let verdict = confluent::can_read(reader, writer).unwrap_or_else(|e| panic!("{e}"));
    assert!(!verdict.more);
    if verdict
        .incompatibilities
        .iter()
        .any(|i| i.kind == confluent::Kind::AmbiguousField)
    {
        return Json::str("throws");
    }
    let found = verdict.incompatibilities.into_iter();
    Json::Array(
        found
            .map(|i| Json::strings([i.kind.as_str(), &i.location, &i.message]))
            .collect(),
    )
}

fn pulsar_verdict(reader: &Graph, writer: &Graph) -> Json {
    let verdict = pulsar::can_read(reader, writer).unwrap_or_else(|e| panic!("{e}"));
    Json::str(match verdict {
        pulsar::Verdict::Compatible => "compatible",
        pulsar::Verdict::Incompatible { .. } => "incompatible",
        pulsar::Verdict::Throws(_) => "throws",
    })
}
