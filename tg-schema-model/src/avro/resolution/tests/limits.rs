//! Schemas that are made to be expensive.

use super::{Node, of, plan, record, try_plan};
use crate::avro::resolution::{MAX_PROBLEMS, MAX_SIZE, Skip};
use crate::avro::{Kind, MAX_DEPTH, Name, Schema};

/// Many records, each of which has a field of the one before: the last of them are as far inside.
fn chain(name: impl Fn(usize) -> String, length: usize) -> String {
    let mut types = vec![format!(
        r#"{{"type": "record", "name": "{}", "fields": []}}"#,
        name(0)
    )];
    types.extend((1..length).map(|i| {
        format!(
            r#"{{"type": "record", "name": "{}", "fields": [{{"name": "f", "type": ["null", "{}"]}}]}}"#,
            name(i),
            name(i - 1)
        )
    }));
    format!("[{}]", types.join(", "))
}

#[test]
fn records_that_lead_far() {
    let writer = chain(|i| format!("n{i}.R"), 20_000);
    let plan = plan(&writer, &of(r#"["null", "R"]"#));
    assert!(plan.is_compatible());
    let Node::Union(branches) = plan.node(plan.root) else {
        panic!("a union")
    };
    assert_eq!(branches.len(), 20_000);
    let skipped = super::plan(&writer.replace(".R", ".S"), &record(""));
    assert!(!skipped.is_compatible());
    assert_eq!(skipped.problems.len(), MAX_PROBLEMS);
    assert!(
        skipped.problems[MAX_PROBLEMS - 1]
            .message
            .contains("more than")
    );
    let inner = chain(|i| format!("n{i}.S"), 20_000);
    let skipped = super::plan(
        &record(&format!(r#"{{"name": "x", "type": {inner}}}"#)),
        &record(""),
    );
    assert!(skipped.is_compatible());
}

#[test]
fn repeated_references_are_compared_once() {
    let writer = chain(|i| format!("n{i}.R"), 4_000);
    let uses = vec![r#""n3999.R""#; 20_000].join(", ");
    let writer = format!("{}, {uses}]", writer.strip_suffix(']').unwrap());
    let plan = plan(&writer, &of(r#"["null", "R"]"#));
    assert!(plan.nodes.len() < 20_000, "{}", plan.nodes.len());
}

#[test]
fn the_size_is_limited() {
    // Each record of the writer is read as a record with many fields.
    let fields: Vec<String> = (0..2_000)
        .map(|i| format!(r#"{{"name": "g{i}", "type": "int", "default": 1}}"#))
        .collect();
    let reader = record(&format!(
        r#"{{"name": "f", "type": ["null", "R"], "default": null}}, {}"#,
        fields.join(", ")
    ));
    let writer = chain(|i| format!("n{i}.R"), 1 + MAX_SIZE / 2_000);
    let error = try_plan(&writer, &reader).unwrap_err();
    assert!(
        error.to_string().contains("too large: a plan for it takes"),
        "{error}"
    );
}

#[test]
fn the_memory_of_a_plan_is_no_less_than_it_takes() {
    // As many lists as make room for twice as many, and as many unions, each with a piece of memory of its own.
    let fields: Vec<String> = (0..1_400)
        .map(|i| {
            let ty = r#"{"type": "array", "items": ["null", "long"]}"#;
            format!(r#"{{"name": "x{i}", "type": {ty}}}"#)
        })
        .collect();
    let plan = plan(&record(&fields.join(", ")), &record(""));
    let pieces = plan
        .skips
        .iter()
        .filter(|skip| matches!(skip, Skip::Union(_)))
        .count();
    assert_eq!(pieces, 1_400);
    let room = plan.skips.capacity();
    assert!(room < plan.skips.len() * 9 / 8, "{room}");
    let skips = room * size_of::<Skip>();
    // The steps as well; no allocator has a piece for less than 16 bytes and something beside.
    let steps = match plan.node(plan.root) {
        Node::Record { steps, .. } => size_of_val(&**steps),
        _ => 0,
    };
    let least = skips + steps + 32 * pieces;
    assert!(
        (least..least + least / 8).contains(&plan.memory()),
        "{least} {}",
        plan.memory()
    );
}

#[test]
fn long_names_are_not_told_over_and_over() {
    let name = "x".repeat(1 << 20);
    let symbols = of(&format!(
        r#"{{"type": "enum", "name": "E", "symbols": ["{name}"]}}"#
    ));
    let enumeration = of(r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#);
    let fields: Vec<String> = (0..900)
        .map(|i| format!(r#"{{"name": "g{i}", "type": "int"}}"#))
        .collect();
    let reader = record(&fields.join(", "));
    let named = format!(r#"{{"type": "record", "name": "{name}.R", "fields": []}}"#);
    let plans = [plan(&named, &reader), plan(&symbols, &enumeration)];
    for plan in plans {
        assert!(!plan.is_compatible());
        assert!(plan.problems.iter().all(|p| p.to_string().len() < 1000));
    }
}

#[test]
fn the_deepest_types_are_compared() {
    let deep = |inner: &str, levels: usize| {
        let open = r#"{"type": "array", "items": ["null", "#;
        of(&format!(
            "{}{inner}{}",
            open.repeat(levels),
            "]}".repeat(levels)
        ))
    };
    // The record, two types a level, and the innermost.
    let levels = (MAX_DEPTH - 2) / 2;
    let plan = plan(&deep(r#""int""#, levels), &deep(r#""double""#, levels));
    assert!(plan.is_compatible());
    assert_eq!(
        plan.nodes.iter().filter(|node| **node == Node::Int).count(),
        1
    );
}

#[test]
fn the_depth_is_limited() {
    let mut writer = Schema::from(Kind::Int);
    for _ in 0..2 * MAX_DEPTH + 2 {
        writer = Schema::array(writer);
    }
    let (schema, id) = super::model(&record(""));
    let plan = super::compile(&writer, &schema, id).unwrap();
    assert!(!plan.is_compatible());
    let field = |schema| crate::avro::Field {
        name: "x".into(),
        doc: None,
        schema,
        default: None,
        order: None,
        aliases: Vec::new(),
        properties: Vec::new(),
    };
    let record = |schema| {
        Schema::Record(crate::avro::Record {
            name: Name::new(None, "R"),
            doc: None,
            aliases: Vec::new(),
            fields: vec![field(schema)],
            properties: Vec::new(),
        })
    };
    let error = super::compile(&record(writer), &schema, id).unwrap_err();
    assert!(error.to_string().contains("inside each other"), "{error}");
    let nowhere = record(Schema::Ref(Name::new(Some("x"), "Y")));
    let error = super::compile(&nowhere, &schema, id).unwrap_err();
    assert_eq!(error.to_string(), "x.Y is not defined");
    let nobody = super::compile(&nowhere, &schema, crate::RecordId(7)).unwrap_err();
    assert!(nobody.to_string().contains("not one of its schema"));
}
