//! Plans of small schemas. Both sides are Avro texts; the reader's is imported into the model.

mod limits;
mod nodes;
mod skips;
mod verdicts;

use super::{Node, NodeId, Plan, compile};
use crate::avro::{self, AvroError, Rules, import};
use crate::schema::{RecordId, Schema};
use crate::{Diagnostics, Sources};

/// The model that an Avro text stands for, and the record that the text defines.
fn model(text: &str) -> (Schema, RecordId) {
    let mut sources = Sources::default();
    let source = sources.add("reader.avsc", text);
    let file = import::File {
        path: vec!["reader".into()],
        source,
    };
    let (mut schema, mut diagnostics) = (Schema::default(), Diagnostics::default());
    import::import(&[file], &sources, &mut schema, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{text}: {diagnostics:#?}");
    let tree = avro::parse_with(text, Rules::Registered).unwrap();
    let record = schema.find_records(&tree.name().unwrap().full())[0];
    (schema, record)
}

fn try_plan(writer: &str, reader: &str) -> Result<Plan, AvroError> {
    let writer =
        avro::parse_with(writer, Rules::Registered).unwrap_or_else(|e| panic!("{writer}: {e}"));
    let (schema, record) = model(reader);
    compile(&writer, &schema, record)
}

fn plan(writer: &str, reader: &str) -> Plan {
    try_plan(writer, reader).unwrap_or_else(|e| panic!("{e}"))
}

/// A record `R` with these fields.
fn record(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
}

/// A record `R` with a field `f` of this type.
fn of(ty: &str) -> String {
    record(&format!(r#"{{"name": "f", "type": {ty}}}"#))
}

/// How the field `f` of [`of`] is read.
fn field_node(plan: &Plan) -> &Node {
    match plan.node(plan.root) {
        Node::Record { steps, .. } => match steps[..] {
            [super::Step::Read { first: 0, node, .. }] => plan.node(node),
            _ => panic!("{plan:?}"),
        },
        other => other,
    }
}

/// `path: message` of every problem.
fn problems(plan: &Plan) -> Vec<String> {
    plan.problems
        .iter()
        .map(|p| format!("{}: {}", p.path, p.message))
        .collect()
}

#[test]
fn the_first_node_and_the_first_skip_are_fixed() {
    let plan = plan(&of(r#""int""#), &of(r#""double""#));
    assert_eq!(plan.node(NodeId::SAME), &Node::Same);
    assert!(plan.is_empty_skip(super::SkipId::NOTHING));
    assert_eq!(field_node(&plan), &Node::Int);
}
