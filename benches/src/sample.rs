//! One message of each shape, the same in every run.

pub mod uniform;

use serde_json::{Value as Json, json};
use tg_schema::Message;

use crate::messages::evolution::{Batch, Item, Machine, Reading, Readings};
use crate::messages::further as f;
use crate::messages::knowledge::{
    ChunkEmbeddings, DocumentEmbeddings, Metadata, Triple, Triples, Value,
};
use crate::messages::services::{ConfigKey, ConfigRequest, TextCompletionRequest};

/// Numbers that look random: a multiplication and a mix for each.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ mixed >> 31
    }
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
    /// Of any magnitude.
    fn long(&mut self) -> i64 {
        let shift = self.below(64);
        self.next() as i64 >> shift
    }
    fn int(&mut self) -> i32 {
        let shift = self.below(32);
        self.next() as i32 >> shift
    }
    /// Between -1 and 1, as models give them.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 23) as f32 - 1.0
    }
    fn word(&mut self) -> &'static str {
        const WORDS: [&str; 16] = [
            "message", "the", "schema", "of", "a", "reader", "and", "writer", "topic", "in",
            "which", "broker", "answer", "to", "question", "vector",
        ];
        WORDS[self.below(16) as usize]
    }
    /// Prose in lines of some eighty letters, with a quotation now and then.
    fn prose(&mut self, length: usize) -> String {
        let mut text = String::new();
        let mut line = 0;
        while text.len() < length {
            let word = self.word();
            line += word.len() + 1;
            match self.below(40) {
                0 => text.extend(["\"", word, "\""]),
                _ => text.push_str(word),
            }
            text.push(if line > 80 { '\n' } else { ' ' });
            line *= usize::from(line <= 80);
        }
        text.truncate(length);
        text
    }
    fn title(&mut self, length: usize) -> String {
        self.prose(length).replace(['\n', '"'], " ")
    }
    fn uuid(&mut self) -> String {
        let id = u128::from(self.next()) << 64 | u128::from(self.next());
        tg_schema::Uuid::from_bytes(id.to_be_bytes()).to_string()
    }
    fn time(&mut self) -> String {
        let (hour, minute, second) = (self.below(24), self.below(60), self.below(60));
        format!("{hour:02}:{minute:02}:{second:02}")
    }
    fn day(&mut self) -> String {
        let (year, month, day) = (self.below(50), 1 + self.below(12), 1 + self.below(28));
        format!("20{year:02}-{month:02}-{day:02}")
    }
}

pub fn config() -> ConfigRequest {
    ConfigRequest {
        operation: "get".into(),
        r#type: None,
        keys: Some(vec![ConfigKey {
            r#type: "prompt".into(),
            key: "system".into(),
        }]),
        values: None,
        config: None,
        key: None,
        value: None,
        version: None,
    }
}

pub fn text() -> TextCompletionRequest {
    let mut n = Numbers(1);
    TextCompletionRequest {
        system: n.prose(100),
        prompt: n.prose(1024),
        streaming: true,
        metadata: None,
    }
}

fn uri(n: &mut Numbers) -> Value {
    Value {
        value: format!("http://example.org/e/{:016x}", n.next()),
        is_uri: true,
        r#type: "uri".into(),
    }
}

fn triple(n: &mut Numbers) -> Triple {
    let (s, p) = (uri(n), uri(n));
    let o = match n.below(3) {
        0 => Value {
            value: n.title(40),
            is_uri: false,
            r#type: "literal".into(),
        },
        _ => uri(n),
    };
    Triple { s, p, o }
}

fn metadata(n: &mut Numbers) -> Metadata {
    Metadata {
        id: format!("doc-{:016x}", n.next()),
        user: "trustgraph".into(),
        collection: "default".into(),
        metadata: (0..3).map(|_| triple(n)).collect(),
    }
}

pub fn triples() -> Triples {
    let n = &mut Numbers(2);
    Triples {
        metadata: metadata(n),
        triples: (0..100).map(|_| triple(n)).collect(),
    }
}

/// Twenty chunks of 500 bytes with two vectors of 768 numbers each.
pub fn docemb() -> DocumentEmbeddings {
    let n = &mut Numbers(3);
    DocumentEmbeddings {
        metadata: metadata(n),
        chunks: (0..20)
            .map(|_| ChunkEmbeddings {
                chunk: (0..500).map(|_| n.next() as u8).collect(),
                vectors: (0..2)
                    .map(|_| (0..768).map(|_| f64::from(n.unit())).collect())
                    .collect(),
            })
            .collect(),
    }
}

/// What a reader makes of a batch whose writer knew neither `note` nor `level`.
pub fn batch() -> Batch {
    let n = &mut Numbers(4);
    Batch {
        source: "extractor-7".into(),
        items: (0..100)
            .map(|i| Item {
                id: format!("item-{:08x}", n.next() as u32),
                count: i * 7919 - 3000,
                score: i as f64 * 0.5,
                flag: i % 3 == 0,
                name: format!("name of the item number {i:05}"),
                tags: vec!["alpha".into(), "beta-tag".into()],
                note: None,
                level: 3,
            })
            .collect(),
    }
}

fn of<T: Message>(value: Json) -> T {
    T::from_json(value.to_string().as_bytes()).expect("a sample fits its definition")
}

/// A value for the type whose name begins so.
fn scalar(n: &mut Numbers, kind: char) -> Json {
    match kind {
        'i' => json!(n.int()),
        'l' => json!(n.long()),
        'f' => json!(n.unit()),
        'd' => json!(f64::from(n.unit()) * 1000.0),
        'b' => json!(n.below(2) == 1),
        _ => json!(n.title(16)),
    }
}

/// Forty fields, called by the first letter of their type and their number.
pub fn wide() -> f::Wide {
    let n = &mut Numbers(5);
    let kind = |i: usize| {
        if i.is_multiple_of(8) {
            's'
        } else {
            ['i', 'l', 'f', 'd', 'b'][i % 5]
        }
    };
    let fields = (0..40).map(|i| (format!("{}{i:02}", kind(i)), scalar(n, kind(i))));
    of(Json::Object(fields.collect()))
}

/// Every second one of twenty fields.
pub fn optionals() -> f::Optionals {
    let n = &mut Numbers(6);
    let kind = |i: usize| ['s', 'i', 'l', 'd', 'b'][i % 5];
    let fields = (0..20)
        .step_by(2)
        .map(|i| (format!("o{i:02}"), scalar(n, kind(i))));
    of(Json::Object(fields.collect()))
}

pub fn maps() -> f::Maps {
    let n = &mut Numbers(7);
    f::Maps {
        labels: (0..40)
            .map(|i| (format!("label-{i:02}"), n.title(20)))
            .collect(),
        series: (0..10)
            .map(|i| (format!("series-{i}"), (0..20).map(|_| n.long()).collect()))
            .collect(),
    }
}

pub fn events() -> f::Events {
    let n = &mut Numbers(8);
    let event = |_| {
        let (id, time, day) = (n.uuid(), n.time(), n.day());
        json!({
            "id": id,
            "level": (["debug", "info", "warning", "error"][n.below(4) as usize]),
            "day": day,
            "at": format!("{day}T{time}.{:03}Z", n.below(1000)),
            "seen": format!("{day}T{time}.{:06}Z", n.below(1_000_000)),
            "price": format!("{}.{:02}", n.below(1_000_000), n.below(100)),
        })
    };
    of(json!({ "events": (0..50).map(event).collect::<Vec<_>>() }))
}

pub fn ledger() -> f::Ledger {
    let n = &mut Numbers(14);
    let entry = |i: usize| {
        let (day, time) = (n.day(), n.time());
        let mut entry = json!({
            "booked": day,
            "clock": format!("{time}.{:03}", n.below(1000)),
            "amount": format!("{}.{:02}", n.below(100_000) as i64 - 50_000, n.below(100)),
            "balance": format!("{}.{:09}", n.next() >> 1, n.below(1_000_000_000)),
        });
        if i.is_multiple_of(2) {
            entry["sent"] = json!(format!("{day}T{time}.{:03}Z", n.below(1000)));
            entry["parent"] = json!(n.uuid());
        }
        entry
    };
    of(json!({ "entries": (0..50).map(entry).collect::<Vec<_>>() }))
}

pub fn ints() -> f::Ints {
    let n = &mut Numbers(9);
    f::Ints {
        small: (0..1000).map(|_| n.int()).collect(),
        large: (0..1000).map(|_| n.long()).collect(),
    }
}

pub fn floats() -> f::Floats {
    let n = &mut Numbers(10);
    f::Floats {
        values: (0..1536).map(|_| n.unit()).collect(),
    }
}

pub fn unicode() -> f::Unicode {
    let n = &mut Numbers(11);
    const PARTS: [&str; 8] = [
        "Grüße aus Köln, ",
        "日本語の文章です。",
        "\t\"quoted\" and \\ escaped\n",
        "Ελληνικά ",
        "plain words between ",
        "emoji 🦀🚀 ",
        "control \u{1} ",
        "русский текст ",
    ];
    let mut line = || {
        (0..6)
            .map(|_| PARTS[n.below(8) as usize])
            .collect::<String>()
    };
    f::Unicode {
        title: line(),
        lines: (0..20).map(|_| line()).collect(),
    }
}

/// Sixteen leaves, five records deep.
pub fn nested() -> f::Nested {
    let n = &mut Numbers(12);
    let mut level = (0..16)
        .map(|i| json!({ "name": n.title(8), "weight": f64::from(n.unit()), "rank": i }))
        .collect::<Vec<_>>();
    while level.len() > 1 {
        let pair = |pair: &[Json]| json!({ "name": n.title(8), "left": pair[0], "right": pair[1] });
        level = level.chunks(2).map(pair).collect();
    }
    of(level.remove(0))
}

pub fn blob() -> f::Blob {
    let n = &mut Numbers(13);
    f::Blob {
        name: "image.png".into(),
        content: (0..65_536).map(|_| n.next() as u8).collect(),
    }
}

/// What many devices measured.
pub fn readings() -> Readings {
    let lengths = [3, 700, -12, 90_000, 5_000_000, 44];
    let readings = (0..200).map(|n| Reading {
        id: lengths[n % lengths.len()],
        time: 1_700_000_000_000 + n as i64,
        value: n as f64 * 0.5,
        low: n as f64 * 0.25,
        count: [5, 300, -1, 70][n % 4],
        valid: n % 2 == 0,
        level: 3,
    });
    Readings {
        device: "press-12".into(),
        readings: readings.collect(),
    }
}

/// What one machine counts.
pub fn machine() -> Machine {
    Machine {
        total00: 1_700_000_000_000,
        mean01: 0.5,
        count02: 7,
        valid03: true,
        total04: 42,
        mean05: 21.25,
        count06: 300,
        valid07: false,
        total08: -90_000,
        mean09: -3.0,
        count10: -1,
        valid11: true,
        total12: 700,
        mean13: 1e3,
        count14: 70_000,
        valid15: false,
        total16: 1_700_000_000_000,
        mean17: 0.5,
        count18: 7,
        valid19: true,
        total20: 42,
        mean21: 21.25,
        count22: 300,
        valid23: false,
        total24: -90_000,
        mean25: -3.0,
        count26: -1,
        valid27: true,
        total28: 700,
        mean29: 1e3,
        count30: 70_000,
        valid31: false,
        level: 3,
    }
}
