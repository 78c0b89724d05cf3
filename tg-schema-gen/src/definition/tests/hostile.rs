//! Texts that mean harm, and texts that a peer reads too.

use tg_schema_model::{SourceId, Span};

use super::{FEATURES, as_json, messages, project, read};
use crate::definition::node::{Data, Document, Node};
use crate::definition::{self, Notation};
use crate::format;

#[test]
fn deep_and_long_texts_are_refused() {
    for (text, message) in [
        (
            format!("a = {}", "[".repeat(100_000)),
            "cannot recurse further",
        ),
        (
            format!("a = {}", "{a=".repeat(100_000)),
            "cannot recurse further",
        ),
        (
            format!("{} = 1", vec!["a"; 100_000].join(".")),
            "this dotted key is too long",
        ),
        (
            format!("[{}]", vec!["a"; 100_000].join(".")),
            "this dotted key is too long",
        ),
    ] {
        let loaded = read(&text);
        let found = messages(&loaded);
        assert!(
            found.iter().any(|m| m.starts_with(message)),
            "{message}: {:?}",
            found.first()
        );
        assert!(format::format(&text, Notation::Toml).is_err());
    }
    for text in [
        "[".repeat(100_000),
        "{\"a\":".repeat(100_000),
        "[".repeat(70) + &"]".repeat(70),
    ] {
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
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'",
        "\"\"\"",
        "=",
        ".",
        ",",
        "\n",
        "#",
        "?",
        "<",
        ">",
        "\\",
        "\\u00e9",
        "é",
        "\u{0}",
        "\r",
        "inf",
        "-",
        "0x",
        "1e9",
        "2026-01-31",
        "[record.A]",
        "[[",
        "]]",
        "fields",
        "default = ",
        "type = ",
        "null",
        ":",
        "\u{feff}",
        "map<",
        "decimal(",
        "true",
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

/// Reads changed texts; how many were wrong and how many right.
fn read_mutations(seed: u64, rounds: usize) -> (usize, usize) {
    let mut random = Random::new(seed);
    let mut wrong = 0;
    for _ in 0..rounds {
        let text = mutate(SMALL, &mut random);
        let loaded = read(&text);
        // Every place is inside the text.
        for diagnostic in &loaded.diagnostics.0 {
            let inside = diagnostic.span.end as usize <= text.len();
            assert!(inside, "{text}\n{diagnostic:?}");
        }
        wrong += usize::from(loaded.diagnostics.has_errors());
    }
    (wrong, rounds - wrong)
}

#[test]
fn no_mutation_of_a_text_panics() {
    let readers: Vec<_> = (10..14)
        .map(|seed| std::thread::spawn(move || read_mutations(seed, 25_000)))
        .collect();
    for reader in readers {
        let (wrong, right) = reader.join().expect("no panic");
        assert!(wrong > 5_000 && right > 500, "{wrong} wrong, {right} right");
    }
}

#[test]
fn no_mutation_of_a_json_text_panics() {
    let document = definition::toml::read(SMALL, SourceId(0), &mut Default::default());
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
                let entries = document.table(*id).entries();
                let mut entries: Vec<_> = entries
                    .map(|e| format!("{:?}:{}", e.key, ours(document, &e.node)))
                    .collect();
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
                format!(
                    "[{}]",
                    items.iter().map(theirs).collect::<Vec<_>>().join(",")
                )
            }
            toml::Value::Table(table) => {
                let mut entries: Vec<_> = table
                    .iter()
                    .map(|(k, v)| format!("{k:?}:{}", theirs(v)))
                    .collect();
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
            let end = text[at..]
                .find([',', ']', '}'])
                .map_or(text.len(), |n| at + n);
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
        let document = definition::toml::read(&text, SourceId(0), &mut diagnostics);
        let reference = text.parse::<toml::Table>();
        let here = diagnostics.has_errors();
        assert_eq!(
            here,
            reference.is_err(),
            "{text}\n{diagnostics:?}\n{reference:?}"
        );
        if let Ok(table) = reference {
            accepted += 1;
            let root = Node {
                data: Data::Table(Document::ROOT),
                span: Span::NONE,
            };
            assert_eq!(
                times(ours(&document, &root)),
                theirs(&toml::Value::Table(table)),
                "{text}"
            );
        }
    }
    assert!(accepted > 1_000, "{accepted}");
}

#[test]
fn more_fields_than_are_read() {
    let fields =
        |count: usize| -> String { (0..count).map(|n| format!("f{n} = \"int\"\n")).collect() };
    let most = tg_schema_model::MAX_FIELDS;
    let text = format!("[record.R.fields]\n{}", fields(most));
    assert_eq!(
        super::good(super::read(&text)).records[0].fields.len(),
        most
    );
    let loaded = super::read(&format!("[record.R.fields]\n{}", fields(most + 1)));
    assert_eq!(super::messages(&loaded), ["record `R` has 50001 fields"]);
    let place = loaded.sources.place(loaded.diagnostics.0[0].span);
    assert!(place.is_some_and(|place| place.ends_with(":50002:1")));
}
