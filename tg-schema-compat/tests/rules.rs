//! The pages of the rules: each example is run, and finds its rule; versions that are the same find nothing.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::report::{Report, Severity};
use tg_schema_compat::rule::{ALL, CHAPTERS, Rule};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

/// Rules that look at the new version only.
const NEW_SIDE: [&str; 7] = [
    "ENUM_OPEN_WITH_DEFAULT",
    "BROKER_ERROR",
    "SCHEMA_UNREADABLE",
    "FIELD_DEFAULT_INVALID",
    "FIELD_NAME_RESERVED_BY_PEER",
    "ALIAS_AMBIGUOUS",
    "RECURSION_UNINHABITED",
];

/// Rules whose page tells of something that two texts cannot show, with the test that does.
const TOLD: [(&str, &str); 2] = [
    ("RUST_TYPE_MOVED", "pairing.rs: a record in another file"),
    ("INCOMPATIBLE", "random.rs: unions that fit in several ways"),
];

/// The text behind a heading of an example, and its language.
fn block(example: &str, heading: &str) -> Option<(String, String)> {
    let (_, rest) = example.split_once(&format!("{heading}:\n\n```"))?;
    let (language, rest) = rest.split_once('\n')?;
    let (text, _) = rest.split_once("\n```")?;
    Some((language.to_owned(), text.to_owned()))
}

fn version(label: &str, language: &str, text: &str) -> Version {
    if language == "json" {
        let message = Message::new("Order", text, text);
        assert!(message.graph().is_ok(), "{text}");
        return Version {
            label: label.to_owned(),
            messages: vec![message],
            single: true,
            ..Version::default()
        };
    }
    let file = (vec!["m".to_owned()], "m.toml".to_owned(), text.to_owned());
    let loaded = from_texts(vec![file]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}\n{:?}",
        loaded.diagnostics
    );
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn found(report: &Report, rule: &Rule) -> bool {
    let mut findings = report.records.iter().flat_map(|r| &r.findings);
    findings.any(|f| f.rule.page.id == rule.page.id)
}

fn ids(report: &Report) -> Vec<String> {
    let findings = report.records.iter().flat_map(|r| &r.findings);
    findings
        .map(|f| format!("{} at {:?}: {}", f.rule.page.id, f.path, f.message))
        .collect()
}

#[test]
fn every_example_finds_its_rule() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let id = rule.page.id;
        if TOLD.iter().any(|(told, _)| *told == id) {
            continue;
        }
        let (Some(before), Some(after)) = (
            block(rule.page.example, "Before"),
            block(rule.page.example, "After"),
        ) else {
            wrong.push(format!("{id}: no example"));
            continue;
        };
        let (old, new) = (
            version("old", &before.0, &before.1),
            version("new", &after.0, &after.1),
        );
        let peers = Options {
            peers: Peer::ALL.to_vec(),
            ..Options::default()
        };
        let reports = [Options::default(), peers]
            .map(|options| check(&new, std::slice::from_ref(&old), &options).unwrap());
        if !reports.iter().any(|report| found(report, rule)) {
            wrong.push(format!("{id}: found {:?}", ids(&reports[1])));
        }
        let same = check(&new, std::slice::from_ref(&new), &Options::default()).unwrap();
        for finding in same.records.iter().flat_map(|r| &r.findings) {
            if !NEW_SIDE.contains(&finding.rule.page.id) {
                wrong.push(format!(
                    "{id}: the new version beside itself: {}",
                    finding.message
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_finding_is_worse_than_its_page_says() {
    let mut wrong = Vec::new();
    for rule in ALL {
        let Some(before) = block(rule.page.example, "Before") else {
            continue;
        };
        let Some(after) = block(rule.page.example, "After") else {
            continue;
        };
        let (old, new) = (
            version("old", &before.0, &before.1),
            version("new", &after.0, &after.1),
        );
        for (old, new) in [(&old, &new), (&new, &old)] {
            let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
            for finding in report.records.iter().flat_map(|r| &r.findings) {
                if finding.severity > finding.rule.severity() {
                    wrong.push(format!(
                        "{} is {:?}: {:?}",
                        finding.rule.page.id, finding.severity, finding.effects
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_told_once_and_pages_are_whole() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in ALL {
        let page = &rule.page;
        assert!(seen.insert(page.id), "{} is there twice", page.id);
        assert!(
            page.id.chars().all(|c| c.is_ascii_uppercase() || c == '_'),
            "{}",
            page.id
        );
        for text in [page.what, page.why, page.remedy] {
            assert!(
                text.ends_with('.') && !text.contains("  "),
                "{}: {text}",
                page.id
            );
        }
        assert!(
            !page.title.ends_with('.') && page.title.len() < 80,
            "{}",
            page.title
        );
        assert_eq!(
            rule.severity() == Severity::Breaking,
            page.level.as_str() == "error"
        );
    }
    assert!(seen.len() > 55);
    let listed = CHAPTERS
        .iter()
        .flat_map(|chapter| chapter.rules.iter().map(|page| page.id));
    assert!(
        seen.iter()
            .copied()
            .eq(std::collections::BTreeSet::from_iter(listed))
    );
    for chapter in CHAPTERS {
        assert!(
            chapter.rules.is_sorted_by_key(|page| page.id),
            "{}",
            chapter.title
        );
    }
}
