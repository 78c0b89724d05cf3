//! The text of a report by hand, and of one with hostile texts. After a change,
//! `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-cli report::check` writes what is kept anew.

use std::collections::BTreeSet;
use std::path::Path;

use tg_schema_compat::render::{Root, Texts};
use tg_schema_compat::report::Report;
use tg_schema_compat::version::Version;
use tg_schema_model::Json;

use super::text;
use crate::report::sarif::Log;

#[path = "../../../../tg-schema-compat/tests/render/facts.rs"]
mod facts;
#[path = "../../../../tg-schema-compat/tests/render/sample.rs"]
mod sample;

use facts::Fact;
use sample::{HOSTILE, Sample, hostile, sample};

/// Compares a text with the one that is kept, or keeps it.
fn kept(name: &str, text: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/check/golden");
    let path = folder.join(name);
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(golden == text, "{name} is not what is kept:\n{text}");
}

#[test]
fn the_text_is_as_it_is_kept() {
    let sample = sample();
    kept("sample.txt", &text(&sample.report, &sample.texts(), false));
}

#[test]
fn colors_are_all_that_color_adds() {
    let sample = sample();
    let colored = text(&sample.report, &sample.texts(), true);
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    assert_eq!(plain, text(&sample.report, &sample.texts(), false));
    for part in ["\u{1b}[31m- ", "\u{1b}[32m+ ", "\u{1b}[31mnone\u{1b}[0m"] {
        assert!(colored.contains(part), "{part:?}");
    }
}

#[test]
fn hostile_texts_do_not_steer_a_terminal() {
    let sample = hostile();
    let text = text(&sample.report, &sample.texts(), false);
    kept("hostile.txt", &text);
    for c in ['\u{1b}', '\u{202e}', '\r', '\0'] {
        assert!(HOSTILE.contains(c) && !text.contains(c), "{c:?}");
    }
    assert!(!text.lines().any(|line| line.starts_with("::")));
}

#[test]
fn nothing_to_say() {
    let report = Report {
        new: "schemas".into(),
        ..Report::default()
    };
    let new = Version::default();
    let texts = Texts {
        new: &new,
        against: &[],
        root: None,
    };
    assert_eq!(
        text(&report, &texts, false),
        "schemas, compared with nothing: nothing found in 0 records; the gate is passed\n"
    );
}

/// The SARIF log of a report, in a folder that is the same everywhere.
fn sarif(sample: &Sample) -> Json {
    let mut log = Log::new(&[], || Root::of("/home", |_| false));
    log.compared(&sample.report, &sample.texts());
    log.document()
}

#[test]
fn the_sarif_log_is_as_it_is_kept() {
    kept("sample.sarif", &(sarif(&sample()).pretty(2) + "\n"));
    kept("hostile.sarif", &(sarif(&hostile()).pretty(2) + "\n"));
}

/// What the text says of each finding.
fn of_text(text: &str) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for block in text.split("\n\n") {
        let Some((_, rest)) = block
            .split_once('[')
            .filter(|(level, _)| !level.contains(' '))
        else {
            continue;
        };
        let rule = rest.split(']').next().unwrap();
        let lines = block.lines().map(|line| {
            let line = line.trim();
            match line.strip_prefix("--> ") {
                Some(place) => format!("at {place}"),
                None => line.trim_start_matches("= note: ").to_owned(),
            }
        });
        let lines: Vec<String> = lines.collect();
        facts.extend(facts::of_lines(rule, lines.iter().map(String::as_str)));
    }
    facts
}

/// What a SARIF log says of each finding.
fn of_sarif(log: &Json) -> BTreeSet<Fact> {
    let list = |json: &Json, key| {
        json.get(key)
            .and_then(Json::as_array)
            .unwrap_or_default()
            .to_vec()
    };
    let mut facts = BTreeSet::new();
    for result in list(&list(log, "runs")[0], "results") {
        let rule = result.get("ruleId").and_then(Json::as_str).unwrap();
        let message = result.get("message").and_then(|m| m.get("text")).unwrap();
        let lines = message.as_str().unwrap().lines().skip(1);
        let found = facts::of_lines(rule, lines);
        let locations = list(&result, "locations");
        let names: Vec<Json> = locations
            .iter()
            .flat_map(|l| list(l, "logicalLocations"))
            .collect();
        let names: BTreeSet<&str> = names
            .iter()
            .filter_map(|name| name.get("fullyQualifiedName")?.as_str())
            .collect();
        let paths = found.iter().map(|(_, path, _)| path.as_str());
        assert_eq!(names, paths.filter(|path| !path.is_empty()).collect());
        let related = list(&result, "relatedLocations");
        let place = related.first().or(locations.first());
        let place = place.and_then(|place| place.get("physicalLocation"));
        let place = place.map_or(String::new(), |place| {
            let uri = place
                .get("artifactLocation")
                .and_then(|a| a.get("uri"))
                .unwrap();
            let line = place
                .get("region")
                .and_then(|r| r.get("startLine"))
                .unwrap();
            format!("{}:{}", uri.as_str().unwrap(), line.as_number().unwrap())
        });
        assert!(
            found.iter().all(|(_, _, at)| *at == place),
            "{place} {found:?}"
        );
        facts.extend(found);
    }
    facts
}

#[test]
fn text_and_sarif_say_what_the_other_forms_say() {
    let sample = sample();
    let expected = facts::expected(&sample.report);
    let text = text(&sample.report, &sample.texts(), false);
    assert_eq!(of_text(&text), expected);
    assert_eq!(of_sarif(&sarif(&sample)), expected);
}
