//! What plans consist of.

use super::{Node, NodeId, field_node, of, plan, problems, record};
use crate::avro::resolution::{Front, Skip, Step, Symbol};

#[test]
fn what_is_alike_is_one_node() {
    for ty in [
        r#""string""#,
        r#""null""#.replace("null", "double").as_str(),
        r#"["null", "bytes"]"#,
        r#"{"type": "array", "items": ["null", {"type": "map", "values": "long"}]}"#,
        r#"{"type": "enum", "name": "E", "symbols": ["A", "B"]}"#,
        r#"["null", {"type": "record", "name": "S", "fields": [{"name": "r", "type": ["null", "R"]}]}]"#,
    ] {
        let plan = plan(&of(ty), &of(ty));
        assert!(plan.is_same() && plan.is_compatible(), "{ty}: {plan:?}");
        assert_eq!(plan.nodes.len(), 1, "{ty}");
        assert!(!plan.has_bytes(plan.root));
    }
    assert!(plan(&of(r#""int""#), &of(r#""long""#)).is_same());
    assert!(
        plan(
            &of(r#""bytes""#),
            &of(r#"{"type": "string", "logicalType": "uuid"}"#)
        )
        .is_same()
    );
    let (x, y) = (
        of(r#"["null", "R"]"#),
        of(r#"["null", "x.R"]"#).replace("\"name\": \"R\"", "\"name\": \"x.R\""),
    );
    assert!(plan(&x, &y).is_same());
}

#[test]
fn numbers_say_what_was_written() {
    for (writer, reader, node) in [
        ("int", "float", Node::Int),
        ("int", "double", Node::Int),
        ("long", "float", Node::Long),
        ("long", "double", Node::Long),
        ("float", "double", Node::Float),
    ] {
        let plan = plan(&of(&format!("{writer:?}")), &of(&format!("{reader:?}")));
        assert_eq!(field_node(&plan), &node);
    }
}

#[test]
fn a_difference_far_inside_of_a_recursion_is_found() {
    let tree = |ty: &str| {
        of(&format!(
            r#"["null", {{"type": "record", "name": "S", "fields": [
                {{"name": "up", "type": {{"type": "array", "items": "R"}}}},
                {{"name": "n", "type": "{ty}"}}]}}]"#
        ))
    };
    let plan = plan(&tree("int"), &tree("double"));
    assert!(plan.is_compatible());
    let Node::Union(branches) = field_node(&plan) else {
        panic!("{plan:?}")
    };
    assert_eq!(plan.node(branches[0]), &Node::None);
    let Node::Some(sub) = *plan.node(branches[1]) else {
        panic!("{plan:?}")
    };
    let Node::Record { steps, .. } = plan.node(sub) else {
        panic!("{plan:?}")
    };
    let [
        Step::Read {
            first: 0,
            end: 1,
            node: up,
        },
        Step::Read {
            first: 1,
            end: 2,
            node: n,
        },
    ] = steps[..]
    else {
        panic!("{steps:?}")
    };
    assert_eq!(plan.node(up), &Node::Array(plan.root));
    assert_eq!(plan.node(n), &Node::Int);
    assert!(plan.has_bytes(plan.root) && plan.has_bytes(up) && !plan.has_bytes(branches[0]));
}

#[test]
fn fields_are_read_in_the_order_of_the_writer() {
    let writer = record(
        r#"{"name": "b", "type": "int"}, {"name": "x", "type": "double"}, {"name": "y", "type": "boolean"},
           {"name": "old", "type": "string"}, {"name": "z", "type": "string"}"#,
    );
    let reader = record(
        r#"{"name": "a", "type": "string", "aliases": ["old"]}, {"name": "b", "type": "int"},
           {"name": "c", "type": "int", "default": 1}"#,
    );
    let plan = plan(&writer, &reader);
    let Node::Record { steps, .. } = plan.node(plan.root) else {
        panic!("{plan:?}")
    };
    let [
        Step::Read {
            first: 1,
            end: 2,
            node: NodeId::SAME,
        },
        Step::Skip(nine),
        Step::Read {
            first: 0,
            end: 1,
            node: NodeId::SAME,
        },
        Step::Skip(text),
    ] = steps[..]
    else {
        panic!("{steps:?}")
    };
    assert_eq!(plan.skip(nine), &Skip::Fixed(9));
    assert_eq!(plan.skip(text), &Skip::Prefixed);
}

#[test]
fn a_run_says_at_a_glance_what_is_in_front_of_it() {
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": "{ty}"}}"#);
    let fronts = |writer: &[(&str, &str)]| {
        let reader = [("a", "long"), ("b", "long"), ("c", "long")];
        let text = |fields: &[(&str, &str)]| {
            let fields: Vec<String> = fields.iter().map(|(name, ty)| field(name, ty)).collect();
            record(&fields.join(", "))
        };
        let plan = plan(&text(writer), &text(&reader));
        let Node::Record { runs, .. } = plan.node(plan.root) else {
            panic!("{plan:?}")
        };
        runs.iter().map(|run| run.front).collect::<Vec<_>>()
    };
    let (a, b, c) = (("a", "long"), ("b", "long"), ("c", "long"));
    let (number, fixed) = (("x", "int"), ("y", "double"));
    assert_eq!(fronts(&[b, a, c]), [Front::Nothing; 3]);
    assert_eq!(
        fronts(&[("w", "int"), a, number, ("z", "long"), b, c]),
        [Front::Varints(1), Front::Varints(2)]
    );
    // A gap of another kind, and one that no field follows.
    assert_eq!(
        fronts(&[a, fixed, b, c, number]),
        [Front::Nothing, Front::Other, Front::Other]
    );
}

#[test]
fn branches_that_are_as_the_reader_has_them_begin_a_run() {
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": {ty}}}"#);
    let reader = record(
        &["a", "b", "c"]
            .map(|name| field(name, r#""long""#))
            .join(","),
    );
    let runs = |types: [&str; 3]| -> Vec<(u32, u32, u32)> {
        let fields: Vec<_> = ["a", "b", "c"]
            .iter()
            .zip(types)
            .map(|(name, ty)| field(name, ty))
            .collect();
        let plan = plan(&record(&fields.join(",")), &reader);
        match plan.node(plan.root) {
            Node::Record { runs, .. } => runs.iter().map(|r| (r.first, r.end, r.same)).collect(),
            other => panic!("{other:?}"),
        }
    };
    let (long, null, text) = (r#""long""#, r#"["null", "long"]"#, r#"["null", "string"]"#);
    assert_eq!(runs([null, long, long]), [(0, 3, 2)]);
    assert_eq!(runs([long, null, long]), [(0, 1, 0), (1, 3, 2)]);
    assert_eq!(
        runs([null, null, r#"["int", "null", "long"]"#]),
        [(0, 1, 2), (1, 2, 2), (2, 3, 5)]
    );
    // None of its branches is.
    assert_eq!(runs([long, text, long]), [(0, 1, 0), (1, 2, 0), (2, 3, 0)]);
}

#[test]
fn symbols_are_translated() {
    let colors = |symbols: &str, rest: &str| {
        of(&format!(
            r#"{{"type": "enum", "name": "Color", "symbols": [{symbols}]{rest}}}"#
        ))
    };
    let writer = colors(r#""RED", "GREEN", "BLUE""#, "");
    let one = plan(
        &writer,
        &colors(r#""GREEN", "RED""#, r#", "default": "GREEN""#),
    );
    let symbol = |index, unknown| Some(Symbol { index, unknown });
    assert_eq!(
        field_node(&one),
        &Node::Enum([symbol(1, false), symbol(0, false), symbol(0, true)].into())
    );
    assert!(one.is_compatible());
    let two = plan(&writer, &colors(r#""GREEN", "RED""#, ""));
    assert_eq!(
        field_node(&two),
        &Node::Enum([symbol(1, false), symbol(0, false), None].into())
    );
    let Node::Record { steps, .. } = two.node(two.root) else {
        panic!("{two:?}")
    };
    let Step::Read { node, .. } = steps[0] else {
        panic!("{two:?}")
    };
    assert_eq!(two.unknown_symbol(node, 2), Some("BLUE"));
    assert_eq!(two.unknown_symbol(node, 1), None);
    assert_eq!(
        problems(&two),
        ["R.f: the writer has the symbol \"BLUE\", which Color does not have"]
    );
}

#[test]
fn unions_go_branch_by_branch() {
    let shown = |writer: &str, reader: &str| {
        let plan = plan(&of(writer), &of(reader));
        let node = |node: &Node| match node {
            Node::Some(inner) => format!("Some({:?})", plan.node(*inner)),
            other => format!("{other:?}"),
        };
        let text = match field_node(&plan) {
            Node::Union(branches) => {
                let branches: Vec<_> = branches.iter().map(|b| node(plan.node(*b))).collect();
                branches.join(" ")
            }
            other => node(other),
        };
        (text, plan.is_compatible())
    };
    let is = |text: &str, compatible| (text.to_owned(), compatible);
    assert_eq!(
        shown(r#""int""#, r#"["null", "double"]"#),
        is("Some(Int)", true)
    );
    assert_eq!(
        shown(r#""null""#, r#"["null", "double"]"#),
        is("None", true)
    );
    assert_eq!(
        shown(r#"["null", "string"]"#, r#""string""#),
        is("Fail(0) Same", false)
    );
    assert_eq!(
        shown(r#"["string", "null"]"#, r#"["null", "bytes"]"#),
        is("Some(Same) None", true)
    );
    assert_eq!(
        shown(r#"["null", "int", "string"]"#, r#"["null", "long"]"#),
        is("None Some(Same) Some(Fail(0))", false)
    );
    assert_eq!(
        shown(r#"["int", "long"]"#, r#""float""#),
        is("Int Long", true)
    );
    assert_eq!(shown(r#"["int"]"#, r#""int""#), is("Same", true));
    assert_eq!(shown("[]", r#""int""#), is("", true));
    let wrapped = plan(&format!("[\"null\", {}]", of(r#""int""#)), &of(r#""int""#));
    assert_eq!(
        problems(&wrapped),
        ["R: the writer may have no value here, and the record R needs one"]
    );
}

#[test]
fn no_alias_is_asked_for_that_cannot_be_said() {
    let help = |writer: &str, reader: &str| {
        let of = |name: &str| format!(r#"{{"type": "record", "name": "{name}", "fields": []}}"#);
        let field = |name: &str| record(&format!(r#"{{"name": "f", "type": {}}}"#, of(name)));
        plan(&field(writer), &field(reader)).problems[0]
            .help
            .clone()
    };
    assert_eq!(help("B", "A"), "give the record A the alias \"B\"");
    assert_eq!(help("x.B", "y.A"), "give the record y.A the alias \"x.B\"");
    assert_eq!(
        help("B", "y.A"),
        "no alias can say \"B\", which has no namespace; give the record y.A that name, or one without namespace and \
         that alias"
    );
}

#[test]
fn every_problem_is_told_and_names_its_place() {
    let writer = record(
        r#"{"name": "a", "type": "string"}, {"name": "x", "type": "int"}, {"name": "y", "type": "int"},
           {"name": "l", "type": {"type": "array", "items": {"type": "map", "values": ["null", "string"]}}},
           {"name": "s", "type": {"type": "record", "name": "p.S", "fields": [{"name": "q", "type": "bytes"}]}},
           {"name": "t", "type": "p.S"},
           {"name": "f", "type": {"type": "fixed", "name": "F", "size": 4}}"#,
    );
    let reader = record(
        r#"{"name": "a", "type": "int"}, {"name": "n", "type": "int"}, {"name": "x", "type": "int", "aliases": ["y"]},
           {"name": "l", "type": {"type": "array", "items": {"type": "map", "values": "string"}}},
           {"name": "s", "type": {"type": "record", "name": "S", "fields": [{"name": "q", "type": "double"}]}},
           {"name": "t", "type": {"type": "record", "name": "T", "fields": []}},
           {"name": "f", "type": "bytes"}"#,
    );
    let plan = plan(&writer, &reader);
    assert_eq!(
        problems(&plan),
        [
            "R.n: the writer's R has no field \"n\", and there is no default",
            "R.x: the writer's R has several fields that this could be: \"x\", \"y\"",
            "R.a: the writer has string, which cannot be read as int",
            "R.l[]{}: the writer may have no value here, and string needs one",
            "R.t: the writer has the record p.S, which has another name than the record T",
            "R.f: the writer has fixed F of 4 bytes, which cannot be read as bytes",
            "S.q: the writer has bytes, which cannot be read as double",
        ]
    );
    assert_eq!(plan.node(plan.root), &Node::Fail(0));
    assert_eq!(plan.problems[4].help, "give the record T the alias \"p.S\"");
    assert_eq!(
        plan.problems[2].to_string(),
        "R.a: the writer has string, which cannot be read as int \
         (give the field a type that the writer's can become, or another name)"
    );
}

#[test]
fn fixed_is_never_read() {
    let fixed = |logical: &str| {
        of(&format!(
            r#"{{"type": "fixed", "name": "F", "size": 16{logical}}}"#
        ))
    };
    let uuid = r#", "logicalType": "uuid""#;
    assert!(!plan(&fixed(""), &of(r#""bytes""#)).is_compatible());
    assert!(
        !plan(
            &fixed(uuid),
            &of(r#"{"type": "string", "logicalType": "uuid"}"#)
        )
        .is_compatible()
    );
    let decimal = r#""logicalType": "decimal", "precision": 9, "scale": 2"#;
    let reader = of(&format!(r#"{{"type": "bytes", {decimal}}}"#));
    assert!(!plan(&fixed(&format!(", {decimal}")), &reader).is_compatible());
}

#[test]
fn names_without_a_namespace_inside_of_one() {
    // In the reader's Avro schema the inner enum has the namespace of the record around it.
    let writer = r#"{"type": "record", "name": "x.R", "fields": [
        {"name": "f", "type": {"type": "enum", "name": "Old", "symbols": ["A"]}}]}"#;
    let (mut schema, record) = super::model(
        r#"{"type": "record", "name": "x.R", "fields": [
        {"name": "f", "type": {"type": "enum", "name": "New", "aliases": ["Old"], "symbols": ["A"]}}]}"#,
    );
    schema.enums[0].namespace = None;
    let writer = crate::avro::parse(writer).unwrap();
    let plan = super::compile(&writer, &schema, record).unwrap();
    assert!(plan.is_compatible(), "{plan:?}");
}
