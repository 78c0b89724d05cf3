//! Verdicts on JSON beside what happens: random pairs of definitions, random messages, each peer's way of
//! writing. A compatible verdict must never fail, an incompatible one must fail somewhere.

#[path = "change/mod.rs"]
mod change;
#[path = "change/enrich.rs"]
mod enrich;
#[path = "change/habit.rs"]
mod habit;

use tg_schema_compat::engine::json::{Effect, Kind, Party, Peer, Verdict, can_read};
use tg_schema_dynamic::{Codec, Random, random_schema};
use tg_schema_model::{RecordId, Schema, validate};

const PAIRS: u64 = 1_200;
/// Messages for each verdict, and more of them where one must fail.
const MESSAGES: usize = 12;
const SEARCHED: usize = 600;

struct Sides<'s> {
    reader: Party<'s>,
    writer: Party<'s>,
}

impl Sides<'_> {
    /// What the reader says of a message of the writer; nothing where the writer cannot send it.
    fn run(&self, random: &mut Random) -> Option<(String, Result<(), String>)> {
        let (schema, record) = (self.writer.schema, self.writer.record);
        let mut value = random.value(schema, record);
        if random.one_in(2) {
            enrich::enrich(schema, record, &mut value, random);
        }
        let message = habit::write(schema, record, &value, self.writer.peer, random)?;
        let codec = Codec::new(self.reader.schema, self.reader.record);
        let read = codec.read_json(message.as_bytes());
        Some((message, read.map(drop).map_err(|e| e.to_string())))
    }
}

/// Whether the verdict is what happens.
fn agree(sides: &Sides<'_>, verdict: &Verdict, random: &mut Random) -> Result<(), String> {
    let tries = match verdict.is_compatible() {
        true => MESSAGES,
        false => SEARCHED,
    };
    for turn in 0..tries {
        *random = random.clone().size([4, 16, 64, 256][turn % 4]);
        let Some((message, read)) = sides.run(random) else {
            continue;
        };
        match read {
            Ok(()) => {}
            Err(e) if verdict.is_safe() => return Err(format!("{message}\n  fails: {e}")),
            Err(e) if verdict.is_compatible() && !e.contains("out of range") => {
                return Err(format!("{message}\n  fails: {e}"));
            }
            Err(_) if verdict.is_compatible() => {}
            Err(_) => return Ok(()),
        }
    }
    // What is misread need not fail.
    match verdict.has(Effect::Refuses) {
        true => Err("no message fails".to_owned()),
        false => Ok(()),
    }
}

fn pair(seed: u64) -> Option<(Schema, Schema, RecordId)> {
    let old = random_schema(seed);
    let mut random = Random::new(seed ^ 0x0C4A_4E6E);
    let mut new = old.clone();
    for _ in 0..1 + random.below(3) {
        change::change(&mut new, &mut random);
    }
    let valid = validate::check(&new)
        .0
        .iter()
        .all(|d| d.severity != tg_schema_model::Severity::Error);
    let record = RecordId(random.below(old.records.len()));
    valid.then_some((old, new, record))
}

#[test]
fn verdicts_are_what_happens() {
    let (mut wrong, mut counts) = (Vec::new(), std::collections::BTreeMap::new());
    for seed in 0..PAIRS {
        let Some((old, new, record)) = pair(seed) else {
            continue;
        };
        let mut random = Random::new(seed);
        for (schema, other) in [(&old, &new), (&new, &old), (&old, &old)] {
            for peer in Peer::ALL {
                if peer == Peer::PythonRecord && !habit::is_pythonic(other) {
                    continue;
                }
                let sides = Sides {
                    reader: Party {
                        schema,
                        record,
                        peer: Peer::Tg,
                    },
                    writer: Party {
                        schema: other,
                        record,
                        peer,
                    },
                };
                let verdict = can_read(sides.reader, sides.writer).unwrap();
                assert!(!verdict.more);
                let word = match verdict.is_compatible() {
                    true => "compatible",
                    false => "incompatible",
                };
                *counts
                    .entry(format!("{} {word}", peer.as_str()))
                    .or_insert(0_usize) += 1;
                for finding in &verdict.findings {
                    *counts
                        .entry(format!("{:?} {:?}", finding.effect, finding.kind))
                        .or_insert(0) += 1;
                }
                if let Err(why) = agree(&sides, &verdict, &mut random) {
                    let findings: Vec<String> = verdict
                        .findings
                        .iter()
                        .map(|f| format!("{:?} {f}", f.effect))
                        .collect();
                    wrong.push(format!(
                        "seed {seed}, writer {peer:?}: {why}\n  {}",
                        findings.join("\n  ")
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong; {counts:?}",
        wrong[..wrong.len().min(10)].join("\n"),
        wrong.len()
    );
    for peer in Peer::ALL {
        for word in ["compatible", "incompatible"] {
            let count = counts[&format!("{} {word}", peer.as_str())];
            assert!(count > 100, "{peer:?} {word}: {count}");
        }
    }
    for kind in [
        Kind::Missing,
        Kind::Null,
        Kind::Form,
        Kind::Range,
        Kind::Symbol,
        Kind::Encoding,
        Kind::Twice,
        Kind::Unset,
    ] {
        let found = counts.keys().any(|key| *key == format!("Refuses {kind:?}"));
        assert!(found, "nothing is refused for {kind:?}");
    }
}
