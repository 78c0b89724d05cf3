//! `compat-peers`: what Avro's Java library says of pairs of schemas, and what we say.
//!
//! * `compat-peers jobs [FIRST COUNT]` writes random pairs, one line each.
//! * `compat-peers plain` reads answers of `Compare.java` and writes them without its reasons to refuse a text,
//!   which are in words of its own.
//! * `compat-peers python` writes messages and whether a Python `Record` reads them.
//! * `compat-peers generated FOLDER` writes a Python package of changed definitions into a folder, and messages
//!   with what becomes of them.
//! * `compat-peers compare [FIRST COUNT]` reads the answers of `Compare.java`, one line each, and writes what
//!   was compared and each disagreement. It fails where there is one.

#[path = "../../../tg-schema-compat/tests/java/answer.rs"]
mod answer;
mod edit;
mod generated;
mod python;
mod random;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use tg_schema_dynamic::Random;
use tg_schema_model::Json;
use tg_schema_model::json::parse_deep;

use answer::answer;
use random::Maker;

/// Random pairs of the tests.
const PAIRS: u64 = 12_000;
/// Texts are JSON inside JSON.
const DEPTH: usize = 1_200;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let number = |word: &str| {
        word.parse::<u64>()
            .unwrap_or_else(|e| panic!("{word}: {e}"))
    };
    match words.as_slice() {
        ["jobs"] => jobs(&mut out, 0, PAIRS)?,
        ["jobs", first, count] => jobs(&mut out, number(first), number(count))?,
        ["compare"] => return compare(&mut out, 0, PAIRS),
        ["compare", first, count] => return compare(&mut out, number(first), number(count)),
        ["plain"] => plain(&mut out)?,
        ["python"] => python::lines(&mut out)?,
        ["generated", folder] => generated::lines(Path::new(folder), &mut out)?,
        _ => panic!(
            "usage: compat-peers (jobs | compare) [FIRST COUNT], compat-peers (plain | python), \
             compat-peers generated FOLDER"
        ),
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// Two versions of a schema, or two schemas.
fn pair(seed: u64) -> (String, String) {
    let mut random = Random::new(seed ^ 0x5EED_5C4E_3A00_0003);
    let old = Maker::new(&mut random).whole();
    let mut new = old.clone();
    match random.below(10) {
        0 => new = Maker::new(&mut random).whole(),
        edits => (0..=edits / 3).for_each(|_| edit::edit(&mut new, &mut random)),
    }
    match random.one_in(2) {
        true => (old.compact(), new.compact()),
        false => (new.compact(), old.compact()),
    }
}

fn jobs(out: &mut impl io::Write, first: u64, count: u64) -> io::Result<()> {
    for seed in first..first + count {
        let (old, new) = pair(seed);
        let job = Json::object([("old", Json::String(old)), ("new", Json::String(new))]);
        writeln!(out, "{}", job.compact())?;
    }
    Ok(())
}

fn compare(out: &mut impl io::Write, first: u64, count: u64) -> io::Result<ExitCode> {
    let mut answers = String::new();
    io::stdin().read_to_string(&mut answers)?;
    let mut lines = answers.lines();
    let mut tally: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = 0;
    for seed in first..first + count {
        let (old, new) = pair(seed);
        let Some(line) = lines.next() else {
            panic!("no answer to seed {seed}");
        };
        let theirs = parse_deep(line, DEPTH).unwrap_or_else(|e| panic!("seed {seed}: {e}"));
        let theirs = without_reasons(theirs);
        let ours = answer(&old, &new);
        for (what, verdict) in facts(&ours) {
            *tally.entry(format!("{what} {verdict}")).or_default() += 1;
        }
        if ours != theirs {
            wrong += 1;
            writeln!(out, "FAIL seed {seed}")?;
            writeln!(out, "  old {old}\n  new {new}")?;
            writeln!(
                out,
                "  java {}\n  ours {}",
                theirs.compact(),
                ours.compact()
            )?;
        }
    }
    for (what, count) in tally {
        writeln!(out, "{what}: {count}")?;
    }
    writeln!(out, "{count} pairs, {wrong} disagreements")?;
    out.flush()?;
    Ok(if wrong == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn plain(out: &mut impl io::Write) -> io::Result<()> {
    for line in io::read_to_string(io::stdin())?.lines() {
        let answer = parse_deep(line, DEPTH).unwrap_or_else(|e| panic!("{line}: {e}"));
        writeln!(out, "{}", without_reasons(answer).compact())?;
    }
    Ok(())
}

/// Java's answer as we compare it.
fn without_reasons(answer: Json) -> Json {
    let Json::Object(entries) = answer else {
        return answer;
    };
    Json::object(entries.into_iter().map(|(key, value)| match value {
        Json::Object(inner) => {
            let inner = inner.into_iter().filter(|(key, _)| key != "why");
            (key, Json::object(inner))
        }
        other => (key, other),
    }))
}

/// What is worth counting in an answer.
fn facts(answer: &Json) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for key in ["old", "new"] {
        for rule in ["checked", "unchecked"] {
            let taken = answer
                .get(key)
                .and_then(|a| a.get(rule))
                .and_then(Json::as_bool);
            facts.push((format!("text {rule}"), format!("{}", taken == Some(true))));
        }
    }
    for key in ["confluent", "pulsar"] {
        for direction in ["backward", "forward"] {
            match answer.get(key).and_then(|a| a.get(direction)) {
                Some(Json::String(word)) => facts.push((key.to_owned(), word.clone())),
                Some(Json::Array(list)) if list.is_empty() => {
                    facts.push((key.to_owned(), "compatible".to_owned()));
                }
                Some(Json::Array(list)) => {
                    facts.push((key.to_owned(), "incompatible".to_owned()));
                    for one in list.iter().filter_map(Json::as_array) {
                        let kind = one.first().and_then(Json::as_str).unwrap_or_default();
                        facts.push(("confluent".to_owned(), kind.to_owned()));
                    }
                }
                _ => {}
            }
        }
    }
    if let Some(equal) = answer.get("equal").and_then(Json::as_bool) {
        facts.push(("equal".to_owned(), equal.to_string()));
    }
    facts
}
