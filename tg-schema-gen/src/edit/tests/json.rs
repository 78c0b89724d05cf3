//! Definitions in JSON: what is done to TOML is done to them too.

use tg_schema_model::edit::Edit;
use tg_schema_model::{
    Diagnostics, EnumId, Field, Json, Presence, RecordId, SourceId, Type, Value,
};

use crate::definition::node::{Data, Document, Node, TableId};
use crate::definition::toml;
use crate::edit::{Inexpressible, apply, texts};
use crate::load::{Loaded, from_texts};

fn load(text: &str) -> Loaded {
    let loaded = from_texts(vec![(vec!["m".into()], "m.json".into(), text.into())]);
    let told: Vec<String> = loaded
        .diagnostics
        .0
        .iter()
        .map(|d| loaded.sources.render(d))
        .collect();
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}\n{}",
        told.join("\n")
    );
    loaded
}

fn edited(text: &str, edits: impl FnOnce(&Loaded) -> Vec<Edit>) -> Result<String, Inexpressible> {
    let loaded = load(text);
    let found = texts(&loaded.schema, &loaded.sources, &edits(&loaded))?;
    Ok(apply(text, &found).expect("edits that do not overlap"))
}

/// The same edits of the same definitions in JSON, on one line and on many. What they are to say is proven by whoever
/// makes the texts.
pub(super) fn as_in_toml(toml: &str, edits: &dyn Fn(&Loaded) -> Vec<Edit>) {
    let mut wrong = Diagnostics::default();
    let document = toml::read(toml, SourceId::NONE, &mut wrong);
    let json = table(&document, Document::ROOT);
    for text in [json.compact(), json.pretty(2) + "\n"] {
        let is = edited(&text, edits).unwrap_or_else(|why| panic!("{why}: {toml}\n{text}"));
        assert_eq!(is.lines().count() > 1, text.lines().count() > 1, "{is}");
    }
}

fn table(document: &Document<'_>, id: TableId) -> Json {
    let entries = document.table(id).entries();
    Json::Object(
        entries
            .map(|e| (e.key.to_string(), json(document, &e.node)))
            .collect(),
    )
}

fn json(document: &Document<'_>, node: &Node<'_>) -> Json {
    match &node.data {
        Data::Boolean(value) => Json::Bool(*value),
        Data::Integer(text) | Data::Float(text) => Json::Number(text.to_string()),
        Data::String { text, .. } => Json::str(&**text),
        Data::Array(items) | Data::Tables(items) => {
            Json::Array(items.iter().map(|item| json(document, item)).collect())
        }
        Data::Table(id) => table(document, *id),
        Data::Invalid | Data::Null | Data::Datetime(_) => panic!("{node:?}"),
    }
}

const TEXT: &str = r#"{
  "namespace": "n",
  "record": {
    "R": {
      "fields": {
        "a": "int",
        "b": { "type": "string?", "doc": "B." }
      }
    }
  },
  "enum": { "E": { "symbols": ["X", "Y"], "default": "X" } }
}
"#;

fn with(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "{from}");
    TEXT.replace(from, to)
}

fn field(name: &str, ty: Type, presence: Presence) -> Box<Field> {
    Box::new(Field {
        presence,
        ..Field::new(name, ty)
    })
}

type Edits = Box<dyn Fn(&Loaded) -> Vec<Edit>>;

#[test]
fn what_is_not_changed_stays_as_it_is_written() {
    let record = RecordId(0);
    let set = |at: usize, change: fn(&mut Field)| {
        move |loaded: &Loaded| {
            let mut field = Box::new(loaded.schema.record(record).fields[at].clone());
            change(&mut field);
            vec![Edit::SetField { record, field }]
        }
    };
    let cases: Vec<(Edits, String)> = vec![
        (
            Box::new(set(0, |f| f.presence = Presence::Optional)),
            with(r#""a": "int""#, r#""a": "int?""#),
        ),
        (
            Box::new(set(0, |f| f.presence = Presence::Default(Value::Int(7)))),
            with(r#""a": "int""#, r#""a": { "type": "int", "default": 7 }"#),
        ),
        (
            Box::new(set(1, |f| {
                f.presence = Presence::Required;
                f.aliases = vec!["c".into()];
            })),
            with(
                r#"{ "type": "string?", "doc": "B." }"#,
                r#"{ "type": "string", "doc": "B.", "aliases": ["c"] }"#,
            ),
        ),
        (
            Box::new(move |_| {
                let field = field("c", Type::Long, Presence::Required);
                vec![Edit::AddField {
                    record,
                    field,
                    at: 2,
                }]
            }),
            with(
                "\"doc\": \"B.\" }\n",
                "\"doc\": \"B.\" },\n        \"c\": \"long\"\n",
            ),
        ),
        (
            Box::new(move |_| {
                let field = field("c", Type::Long, Presence::Optional);
                vec![Edit::AddField {
                    record,
                    field,
                    at: 0,
                }]
            }),
            with(
                "\"a\": \"int\"",
                "\"c\": \"long?\",\n        \"a\": \"int\"",
            ),
        ),
        (
            Box::new(move |_| {
                vec![
                    Edit::RemoveField {
                        record,
                        name: "b".into(),
                    },
                    Edit::Reserve {
                        record,
                        name: "b".into(),
                    },
                ]
            }),
            with(
                ",\n        \"b\": { \"type\": \"string?\", \"doc\": \"B.\" }\n      }",
                "\n      },\n      \"reserved\": [\"b\"]",
            ),
        ),
        (
            Box::new(|_| {
                vec![Edit::SetSymbols {
                    enumeration: EnumId(0),
                    symbols: vec!["Y".into(), "Z".into(), "X".into()],
                    values: Vec::new(),
                }]
            }),
            with(r#"["X", "Y"]"#, r#"["Y", "Z", "X"]"#),
        ),
        (
            Box::new(|_| {
                vec![Edit::SetEnumDefault {
                    enumeration: EnumId(0),
                    symbol: None,
                }]
            }),
            with(r#", "default": "X""#, ""),
        ),
        (
            Box::new(|loaded: &Loaded| {
                let mut definition = Box::new(loaded.schema.record(RecordId(0)).clone());
                definition.name = "S".into();
                definition.fields.truncate(1);
                vec![Edit::AddRecord {
                    id: RecordId(1),
                    definition,
                }]
            }),
            with(
                "      }\n    }\n  },",
                "      }\n    },\n    \"S\": { \"fields\": { \"a\": \"int\" } }\n  },",
            ),
        ),
    ];
    for (edits, expected) in cases {
        assert_eq!(edited(TEXT, &edits).as_deref(), Ok(expected.as_str()));
        // Lines may end as they do on Windows.
        let (text, expected) = (TEXT.replace('\n', "\r\n"), expected.replace('\n', "\r\n"));
        assert_eq!(edited(&text, &edits).as_deref(), Ok(expected.as_str()));
    }
}

/// Definitions may be items of arrays, each with its name.
#[test]
fn definitions_with_their_names_inside() {
    let text = r#"{ "record": [ { "name": "R",
    "fields": [ { "name": "a", "type": "int" },
                { "name": "b", "type": "int" } ] } ] }"#;
    let record = RecordId(0);
    let is = edited(text, |loaded| {
        let mut definition = Box::new(loaded.schema.record(record).clone());
        definition.name = "S".into();
        let known = Box::new(Field {
            presence: Presence::Optional,
            ..definition.fields[1].clone()
        });
        vec![
            Edit::AddField {
                record,
                field: field("c", Type::Long, Presence::Optional),
                at: 1,
            },
            Edit::SetField {
                record,
                field: known,
            },
            Edit::AddRecord {
                id: RecordId(1),
                definition,
            },
        ]
    });
    let is = is.expect("edits");
    let again = load(&is);
    let names = |id: usize| -> Vec<String> {
        let fields = &again.schema.records[id].fields;
        fields.iter().map(|f| f.name.clone()).collect()
    };
    assert_eq!(
        (names(0), names(1)),
        (
            vec!["a".into(), "c".into(), "b".into()],
            vec!["a".into(), "b".into()]
        ),
        "{is}"
    );
    assert!(
        is.contains(r#"{ "name": "S", "fields": { "a": "int", "b": "int" } }"#),
        "{is}"
    );
}

/// A file with nothing of a kind gets the kind.
#[test]
fn the_first_of_its_kind() {
    let text = "{\"record\": {\"R\": {\"fields\": {\"a\": \"int\"}}}}\n";
    let is = edited(text, |_| {
        vec![Edit::AddEnum {
            id: EnumId(0),
            definition: Box::new(tg_schema_model::Enum {
                name: "E".into(),
                symbols: vec![tg_schema_model::Symbol {
                    name: "X".into(),
                    ..Default::default()
                }],
                ..Default::default()
            }),
        }]
    });
    assert_eq!(
        is.as_deref(),
        Ok(
            "{\"record\": {\"R\": {\"fields\": {\"a\": \"int\"}}}, \"enum\": { \"E\": { \"symbols\": [\"X\"] } }}\n"
        )
    );
}

/// What goes and what comes in one list is said by several changes, none of which knows of the others.
#[test]
fn commas_stand_between_values() {
    let record = RecordId(0);
    for fields in [
        r#"{"a": "int"}"#,
        r#"{"a": "int", "b": "int"}"#,
        r#"[{"name": "a", "type": "int"}]"#,
        "[\n  {\"name\": \"a\", \"type\": \"int\", \"doc\": \",]\\\",}\"},\n  {\"name\": \"b\", \"type\": \"int\"}\n]",
    ] {
        let text = format!("{{\"record\": {{\"R\": {{\"fields\": {fields}}}}}}}");
        let count = load(&text).schema.records[0].fields.len();
        for at in 0..=count {
            for name in ["a", "b"].into_iter().take(count) {
                let is = edited(&text, |_| {
                    let field = field("c", Type::Long, Presence::Optional);
                    let name = name.to_owned();
                    vec![
                        Edit::AddField { record, field, at },
                        Edit::RemoveField { record, name },
                    ]
                });
                // Where one is to stand behind another that goes, a round comes after it.
                let two = Err(Inexpressible("two changes are of the same text".into()));
                assert!(is.is_ok() || is == two, "{fields} {at} {name}: {is:?}");
            }
        }
    }
}
