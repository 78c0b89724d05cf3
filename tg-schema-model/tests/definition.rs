//! The full definition: what is in it, what is not, and that it is stable.

mod tree;

use tg_schema_model::definition::Part;
use tg_schema_model::{
    Encoding, Former, Item, Module, Origin, Presence, Profile, RecordId, Schema, SourceId, Type,
    Unresolved, Value, Verdict, definition, pulsar,
};
use tree::*;

fn sample() -> (Tree, RecordId) {
    let mut t = Tree::new();
    let color = t.enumeration("Color", &["RED", "GREEN"]);
    t.0.enums[0].default = Some(0);
    t.0.enums[0].open = true;
    t.0.enums[0].pulsar.values = vec![Value::Long(1), Value::String("g".into())];
    let node = t.plain("a.b.Node", vec![]);
    t.0.records[0].fields = vec![
        optional("next", Type::Record(node)),
        required("color", Type::Enum(color)),
    ];
    let mut raw = optional("raw", array(Type::Bytes));
    raw.encoding = Encoding::Utf8;
    raw.aliases = vec!["old".into()];
    raw.pulsar.required = Some(true);
    raw.pulsar.required_default = true;
    raw.pulsar.raw = Some(r#"[ "null" ]"#.into());
    let fields = vec![
        required("nodes", map(maybe(Type::Record(node)))),
        default("n", Type::Long, Value::Long(5)),
        nullable("s", Type::String, Value::String("é".into())),
        raw,
    ];
    let id = t.plain("a.b.Root", fields);
    t.0.records[id.0].reserved = vec!["z".into(), "y".into()];
    t.0.records[id.0].aliases = vec!["Old".into()];
    (t, id)
}

#[test]
fn everything_that_matters() {
    let (t, id) = sample();
    assert_eq!(
        definition::text(&t.0, id),
        concat!(
            r#"[{"record":"a.b.Root","aliases":["Old"],"reserved":["y","z"],"fields":["#,
            r#"{"name":"nodes","type":"map<a.b.Node?>"},{"name":"n","type":"long","default":5},"#,
            r#"{"name":"s","type":"string","default":"é","nullable":true},"#,
            r#"{"name":"raw","type":"array<bytes>?","encoding":"utf8","aliases":["old"],"#,
            r#""pulsar":{"required":true,"required_default":true,"raw":["null"]}}]},"#,
            r#"{"record":"a.b.Node","fields":[{"name":"next","type":"a.b.Node?"},{"name":"color","type":"Color"}]},"#,
            r#"{"enum":"Color","symbols":["RED","GREEN"],"default":"RED","open":true,"pulsar":{"values":[1,"g"]}}]"#
        )
    );
}

/// Every type of a tree as a part, read from its text.
fn parts(schema: &Schema) -> Vec<Part> {
    let name = |item| match item {
        Item::Record(id) => schema.record(id).full_name(),
        Item::Enum(id) => format!("{}@there", schema.enumeration(id).full_name()),
        Item::Topic(_) => unreachable!("no type"),
    };
    let items = schema.record_ids().map(Item::Record);
    let items = items.chain(schema.enum_ids().map(Item::Enum));
    let read = |item| {
        let text = definition::own(schema, item, &name).pretty(1);
        Part::read(&text, SourceId(0), 7).unwrap_or_else(|e| panic!("{e:?} in {text}"))
    };
    items.map(read).collect()
}

#[test]
fn parts_make_the_tree_again() {
    let (t, id) = sample();
    let parts = parts(&t.0);
    let names: Vec<&str> = parts.iter().map(Part::name).collect();
    assert_eq!(names, ["a.b.Node", "a.b.Root", "Color@there"]);
    assert_eq!(parts[1].references(), ["a.b.Node"]);
    let fields = [
        ("nodes", "map<Node?>"),
        ("n", "long"),
        ("s", "string"),
        ("raw", "array<bytes>?"),
    ];
    assert_eq!(
        parts[1].fields(),
        fields.map(|(name, ty)| (name.to_owned(), ty.to_owned()))
    );
    let all: Vec<(&Part, usize)> = parts.iter().map(|part| (part, 0)).collect();
    let (schema, diagnostics) = definition::assemble(vec![Module::default()], &all);
    assert_eq!(diagnostics.0, []);
    assert_eq!(definition::text(&schema, id), definition::text(&t.0, id));
    assert_eq!(schema.enums[0].pulsar, t.0.enums[0].pulsar);
    assert_eq!(schema.modules[0].items.len(), 3);
    // Without the enum, its name is unknown at the place of the type.
    let (_, diagnostics) = definition::assemble(vec![Module::default()], &all[..2]);
    let [problem] = diagnostics.0.as_slice() else {
        panic!("one problem: {diagnostics:?}")
    };
    assert_eq!(problem.message, "nothing here is called `Color@there`");
}

#[test]
fn what_is_no_part_is_told_at_its_place() {
    for (text, start, message) in [
        ("", 0, "this is not JSON"),
        ("[]", 0, "this is not an object"),
        ("{}", 0, "there is no `record`"),
        (r#"{"record":1,"fields":[]}"#, 10, "this is not a string"),
        (r#"{"record":"a.","fields":[]}"#, 10, "this is no name"),
        (r#"{"record":"A"}"#, 0, "there is no `fields`"),
        (r#"{"record":"A","fields":[],"x":1}"#, 26, "unknown key `x`"),
        (
            r#"{"record":"A","fields":[],"fields":[]}"#,
            26,
            "the key `fields` is here twice",
        ),
        (
            r#"{"record":"A","profile":"x","fields":[]}"#,
            24,
            "this is not `pulsar-record`",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n"}]}"#,
            24,
            "there is no `type`",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n","type":"a<b"}]}"#,
            43,
            "this is no type",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n","type":"int?","default":1}]}"#,
            60,
            "an optional field has no default",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n","type":"int","nullable":true}]}"#,
            24,
            "`nullable` needs a default",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n","type":"int","nullable":1}]}"#,
            60,
            "this is not a boolean",
        ),
        (
            r#"{"record":"A","fields":[{"name":"n","type":"bytes","encoding":"x"}]}"#,
            62,
            "this is not `utf8`",
        ),
        (r#"{"enum":"A"}"#, 0, "there is no `symbols`"),
        (
            r#"{"enum":"A","symbols":["X"],"default":"Y"}"#,
            38,
            "this is not one of the symbols",
        ),
        (
            r#"{"enum":"A","symbols":["X"],"pulsar":{"values":[1.5]}}"#,
            48,
            "this is not a long or a string",
        ),
    ] {
        let problem = Part::read(text, SourceId(0), 100).unwrap_err();
        assert_eq!(problem.message, message, "{text}");
        assert_eq!(problem.span.start, 100 + start, "{text}");
    }
    let text = r#"{"record":"A","fields":[{"name":"n","type":"int","default":"x"}]}"#;
    let part = Part::read(text, SourceId(0), 0).unwrap();
    let (schema, diagnostics) = definition::assemble(vec![Module::default()], &[(&part, 0)]);
    assert_eq!(
        diagnostics.0[0].message,
        "the default of `n` does not fit: \"x\" is no such value"
    );
    assert_eq!(schema.records[0].fields[0].presence, Presence::Required);
}

#[test]
fn profile_and_record_table() {
    let mut t = Tree::new();
    let id = t.pulsar(
        "R",
        vec![required(
            "a",
            Type::Decimal {
                precision: 5,
                scale: 2,
            },
        )],
    );
    t.0.records[0].pulsar.sorted_fields = true;
    // What the row says anyway is not said twice.
    t.0.records[0].fields[0].pulsar.required = Some(true);
    assert_eq!(
        definition::text(&t.0, id),
        concat!(
            r#"[{"record":"R","profile":"pulsar-record","pulsar":{"sorted_fields":true},"#,
            r#""fields":[{"name":"a","type":"decimal(5,2)"}]}]"#
        )
    );
}

#[test]
fn words_for_people_do_not_matter() {
    let (mut t, id) = sample();
    let before = definition::text(&t.0, id);
    let registered = pulsar::text(&t.0, id);
    let origin = Origin {
        place: "a.py:1".into(),
        expression: Some("String()".into()),
        former: Some(Former::default()),
        verdict: Some(Verdict::Manual),
        note: Some("note".into()),
        unset: Some("unset".into()),
        scope: Some("Outer".into()),
        shadowed_by: Some("a.py:2".into()),
    };
    for record in &mut t.0.records {
        record.deprecated = Some("old".into());
        record.origin = Some(origin.clone());
        record.unresolved = vec![Unresolved::default()];
        for field in &mut record.fields {
            field.deprecated = Some("old".into());
            field.origin = Some(Box::new(origin.clone()));
        }
    }
    t.0.enums[0].origin = Some(origin);
    t.0.modules[0].unresolved = vec![Unresolved::default()];
    assert_eq!(pulsar::text(&t.0, id), registered);
    t.0.enums[0].doc = Some("doc".into());
    for record in &mut t.0.records {
        record.doc = Some("doc".into());
        for field in &mut record.fields {
            field.doc = Some("doc".into());
        }
    }
    t.0.modules[0].path = vec!["elsewhere".into()];
    t.plain("Unrelated", vec![]);
    assert_eq!(definition::text(&t.0, id), before);
    t.0.records[0].fields[0].name = "other".into();
    assert_ne!(definition::text(&t.0, id), before);
}

#[test]
fn long_chains_need_no_stack() {
    let mut t = Tree::new();
    let mut last = Type::Int;
    let mut id = RecordId(0);
    for i in 0..20_000 {
        id = t.plain(&format!("R{i}"), vec![required("a", last)]);
        last = Type::Record(id);
    }
    assert!(definition::text(&t.0, id).starts_with(r#"[{"record":"R19999","#));
}

#[test]
fn random_definitions_are_json() {
    let mut n = Numbers(5);
    for _ in 0..200 {
        let schema = random(&mut n, Profile::Plain);
        let text = definition::text(&schema, RecordId(0));
        let json = tg_schema_model::json::parse(&text).unwrap();
        assert_eq!(json.compact(), text);
    }
}
