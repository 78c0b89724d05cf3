//! Good definitions, feature by feature; what is refused is in the crate's `tests` folder.

mod check;
mod editors;
mod faults;
pub(crate) mod hostile;

use tg_schema_model::{
    Encoding, Field, Former, Json, Open, Presence, Profile, Schema, Span, Value, Verdict,
};

use super::node::{Data, Document, Node};
use crate::load::{Loaded, from_texts};

const FEATURES: &str = include_str!("../../tests/definitions/good/features.toml");

/// Reads one file `a.b`.
fn read(text: &str) -> Loaded {
    from_texts(vec![(
        vec!["a".to_owned(), "b".to_owned()],
        "a/b.toml".to_owned(),
        text.to_owned(),
    )])
}

/// Reads several: module, file name, text.
fn project(files: &[(&str, &str, &str)]) -> Loaded {
    let texts = files.iter().map(|(module, name, text)| {
        let module = module.split('.').map(str::to_owned).collect();
        (module, (*name).to_owned(), (*text).to_owned())
    });
    from_texts(texts.collect())
}

fn report(loaded: &Loaded) -> String {
    let all = loaded.diagnostics.0.iter();
    all.map(|d| loaded.sources.render(d)).collect()
}

fn good(loaded: Loaded) -> Schema {
    assert!(!loaded.diagnostics.has_errors(), "{}", report(&loaded));
    loaded.schema
}

/// The first line of every report.
fn messages(loaded: &Loaded) -> Vec<String> {
    let all = loaded.diagnostics.0.iter();
    all.map(|d| d.message.clone()).collect()
}

/// The same schema without the places of the text.
pub(crate) fn without_places(mut schema: Schema) -> Schema {
    for module in &mut schema.modules {
        module.span = Span::NONE;
        module.namespace_span = Span::NONE;
        for open in &mut module.unresolved {
            open.span = Span::NONE;
        }
        for allow in &mut module.allow {
            allow.span = Span::NONE;
        }
    }
    for record in &mut schema.records {
        record.span = Span::NONE;
        if let Some(check) = &mut record.check {
            check.require_span = Span::NONE;
            for allow in &mut check.allow {
                allow.span = Span::NONE;
            }
        }
        record.places = Default::default();
        for open in &mut record.unresolved {
            open.span = Span::NONE;
        }
        for field in &mut record.fields {
            field.span = Span::NONE;
            field.type_span = Span::NONE;
            field.default_span = Span::NONE;
            field.places = Default::default();
        }
    }
    for item in &mut schema.enums {
        item.span = Span::NONE;
        item.places = Default::default();
        for symbol in &mut item.symbols {
            symbol.span = Span::NONE;
        }
    }
    for topic in &mut schema.topics {
        topic.span = Span::NONE;
        topic.address_span = Span::NONE;
    }
    schema
}

fn line(schema: &Schema, field: &Field) -> String {
    let presence = match &field.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "optional".to_owned(),
        Presence::Default(value) => format!("default {value:?}"),
        Presence::NullableDefault(value) => format!("nullable {value:?}"),
    };
    let ty = schema.type_text(&field.ty);
    format!("{}: {ty} {presence}", field.name)
}

fn lines(schema: &Schema, record: &str) -> Vec<String> {
    let found = schema.records.iter().find(|r| r.name == record);
    let fields = found.map_or(&[][..], |r| &r.fields);
    fields.iter().map(|f| line(schema, f)).collect()
}

#[test]
fn every_type_is_read() {
    let schema = good(read(FEATURES));
    assert_eq!(
        lines(&schema, "Everything"),
        [
            "text: string required",
            "flag: boolean required",
            "small: int required",
            "big: long required",
            "single: float required",
            "real: double required",
            "data: bytes required",
            "day: date required",
            "clock: time_ms required",
            "instant: timestamp_ms required",
            "precise: timestamp_us required",
            "id: uuid required",
            "price: decimal(9,2) required",
            "operation: Operation required",
            "nested: Nested required",
            "maybe: string optional",
            "list: array<array<double>> required",
            "gaps: array<string?> required",
            "table: map<Nested?> optional",
            "itself: Everything optional",
            "late: map<bytes> required",
        ]
    );
}

#[test]
fn every_key_is_read() {
    let schema = good(read(FEATURES));
    let module = &schema.modules[0];
    assert_eq!(module.path, ["a", "b"]);
    assert_eq!(module.doc.as_deref(), Some("Everything."));
    assert_eq!(module.namespace.as_deref(), Some("org.example"));
    let names: Vec<&str> = schema.records.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["Everything", "Nested", "Defaults", "Old"]);
    assert_eq!(module.items.len(), 7);

    let record = &schema.records[0];
    assert_eq!(record.full_name(), "org.example.Everything");
    assert_eq!(record.doc.as_deref(), Some("One field of each type."));
    assert_eq!(record.aliases, ["org.example.All"]);
    assert_eq!(record.reserved, ["gone"]);
    assert_eq!(record.deprecated.as_deref(), Some("use something smaller"));
    let origin = record.origin.clone().unwrap_or_default();
    assert_eq!(origin.place, "all.py:3");
    assert_eq!(origin.expression.as_deref(), Some("Everything(Record)"));
    let late = record.fields.last().expect("a field");
    assert_eq!(late.encoding, Encoding::Utf8);
    assert_eq!(late.aliases, ["later"]);
    assert_eq!(late.deprecated.as_deref(), Some("deprecated"));
    assert_eq!(late.origin.clone().unwrap_or_default().place, "all.py:9");
    assert_eq!(late.doc.as_deref(), Some("Text as bytes."));
    assert_eq!(record.fields[6].encoding, Encoding::Base64);

    let old = &schema.records[3];
    assert_eq!(
        (old.profile, old.namespace.clone()),
        (Profile::PulsarRecord, None)
    );
    assert!(old.pulsar.sorted_fields && old.pulsar.repeat_definitions);
    assert_eq!(old.fields[0].encoding, Encoding::Utf8);
    assert_eq!(old.fields[0].pulsar.required, Some(false));
    assert!(old.fields[0].pulsar.required_default);
    assert_eq!(
        old.fields[2].pulsar.raw.as_deref(),
        Some(r#"["null", "bytes"]"#)
    );

    let operation = &schema.enums[0];
    assert_eq!(operation.default, Some(0));
    assert_eq!(operation.aliases, ["Op"]);
    assert_eq!(operation.doc.as_deref(), Some("What to do."));
    let colour = &schema.enums[1];
    assert!(colour.open && colour.namespace.is_none());
    let values = [Value::String("r".to_owned()), Value::Long(2)];
    assert_eq!(colour.pulsar.values, values);

    let topic = &schema.topics[0];
    assert_eq!(topic.address.to_string(), "q2/tg/flow/everything");
    assert_eq!(schema.record(topic.record).name, "Everything");
    assert_eq!(
        topic.legacy.as_deref(),
        Some("persistent://tg/flow/everything")
    );
    assert_eq!(topic.doc.as_deref(), Some("All of it."));
}

#[test]
fn what_a_migration_writes_is_read() {
    let loaded = read(FEATURES);
    let warnings = messages(&loaded);
    let open = warnings
        .iter()
        .filter(|m| m.contains("is left open by migration"));
    assert_eq!(open.count(), 4, "{warnings:#?}");
    let schema = good(loaded);
    let topic = schema.topics[0].origin.clone().unwrap_or_default();
    assert_eq!(topic.verdict, Some(Verdict::Lossy));
    assert_eq!(topic.note.as_deref(), Some("It had another tenant."));
    let colour = schema.enums[1].origin.clone().unwrap_or_default();
    assert_eq!(
        (colour.place.as_str(), colour.expression),
        ("old.py:1", None)
    );
    let old = &schema.records[3];
    let former = |at: usize| old.fields[at].origin.clone().and_then(|o| o.former);
    assert_eq!(former(1), None);
    let optional = Former {
        ty: "string?".into(),
        ..Former::default()
    };
    assert_eq!(former(4), Some(optional));
    let defaulted = Former {
        ty: "array<int>".into(),
        default: Some("[1]".into()),
        nullable: true,
    };
    assert_eq!(former(5), Some(defaulted));
    let field = &old.unresolved[0];
    assert_eq!((field.kind, field.name.as_str()), (Open::Field, "g"));
    assert_eq!(field.expression.as_deref(), Some("make()"));
    let others = schema.modules[0].unresolved.iter();
    let others: Vec<_> = others
        .map(|o| (o.kind, o.name.as_str(), o.place.as_str()))
        .collect();
    assert_eq!(
        others,
        [
            (Open::Class, "Other", "old.py:20"),
            (Open::Topic, "late", "old.py:30"),
            (Open::Enum, "Size", "old.py:31"),
        ]
    );
}

#[test]
fn every_default_is_read() {
    let schema = good(read(FEATURES));
    let nested = |x: i32, y: i32, z: Option<&str>| {
        let mut fields = vec![
            ("x".to_owned(), Value::Int(x)),
            ("y".to_owned(), Value::Int(y)),
        ];
        fields.extend(z.map(|z| ("z".to_owned(), Value::String(z.to_owned()))));
        Value::Record(fields)
    };
    let fields = &schema.records[2].fields;
    let value = |name: &str| {
        let field = fields.iter().find(|f| f.name == name);
        field.and_then(|f| f.presence.default()).cloned()
    };
    let table = [
        ("a".to_owned(), Value::Long(1)),
        ("b".to_owned(), Value::Long(2)),
    ];
    let expected = [
        ("text", Value::String("a\tb".to_owned())),
        ("flag", Value::Boolean(true)),
        ("small", Value::Int(16)),
        ("big", Value::Long(i64::MIN)),
        ("single", Value::Float(0.1)),
        ("real", Value::Double(3.0)),
        ("data", Value::Bytes(b"hi".to_vec())),
        ("raw", Value::Bytes(b"hi".to_vec())),
        ("operation", Value::Enum("put".to_owned())),
        ("nested", nested(1, 0, None)),
        (
            "list",
            Value::Array(vec![nested(1, 0, Some("z")), nested(2, 3, None)]),
        ),
        ("table", Value::Map(table.into())),
    ];
    for (name, expected) in expected {
        assert_eq!(value(name), Some(expected), "{name}");
    }
    assert_eq!(value("day"), value("day_text"));
    for name in ["day", "clock", "instant", "precise", "id", "price"] {
        assert!(value(name).is_some(), "{name}");
    }
    let nullable = |name: &str| {
        let field = fields.iter().find(|f| f.name == name);
        field.is_some_and(|f| f.presence.nullable())
    };
    assert!(nullable("real") && nullable("operation") && !nullable("nested"));
}

#[test]
fn numbers_that_json_lacks_are_values_of_floats() {
    let text = "[record.A.fields]\na = { type = \"double\", default = -inf }\nb = { type = \"float\", default = nan }\n";
    let loaded = read(text);
    let value = |at: usize| {
        let field = loaded.schema.records[0].fields.get(at);
        field.and_then(|f| f.presence.default()).cloned()
    };
    assert_eq!(value(0), Some(Value::Double(f64::NEG_INFINITY)));
    assert!(matches!(value(1), Some(Value::Float(n)) if n.is_nan()));
}

#[test]
fn json_says_the_same() {
    let toml = good(read(FEATURES));
    let document = super::toml::read(
        FEATURES,
        tg_schema_model::SourceId(0),
        &mut Default::default(),
    );
    for arrays in [false, true] {
        let text = as_json(&document, arrays).pretty(2);
        let loaded = project(&[("a.b", "a/b.json", &text)]);
        assert!(!loaded.diagnostics.has_errors(), "{}", report(&loaded));
        // Tables in arrays come kind by kind, so the order of kinds differs; the lists do not.
        let mut json = without_places(loaded.schema);
        let mut toml = without_places(toml.clone());
        for module in json.modules.iter_mut().chain(&mut toml.modules) {
            module.items.clear();
        }
        assert_eq!(json, toml);
    }
}

/// The tree as JSON; definitions as arrays of objects with a `name`, or as objects.
fn as_json(document: &Document, arrays: bool) -> Json {
    fn plain(document: &Document, node: &Node) -> Json {
        match &node.data {
            Data::Array(items) | Data::Tables(items) => {
                Json::Array(items.iter().map(|item| plain(document, item)).collect())
            }
            Data::Table(id) => Json::object(
                document
                    .table(*id)
                    .entries()
                    .map(|e| (e.key.clone().into_owned(), plain(document, &e.node))),
            ),
            _ => super::reader::scalar_json(node).expect("a scalar"),
        }
    }
    fn named(definitions: Json) -> Json {
        let Json::Object(entries) = definitions else {
            return definitions;
        };
        let items = entries.into_iter().map(|(name, value)| {
            let mut item = vec![("name".to_owned(), Json::String(name))];
            match value {
                Json::Object(keys) => item.extend(keys.into_iter().map(|(key, value)| {
                    let value = if key == "fields" { named(value) } else { value };
                    (key, value)
                })),
                shorthand => item.push(("type".to_owned(), shorthand)),
            }
            Json::Object(item)
        });
        Json::Array(items.collect())
    }
    let root = document.table(Document::ROOT).entries();
    Json::object(root.map(|e| {
        let value = plain(document, &e.node);
        let definitions = matches!(&*e.key, "record" | "enum" | "topic");
        let value = if definitions && arrays {
            named(value)
        } else {
            value
        };
        (e.key.clone().into_owned(), value)
    }))
}

#[test]
fn fields_keep_the_order_of_the_text() {
    let text = r#"
[record.A.fields.first]
type = "int"
[record.B]
doc = "between"
[record.A]
doc = "the record's own header comes late"
[record.A.fields]
second = "int"
third.type = "int"
[record.A.fields.fourth]
type = "int"
[[record.A.fields.fifth.nothing]]
"#;
    let loaded = read(text);
    assert_eq!(
        messages(&loaded),
        [
            "`A.fifth` has no type",
            "unknown key `nothing` in `A.fifth`"
        ]
    );
    let names: Vec<_> = loaded
        .schema
        .records
        .iter()
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(names, ["A", "B"]);
    let names: Vec<_> = loaded.schema.records[0]
        .fields
        .iter()
        .map(|f| f.name.as_str())
        .collect();
    assert_eq!(names, ["first", "second", "third", "fourth", "fifth"]);
}

#[test]
fn many_fields_are_found_by_index() {
    let fields: String = (0..500).map(|n| format!("f{n} = \"int\"\n")).collect();
    let text = format!("[record.A.fields]\n{fields}f7 = \"int\"\n");
    let loaded = read(&text);
    assert_eq!(messages(&loaded), ["duplicate key"]);
    assert_eq!(loaded.schema.records[0].fields.len(), 500);
}

#[test]
fn names_resolve_at_home_then_everywhere() {
    let shared = "namespace = \"llm\"\n[record.Error.fields]\nmessage = \"string\"\n[record.Only.fields]\nx = \"int\"\n";
    let user = r#"
namespace = "user"
[record.Error.fields]
code = "int"
[record.A.fields]
own = "Error"
far = "services.llm.Error"
end = "llm.Error"
only = "Only"
kind = "core.Kind?"
"#;
    let schema = good(project(&[
        ("services.llm", "services/llm.toml", shared),
        (
            "core",
            "core.toml",
            "namespace = \"core\"\n[enum.Kind]\nsymbols = [\"a\"]\n[enum.Other]\nsymbols = [\"b\"]\n",
        ),
        ("user", "user.toml", user),
    ]));
    let paths: Vec<String> = schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(paths, ["core", "services.llm", "user"]);
    let fields = &schema
        .records
        .iter()
        .find(|r| r.name == "A")
        .expect("A")
        .fields;
    let home = |at: usize| match &fields[at].ty {
        tg_schema_model::Type::Record(id) => schema.modules[schema.record(*id).module].dotted(),
        other => format!("{other:?}"),
    };
    assert_eq!(
        [home(0), home(1), home(2), home(3)],
        ["user", "services.llm", "services.llm", "services.llm"]
    );
    assert_eq!(schema.type_text(&fields[4].ty), "Kind");
}

#[test]
fn names_that_several_modules_have_are_refused() {
    let one = "namespace = \"NS\"\n[record.Error.fields]\nx = \"int\"\n";
    let loaded = project(&[
        ("a.one", "a/one.toml", &one.replace("NS", "a")),
        ("b.one", "b/one.toml", &one.replace("NS", "b")),
        (
            "c",
            "c.toml",
            "[record.A.fields]\nx = \"Error\"\ny = \"one.Error\"\nz = \"b.one.Error\"\nw = \"zone.Error\"\n",
        ),
    ]);
    let help: Vec<_> = loaded
        .diagnostics
        .0
        .iter()
        .map(|d| d.help.clone().unwrap_or_default())
        .collect();
    assert_eq!(
        messages(&loaded),
        [
            "`Error` is defined in several modules",
            "`one.Error` is defined in several modules",
            "unknown type `zone.Error`"
        ]
    );
    assert_eq!(help[0], "write `a.one.Error` or `b.one.Error`");
    assert_eq!(help[2], "did you mean `a.one.Error` or `b.one.Error`?");
}

#[test]
fn the_profile_of_a_file_holds_for_its_records() {
    let text = "profile = \"pulsar-record\"\n[record.A.fields]\nx = \"bytes?\"\n[record.B]\nprofile = \"plain\"\nfields.x = \"bytes\"\n";
    let schema = good(read(text));
    assert_eq!(schema.records[0].profile, Profile::PulsarRecord);
    assert_eq!(schema.records[0].fields[0].encoding, Encoding::Utf8);
    assert_eq!(schema.records[1].profile, Profile::Plain);
    assert_eq!(schema.records[1].fields[0].encoding, Encoding::Base64);
}

#[test]
fn a_broken_file_hides_no_mistake_and_makes_none() {
    let loaded = project(&[
        ("a", "a.toml", "[record.A.fields]\nx = \n[record.\n"),
        (
            "b",
            "b.toml",
            "[record.B.fields]\nx = \"Hidden\"\ny = \"strin\"\nz = 1\n",
        ),
    ]);
    let found = messages(&loaded);
    assert!(!found.iter().any(|m| m.contains("Hidden")), "{found:?}");
    assert!(
        found.contains(&"unknown type `strin`".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"`B.z` is not a type or a table".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"a value is missing".to_owned()),
        "{found:?}"
    );
}

#[test]
fn defaults_are_completed_in_any_order_and_limited() {
    let text = r#"
[record.A.fields]
b = { type = "B", default = {} }
[record.B.fields]
c = { type = "C", default = { x = 7 } }
[record.C.fields]
x = "int"
y = { type = "string", default = "y" }
"#;
    let schema = good(read(text));
    let c = Value::Record(vec![
        ("x".to_owned(), Value::Int(7)),
        ("y".to_owned(), Value::String("y".to_owned())),
    ]);
    let b = Value::Record(vec![("c".to_owned(), c)]);
    assert_eq!(schema.records[0].fields[0].presence.default(), Some(&b));

    let chain = |n: usize| {
        let next = n + 1;
        format!("[record.R{n}.fields]\na = {{ type = \"R{next}\", default = {{}} }}\n")
    };
    let doubling = |n: usize| {
        let next = n + 1;
        format!("{}b = {{ type = \"R{next}\", default = {{}} }}\n", chain(n))
    };
    let forwards = |one: &dyn Fn(usize) -> String| (0..500).map(one).collect::<String>();
    let backwards = |one: &dyn Fn(usize) -> String| (0..500).rev().map(one).collect::<String>();
    for (text, message) in [
        (forwards(&chain), "this default is nested too deeply"),
        (backwards(&chain), "this default is nested too deeply"),
        (forwards(&doubling), "this default is nested too deeply"),
        (backwards(&doubling), "this default is too large"),
    ] {
        let loaded = read(&format!("{text}[record.R500]\n"));
        assert!(messages(&loaded).iter().any(|m| m == message), "{message}");
    }
}

#[test]
fn a_thousand_records_are_read() {
    let mut text = String::new();
    for n in 0..1_000 {
        text += &format!("[record.R{n}]\ndoc = \"Record {n}.\"\n[record.R{n}.fields]\n");
        for field in 0..8 {
            text += &format!(
                "f{field} = {{ type = \"array<R{}?>\", default = [], doc = \"Field.\" }}\n",
                n / 2
            );
        }
    }
    let schema = good(read(&text));
    assert_eq!(schema.records.len(), 1_000);
    assert!(schema.records.iter().all(|r| r.fields.len() == 8));
}
