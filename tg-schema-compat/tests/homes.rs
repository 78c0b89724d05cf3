//! Several messages of one name: old Records in files of their own, schemas in several files, subjects or topics.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::gate::{Requirements, judge, overrides};
use tg_schema_compat::lock::{accept, read};
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::Report;
use tg_schema_compat::version::{Message, Version, for_definitions, tell_apart};
use tg_schema_gen::load::from_texts;

/// Old Records called `Order`, each in a file of its own with these fields.
fn records(files: &[(&str, &str)]) -> Version {
    let files = files.iter().map(|(name, text)| {
        let text = format!("[record.Order]\nprofile = \"pulsar-record\"\n{text}\n");
        let path = name.split('/').map(str::to_owned).collect();
        (path, format!("{name}.toml"), text)
    });
    let loaded = from_texts(files.collect());
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Version::of_definitions("v", loaded.schema, loaded.sources)
}

fn compared(new: &Version, old: &[Version]) -> Report {
    let mut report = check(new, old, &Options::default()).unwrap();
    prove(&mut report, new, old);
    assert_eq!(
        verify_all(&report, new, old, 1, 20),
        (Vec::new(), Vec::new())
    );
    report
}

/// `record rule file:line`, of what is found.
fn told(report: &Report) -> Vec<String> {
    let records = report.records.iter();
    let findings = records.flat_map(|record| record.findings.iter().map(move |f| (record, f)));
    let told = findings.map(|(record, f)| {
        let place = f.place.as_ref().map(|p| format!("{}:{}", p.file, p.line));
        format!(
            "{} {} {}",
            record.record,
            f.rule.page.id,
            place.unwrap_or_default()
        )
    });
    told.collect()
}

const A: &str = "[record.Order.fields]\nid = \"string?\"\nn = \"int?\"";
const B: &str = "[record.Order.fields]\nid = \"int?\"\nz = \"boolean?\"";

#[test]
fn each_is_compared_with_the_one_of_its_file() {
    let old = records(&[("a/m", A), ("b/m", B)]);
    assert_eq!(told(&compared(&old, std::slice::from_ref(&old))), [""; 0]);
    let without = |name: &str| match name {
        "a" => records(&[("b/m", B)]),
        _ => records(&[("a/m", A)]),
    };
    for name in ["a", "b"] {
        let gone = format!("Order@{name}.m SCHEMA_REMOVED {name}/m.toml:1");
        assert_eq!(
            told(&compared(&without(name), std::slice::from_ref(&old))),
            [gone]
        );
        let is_new = format!("Order@{name}.m SCHEMA_ADDED {name}/m.toml:1");
        assert_eq!(told(&compared(&old, &[without(name)])), [is_new]);
    }
    for (name, a, b) in [
        ("a", A.replace("int", "long"), B.to_owned()),
        ("b", A.to_owned(), B.replace("boolean", "string")),
    ] {
        let new = records(&[("a/m", &a), ("b/m", &b)]);
        let report = compared(&new, std::slice::from_ref(&old));
        let changed = told(&report);
        assert_eq!(changed.len(), 1, "{changed:?}");
        assert!(
            changed[0].starts_with(&format!("Order@{name}.m FIELD_TYPE_")),
            "{changed:?}"
        );
        assert!(
            changed[0].ends_with(&format!(" {name}/m.toml:5")),
            "{changed:?}"
        );
        let findings = report.records.iter().flat_map(|record| &record.findings);
        assert!(findings.into_iter().all(|f| !f.counterexamples.is_empty()));
    }
    // A file that is called otherwise has the one that is left.
    let moved = records(&[("c/m", A)]);
    assert_eq!(
        told(&compared(&moved, &[without("b")])),
        ["Order RUST_TYPE_MOVED c/m.toml:1"]
    );
}

/// What one requires, and what is accepted of it, is nothing to the other.
#[test]
fn each_has_its_own_gate() {
    let old = records(&[("a/m", A), ("b/m", B)]);
    let lax = "check = { require = \"avro=none,pulsar=none,json=none,loss=any\" }\n";
    let (a, b) = (A.replace("string", "int"), B.replace("boolean", "string"));
    for (a_over, b_over, expected) in [
        (lax, "", vec!["Order@b.m"]),
        ("", lax, vec!["Order@a.m"]),
        (lax, lax, vec![]),
    ] {
        let new = records(&[
            ("a/m", &format!("{a_over}{a}")),
            ("b/m", &format!("{b_over}{b}")),
        ]);
        let mut report = compared(&new, std::slice::from_ref(&old));
        let (overrides, wrong) = overrides(&new);
        assert!(!wrong.has_errors());
        judge(&mut report, &Requirements::default(), &overrides);
        let objections = report.objections.iter().filter_map(|o| o.record.as_deref());
        let mut records: Vec<&str> = objections.collect();
        records.dedup();
        assert_eq!(records, expected);
    }
}

#[test]
fn each_is_released_and_given_up_by_itself() {
    let both = records(&[("a/m", A), ("b/m", B)]);
    let only = records(&[("a/m", A)]);
    let first = accept("tg-schema.lock", None, &both).unwrap().text;
    let releases = read("tg-schema.lock", &first).unwrap();
    assert_eq!(told(&compared(&both, &releases)), [""; 0]);
    assert_eq!(told(&compared(&only, &releases)).len(), 1, "b is gone");
    let second = accept("tg-schema.lock", Some(&first), &only).unwrap().text;
    let releases = read("tg-schema.lock", &second).unwrap();
    assert_eq!(
        told(&compared(&only, &releases)),
        [""; 0],
        "a release says so"
    );
    let back = records(&[("a/m", A), ("b/m", &B.replace("boolean", "string"))]);
    let told = told(&compared(&back, &releases));
    assert!(
        told.contains(&"Order@b.m RESERVED_NAME_REUSED b/m.toml:1".to_owned()),
        "{told:?}"
    );
    assert!(
        told.iter().all(|one| one.starts_with("Order@b.m ")),
        "{told:?}"
    );
}

/// One that has moved was where it was in all versions before.
#[test]
fn each_is_the_one_that_it_was_in_the_versions_between() {
    let first = records(&[("m", A)]);
    let second = records(&[("m", A), ("n", B)]);
    let moved = records(&[("x", A), ("n", B)]);
    let found = told(&compared(&moved, &[first, second.clone()]));
    assert_eq!(found, ["Order@x RUST_TYPE_MOVED x.toml:1"]);
    let other = records(&[("m", &A.replace("int", "string"))]);
    let found = told(&compared(&moved, &[other, second]));
    assert!(
        found.contains(&"Order@x FIELD_TYPE_CHANGED x.toml:5".to_owned()),
        "{found:?}"
    );
}

/// One that is alone for a release is no other one.
#[test]
fn one_that_is_alone_for_a_release_is_not_given_up() {
    let both = records(&[("a/m", A), ("b/m", B)]);
    let first = accept("tg-schema.lock", None, &both).unwrap().text;
    let second = accept("tg-schema.lock", Some(&first), &records(&[("a/m", A)]));
    let releases = read("tg-schema.lock", &second.unwrap().text).unwrap();
    let changed = records(&[("a/m", &A.replace("string", "int")), ("b/m", B)]);
    let found = told(&compared(&changed, &releases));
    assert_eq!(found, ["Order@a.m FIELD_TYPE_CHANGED a/m.toml:4"]);
}

/// One that is called otherwise leaves its name to the others.
#[test]
fn one_that_is_called_otherwise_is_renamed() {
    let old = records(&[("a/m", A), ("b/m", B)]);
    let files = [
        ("a", A.replace("Order", "Basket"), "Basket"),
        ("b", B.to_owned(), "Order"),
    ];
    let files = files.map(|(name, fields, called)| {
        let text = format!("[record.{called}]\nprofile = \"pulsar-record\"\n{fields}\n");
        (
            vec![name.to_owned(), "m".to_owned()],
            format!("{name}/m.toml"),
            text,
        )
    });
    let loaded = from_texts(files.into());
    let new = Version::of_definitions("v", loaded.schema, loaded.sources);
    let found = told(&compared(&new, &[old]));
    assert!(
        found.contains(&"Basket RECORD_RENAMED a/m.toml:1".to_owned()),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|one| one.contains("INCOMPATIBLE")),
        "{found:?}"
    );
}

/// Schemas in files, or of subjects and topics.
fn schemas(all: &[(&str, &str)]) -> Version {
    let mut messages: Vec<Message> = Vec::new();
    for (home, ty) in all {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": "{ty}"}}]}}"#
        );
        let mut message = Message::new("R", text.clone(), text);
        message.home = (*home).to_owned();
        messages.push(message);
    }
    tell_apart(&mut messages);
    Version {
        messages,
        only_schemas: true,
        registered: true,
        label: "r (latest)".to_owned(),
        ..Version::default()
    }
}

#[test]
fn subjects_belong_together() {
    let old = schemas(&[("s", "int"), ("t", "string"), ("u", "int")]);
    assert_eq!(told(&compared(&old, std::slice::from_ref(&old))), [""; 0]);
    let new = schemas(&[("s", "int"), ("t", "string"), ("u", "boolean")]);
    let changed = told(&compared(&new, std::slice::from_ref(&old)));
    assert_eq!(changed, ["R@u FIELD_TYPE_CHANGED "]);
    let fewer = schemas(&[("s", "int"), ("u", "int")]);
    let gone = told(&compared(&fewer, std::slice::from_ref(&old)));
    assert_eq!(gone, ["R@t SCHEMA_REMOVED "]);
    assert_eq!(told(&compared(&old, &[fewer])), ["R@t SCHEMA_ADDED "]);
    // One definition is compared with all of its name.
    let apart = for_definitions(old);
    let labels: Vec<&str> = apart.iter().map(|version| version.label.as_str()).collect();
    assert_eq!(
        labels,
        ["r (latest, other 1 of the same names)", "r (latest)"]
    );
    let mut one = schemas(&[("", "int")]);
    one.registered = false;
    let report = compared(&one, &apart);
    let finding = &report.records[0].findings[0];
    assert_eq!(
        (finding.rule.page.id, &*finding.against),
        ("FIELD_TYPE_CHANGED", &[0][..])
    );
    // What no definition can say is nothing to definitions, unless it is all that there is.
    let mut keys = schemas(&[("s", "int")]);
    keys.messages
        .push(Message::new("string", "\"string\"", "\"string\""));
    let left: usize = for_definitions(keys.clone())
        .iter()
        .map(|v| v.messages.len())
        .sum();
    assert_eq!(left, 1);
    keys.messages.remove(0);
    assert_eq!(for_definitions(keys)[0].messages.len(), 1);
}
