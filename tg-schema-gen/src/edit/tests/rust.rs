//! Annotated Rust before and after.

use tg_schema_model::edit::Edit;
use tg_schema_model::{
    Encoding, Enum, EnumId, Field, Presence, Record, RecordId, Symbol, Type, Value,
};

use super::super::{Inexpressible, apply, texts, texts_of_each};
use crate::load::{Loaded, from_texts};

fn load(text: &str) -> Loaded {
    let loaded = from_texts(vec![(vec!["m".into()], "m.rs".into(), text.into())]);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    loaded
}

fn edited(text: &str, edits: &[Edit]) -> Result<String, Inexpressible> {
    let loaded = load(text);
    let found = texts(&loaded.schema, &loaded.sources, edits)?;
    Ok(apply(text, &found).expect("edits that do not overlap"))
}

fn record(fields: &str) -> String {
    format!("#[tg_schema]\nstruct R {{\n{fields}\n}}\n")
}

/// The first field of the first record, changed.
fn set(text: &str, change: impl FnOnce(&mut Field)) -> Edit {
    let mut field = load(text).schema.record(RecordId(0)).fields[0].clone();
    change(&mut field);
    Edit::SetField {
        record: RecordId(0),
        field: Box::new(field),
    }
}

fn add(name: &str, ty: Type, at: usize, change: impl FnOnce(&mut Field)) -> Edit {
    let mut field = Field::new(name, ty);
    change(&mut field);
    Edit::AddField {
        record: RecordId(0),
        field: Box::new(field),
        at,
    }
}

type Change = fn(&mut Field);

#[test]
fn fields_that_change() {
    let cases: &[(&str, Change, &str)] = &[
        (
            "    pub a: i32, // how many",
            |f| f.presence = Presence::Optional,
            "    pub a: Option<i32>, // how many",
        ),
        (
            "    a: Option<Vec<String>>",
            |f| f.presence = Presence::Required,
            "    a: Vec<String>",
        ),
        (
            "    /// How many.\n    a: i32,",
            |f| f.presence = Presence::Default(Value::Int(-7)),
            "    /// How many.\n    #[tg(default = -7)]\n    a: i32,",
        ),
        (
            "    #[tg(default = -7)] a: i32, b: i32,",
            |f| f.presence = Presence::Required,
            "    a: i32, b: i32,",
        ),
        (
            "    #[tg(default = 1)]\n    #[tg(alias = \"b\")]\n    a: i32,",
            |f| f.presence = Presence::NullableDefault(Value::Int(2)),
            "    #[tg(default = 2)]\n    #[tg(alias = \"b\", nullable)]\n    a: i32,",
        ),
        (
            "    #[tg(\n        default = 1,\n        alias = \"b\",\n    )]\n    a: i32,",
            |f| f.aliases.push("c".into()),
            "    #[tg(\n        default = 1,\n        aliases(\"b\", \"c\"),\n    )]\n    a: i32,",
        ),
        (
            "    #[tg(alias = \"b\", default, aliases(\"c\"))]\n    a: i64,",
            |f| f.aliases.clear(),
            "    #[tg(default)]\n    a: i64,",
        ),
        (
            "    a: i32, b: i32",
            |f| f.aliases.push("c".into()),
            "    #[tg(alias = \"c\")]\n    a: i32, b: i32",
        ),
        (
            "    #[serde]\n    a: std::collections::HashMap<String, i32>,",
            |f| f.ty = Type::Map(Box::new(Type::Long)),
            "    #[serde]\n    a: std::collections::HashMap<String, i64>,",
        ),
        (
            "    a: Option<i32>,",
            |f| f.ty = Type::Array(Box::new(Type::TimestampUs)),
            "    #[tg(type = \"timestamp_us\")]\n    a: Option<Vec<tg_schema::Timestamp>>,",
        ),
        (
            "    #[tg(type = \"decimal(4,2)\")]\n    a: tg_schema::Decimal,",
            |f| f.ty = Type::String,
            "    a: String,",
        ),
        (
            "    a: Vec<u8>,",
            |f| f.encoding = Encoding::Utf8,
            "    #[tg(encoding = \"utf8\")]\n    a: Vec<u8>,",
        ),
        (
            "    r#type: f64,",
            |f| f.presence = Presence::Default(Value::Double(0.5)),
            "    #[tg(default = 0.5)]\n    r#type: f64,",
        ),
    ];
    for (before, change, after) in cases {
        let before = before.replace("#[serde]", "#[allow(dead_code)]");
        let after = after.replace("#[serde]", "#[allow(dead_code)]");
        let before = record(&before);
        assert_eq!(edited(&before, &[set(&before, change)]), Ok(record(&after)));
    }
}

/// What a comment would get lost of is left to people, and so is what Rust says otherwise.
#[test]
fn what_is_changed_by_hand() {
    let cases: &[(&str, Change, &str)] = &[
        (
            "    a: Option</* of b */ i32>,",
            |f| f.presence = Presence::Required,
            "a comment stands",
        ),
        (
            "    #[tg(default = 1 /* one */)]\n    a: i32,",
            |f| f.presence = Presence::Required,
            "a comment stands",
        ),
        (
            "    #[tg(type = \"date\")]\n    a: crate::Day,",
            |f| f.presence = Presence::Default(Value::Int(3)),
            "does not say it",
        ),
    ];
    for (before, change, expected) in cases {
        let before = record(before);
        let wrong = edited(&before, &[set(&before, change)]).unwrap_err();
        let told = wrong.0.contains(expected) || wrong.0.contains("would be wrong");
        assert!(told, "{wrong}");
    }
    let copied = "#[tg_schema]\n#[derive(Clone, Copy)]\nenum E { A }\n";
    let open = Edit::SetOpen {
        enumeration: EnumId(0),
        open: true,
    };
    let wrong = edited(copied, &[open]).unwrap_err();
    assert!(wrong.0.contains("Copy"), "{wrong}");
}

#[test]
fn fields_that_come_and_go() {
    let whole = "    a: i32, // one\n    // of c\n    c: i32,";
    let optional = |f: &mut Field| f.presence = Presence::Optional;
    let gone = |name: &str| Edit::RemoveField {
        record: RecordId(0),
        name: name.into(),
    };
    for (before, edits, after) in [
        (
            whole,
            vec![add("b", Type::Long, 1, optional)],
            "    a: i32, // one\n    b: Option<i64>,\n    // of c\n    c: i32,",
        ),
        (
            whole,
            vec![
                add("b", Type::Long, 0, optional),
                add("d", Type::String, 9, |_| {}),
            ],
            "    b: Option<i64>,\n    a: i32, // one\n    // of c\n    c: i32,\n    d: String,",
        ),
        (
            "    pub a: i32 // one",
            vec![
                add("b", Type::Long, 1, optional),
                add("c", Type::Bytes, 2, optional),
            ],
            "    pub a: i32, // one\n    pub b: Option<i64>,\n    pub c: Option<Vec<u8>>,",
        ),
        (
            "    pub a: i32",
            vec![
                add("b", Type::Long, 1, optional),
                add("c", Type::Bytes, 2, optional),
            ],
            "    pub a: i32,\n    pub b: Option<i64>,\n    pub c: Option<Vec<u8>>",
        ),
        (
            "    a: i32, c: i32",
            vec![add("in", Type::Int, 1, |f| {
                f.doc = Some("Of b.".into());
                f.deprecated = Some("old".into());
            })],
            "    a: i32, #[doc = \" Of b.\"] #[tg(deprecated = \"old\")] r#in: i32, c: i32",
        ),
        (
            "    a: i32,\n\n    c: i32,",
            vec![add("outItem", Type::Int, 1, |f| {
                f.doc = Some("Of b.\n\nOr so.".into());
                f.deprecated = Some("old".into());
            })],
            "    a: i32,\n    /// Of b.\n    ///\n    /// Or so.\n    #[tg(rename = \"outItem\", deprecated = \"old\")]\n    out_item: i32,\n\n    c: i32,",
        ),
        (
            whole,
            vec![gone("a")],
            "    // one\n    // of c\n    c: i32,",
        ),
        (whole, vec![gone("c")], "    a: i32, // one\n    // of c"),
        (
            "    a: i32, /// Of b.\n    #[tg(default)] b: i32, c: i32",
            vec![gone("b")],
            "    a: i32, c: i32",
        ),
    ] {
        assert_eq!(edited(&record(before), &edits), Ok(record(after)));
    }
    let empty = "#[tg_schema]\nstruct R {}\n";
    let one = edited(empty, &[add("a", Type::Int, 0, |_| {})]);
    assert_eq!(
        one,
        Ok("#[tg_schema]\nstruct R {\n    pub a: i32,\n}\n".into())
    );
}

#[test]
fn names_of_records() {
    let alias = |alias: &str| Edit::AddRecordAlias {
        record: RecordId(0),
        alias: alias.into(),
    };
    let reserve = |name: &str| Edit::Reserve {
        record: RecordId(0),
        name: name.into(),
    };
    for (before, edits, after) in [
        (
            "#[tg_schema]",
            vec![alias("S")],
            "#[tg_schema(alias = \"S\")]",
        ),
        (
            "#[tg_schema::tg_schema(alias = \"S\", default)]",
            vec![alias("x.T"), reserve("b")],
            "#[tg_schema::tg_schema(aliases(\"S\", \"x.T\"), default, reserved(\"b\"))]",
        ),
        (
            "#[tg_schema(reserved = \"b\")]",
            vec![reserve("c"), reserve("d")],
            "#[tg_schema(reserved(\"b\", \"c\", \"d\"))]",
        ),
        (
            "#[tg_schema(reserved = \"b\")]",
            vec![add("b", Type::Int, 0, |f| f.presence = Presence::Optional)],
            "#[tg_schema]",
        ),
    ] {
        let text = |attribute: &str, more: &str| {
            format!("{attribute}\nstruct R {{\n{more}    a: Option<i32>,\n}}\n")
        };
        let more = match edits.as_slice() {
            [Edit::AddField { .. }] => "    b: Option<i32>,\n",
            _ => "",
        };
        let before = text(before, "");
        // `default` is for records that have one everywhere.
        assert_eq!(edited(&before, &edits), Ok(text(after, more)));
    }
}

#[test]
fn enums() {
    let symbols = |symbols: &[&str], values: Vec<Value>| Edit::SetSymbols {
        enumeration: EnumId(0),
        symbols: symbols.iter().map(|s| (*s).to_owned()).collect(),
        values,
    };
    let default = |symbol: Option<&str>| Edit::SetEnumDefault {
        enumeration: EnumId(0),
        symbol: symbol.map(str::to_owned),
    };
    let open = |open| Edit::SetOpen {
        enumeration: EnumId(0),
        open,
    };
    let alias = Edit::AddEnumAlias {
        enumeration: EnumId(0),
        alias: "F".into(),
    };
    let text = |own: &str, body: &str| format!("#[tg_schema{own}]\nenum E {{\n{body}\n}}\n");
    let upper = "(rename_all = \"UPPERCASE\")";
    for (before, edits, after) in [
        (
            ("", "    A,\n    /// The second.\n    B, // two\n    C,"),
            vec![symbols(&["A", "C"], vec![])],
            ("", "    A,\n    // two\n    C,"),
        ),
        (
            ("", "    A,\n    B, // two"),
            vec![
                symbols(&["Z", "A", "B", "dark_blue"], vec![]),
                default(Some("B")),
                alias.clone(),
            ],
            (
                "(alias = \"F\")",
                "    Z,\n    A,\n    #[tg(default)]\n    B, // two\n    #[tg(rename = \"dark_blue\")]\n    DarkBlue,",
            ),
        ),
        (
            (upper, "    A,\n    #[tg(default)]\n    B"),
            vec![symbols(&["A", "NEW"], vec![]), default(Some("NEW"))],
            (upper, "    A,\n    #[tg(default)]\n    New,"),
        ),
        (
            ("", "    A,\n    #[tg(rename = \"x\")]\n    B,\n    C,"),
            vec![symbols(&["C", "x", "A"], vec![])],
            ("", "    C,\n    #[tg(rename = \"x\")]\n    B,\n    A,"),
        ),
        (
            ("(values(1, 2))", "    A, B"),
            vec![symbols(
                &["A", "B", "C"],
                vec![Value::Long(1), Value::Long(2), Value::Long(9)],
            )],
            ("(values(1, 2, 9))", "    A, B, C"),
        ),
        (
            ("", "    #[tg(value = \"a\")]\n    A,"),
            vec![symbols(
                &["A", "B"],
                vec![Value::String("a".into()), Value::String("b".into())],
            )],
            (
                "",
                "    #[tg(value = \"a\")]\n    A,\n    #[tg(value = \"b\")]\n    B,",
            ),
        ),
        (
            ("", "    A"),
            vec![open(true)],
            ("", "    A,\n    #[tg(unknown)]\n    Unknown(String)"),
        ),
        (
            ("", "    A,\n    #[tg(unknown)] Other(String),"),
            vec![open(false), default(Some("A"))],
            ("", "    #[tg(default)]\n    A,"),
        ),
    ] {
        assert_eq!(
            edited(&text(before.0, before.1), &edits),
            Ok(text(after.0, after.1))
        );
    }
}

#[test]
fn types_that_come_in() {
    let before = "//! Messages.\n\n#[tg_schema::tg_schema]\n#[derive(Clone, Default, PartialEq)]\nstruct R {\n    a: i32,\n}";
    let mut own = Record {
        name: "part".into(),
        doc: Some("A part.".into()),
        reserved: vec!["x".into()],
        ..Record::default()
    };
    own.fields = vec![
        Field::new("id", Type::String),
        Field::new("kind", Type::Enum(EnumId(0))),
    ];
    let kind = Enum {
        name: "Kind".into(),
        symbols: ["A", "b"]
            .iter()
            .map(|name| Symbol {
                name: (*name).into(),
                span: tg_schema_model::Span::NONE,
            })
            .collect(),
        default: Some(1),
        open: true,
        ..Enum::default()
    };
    let edits = [
        Edit::AddEnum {
            id: EnumId(0),
            definition: Box::new(kind),
        },
        Edit::AddRecord {
            id: RecordId(1),
            definition: Box::new(own),
        },
        add("part", Type::Record(RecordId(1)), 1, |f| {
            f.presence = Presence::Optional
        }),
    ];
    let after = "//! Messages.\n\n#[tg_schema::tg_schema]\n#[derive(Clone, Default, PartialEq)]\nstruct R {\n    a: i32,\n    part: Option<Part>,\n}\n\n#[tg_schema::tg_schema]\n#[derive(Clone, PartialEq)]\npub enum Kind {\n    A,\n    #[tg(rename = \"b\", default)]\n    B,\n    #[tg(unknown)]\n    Unknown(String),\n}\n\n/// A part.\n#[tg_schema::tg_schema(reserved(\"x\"), name = \"part\")]\n#[derive(Clone, PartialEq)]\npub struct Part {\n    pub id: String,\n    pub kind: Kind,\n}";
    assert_eq!(edited(before, &edits), Ok(after.into()));
}

/// Modules inside a file, lines that end as on Windows, and a mark at the start: places are those of the file.
#[test]
fn places_in_files() {
    let text = "\u{feff}#!/usr/bin/env run\r\nmod a {\r\n    /// Ä.\r\n    #[tg_schema]\r\n    struct R {\r\n        a: i32,\r\n    }\r\n}\r\n\r\n#[tg_schema]\r\nstruct S {\r\n    r: a::R,\r\n}\r\n";
    let loaded = load(text);
    let names: Vec<&str> = loaded
        .schema
        .records
        .iter()
        .map(|r| r.name.as_str())
        .collect();
    let id = RecordId(names.iter().position(|name| *name == "R").unwrap());
    let field = |name: &str| {
        let mut field = Field::new(name, Type::Int);
        field.presence = Presence::Default(Value::Int(1));
        Edit::AddField {
            record: id,
            field: Box::new(field),
            at: 9,
        }
    };
    let groups = [vec![field("b")], vec![field("c")], vec![field("a")]];
    let groups: Vec<&[Edit]> = groups.iter().map(Vec::as_slice).collect();
    let found = texts_of_each(&loaded.schema, &loaded.sources, &groups);
    assert!(found[2].is_err(), "{found:?}");
    for (found, name) in found.iter().zip(["b", "c"]) {
        let after = apply(text, found.as_ref().unwrap()).unwrap();
        let line = format!(
            "        a: i32,\r\n        #[tg(default = 1)]\r\n        {name}: i32,\r\n    }}"
        );
        assert!(after.contains(&line), "{after}");
        assert_eq!(
            after.len(),
            text.len() + line.len() - "        a: i32,\r\n    }".len()
        );
    }
    let address = Edit::SetAddress {
        topic: 0,
        address: "q1/a/b/d".parse().unwrap(),
    };
    let of = |topic: &str| format!("#[tg_schema(topic = \"q1/a/b/{topic}\")]\nstruct R {{}}\n");
    assert_eq!(edited(&of("c"), &[address]), Ok(of("d")));
}

/// A default has the form that is read as it.
#[test]
fn defaults() {
    for (ty, value, expected) in [
        (
            "String",
            Value::String("a\"\n\u{1}é".into()),
            "\"a\\\"\\n\\u{1}é\"",
        ),
        ("bool", Value::Boolean(true), "true"),
        ("f64", Value::Double(f64::MAX), "1.7976931348623157e+308"),
        (
            "Vec<i32>",
            Value::Array(vec![Value::Int(1), Value::Int(-2)]),
            "[1, -2]",
        ),
        (
            "std::collections::BTreeMap<String, i64>",
            Value::Map([("a b".to_owned(), Value::Long(1))].into()),
            "{ \"a b\": 1 }",
        ),
        ("Vec<u8>", Value::Bytes(vec![0, 255]), "\"AP8=\""),
    ] {
        let before = record(&format!("    a: {ty},"));
        let edit = set(&before, |f| f.presence = Presence::Default(value));
        let after = record(&format!("    #[tg(default = {expected})]\n    a: {ty},"));
        assert_eq!(edited(&before, &[edit]), Ok(after));
    }
}
