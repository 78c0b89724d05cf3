//! The pages of the rules: each example is run, and finds its rule; versions that are the same find nothing.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::report::{Finding, Format, Report, Severity};
use tg_schema_compat::rule::{ALL, CHAPTERS, Rule, example};
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
const TOLD: [(&str, &str); 5] = [
    ("RUST_TYPE_MOVED", "pairing.rs: a record in another file"),
    ("SUPPRESSION_EXPIRED", "lock/suppression.rs"),
    ("SUPPRESSION_INCOMPLETE", "lock/suppression.rs"),
    ("SUPPRESSION_UNUSED", "lock/suppression.rs"),
    ("INCOMPATIBLE", "random.rs: unions that fit in several ways"),
];

fn version(label: &str, language: &str, text: &str) -> Version {
    if language == "json" {
        let message = Message::new("Order", text, text);
        assert!(message.graph().is_ok(), "{text}");
        return Version::of_schema(label, message);
    }
    let name = if language == "rust" { "m.rs" } else { "m.toml" };
    let file = (vec!["m".to_owned()], name.to_owned(), text.to_owned());
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
        let Some([before, after]) = example(&rule.page) else {
            wrong.push(format!("{id}: no example"));
            continue;
        };
        let (old, new) = (
            version("old", before.language, before.text),
            version("new", after.language, after.text),
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
        let Some([before, after]) = example(&rule.page) else {
            continue;
        };
        let (old, new) = (
            version("old", before.language, before.text),
            version("new", after.language, after.text),
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

#[test]
fn what_only_an_engine_tells_has_a_place() {
    let lost = |text: &str| {
        format!(
            "[record.Order.fields]\nlines = \"array<Line>\"\n[record.Line.fields]\nitem = \"string\"\n{text}"
        )
    };
    let (old, new) = (lost(""), lost("weight = \"double?\""));
    let (old, new) = (version("old", "toml", &old), version("new", "toml", &new));
    let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    let order = report.records.iter().find(|r| r.record == "Order").unwrap();
    let derive = order
        .findings
        .iter()
        .filter(|f| f.rule.page.id == "RUST_DERIVE_LOST");
    let paths: Vec<(&str, usize)> = derive
        .map(|f| {
            (
                f.path.as_str(),
                f.place.as_ref().map_or(0, |place| place.line),
            )
        })
        .collect();
    assert_eq!(paths, [("", 1), ("lines[]", 3)]);
}

/// The findings of one rule for two texts.
fn of_rule(rule: &str, old: &str, new: &str, peers: Vec<Peer>) -> Vec<Finding> {
    let (old, new) = (version("old", "toml", old), version("new", "toml", new));
    let options = Options {
        peers,
        ..Options::default()
    };
    let report = check(&new, std::slice::from_ref(&old), &options).unwrap();
    let findings = report.records.into_iter().flat_map(|r| r.findings);
    findings.filter(|f| f.rule.page.id == rule).collect()
}

#[test]
fn an_alias_counts_where_a_peer_knows_none() {
    let old = "[record.Order.fields]\ncustomer = \"string?\"";
    let new = "[record.Order.fields]\nbuyer = { type = \"string?\", aliases = [\"customer\"] }";
    let rule = "ALIAS_NOT_ON_JSON_WIRE";
    let [note] = of_rule(rule, old, new, vec![Peer::Tg]).try_into().unwrap();
    assert_eq!((note.severity, note.effects.len()), (Severity::Info, 0));
    let [loss] = of_rule(rule, old, new, vec![Peer::Tg, Peer::PythonRecord])
        .try_into()
        .unwrap();
    assert_eq!(loss.severity, Severity::Loss);
    assert!(loss.effects.iter().all(|e| e.peer == Some("python-record")));
}

#[test]
fn the_broker_takes_symbols_that_readers_refuse() {
    let text = |symbols: &str| {
        format!("[record.Order.fields]\nstatus = \"Status\"\n[enum.Status]\nsymbols = [{symbols}]")
    };
    let (few, many) = (text("\"A\""), text("\"A\", \"B\""));
    for (rule, old, new, direction) in [
        ("ENUM_SYMBOL_ADDED", &few, &many, Direction::Forward),
        ("ENUM_SYMBOL_REMOVED", &many, &few, Direction::Backward),
    ] {
        let [finding] = of_rule(rule, old, new, vec![Peer::Tg]).try_into().unwrap();
        let told = |format: Format, severity: Severity| {
            let mut effects = finding.effects.iter();
            effects
                .any(|e| (e.format, e.direction, e.severity) == (format, Some(direction), severity))
        };
        assert!(told(Format::Json, Severity::Breaking));
        assert!(told(Format::Avro, Severity::Breaking));
        assert!(
            told(Format::Pulsar, Severity::Info),
            "{:?}",
            finding.effects
        );
    }
}

#[test]
fn formats_disagree_about_a_default_for_nothing() {
    let old = "[record.Order.fields]\ncount = \"int?\"";
    let new = "[record.Order.fields]\ncount = { type = \"int\", default = 0 }";
    let [finding] = of_rule("FIELD_OPTIONAL_TO_DEFAULT", old, new, vec![Peer::Tg])
        .try_into()
        .unwrap();
    let formats: Vec<Format> = finding
        .effects
        .iter()
        .filter(|e| e.severity == Severity::Breaking && e.direction.is_some())
        .map(|e| e.format)
        .collect();
    assert_eq!(formats, [Format::Avro, Format::Pulsar], "and JSON goes on");
    assert!(finding.fix.unwrap().message.contains("nullable = true"));
}

#[test]
fn a_broker_that_says_how_it_holds_a_schema() {
    let text = "[record.Order.fields]\nid = \"string\"";
    let (mut old, new) = (version("old", "toml", text), version("new", "toml", text));
    for (held, told) in [("AVRO", true), ("JSON", false)] {
        old.messages[0].schema_type = Some(held.to_owned());
        let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
        assert_eq!(!report.records[0].findings.is_empty(), told, "{held}");
    }
}

/// What an unset sub-record becomes is no matter of the default that its schema has now.
#[test]
fn an_unset_sub_record_is_told_of_the_peer() {
    let text = |s: &str, fields: &str| {
        format!(
            "[record.Order]\nprofile = \"pulsar-record\"\n[record.Order.fields]\nline = {s}\n\
             [record.Line]\nprofile = \"pulsar-record\"\n[record.Line.fields]\n{fields}"
        )
    };
    let old = text("\"Line?\"", "item = \"string?\"");
    let registered = "{ type = \"Line?\", pulsar = { required_default = true } }";
    let new = text(registered, "item = \"string?\"\nweight = \"double?\"");
    let peers = || vec![Peer::Tg, Peer::PythonRecord];
    let unset = |findings: &[Finding]| {
        let effects = findings.iter().flat_map(|f| &f.effects);
        effects
            .filter(|e| e.message.contains("nothing was set"))
            .count()
    };
    let default = of_rule("FIELD_DEFAULT_ADDED", &old, &new, peers());
    assert_eq!((default.len(), unset(&default)), (1, 0));
    assert_eq!(unset(&of_rule("PEER_DISAGREES", &old, &new, peers())), 1);
}

/// What one version has for a default is what the other has, in another encoding.
#[test]
fn a_default_of_bytes_in_another_encoding() {
    let of = |field: &str| {
        let text = format!("[record.R.fields]\na = {field}\n");
        version("v", "toml", &text)
    };
    let base64 = of(r#"{ type = "bytes", default = "YQ==" }"#);
    for (text, found) in [
        (
            r#"{ type = "bytes", default = "a", encoding = "utf8" }"#,
            false,
        ),
        (
            r#"{ type = "bytes", default = "b", encoding = "utf8" }"#,
            true,
        ),
        (
            r#"{ type = "bytes", default = "YQ==", encoding = "utf8" }"#,
            true,
        ),
        (r#"{ type = "string", default = "a" }"#, true),
        (r#"{ type = "bytes", default = "Yg==" }"#, true),
    ] {
        let new = of(text);
        for (old, new) in [(&base64, &new), (&new, &base64)] {
            let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
            let ids = ids(&report);
            let told = ids
                .iter()
                .any(|id| id.starts_with("FIELD_DEFAULT_CHANGED "));
            assert_eq!(told, found, "{text}: {ids:?}");
        }
    }
}

/// Texts in defaults that the Java library takes without a look, in fields and in what they are made of.
#[test]
fn defaults_that_are_no_values() {
    let found = |field: &str| {
        let of = |more: &str| {
            let text = format!(
                r#"{{"type": "record", "name": "Order", "fields": [{{"name": "k", "type": "int"}}{more}]}}"#
            );
            version("v", "json", &text)
        };
        let new = of(&format!(r#", {{"name": "f", "type": {field}}}"#));
        let report = check(&new, &[of("")], &Options::default()).unwrap();
        let findings = report.records.iter().flat_map(|r| &r.findings);
        let mut invalid = findings.filter(|f| f.rule.page.id == "FIELD_DEFAULT_INVALID");
        invalid.next().map(|f| f.message.clone())
    };
    let (fixed, symbols) = (
        r#"{"type": "fixed", "name": "F", "size": 2}"#,
        r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#,
    );
    let (array, map) = (
        r#"{"type": "array", "items":"#,
        r#"{"type": "map", "values":"#,
    );
    let inner = r#"{"type": "record", "name": "I", "fields": [{"name": "i", "type":"#;
    let unfit = [
        (
            r#""bytes", "default": "\u0100""#.to_owned(),
            "is \"\u{100}\", which is no bytes",
        ),
        (
            format!(r#"{fixed}, "default": "abc""#),
            "is \"abc\", of 3 bytes where the type has 2",
        ),
        (
            format!(r#"{fixed}, "default": "a""#),
            "is \"a\", of 1 bytes where",
        ),
        (
            format!(r#"{fixed}, "default": "\u0100a""#),
            "which is no bytes",
        ),
        (
            format!(r#"{symbols}, "default": "Z""#),
            "the default of `f` is \"Z\", which is no symbol",
        ),
        (
            format!(r#"{array} "bytes"}}, "default": ["", "\u0100"]"#),
            "a part of the default of `f` is",
        ),
        (
            format!(r#"{map} {fixed}}}, "default": {{"k": ""}}"#),
            "of 0 bytes",
        ),
        (
            format!(r#"{inner} {symbols}}}]}}, "default": {{"i": "Z"}}"#),
            "a part of the default of `f` is \"Z\"",
        ),
        (
            format!(r#"["null", {symbols}], "default": "Z""#),
            "no symbol",
        ),
        // The first type of text is taken, whatever follows.
        (
            format!(r#"[{symbols}, "string"], "default": "Z""#),
            "no symbol",
        ),
    ];
    for (field, part) in unfit {
        let message = found(&field).unwrap_or_default();
        assert!(message.contains(part), "{field}: {message:?}");
    }
    for field in [
        r#""bytes", "default": "\u00ff""#.to_owned(),
        r#""string", "default": "\u0100""#.to_owned(),
        format!(r#"{fixed}, "default": "\u00ff\u0000""#),
        format!(r#"{symbols}, "default": "A""#),
        format!(r#"["string", {symbols}], "default": "Z""#),
        format!(r#"{inner} "bytes", "default": ""}}]}}, "default": {{"i": "a"}}"#),
        format!(r#"{array} {symbols}}}, "default": []"#),
    ] {
        assert_eq!(found(&field), None, "{field}");
    }
}
