//! Messages that show findings, executed once more by the public codecs: each is refused, or read as another value.

mod change;
mod rows;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::engine::pulsar;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::prove;
use tg_schema_compat::report::{Counterexample, Finding, Outcome};
use tg_schema_compat::rule::{ALL, example};
use tg_schema_compat::version::{Message, Version};
use tg_schema_dynamic::datum::{Resolution, Types};
use tg_schema_dynamic::{Codec, Limits, Random, random_schema};
use tg_schema_gen::load::from_texts;
use tg_schema_model::avro::resolution;
use tg_schema_model::validate::check as validate;
use tg_schema_model::{Sources, avro};

/// Random pairs.
const CHANGED: u64 = 150;

fn version(label: &str, text: &str) -> Version {
    written(label, "m.toml", text)
}

fn written(label: &str, name: &str, text: &str) -> Version {
    let file = (vec!["m".to_owned()], name.to_owned(), text.to_owned());
    let loaded = from_texts(vec![file]);
    assert!(!loaded.diagnostics.has_errors(), "{text}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn bare(text: &str) -> Version {
    Version::of_schema("", Message::new("Order", text, text))
}

/// A message and its version.
type One<'v> = (&'v Version, &'v Message);

/// Why a message shows nothing; nothing where it shows what it says.
fn unseen(c: &Counterexample, writer: One<'_>, reader: One<'_>) -> Result<(), String> {
    let changed = match &c.outcome {
        Outcome::Refused(error) if error.is_empty() => return Err("no error".into()),
        Outcome::Refused(_) => None,
        Outcome::Changed(value) => Some(value),
    };
    if changed.is_some() != c.difference.is_some() {
        return Err(format!("the difference is {:?}", c.difference));
    }
    if let Outcome::Refused(why) = &c.outcome
        && why.starts_with("by Avro's library for Java: ")
    {
        let graph = |of: One<'_>| of.1.graph().cloned().map_err(|e| e.to_string());
        let verdict = pulsar::can_read(&graph(reader)?, &graph(writer)?).map_err(|e| e.to_string());
        return match verdict? {
            pulsar::Verdict::Incompatible { .. } => Ok(()),
            pulsar::Verdict::Throws(thrown) if why.ends_with(&thrown.to_string()) => Ok(()),
            other => Err(format!("the broker says {other:?}")),
        };
    }
    match &c.bytes {
        Some(bytes) => on_avro(bytes, changed, writer, reader),
        None => on_json(c, changed, writer, reader),
    }
}

fn on_avro(
    bytes: &[u8],
    changed: Option<&String>,
    (_, writer): One<'_>,
    (version, reader): One<'_>,
) -> Result<(), String> {
    let schema = |message: &Message| {
        avro::parse_with(&message.text, avro::Rules::Registered).map_err(|e| e.to_string())
    };
    let (w, r) = (schema(writer)?, schema(reader)?);
    let (written, read) = (Types::of(&w), Types::of(&r));
    let datum = written
        .decode(bytes, Limits::default())
        .map_err(|e| format!("{e:?}"))?;
    let result = Resolution::new(&read, &written).read(&datum);
    let by_fields = Resolution::new(&read, &written).by_fields(1).read(&datum);
    let refused = |result: &tg_schema_dynamic::datum::Read| !result.refusals.is_empty();
    let codec = reader.record.map(|record| {
        let schema = &version.schema;
        let codec = Codec::new(schema, record);
        let plan = resolution::compile(&w, schema, record).map_err(|e| format!("{e:?}"))?;
        codec.resolve(&plan, bytes).map_err(|e| e.to_string())
    });
    let codec_refuses = codec.as_ref().is_some_and(Result::is_err);
    match changed {
        None if refused(&result) || codec_refuses => Ok(()),
        None => Err("it is read".into()),
        Some(_) if !by_fields.changes.is_empty() || !result.changes.is_empty() => Ok(()),
        Some(_) => Err("it is read as what it is".into()),
    }
}

fn on_json(
    c: &Counterexample,
    changed: Option<&String>,
    (old, writer): One<'_>,
    (new, reader): One<'_>,
) -> Result<(), String> {
    // What peers make of it is known to their models alone.
    if c.peer.is_some() {
        let same = changed.is_some_and(|value| *value == c.message);
        // Of what is the same text the difference tells both values.
        let told = c.difference.as_ref();
        let told = told.is_some_and(|told| {
            told.contains("the value is another one: ") || told.contains("nothing was set")
        });
        return match same && !told {
            true => Err(format!("read as what it is: {:?}", c.difference)),
            false => Ok(()),
        };
    }
    let (Some(w), Some(r)) = (writer.record, reader.record) else {
        return Err("no definitions".into());
    };
    let writer = Codec::new(&old.schema, w);
    let reader = Codec::new(&new.schema, r);
    let read = reader.read_json(c.message.as_bytes());
    match (changed, read) {
        (None, Err(_)) => Ok(()),
        (None, Ok(_)) => Err("it is read".into()),
        // What is altered is told of a message, too, that is refused for another reason.
        (Some(_), Err(_)) => Ok(()),
        (Some(held), Ok(value)) => {
            if *held != c.message {
                return Ok(());
            }
            let meant = writer
                .read_json(c.message.as_bytes())
                .map_err(|e| e.to_string())?;
            match format!("{meant:?}") == format!("{value:?}") {
                true => Err("it is read as what it is".into()),
                false => Ok(()),
            }
        }
    }
}

fn wrong(old: &Version, new: &Version, peers: &[Peer], shown: &mut usize) -> Vec<String> {
    let options = Options {
        peers: peers.to_vec(),
        ..Options::default()
    };
    let mut report = check(new, std::slice::from_ref(old), &options).unwrap();
    prove(&mut report, new, std::slice::from_ref(old));
    let mut wrong = Vec::new();
    for record in &report.records {
        let of = |version: &'_ Version, name: &Option<String>| {
            let name = name.as_ref()?;
            version.messages.iter().position(|m| m.name == *name)
        };
        let (Some(was), Some(is)) = (of(old, &record.old), of(new, &record.new)) else {
            continue;
        };
        let (was, is) = ((old, &old.messages[was]), (new, &new.messages[is]));
        for finding in &record.findings {
            for c in &finding.counterexamples {
                *shown += 1;
                let (writer, reader) = match c.direction {
                    Direction::Backward => (was, is),
                    Direction::Forward => (is, was),
                };
                if let Err(why) = unseen(c, writer, reader) {
                    wrong.push(told(finding, c, &why));
                }
            }
        }
    }
    wrong
}

fn told(finding: &Finding, c: &Counterexample, why: &str) -> String {
    let (id, path) = (finding.rule.page.id, &finding.path);
    format!(
        "{id} at {path:?}, {:?} {:?} {:?}: {} {:?}: {why}",
        c.format, c.direction, c.peer, c.message, c.outcome
    )
}

#[test]
fn every_message_shows_it() {
    let (mut all, mut shown) = (Vec::new(), 0);
    let mut both = |name: &str, old: &Version, new: &Version| {
        for peers in [&[Peer::Tg][..], &Peer::ALL] {
            for (old, new) in [(old, new), (new, old)] {
                let found = wrong(old, new, peers, &mut shown);
                all.extend(found.into_iter().map(|w| format!("{name}: {w}")));
            }
        }
    };
    for cells in rows(include_str!("table.md")) {
        let [old, new] = [cells[1], cells[2]].map(|cell| version("v", &definition(cell)));
        both(cells[0], &old, &new);
    }
    for rule in ALL {
        if let Some(texts) = example(&rule.page) {
            let [old, new] = texts.map(|text| match text.language {
                "json" => bare(text.text),
                "rust" => written("v", "m.rs", text.text),
                _ => version("v", text.text),
            });
            both(rule.page.id, &old, &new);
        }
    }
    let of = |ty: &str| {
        version(
            "v",
            &format!("[record.R]\nprofile = \"pulsar-record\"\n[record.R.fields]\na = {ty}"),
        )
    };
    let types = [
        "\"decimal(9,2)\"",
        "\"uuid\"",
        "\"string\"",
        "\"bytes\"",
        "{ type = \"bytes\", encoding = \"base64\" }",
        "\"date\"",
        "\"timestamp_ms\"",
        "\"timestamp_us\"",
        "\"time_ms\"",
        "\"int\"",
        "\"double\"",
        "\"long?\"",
    ];
    for a in types {
        for b in types.iter().filter(|b| **b != a) {
            both(&format!("{a} {b}"), &of(a), &of(b));
        }
    }
    assert!(
        all.is_empty(),
        "{} of {shown}:\n{}",
        all.len(),
        all.join("\n")
    );
    assert!(shown > 1_000, "{shown}");
}

#[test]
fn every_message_of_random_changes_shows_it() {
    let (mut all, mut shown) = (Vec::new(), 0);
    for seed in 0..CHANGED {
        let old = random_schema(seed);
        let mut random = Random::new(seed ^ 0x5EED_0F0F);
        let mut new = old.clone();
        for _ in 0..1 + random.below(3) {
            change::change(&mut new, &mut random);
        }
        if validate(&new).has_errors() {
            continue;
        }
        let [old, new] =
            [old, new].map(|schema| Version::of_definitions("v", schema, Sources::default()));
        let peers: &[Peer] = if seed % 3 == 0 {
            &Peer::ALL
        } else {
            &[Peer::Tg]
        };
        for (old, new) in [(&old, &new), (&new, &old)] {
            let found = wrong(old, new, peers, &mut shown);
            all.extend(found.into_iter().map(|w| format!("seed {seed}: {w}")));
        }
    }
    assert!(
        all.is_empty(),
        "{} of {shown}:\n{}",
        all.len(),
        all.join("\n")
    );
    assert!(shown > 500, "{shown}");
}
