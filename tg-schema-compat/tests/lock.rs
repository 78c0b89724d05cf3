//! Locks: what is accepted is what is read, release by release.

mod change;
#[path = "lock/damage.rs"]
mod damage;
#[path = "lock/history.rs"]
mod history;
#[path = "lock/merge.rs"]
mod merge;
#[path = "lock/schema.rs"]
mod schema;
#[path = "lock/support.rs"]
mod support;
#[path = "lock/suppression.rs"]
mod suppression;

use std::collections::BTreeMap;

use change::change;
use support::{LABEL, accepted, defined, of};
use tg_schema_compat::lock::{Kind, What, accept, read};
use tg_schema_compat::version::{Message, Version};
use tg_schema_dynamic::{Random, random_schema};
use tg_schema_model::{Json, Sources, json};

/// Full definitions by name.
fn identities(version: &Version) -> BTreeMap<String, String> {
    let messages = version.messages.iter();
    messages
        .map(|m| (m.name.clone(), m.identity.clone()))
        .collect()
}

/// What is registered, by name, without white space and docs.
fn texts(version: &Version) -> BTreeMap<String, String> {
    fn plain(json: Json) -> Json {
        match json {
            Json::Array(items) => Json::Array(items.into_iter().map(plain).collect()),
            Json::Object(entries) => {
                let kept = entries
                    .into_iter()
                    .filter(|(key, value)| key != "doc" || value.as_str().is_none());
                Json::Object(kept.map(|(key, value)| (key, plain(value))).collect())
            }
            other => other,
        }
    }
    let messages = version.messages.iter();
    messages
        .map(|m| {
            (
                m.name.clone(),
                plain(json::parse(&m.text).unwrap()).compact(),
            )
        })
        .collect()
}

#[test]
fn what_is_accepted_is_read() {
    for folder in [
        "../schemas",
        "../tests/golden/schemas",
        "../tests/golden/migration/schemas",
    ] {
        let version = of(folder);
        let first = accept(LABEL, None, &version).unwrap();
        assert_eq!(first.release, 1);
        let things =
            version.schema.records.len() + version.schema.enums.len() + version.schema.topics.len();
        assert_eq!(first.changes.len(), things);
        assert!(
            first
                .changes
                .iter()
                .all(|change| change.what == What::Added)
        );
        let releases = read(LABEL, &first.text).unwrap();
        let [release] = releases.as_slice() else {
            panic!("one release")
        };
        assert_eq!(release.label, "tg-schema.lock release 1");
        assert_eq!(identities(release), identities(&version));
        assert_eq!(texts(release), texts(&version));
        let topics = |version: &Version| {
            let mut all: Vec<String> = Vec::new();
            for topic in &version.schema.topics {
                let record = version.schema.record(topic.record).full_name();
                let module = version.schema.modules[topic.module].dotted();
                all.push(format!(
                    "{module} {} {} {record} {:?}",
                    topic.name, topic.address, topic.legacy
                ));
            }
            all.sort();
            all
        };
        assert_eq!(topics(release), topics(&version));
        assert_eq!(release.tombstones, []);
        let again = accept(LABEL, Some(&first.text), &version).unwrap();
        assert_eq!(again.text, first.text);
        assert_eq!((again.release, again.changes.len()), (1, 0));
        // What was read is what was written.
        let same = accept(LABEL, None, release).unwrap();
        assert_eq!(same.text, first.text);
    }
}

#[test]
fn places_are_those_of_the_lock() {
    let text = accepted(&[defined(
        "[record.A.fields]\nn = { type = \"int\", default = 5 }\n",
    )]);
    let release = &read(LABEL, &text).unwrap()[0];
    let field = &release.schema.records[0].fields[0];
    let at = |span: tg_schema_model::Span| text[span.range()].to_owned();
    assert_eq!(at(release.schema.records[0].span), "A");
    assert_eq!(at(field.span), "n");
    assert_eq!(at(field.type_span), "int");
    assert_eq!(at(field.default_span), "5");
    let (file, position) = release.place(field.span).unwrap();
    assert_eq!((file, position.line), (LABEL, 11));
}

/// Accepts random versions of random schemas, and finds each of them again.
#[test]
fn every_release_is_found_again() {
    let mut releases_seen = 0;
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let mut schema = random_schema(seed);
        let mut text: Option<String> = None;
        let mut known: Vec<Version> = Vec::new();
        for _ in 0..6 {
            let version = Version::of_definitions("new", schema.clone(), Sources::default());
            let next = accept(LABEL, text.as_deref(), &version).unwrap();
            if text.as_ref() == Some(&next.text) {
                assert!(next.changes.is_empty());
            } else {
                assert!(!next.changes.is_empty());
                known.push(version);
            }
            assert_eq!(next.release as usize, known.len());
            text = Some(next.text);
            change(&mut schema, &mut random);
        }
        let text = text.unwrap();
        let releases = read(LABEL, &text).unwrap();
        assert_eq!(releases.len(), known.len(), "seed {seed}");
        let last = releases.len() - 1;
        let mut so_far: BTreeMap<String, String> = BTreeMap::new();
        for (at, (release, version)) in releases.iter().zip(&known).enumerate() {
            // A release has what it changes; the last one has everything.
            let (found, expected) = (identities(release), identities(version));
            for (name, identity) in &found {
                assert_eq!(
                    expected.get(name),
                    Some(identity),
                    "seed {seed}, release {at}"
                );
                let unchanged = so_far.get(name) == Some(identity);
                assert!(
                    at == last || !unchanged,
                    "seed {seed}, release {at}: {name}"
                );
            }
            so_far.extend(found.clone());
            for (name, identity) in &expected {
                assert_eq!(
                    so_far.get(name),
                    Some(identity),
                    "seed {seed}, release {at}"
                );
            }
            if at == last {
                assert_eq!(found, expected);
                assert_eq!(texts(release), texts(version));
            }
        }
        releases_seen += releases.len();
    }
    assert!(releases_seen > 200, "{releases_seen}");
}

#[test]
fn names_that_are_gone_leave_tombstones() {
    let text = accepted(&[
        defined(
            "namespace = \"n\"\n[record.A.fields]\nold = \"map<B?>?\"\nkept = \"int\"\n[record.B.fields]\n[enum.E]\nsymbols = [\"X\"]\n",
        ),
        defined("namespace = \"n\"\n[record.A.fields]\nkept = \"int\"\n[record.B.fields]\n"),
        defined("namespace = \"n\"\n[record.A.fields]\nkept = \"long\"\n"),
        defined(
            "namespace = \"n\"\n[record.A.fields]\nkept = \"long\"\nnew = { type = \"long\", aliases = [\"other\"] }\n",
        ),
    ]);
    let releases = read(LABEL, &text).unwrap();
    let tombstones = &releases[3].tombstones;
    let told: Vec<String> = tombstones
        .iter()
        .map(|t| format!("{} {:?} {} {}", t.record, t.field, t.ty, t.last))
        .collect();
    assert_eq!(
        told,
        [
            "n.E None enum tg-schema.lock release 1",
            "n.A Some(\"old\") map<B?>? tg-schema.lock release 1",
            "n.B None record tg-schema.lock release 2",
        ]
    );
    assert!(
        releases[..3]
            .iter()
            .all(|release| release.tombstones.is_empty())
    );
}

#[test]
fn what_comes_back_is_there_again() {
    let (with, without) = (
        "[record.A.fields]\n[record.B.fields]\nb = \"int\"\n",
        "[record.A.fields]\n",
    );
    let text = accepted(&[defined(with), defined(without), defined(with)]);
    let again = accept(LABEL, Some(&text), &defined(without)).unwrap();
    assert_eq!(again.changes[0].to_string(), "removed record B");
    let releases = read(LABEL, &text).unwrap();
    let names = |at: usize| {
        releases[at]
            .messages
            .iter()
            .map(|m| m.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (names(0), names(1), names(2)),
        (vec!["A", "B"], vec![], vec!["A", "B"])
    );
    assert_eq!(releases[2].tombstones, []);
}

#[test]
fn a_name_may_be_of_an_enum_after_a_record() {
    let record = "[record.A.fields]\nb = \"B\"\n[record.B.fields]\n";
    let item = "[record.A.fields]\nb = \"B\"\n[enum.B]\nsymbols = [\"X\"]\n";
    let text = accepted(&[defined(record), defined(item)]);
    let releases = read(LABEL, &text).unwrap();
    // The definition of A itself is the same, and A is another.
    assert!(
        releases[0].messages[0]
            .identity
            .contains(r#"{"record":"B""#)
    );
    assert!(releases[1].messages[0].identity.contains(r#"{"enum":"B""#));
}

#[test]
fn topics_that_move_are_in_the_release_that_moved_them() {
    let at = |address: &str| {
        let record = "[record.A.fields]\n[record.B.fields]\n";
        defined(&format!(
            "{record}[topic.a]\nrecord = \"A\"\naddress = \"{address}\"\nlegacy = \"old://x\"\n"
        ))
    };
    let text = accepted(&[
        at("q1/t/n/a"),
        at("q2/t/n/a"),
        defined("[record.A.fields]\n[record.B.fields]\n"),
    ]);
    let releases = read(LABEL, &text).unwrap();
    let addresses = |at: usize| {
        let release: &Version = &releases[at];
        let of = |message: &Message| {
            release
                .topics(message)
                .map(|t| t.address.to_string())
                .collect::<Vec<_>>()
        };
        release
            .messages
            .iter()
            .map(|m| (m.name.clone(), of(m)))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        addresses(0),
        [("A".into(), vec!["q1/t/n/a".into()]), ("B".into(), vec![])]
    );
    assert_eq!(addresses(1), [("A".into(), vec!["q2/t/n/a".into()])]);
    assert_eq!(addresses(2), [("A".into(), vec![]), ("B".into(), vec![])]);
    assert_eq!(
        releases[1].schema.topics[0].legacy.as_deref(),
        Some("old://x")
    );
    assert_eq!(releases[2].tombstones.len(), 1);
}

#[test]
fn schemas_that_no_definition_says_are_kept_as_they_are() {
    let schema = r#"{ "type":"fixed", "namespace":"n", "name":"F", "aliases":["G"], "size":4, "x":"it''' \u007f"}"#;
    let mut message = Message::new("n.F", schema, schema);
    message.inexpressible = Some("definitions have no fixed".into());
    let version = |message| Version {
        messages: vec![message],
        ..Version::default()
    };
    let new = version(message.clone());
    let first = accept(LABEL, None, &new).unwrap();
    assert_eq!(first.changes[0].kind, Kind::Avro);
    let release = read(LABEL, &first.text).unwrap().remove(0);
    let read = &release.messages[0];
    assert_eq!(json::parse(&read.text), json::parse(schema));
    assert_eq!(
        (read.aliases.as_slice(), read.record),
        (&["n.G".to_owned()][..], None)
    );
    assert_eq!(read.inexpressible, message.inexpressible);
    // White space changes nothing.
    assert_eq!(
        accept(LABEL, Some(&first.text), &new).unwrap().text,
        first.text
    );
    message.text = message.text.replace(": ", ":");
    assert_eq!(
        accept(LABEL, Some(&first.text), &version(message))
            .unwrap()
            .text,
        first.text
    );
}

#[test]
fn two_of_one_name_are_refused() {
    let version = Version {
        messages: vec![
            Message::new("array", "{}", ""),
            Message::new("array", "[]", ""),
            Message::new("map", "{", ""),
        ],
        ..Version::default()
    };
    let (_, diagnostics) = accept(LABEL, None, &version).unwrap_err();
    let told: Vec<_> = diagnostics.0.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        told,
        [
            "the avro `array@` cannot be kept in a lock",
            "the avro `map` cannot be kept in a lock"
        ]
    );
}

#[test]
fn what_two_branches_say_is_one_release() {
    // One branch removes B, the other begins to use it.
    let base = "[record.A.fields]\n[record.B.fields]\nn = \"int\"\n";
    let text = accepted(&[defined(base), defined("[record.A.fields]\n")]);
    let other = accepted(&[
        defined(base),
        defined(&base.replace("[record.A.fields]\n", "[record.A.fields]\nb = \"B\"\n")),
    ]);
    let block = other
        .split("\n\n")
        .find(|block| block.contains("\"b\""))
        .unwrap();
    let merged = format!("{text}\n{block}\n");
    let releases = read(LABEL, &merged).unwrap();
    assert_eq!(releases[1].messages.len(), 1);
    assert!(
        releases[1].messages[0]
            .identity
            .contains(r#"{"record":"B""#)
    );
    // It is put in order by the next run.
    let ordered = accept(LABEL, Some(&merged), &defined(base)).unwrap().text;
    assert!(ordered.find(block).unwrap() < ordered.find("record.\"B\"").unwrap());
}

#[test]
fn the_page_shows_a_lock() {
    let of = |more: &str| {
        let head = "namespace = \"shop\"\n[record.Order.fields]\nid = \"string\"\n";
        let topic = "[topic.placed]\nrecord = \"Order\"\naddress = \"q1/shop/orders/placed\"\n";
        defined(&format!("{head}{more}{topic}"))
    };
    let first = of("[record.Quote.fields]\ntext = \"string\"\n");
    let lock = accepted(&[first, of("note = \"string?\"\n")]);
    let page = include_str!("../../docs/lock.md");
    let shown = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    assert_eq!(shown, Some(lock.as_str()), "{lock}");
}
