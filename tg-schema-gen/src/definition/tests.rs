use tg_schema_model::json;
use tg_schema_model::{Encoding, Field, Json, Presence, Profile, Schema, Span, Value};

use super::node::{Data, Document, Node};
use super::{Notation, key};
use crate::format;
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
    assert!(loaded.diagnostics.0.is_empty(), "{}", report(&loaded));
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
    }
    for record in &mut schema.records {
        record.span = Span::NONE;
        for field in &mut record.fields {
            field.span = Span::NONE;
            field.type_span = Span::NONE;
            field.default_span = Span::NONE;
        }
    }
    for item in &mut schema.enums {
        item.span = Span::NONE;
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
    assert_eq!(late.deprecated.as_deref(), Some(""));
    assert_eq!(late.origin.clone().unwrap_or_default().place, "all.py:9");
    assert_eq!(late.doc.as_deref(), Some("Text as bytes."));
    assert_eq!(record.fields[6].encoding, Encoding::Base64);

    let old = &schema.records[3];
    assert_eq!((old.profile, old.namespace.clone()), (Profile::PulsarRecord, None));
    assert!(old.pulsar.sorted_fields && old.pulsar.repeat_definitions);
    assert_eq!(old.fields[0].encoding, Encoding::Utf8);
    assert_eq!(old.fields[0].pulsar.required, Some(true));
    assert!(old.fields[0].pulsar.required_default);
    assert_eq!(old.fields[2].pulsar.raw.as_deref(), Some(r#"["null", "null"]"#));

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
    assert_eq!(topic.legacy.as_deref(), Some("persistent://tg/flow/everything"));
    assert_eq!(topic.doc.as_deref(), Some("All of it."));
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
    let table = [("a".to_owned(), Value::Long(1)), ("b".to_owned(), Value::Long(2))];
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
        ("list", Value::Array(vec![nested(1, 0, Some("z")), nested(2, 3, None)])),
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
    let document = super::toml::read(FEATURES, tg_schema_model::SourceId(0), &mut Default::default());
    for arrays in [false, true] {
        let text = as_json(&document, arrays).pretty(2);
        let loaded = project(&[("a.b", "a/b.json", &text)]);
        assert!(loaded.diagnostics.0.is_empty(), "{}", report(&loaded));
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
                    .entries
                    .iter()
                    .map(|e| (e.key.clone().into_owned(), plain(document, &e.node))),
            ),
            _ => super::reader::scalar_json(node).expect("a scalar"),
        }
    }
    fn named(definitions: Json) -> Json {
        let Json::Object(entries) = definitions else { return definitions };
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
    let root = document.table(Document::ROOT).entries.iter();
    Json::object(root.map(|e| {
        let value = plain(document, &e.node);
        let definitions = matches!(&*e.key, "record" | "enum" | "topic");
        let value = if definitions && arrays { named(value) } else { value };
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
        ["`A.fifth` has no type", "unknown key `nothing` in `A.fifth`"]
    );
    let names: Vec<_> = loaded.schema.records.iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["A", "B"]);
    let names: Vec<_> = loaded.schema.records[0].fields.iter().map(|f| f.name.as_str()).collect();
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
    let shared = "[record.Error.fields]\nmessage = \"string\"\n[record.Only.fields]\nx = \"int\"\n";
    let user = r#"
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
        ("core", "core.toml", "[enum.Kind]\nsymbols = [\"a\"]\n[enum.Other]\nsymbols = [\"b\"]\n"),
        ("user", "user.toml", user),
    ]));
    let paths: Vec<String> = schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(paths, ["core", "services.llm", "user"]);
    let fields = &schema.records.iter().find(|r| r.name == "A").expect("A").fields;
    let home = |at: usize| match &fields[at].ty {
        tg_schema_model::Type::Record(id) => schema.modules[schema.record(*id).module].dotted(),
        other => format!("{other:?}"),
    };
    assert_eq!([home(0), home(1), home(2), home(3)], ["user", "services.llm", "services.llm", "services.llm"]);
    assert_eq!(schema.type_text(&fields[4].ty), "Kind");
}

#[test]
fn names_that_several_modules_have_are_refused() {
    let one = "namespace = \"NS\"\n[record.Error.fields]\nx = \"int\"\n";
    let loaded = project(&[
        ("a.one", "a/one.toml", &one.replace("NS", "a")),
        ("b.one", "b/one.toml", &one.replace("NS", "b")),
        ("c", "c.toml", "[record.A.fields]\nx = \"Error\"\ny = \"one.Error\"\nz = \"b.one.Error\"\nw = \"zone.Error\"\n"),
    ]);
    let help: Vec<_> = loaded.diagnostics.0.iter().map(|d| d.help.clone().unwrap_or_default()).collect();
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
        ("b", "b.toml", "[record.B.fields]\nx = \"Hidden\"\ny = \"strin\"\nz = 1\n"),
    ]);
    let found = messages(&loaded);
    assert!(!found.iter().any(|m| m.contains("Hidden")), "{found:?}");
    assert!(found.contains(&"unknown type `strin`".to_owned()), "{found:?}");
    assert!(found.contains(&"`B.z` is not a type or a table".to_owned()), "{found:?}");
    assert!(found.contains(&"a value is missing".to_owned()), "{found:?}");
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
fn deep_and_long_texts_are_refused() {
    for (text, message) in [
        (format!("a = {}", "[".repeat(100_000)), "cannot recurse further"),
        (format!("a = {}", "{a=".repeat(100_000)), "cannot recurse further"),
        (format!("{} = 1", vec!["a"; 100_000].join(".")), "this dotted key is too long"),
        (format!("[{}]", vec!["a"; 100_000].join(".")), "this dotted key is too long"),
    ] {
        let loaded = read(&text);
        let found = messages(&loaded);
        assert!(found.iter().any(|m| m.starts_with(message)), "{message}: {:?}", found.first());
        assert!(format::format(&text, Notation::Toml).is_err());
    }
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "[".repeat(70) + &"]".repeat(70)] {
        assert!(project(&[("a", "a.json", &text)]).diagnostics.has_errors());
        assert!(format::format(&text, Notation::Json).is_err() || text.len() < 200);
    }
}

/// A small generator, so that every run makes the same texts.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

/// One change of a text: a byte, a piece dropped, doubled or moved, a token put in.
pub(crate) fn mutate(text: &str, random: &mut Random) -> String {
    const TOKENS: &[&str] = &[
        "[", "]", "{", "}", "\"", "'", "\"\"\"", "=", ".", ",", "\n", "#", "?", "<", ">", "\\", "\\u00e9", "é", "\u{0}",
        "\r", "inf", "-", "0x", "1e9", "2026-01-31", "[record.A]", "[[", "]]", "fields", "default = ", "type = ", "null", ":",
        "\u{feff}", "map<", "decimal(", "true",
    ];
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(5) {
            0 if at < bytes.len() => bytes[at] = random.below(128) as u8,
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

const SMALL: &str = r#"doc = "d" # c
[record.A.fields]
a = "array<B?>?"
b = { type = "B", default = { x = 1 }, doc = "d" }
c = { type = "date", default = 2026-01-31, aliases = ["z",
  'y'] }
[record.B]
fields.x = "int"
fields.y = { type = "a.b.E", default = "p", nullable = true }
[enum.E]
symbols = ["p", "q"]
pulsar.values = [1, 2]
[topic.t]
record = "B"
address = "q1/tg/flow/t"
"#;

#[test]
fn no_mutation_of_a_text_panics() {
    let mut random = Random::new(1);
    let mut wrong = 0_u32;
    let mut right = 0_u32;
    for _ in 0..100_000 {
        let text = mutate(SMALL, &mut random);
        let loaded = read(&text);
        // Every place is inside the text.
        for diagnostic in &loaded.diagnostics.0 {
            assert!(diagnostic.span.end as usize <= text.len(), "{text}\n{diagnostic:?}");
        }
        match loaded.diagnostics.has_errors() {
            true => wrong += 1,
            false => right += 1,
        }
    }
    assert!(wrong > 10_000 && right > 1_000, "{wrong} wrong, {right} right");
}

#[test]
fn no_mutation_of_a_json_text_panics() {
    let document = super::toml::read(SMALL, tg_schema_model::SourceId(0), &mut Default::default());
    let text = as_json(&document, true).compact();
    let mut random = Random::new(2);
    let mut wrong = 0_u32;
    for _ in 0..20_000 {
        let text = mutate(&text, &mut random);
        let loaded = project(&[("a.b", "a/b.json", &text)]);
        wrong += u32::from(loaded.diagnostics.has_errors());
        let _ = format::format(&text, Notation::Json);
    }
    assert!(wrong > 2_000, "{wrong}");
}

/// The `toml` crate reads the same values from the same texts, and refuses the same texts.
#[test]
fn texts_read_as_the_toml_crate_reads_them() {
    fn ours(document: &Document, node: &Node) -> String {
        match &node.data {
            Data::Array(items) | Data::Tables(items) => {
                let items: Vec<_> = items.iter().map(|n| ours(document, n)).collect();
                format!("[{}]", items.join(","))
            }
            Data::Table(id) => {
                let entries = document.table(*id).entries.iter();
                let mut entries: Vec<_> =
                    entries.map(|e| format!("{:?}:{}", e.key, ours(document, &e.node))).collect();
                entries.sort();
                format!("{{{}}}", entries.join(","))
            }
            Data::String { text, .. } => format!("{text:?}"),
            Data::Boolean(value) => value.to_string(),
            Data::Integer(text) => text.clone().into_owned(),
            Data::Float(text) => format!("float {:?}", text.parse::<f64>().unwrap_or(f64::NAN)),
            Data::Datetime(text) => format!("time {text}"),
            Data::Invalid | Data::Null => "invalid".to_owned(),
        }
    }
    fn theirs(value: &toml::Value) -> String {
        match value {
            toml::Value::Array(items) => {
                format!("[{}]", items.iter().map(theirs).collect::<Vec<_>>().join(","))
            }
            toml::Value::Table(table) => {
                let mut entries: Vec<_> =
                    table.iter().map(|(k, v)| format!("{k:?}:{}", theirs(v))).collect();
                entries.sort();
                format!("{{{}}}", entries.join(","))
            }
            toml::Value::String(text) => format!("{text:?}"),
            toml::Value::Boolean(value) => value.to_string(),
            toml::Value::Integer(value) => value.to_string(),
            toml::Value::Float(value) => format!("float {value:?}"),
            toml::Value::Datetime(_) => "time".to_owned(),
        }
    }
    let times = |mut text: String| {
        while let Some(at) = text.find("time ") {
            let end = text[at..].find([',', ']', '}']).map_or(text.len(), |n| at + n);
            text.replace_range(at + 4..end, "");
        }
        text
    };
    let mut random = Random::new(3);
    let mut accepted = 0;
    for round in 0..20_000 {
        let text = match round {
            0 => FEATURES.to_owned(),
            1 => SMALL.to_owned(),
            _ => mutate(SMALL, &mut random),
        };
        let mut diagnostics = Default::default();
        let document = super::toml::read(&text, tg_schema_model::SourceId(0), &mut diagnostics);
        let reference = text.parse::<toml::Table>();
        let here = diagnostics.has_errors();
        assert_eq!(here, reference.is_err(), "{text}\n{diagnostics:?}\n{reference:?}");
        if let Ok(table) = reference {
            accepted += 1;
            let root = Node { data: Data::Table(Document::ROOT), span: Span::NONE };
            assert_eq!(times(ours(&document, &root)), theirs(&toml::Value::Table(table)), "{text}");
        }
    }
    assert!(accepted > 1_000, "{accepted}");
}

/// The editors' schema knows the keys that the reader knows, no more and no fewer.
#[test]
fn the_editors_schema_has_the_readers_keys() {
    let text = include_str!("../../../schemas/definition.schema.json");
    let schema = json::parse(text).expect("the editors' schema is JSON");
    let properties = |path: &[&str]| -> Vec<String> {
        let mut at = &schema;
        for key in path {
            at = at.get(key).unwrap_or_else(|| panic!("{path:?} has no {key}"));
        }
        assert_eq!(at.get("additionalProperties"), Some(&Json::Bool(false)), "{path:?}");
        let found = at.get("properties").and_then(Json::as_object).unwrap_or_default();
        for (key, value) in found {
            let told = value.get("description").is_some() || value.get("$ref").is_some();
            assert!(told, "{path:?}.{key} has no description");
        }
        found.iter().map(|(key, _)| key.clone()).collect()
    };
    let tables: [(&[&str], &[&str]); 9] = [
        (&[], key::FILE),
        (&["definitions", "record"], key::RECORD),
        (&["definitions", "field"], key::FIELD),
        (&["definitions", "enum"], key::ENUM),
        (&["definitions", "topic"], key::TOPIC),
        (&["definitions", "recordPulsar"], key::RECORD_PULSAR),
        (&["definitions", "fieldPulsar"], key::FIELD_PULSAR),
        (&["definitions", "enumPulsar"], key::ENUM_PULSAR),
        (&["definitions", "originTable"], key::ORIGIN),
    ];
    for (path, keys) in tables {
        let mut expected: Vec<&str> = keys.to_vec();
        let named = matches!(path, [_, "record" | "field" | "enum" | "topic"]);
        if named {
            expected.push(key::NAME);
        }
        expected.sort_unstable();
        let mut found = properties(path);
        found.sort_unstable();
        assert_eq!(found, expected, "{path:?}");
    }
    let values = |name: &str| -> Vec<String> {
        let list = schema.get("definitions").and_then(|d| d.get(name)).and_then(|d| d.get("enum"));
        let items = list.and_then(Json::as_array).unwrap_or_default();
        items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
    };
    assert_eq!(values("profile"), key::PROFILES);
    assert_eq!(values("encoding"), key::ENCODINGS);
    let pattern = schema
        .get("definitions")
        .and_then(|d| d.get("type"))
        .and_then(|d| d.get("pattern"))
        .and_then(Json::as_str)
        .unwrap_or_default();
    assert!(!pattern.is_empty());
    for word in super::expression::WORDS {
        let told = text.contains(&format!("`{word}`")) || text.contains(&format!("`{word}<")) || text.contains(&format!("`{word}("));
        assert!(told, "{word} is not described");
    }
}

#[test]
fn a_thousand_records_are_read() {
    let mut text = String::new();
    for n in 0..1_000 {
        text += &format!("[record.R{n}]\ndoc = \"Record {n}.\"\n[record.R{n}.fields]\n");
        for field in 0..8 {
            text += &format!("f{field} = {{ type = \"array<R{}?>\", default = [], doc = \"Field.\" }}\n", (n * 7 + field) % 1_000);
        }
    }
    let schema = good(read(&text));
    assert_eq!(schema.records.len(), 1_000);
    assert!(schema.records.iter().all(|r| r.fields.len() == 8));
}
