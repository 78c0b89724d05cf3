//! One message of each shape, the same in every run.

use crate::messages::evolution::{Batch, Item};
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
