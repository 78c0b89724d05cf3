//! Annotated Rust into items: what is understood, and what is said of the rest.

use tg_schema_model::{Encoding, Json, Profile, Sources, Value};
use tg_schema_rust::item::{EnumItem, Item, PresenceItem, RecordItem, Shape};
use tg_schema_rust::read::file::{File, modules};

/// The items of one file, or every problem with its place.
fn read(text: &str) -> Result<Vec<Item<'static>>, Vec<String>> {
    let mut sources = Sources::default();
    let file = File {
        name: "a.rs".into(),
        text: text.into(),
        path: vec!["a".into()],
    };
    let (mut modules, diagnostics) = modules(vec![file], &mut sources, &mut |_| Ok(None));
    if diagnostics.has_errors() {
        let lines = diagnostics.0.iter().map(|d| {
            let place = sources
                .position(d.span)
                .map_or(String::new(), |p| format!("{}:{} ", p.line, p.column));
            let covered = sources
                .get(d.span.source)
                .and_then(|s| s.text.get(d.span.range()))
                .unwrap_or("");
            let help = d
                .help
                .as_deref()
                .map_or(String::new(), |h| format!(" | {h}"));
            format!("{place}`{covered}` {}{help}", d.message)
        });
        return Err(lines.collect());
    }
    Ok(modules.swap_remove(0).items)
}

fn record(text: &str) -> RecordItem<'static> {
    match read(text).expect("no problems").swap_remove(0) {
        Item::Record(record) => record,
        Item::Enum(item) => panic!("{} is an enum", item.ident),
    }
}

fn enumeration(text: &str) -> EnumItem {
    match read(text).expect("no problems").swap_remove(0) {
        Item::Enum(item) => item,
        Item::Record(record) => panic!("{} is a struct", record.ident),
    }
}

fn number(text: &str) -> Json {
    Json::Number(text.into())
}

#[test]
fn every_type_has_its_shape() {
    let record = record(
        r#"#[tg_schema]
        struct All {
            a: String, b: std::string::String, c: bool, d: i32, e: i64, f: f32, g: f64,
            h: Vec<u8>, i: std::vec::Vec<alloc::string::String>, j: BTreeMap<String, Vec<f64>>,
            k: std::collections::HashMap<std::string::String, Option<i32>>, l: ::std::option::Option<Box<Self>>,
            m: Date, n: tg_schema::Time, o: ::tg_schema::Timestamp, p: Uuid,
            #[tg(type = "timestamp_us")] q: Vec<Timestamp>,
            #[tg(type = "decimal(10, 2)")] r: Option<tg_schema::Decimal>,
            s: self::Date, t: crate::other::Thing, r#type: (Vec<Option<Thing>>),
            #[tg(type = "date")] u: Day, v: Vec<(u8)>, w: (Vec<((u8))>),
        }"#,
    );
    let named = |n: &str| Shape::Named(n.into());
    let array = |s| Shape::Array(Box::new(s));
    let shapes: Vec<(&str, Shape)> = record
        .fields
        .iter()
        .map(|f| (&*f.name, f.shape.clone()))
        .collect();
    assert_eq!(
        shapes,
        vec![
            ("a", Shape::String),
            ("b", Shape::String),
            ("c", Shape::Boolean),
            ("d", Shape::Int),
            ("e", Shape::Long),
            ("f", Shape::Float),
            ("g", Shape::Double),
            ("h", Shape::Bytes),
            ("i", array(Shape::String)),
            ("j", Shape::Map(Box::new(array(Shape::Double)))),
            (
                "k",
                Shape::HashMap(Box::new(Shape::Optional(Box::new(Shape::Int))))
            ),
            ("l", Shape::Boxed(Box::new(named("All")))),
            ("m", Shape::Date),
            ("n", Shape::TimeMs),
            ("o", Shape::TimestampMs),
            ("p", Shape::Uuid),
            ("q", array(Shape::TimestampUs)),
            (
                "r",
                Shape::Decimal {
                    precision: 10,
                    scale: 2
                }
            ),
            ("s", named("self::Date")),
            ("t", named("crate::other::Thing")),
            ("type", array(Shape::Optional(Box::new(named("Thing"))))),
            ("u", Shape::Date),
            ("v", Shape::Bytes),
            ("w", Shape::Bytes),
        ]
    );
    let optional: Vec<&str> = record
        .fields
        .iter()
        .filter(|f| f.presence == PresenceItem::Optional)
        .map(|f| &*f.name)
        .collect();
    assert_eq!(optional, ["l", "r"]);
    assert_eq!(record.fields[20].ident, "r#type");
}

#[test]
fn settings_of_a_struct() {
    let record = record(
        r#"
        /// Ask.
        ///
        ///   Indented.
        #[derive(Clone)]
        #[tg_schema(name = "Request", namespace = "a.b", topic = "q0/tg/request/x", profile = "pulsar-record",
            alias = "Old", aliases("Older", "Oldest"), reserved("x", "y"), deprecated = "gone",
            sorted_fields, repeat_definitions = true, rename_all = "camelCase", crate = "::rt", serde = "none",
            require = "avro=backward,loss=any")]
        #[serde(rename_all = "camelCase")]
        pub struct TextRequest {
            /** A field. */
            #[deprecated(since = "1", note = "no more")]
            #[tg(alias = "b", aliases("c", "d"))]
            some_name: Vec<u8>,
            #[tg(encoding = "base64", rename = "Else", required = false, required_default, raw = "[]")]
            other: Option<Vec<u8>>,
        }"#,
    );
    assert_eq!(
        (record.ident.as_str(), &*record.name),
        ("TextRequest", "Request")
    );
    assert_eq!(record.doc.as_deref(), Some("Ask.\n\n  Indented."));
    assert_eq!(record.namespace.as_deref(), Some("a.b"));
    assert_eq!(
        record.topic.map(|t| t.to_string()).as_deref(),
        Some("q0/tg/request/x")
    );
    assert_eq!(record.profile, Profile::PulsarRecord);
    assert_eq!(record.aliases, ["Old", "Older", "Oldest"]);
    assert_eq!(record.reserved, ["x", "y"]);
    assert_eq!(record.deprecated.as_deref(), Some("gone"));
    assert!(record.pulsar.sorted_fields && record.pulsar.repeat_definitions);
    let required = record.check.and_then(|check| check.require);
    assert_eq!(required.as_deref(), Some("avro=backward,loss=any"));
    let [some, other] = record.fields.as_slice() else {
        panic!("two fields")
    };
    assert_eq!((&*some.name, some.encoding), ("someName", Encoding::Utf8));
    assert_eq!(some.aliases, ["b", "c", "d"]);
    assert_eq!(
        (some.deprecated.as_deref(), some.doc.as_deref()),
        (Some("no more"), Some("A field."))
    );
    assert_eq!((&*other.name, other.encoding), ("Else", Encoding::Base64));
    assert_eq!(
        (other.pulsar.required, other.pulsar.required_default),
        (Some(false), true)
    );
    assert_eq!(other.pulsar.raw.as_deref(), Some("[]"));
}

#[test]
fn rows_of_the_presence_table() {
    let record = record(
        r#"#[tg_schema] struct P {
            a: i32,
            #[tg(default = -1)] b: i32,
            c: Option<i32>,
            #[tg(default = false, nullable)] d: bool,
            #[tg(default)] e: BTreeMap<String, i32>,
            #[tg(default = { x: 1, "y z": [true, null] })] f: Thing,
            #[tg(default = b"ab")] g: Vec<u8>,
            #[tg(default = b"ab", encoding = "utf8")] h: Vec<u8>,
            #[tg(default, nullable = false)] i: Box<f64>,
        }"#,
    );
    let rows: Vec<PresenceItem> = record.fields.into_iter().map(|f| f.presence).collect();
    let entry = |k: &str, v| (k.to_owned(), v);
    assert_eq!(
        rows,
        [
            PresenceItem::Required,
            PresenceItem::Default(number("-1")),
            PresenceItem::Optional,
            PresenceItem::NullableDefault(Json::Bool(false)),
            PresenceItem::Default(Json::Object(vec![])),
            PresenceItem::Default(Json::Object(vec![
                entry("x", number("1")),
                entry("y z", Json::Array(vec![Json::Bool(true), Json::Null])),
            ])),
            PresenceItem::Default(Json::String("YWI=".into())),
            PresenceItem::Default(Json::String("ab".into())),
            PresenceItem::Default(number("0.0")),
        ]
    );
}

#[test]
fn enums() {
    let item = enumeration(
        r#"/// What to do.
        #[tg_schema(rename_all = "snake_case", namespace = "x", alias = "Op")]
        enum Operation {
            /// Read one.
            #[tg(default)] GetOne,
            #[tg(rename = "LIST")] List = 7,
            #[tg(unknown)] Unknown(String),
            r#Put,
        }"#,
    );
    let names: Vec<(&str, &str)> = item
        .symbols
        .iter()
        .map(|s| (s.ident.as_str(), s.name.as_str()))
        .collect();
    assert_eq!(
        names,
        [("GetOne", "get_one"), ("List", "LIST"), ("r#Put", "put")]
    );
    assert_eq!(item.symbols[0].doc.as_deref(), Some("Read one."));
    assert_eq!(
        (item.default, item.open.as_deref()),
        (Some(0), Some("Unknown"))
    );
    assert_eq!(
        (item.namespace.as_deref(), item.doc.as_deref()),
        (Some("x"), Some("What to do."))
    );
    assert_eq!(item.aliases, ["Op"]);

    let single = enumeration("#[tg_schema] enum E { #[tg(value = -1)] A, #[tg(value = \"x\")] B }");
    assert_eq!(single.values, [Value::Long(-1), Value::String("x".into())]);
    let listed = enumeration("#[tg_schema(values(1, 2))] enum E { A, B }");
    assert_eq!(listed.values, [Value::Long(1), Value::Long(2)]);
}

#[test]
fn names_as_they_are_written_by_every_case() {
    let name = |case: &str| {
        enumeration(&format!(
            "#[tg_schema(rename_all = \"{case}\")] enum E {{ TwoWords }}"
        ))
        .symbols[0]
            .name
            .clone()
    };
    let cases = [
        "lowercase",
        "UPPERCASE",
        "PascalCase",
        "camelCase",
        "snake_case",
        "SCREAMING_SNAKE_CASE",
    ];
    let names = [
        "twowords",
        "TWOWORDS",
        "TwoWords",
        "twoWords",
        "two_words",
        "TWO_WORDS",
    ];
    assert_eq!(cases.map(name), names);
}

/// Every type that has no wire form is underlined, and something else is offered.
#[test]
fn types_without_a_wire_form() {
    let cases = [
        ("u8", "u8", "`i32`, or `Vec<u8>`"),
        ("u16", "u16", "`i32`"),
        ("u32", "u32", "`i64`"),
        ("u64", "u64", "`i64`, or `tg_schema::Decimal`"),
        ("usize", "usize", "`i64`"),
        ("i8", "i8", "`i32`"),
        ("i16", "i16", "`i32`"),
        ("i128", "i128", "`tg_schema::Decimal`"),
        ("u128", "u128", "`tg_schema::Decimal`"),
        ("isize", "isize", "`i64`"),
        ("char", "char", "`String`"),
        ("&'static str", "&'static str", "`String`"),
        ("&[u8]", "&[u8]", "`Vec<u8>`"),
        ("&Thing", "&Thing", "`Thing`"),
        ("Box<str>", "Box<str>", "`String`"),
        ("Box<[Thing]>", "Box<[Thing]>", "`Vec<Thing>`"),
        ("(i32, i32)", "(i32, i32)", "struct"),
        ("()", "()", "leave the field out"),
        ("[u8; 4]", "[u8; 4]", "`Vec<u8>`"),
        ("[Thing; 4]", "[Thing; 4]", "`Vec<Thing>`"),
        ("fn(i32) -> i32", "fn(i32) -> i32", "data only"),
        ("*const u8", "*const u8", "owned"),
        ("Box<dyn Any>", "dyn Any", "struct"),
        ("impl Any", "impl Any", "struct"),
        ("!", "!", "holds data"),
        ("_", "_", "holds data"),
        ("ty!()", "ty!()", "write the type out"),
        ("<A as B>::C", "<A as B>::C", "stands for"),
        ("Foo<i32>", "Foo<i32>", "without type parameters"),
        ("Rc<Thing>", "Rc<Thing>", "what it holds"),
        (
            "std::sync::Arc<Thing>",
            "std::sync::Arc<Thing>",
            "what it holds",
        ),
        ("Cow<'static, str>", "Cow<'static, str>", "owned"),
        ("RefCell<i32>", "RefCell<i32>", "what it holds"),
        ("HashSet<String>", "HashSet<String>", "`Vec<T>`"),
        ("Vec<VecDeque<i32>>", "VecDeque<i32>", "`Vec<T>`"),
        ("BTreeMap<i32, String>", "i32", "`BTreeMap<String, String>`"),
        (
            "HashMap<String, i32, S>",
            "HashMap<String, i32, S>",
            "`HashMap<String, T>`",
        ),
        ("HashMap", "HashMap", "`HashMap<String, T>`"),
        ("Vec", "Vec", "`Vec<T>`"),
        ("Option<Option<i32>>", "Option<Option<i32>>", "one `Option`"),
        ("Box<Option<i32>>", "Box<Option<i32>>", "`Option<Box<T>>`"),
        (
            "Result<i32, String>",
            "Result<i32, String>",
            "two `Option` fields",
        ),
        ("serde_json::Value", "serde_json::Value", "JSON text"),
        ("std::time::Duration", "std::time::Duration", "`i64`"),
        ("SystemTime", "SystemTime", "`tg_schema::Timestamp`"),
        ("std::fmt::Error", "std::fmt::Error", "struct of your own"),
        ("uuid::Uuid", "uuid::Uuid", "`tg_schema::Uuid`"),
        (
            "chrono::NaiveDate",
            "chrono::NaiveDate",
            "`tg_schema::Date`",
        ),
        (
            "jiff::Timestamp",
            "jiff::Timestamp",
            "`tg_schema::Timestamp`",
        ),
        ("bytes::Bytes", "bytes::Bytes", "`Vec<u8>`"),
        ("Decimal", "Decimal", "decimal(10,2)"),
    ];
    for (ty, underlined, help) in cases {
        let problems =
            read(&format!("#[tg_schema] struct S {{ ok: i32, bad: {ty} }}")).expect_err(ty);
        assert_eq!(problems.len(), 1, "{ty}: {problems:?}");
        assert!(
            problems[0].contains(&format!("`{underlined}` ")),
            "{ty}: {problems:?}"
        );
        assert!(
            problems[0]
                .split_once(" | ")
                .is_some_and(|(_, h)| h.contains(help)),
            "{ty}: {problems:?}"
        );
    }
}

#[test]
fn all_problems_are_reported_at_once() {
    let problems = read(
        r#"#[tg_schema(nam = "x", topic = "q9/a/b/c", crate = 1, profile = "avro", name, alias, serde = "derive")]
#[derive(Serialize)]
#[serde(deny_unknown_fields)]
struct S<'a, T: X, const N: usize> where T: Y {
    #[cfg(unix)] a: u64,
    #[tg(optional, default = MAX)] b: i32,
    #[tg(nullable)] c: i32,
    #[tg(nullable)] d: Option<i32>,
    #[tg(default = 1)] e: Option<i32>,
    #[tg(default)] f: Thing,
    #[tg(encoding = "hex")] g: i32,
    #[tg(type = "timestamp_us")] h: i64,
    #[tg(type = "timestamp")] i: Timestamp,
    #[tg(type = "decimal(40,2)")] j: Decimal,
    #[tg(rename = "a", rename = "b", 5)] k: i32,
    #[tg] l: i32,
    #[tg_schema] m: i32,
}"#,
    )
    .expect_err("everything is wrong");
    let expected = [
        "1:13 `nam` `#[tg_schema]` on a struct has no setting `nam` | did you mean `name`?",
        "1:24 `topic` ",
        "2:10 `Serialize` `#[tg_schema]` implements `Serialize` itself",
    ];
    let all = problems.join("\n");
    for start in [expected[0], expected[2]] {
        assert!(all.contains(start), "{all}");
    }
    let messages = [
        "\"q9\" is no legal quality of service",
        "`crate` takes the path",
        "there is no profile `avro`",
        "`name` takes a text",
        "`alias` takes texts",
        "there is no serde option `derive`",
        "`#[serde]` does not change the wire",
        "a message owns what it holds",
        "a generic struct has no single schema",
        "a struct that travels has no bounds",
        "a field under `#[cfg]`",
        "`u64` has no wire form",
        "has no setting `optional` | write the type as `Option<T>`",
        "`MAX` this is not a default",
        "`nullable` needs a default",
        "is nullable as it is",
        "an `Option` field has no default",
        "this type has no empty value",
        "`encoding` is for bytes",
        "there is no encoding `hex`",
        "`i64` does not hold a timestamp_us",
        "`timestamp` is not a logical type | did you mean `timestamp_",
        "`decimal(40,2)` is not a decimal type",
        "`rename` is set twice",
        "`5` this is not a setting",
        "`#[tg]` says nothing",
        "`#[tg_schema]` does not stand on a field",
    ];
    for message in messages {
        assert!(all.contains(message), "{message}\n---\n{all}");
    }
}

#[test]
fn problems_of_enums() {
    let problems = read(
        r#"#[tg_schema(open, topic = "q1/a/b/c", rename_all = "kebab-case", values(1))]
enum E<T> {
    #[tg(default)] A,
    #[tg(default)] B,
    Data(i32), Fields { a: i32 }, Text(String),
    #[tg(unknown)] Unknown,
    #[tg(unknown, rename = "x")] First(String),
    #[tg(unknown)] Second(String),
    #[tg(value = 1.5)] C,
    #[tg(other)] #[cfg(unix)] D,
}"#,
    )
    .expect_err("everything is wrong");
    let all = problems.join("\n");
    let messages = [
        "has no setting `open` | add a variant `Unknown(String)`",
        "has no setting `topic` | a topic carries a record",
        "Avro names have no `-`",
        "a generic enum has no single schema",
        "an enum has one default",
        "the variant `Data` carries data",
        "the variant `Fields` carries data",
        "the variant `Text` carries data, and an enum on the wire is a name | write `#[tg(unknown)]`",
        "the variant for unknown symbols holds their text | write `Unknown(String)`",
        "`rename` has no meaning on the variant",
        "an enum has one variant for unknown symbols",
        "`1.5` the value of a symbol",
        "the symbols are 6 and the values 1",
        "has no setting `other`",
        "a variant under `#[cfg]`",
    ];
    for message in messages {
        assert!(all.contains(message), "{message}\n---\n{all}");
    }
    let some = read("#[tg_schema] enum E { #[tg(value = 1)] A, B }").expect_err("B has none");
    assert!(
        some[0].contains("`B` the symbol `B` has no value"),
        "{some:?}"
    );
}

#[test]
fn other_items_are_refused() {
    for (text, message) in [
        (
            "#[tg_schema] struct A(String);",
            "a tuple struct has no field names",
        ),
        ("#[tg_schema] struct A;", "a unit struct is not a record"),
        (
            "#[tg_schema] union A { a: i32 }",
            "for structs with named fields and for enums",
        ),
        (
            "#[tg_schema] #[tg_schema] struct A { a: i32 }",
            "stands here twice",
        ),
        (
            "#[tg_schema] #[tg(name = \"x\")] struct A { a: i32 }",
            "`#[tg]` is for fields and variants",
        ),
        (
            "#[tg_schema = 1] struct A { a: i32 }",
            "`#[tg_schema]` takes a list",
        ),
        (
            "#[tg_schema(default)] #[derive(Default)] struct A { a: i32 }",
            "implements `Default` itself",
        ),
    ] {
        let problems = read(text).expect_err(text);
        assert!(problems[0].contains(message), "{text}: {problems:?}");
    }
}

#[test]
fn namespaces_and_former_names_have_places() {
    let text = r#"#[tg_schema(namespace = "a.b", alias = "Old", aliases("x.Older"))]
        struct A { #[tg(alias = "was")] is: i32 }"#;
    let record = record(text);
    let at = |span: tg_schema_model::Span| &text[span.range()];
    assert_eq!(at(record.places.namespace), "\"a.b\"");
    let aliases: Vec<&str> = record.places.aliases.iter().map(|s| at(*s)).collect();
    assert_eq!(aliases, ["\"Old\"", "\"x.Older\""]);
    assert_eq!(at(record.fields[0].places.aliases[0]), "\"was\"");
}
