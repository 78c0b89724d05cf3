//! Which ratios are to be reached. Every cell has to hold; there are no means.

use crate::case::Key;
use crate::rounds::{Spread, Times};
use crate::shapes::OPERATIONS;

/// What a ratio has to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Need {
    AtLeast(f64),
    AtMost(f64),
}

/// One number: how many times as long `of` takes as `over`.
#[derive(Clone, Copy, Debug)]
pub struct Cell {
    pub of: Key,
    pub over: Key,
    pub need: Need,
}

pub struct Goal {
    pub id: &'static str,
    pub what: &'static str,
    pub cells: Vec<Cell>,
}

/// A cell with what was measured, where both sides exist.
pub struct Verdict {
    pub cell: Cell,
    pub measured: Option<Spread>,
    /// What the codec by hand reaches in our place.
    pub limit: Option<f64>,
}

/// What came of a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    Holds,
    /// Missed by no more than [`NOISE`].
    WithinNoise,
    Missed,
}

impl Verdict {
    pub fn outcome(&self) -> Option<Outcome> {
        self.measured.map(|found| {
            // Above 1 where there is more than is needed.
            let reached = match self.cell.need {
                Need::AtLeast(least) => found.median / least,
                Need::AtMost(most) => most / found.median,
            };
            match reached {
                _ if reached >= 1.0 => Outcome::Holds,
                _ if reached >= 1.0 - NOISE => Outcome::WithinNoise,
                _ => Outcome::Missed,
            }
        })
    }
}

const MAIN: [&str; 4] = crate::shapes::MAIN;
/// What is allowed for noise in every cell: a part of what is needed.
pub const NOISE: f64 = 0.05;
/// JSON in another form than ours.
const OTHER_JSON: [&str; 2] = ["json-reordered", "json-spaced"];
/// Those that the codec by hand of `evolution` has.
const AVRO: [&str; 3] = ["avro-encode", "avro-decode", "avro-reuse"];

fn key(shape: &'static str, op: &'static str, who: &'static str) -> Key {
    Key { shape, op, who }
}

/// The peer takes at least so many times as long as we do.
fn faster(shape: &'static str, op: &'static str, who: &'static str, least: f64) -> Cell {
    Cell {
        of: key(shape, op, who),
        over: key(shape, op, "ours"),
        need: Need::AtLeast(least),
    }
}

fn all_faster(op: &'static str, who: &'static str, least: &[f64]) -> Vec<Cell> {
    let cell = |(shape, least): (&&'static str, &f64)| faster(shape, op, who, *least);
    MAIN.iter().zip(least).map(cell).collect()
}

/// What the codecs have to reach.
pub fn goals() -> Vec<Goal> {
    let goal = |id, what, cells| Goal { id, what, cells };
    let against_ours = |op, who, least| Cell {
        of: key("triples", "avro-decode", who),
        over: key("triples", op, "ours"),
        need: Need::AtLeast(least),
    };
    let clone = |shape| Cell {
        of: key(shape, "avro-decode", "ours"),
        over: key(shape, "avro-decode", "clone"),
        need: Need::AtMost(1.25),
    };
    let resolved = |shape| {
        move |op| Cell {
            of: key(shape, op, "ours"),
            over: key(shape, "avro-decode", "ours"),
            need: Need::AtMost(1.15),
        }
    };
    let writers = [
        "resolve-missing",
        "resolve-extra",
        "resolve-promoted",
        "resolve-reordered",
        "resolve-all",
    ];
    vec![
        goal(
            "P1",
            "Avro encode, against apache-avro (serde)",
            all_faster("avro-encode", "apache-avro", &[20.0, 6.0, 18.0, 14.0]),
        ),
        goal(
            "P2",
            "Avro encode, against serde_avro_fast",
            all_faster("avro-encode", "serde_avro_fast", &[8.0, 3.5, 7.0, 13.0]),
        ),
        goal(
            "P3",
            "Avro encode, against prost's protocol buffers",
            all_faster("avro-encode", "prost", &[1.3; 4]),
        ),
        goal(
            "P4",
            "Avro decode, owned, against a clone of the message",
            vec![clone("triples"), clone("docemb")],
        ),
        goal(
            "P5",
            "Avro decode owned, into a message, as a view, against apache-avro (serde)",
            vec![
                against_ours("avro-decode", "apache-avro", 2.2),
                against_ours("avro-reuse", "apache-avro", 12.0),
                against_ours("avro-view", "apache-avro", 11.0),
            ],
        ),
        goal(
            "P6",
            "Avro decode of many doubles, owned",
            vec![
                faster("docemb", "avro-decode", "apache-avro", 13.0),
                faster("docemb", "avro-decode", "serde_avro_fast", 30.0),
            ],
        ),
        goal(
            "P7",
            "JSON encode, against serde_json, and not behind sonic-rs",
            [
                all_faster("json-encode", "serde_json", &[1.3, 3.0, 2.3, 1.0]),
                all_faster("json-encode", "sonic-rs", &[1.0; 4]),
            ]
            .concat(),
        ),
        goal(
            "P8",
            "JSON decode, against serde_json, and ahead of sonic-rs",
            [
                all_faster("json-decode", "serde_json", &[2.0, 1.7, 2.4, 1.3]),
                all_faster("json-decode", "sonic-rs", &[1.0; 3]),
            ]
            .concat(),
        ),
        goal(
            "P8",
            "JSON decode, keys in another order and blanks between tokens, against sonic-rs",
            OTHER_JSON
                .map(|op| faster("triples", op, "sonic-rs", 1.0 / 1.1))
                .to_vec(),
        ),
        goal(
            "P9",
            "Avro of another writer, against the same message of this writer, and apache-avro",
            [
                writers.map(resolved("evolution")).to_vec(),
                vec![resolved("evolution")("resolve-nullable")],
                writers.map(resolved("readings")).to_vec(),
                writers.map(resolved("machine")).to_vec(),
                writers
                    .map(|op| faster("evolution", op, "apache-avro value", 9.0))
                    .to_vec(),
                vec![faster(
                    "evolution",
                    "resolve-nullable",
                    "apache-avro value",
                    9.0,
                )],
            ]
            .concat(),
        ),
        goal(
            "limit",
            "The codecs by hand, which have no limits against hostile input",
            [
                OPERATIONS
                    .iter()
                    .chain(&OTHER_JSON)
                    .flat_map(|op| all_faster(op, "limit", &[1.0; 4]))
                    .collect(),
                AVRO.iter()
                    .map(|op| faster("evolution", op, "limit", 1.0))
                    .collect(),
                writers
                    .map(|op| faster("evolution", op, "limit", 1.0))
                    .to_vec(),
            ]
            .concat(),
        ),
    ]
}

/// A cell with what was measured.
pub fn judge(cell: Cell, times: &[Times]) -> Verdict {
    let ratio = |of: Key, over: Key| {
        let find = |key: Key| times.iter().find(|times| times.key == key);
        find(of).zip(find(over)).map(|(of, over)| of.over(over))
    };
    let by_hand = |key: Key| match key.who {
        "ours" => Key {
            who: "limit",
            ..key
        },
        _ => key,
    };
    Verdict {
        cell,
        measured: ratio(cell.of, cell.over),
        limit: ratio(by_hand(cell.of), by_hand(cell.over)).map(|found| found.median),
    }
}
