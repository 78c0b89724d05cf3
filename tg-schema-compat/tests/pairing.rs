//! Which message is which, and what only a history shows.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::report::{Compared, Finding, Format, Report, Severity};
use tg_schema_compat::version::{Message, Tombstone, Version};
use tg_schema_gen::load::from_texts;

/// A version of several files, each with the path of its module.
fn of_files(label: &str, files: &[(&str, &str)]) -> Version {
    let files = files.iter().map(|(name, text)| {
        let path = name.split('/').map(str::to_owned).collect();
        (path, format!("{name}.toml"), (*text).to_owned())
    });
    let loaded = from_texts(files.collect());
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn version(label: &str, text: &str) -> Version {
    of_files(label, &[("m", text)])
}

fn compare(new: &Version, against: &[Version]) -> Report {
    check(new, against, &Options::default()).unwrap()
}

fn record<'r>(report: &'r Report, name: &str) -> &'r Compared {
    let found = report.records.iter().find(|r| r.record == name);
    found.unwrap_or_else(|| panic!("no record {name} in {:?}", names(report)))
}

fn names(report: &Report) -> Vec<&str> {
    report.records.iter().map(|r| r.record.as_str()).collect()
}

fn finding<'r>(record: &'r Compared, rule: &str) -> &'r Finding {
    let found = record.findings.iter().find(|f| f.rule.page.id == rule);
    found.unwrap_or_else(|| panic!("no {rule} in {:?}", ids(record)))
}

fn ids(record: &Compared) -> Vec<(&str, &str)> {
    let findings = record.findings.iter();
    findings
        .map(|f| (f.rule.page.id, f.path.as_str()))
        .collect()
}

const ID: &str = "[record.Order.fields]\nid = \"string\"\n";

fn with(line: &str) -> String {
    format!("{ID}{line}\n")
}

#[test]
fn each_step_is_fine_and_the_whole_is_not() {
    let v1 = version("v1", &with("b = \"int?\""));
    let v2 = version("v2", ID);
    let v3 = version("v3", &with("b = \"string?\""));
    for (new, old) in [(&v2, &v1), (&v3, &v2)] {
        let report = compare(new, std::slice::from_ref(old));
        assert_eq!(report.matrix.avro.unwrap().as_str(), "full");
    }
    let report = compare(&v3, &[v1, v2]);
    assert_eq!(report.matrix.avro.unwrap().as_str(), "none");
    let order = record(&report, "Order");
    assert_eq!(order.versions.len(), 2);
    assert_eq!(order.versions[1].matrix.avro.unwrap().as_str(), "full");
    let reused = finding(order, "RESERVED_NAME_REUSED");
    assert_eq!(
        (reused.path.as_str(), reused.severity),
        ("b", Severity::Breaking)
    );
    assert!(
        reused.message.contains("given up after v1"),
        "{}",
        reused.message
    );
    assert_eq!(
        (reused.old.as_str(), reused.new.as_str()),
        ("int?", "string?")
    );
    assert!(
        reused
            .place
            .as_ref()
            .is_some_and(|p| p.version.is_none() && p.line == 3)
    );
    let changed = finding(order, "FIELD_TYPE_CHANGED");
    assert_eq!(
        changed.against,
        [0],
        "only the first version has another type"
    );
    assert_eq!(finding(order, "FIELD_ADDED").against, [1]);
}

#[test]
fn a_name_that_comes_back_as_it_was() {
    let v1 = version("v1", &with("b = \"int?\""));
    let v3 = version("v3", &with("b = \"int?\""));
    let report = compare(&v3, &[v1, version("v2", ID)]);
    assert!(
        !ids(record(&report, "Order"))
            .iter()
            .any(|(id, _)| *id == "RESERVED_NAME_REUSED")
    );
    assert_eq!(report.matrix.avro.unwrap().as_str(), "full");
}

#[test]
fn reserved_names_and_tombstones() {
    let reserving = "[record.Order]\nreserved = [\"b\"]\n[record.Order.fields]\nid = \"string\"\n";
    let report = compare(
        &version("new", &with("b = \"int?\"")),
        &[version("old", reserving)],
    );
    let order = record(&report, "Order");
    assert!(
        finding(order, "RESERVED_NAME_REUSED")
            .message
            .contains("reserved in old")
    );
    let report = compare(&version("new", ID), &[version("old", reserving)]);
    assert_eq!(
        finding(record(&report, "Order"), "RESERVED_NAME_DROPPED").severity,
        Severity::Info
    );

    let mut old = version("old", ID);
    let tombstone = |field: &str, ty: &str| Tombstone {
        record: "Order".to_owned(),
        field: Some(field.to_owned()),
        ty: ty.to_owned(),
        last: "release 1".to_owned(),
    };
    old.tombstones = vec![tombstone("b", "int?"), tombstone("c", "int?")];
    let report = compare(
        &version("new", &with("b = \"string?\"\nc = \"int?\"")),
        &[old],
    );
    let reused: Vec<&Finding> = record(&report, "Order")
        .findings
        .iter()
        .filter(|f| f.rule.page.id == "RESERVED_NAME_REUSED")
        .collect();
    assert_eq!(reused.len(), 1);
    assert!(
        reused[0].message.contains("release 1"),
        "{}",
        reused[0].message
    );
}

#[test]
fn reused_in_a_record_inside() {
    let text = |line: &str| {
        format!(
            "[record.Order.fields]\nlines = \"array<Line>\"\n[record.Line.fields]\nitem = \"string\"\n{line}\n"
        )
    };
    let (v1, v2) = (
        version("v1", &text("n = \"int?\"")),
        version("v2", &text("")),
    );
    let report = compare(&version("v3", &text("n = \"boolean?\"")), &[v1, v2]);
    assert_eq!(
        finding(record(&report, "Order"), "RESERVED_NAME_REUSED").path,
        "lines[].n"
    );
    assert_eq!(
        finding(record(&report, "Line"), "RESERVED_NAME_REUSED").path,
        "n"
    );
}

#[test]
fn a_name_that_was_reserved_and_is_in_use_since() {
    let v1 = version(
        "v1",
        "[record.Order]\nreserved = [\"b\"]\n[record.Order.fields]\nid = \"string\"\n",
    );
    let v2 = version("v2", &with("b = \"int?\""));
    let report = compare(&version("new", &with("b = \"int?\"")), &[v1, v2]);
    assert_eq!(ids(record(&report, "Order")), [("FIELD_ADDED", "b")]);
}

/// A version after a record was given up.
fn without(record: &str) -> Version {
    let mut version = version("old", ID);
    version.tombstones = vec![Tombstone {
        record: record.to_owned(),
        field: None,
        ty: "record".to_owned(),
        last: "release 1".to_owned(),
    }];
    version
}

#[test]
fn a_record_that_was_given_up() {
    let old = without("Parcel");
    let new = version("new", &format!("{ID}[record.Parcel.fields]\nx = \"int\"\n"));
    let report = compare(&new, &[old]);
    let reused = finding(record(&report, "Parcel"), "RESERVED_NAME_REUSED");
    assert_eq!(
        reused.message,
        "`Parcel` was given up after release 1, and is back"
    );
    let fix = |found: &Finding| found.fix.as_ref().unwrap().message.clone();
    assert_eq!(fix(reused), "take another name than `Parcel`");
    assert!(reused.place.is_some());
}

#[test]
fn a_record_that_was_given_up_and_is_an_enum_of_another_now() {
    let old = without("Kind");
    let new = with("k = \"Kind?\"\n[enum.Kind]\nsymbols = [\"p\"]");
    let report = compare(&version("new", &new), &[old]);
    let reused = finding(record(&report, "Order"), "RESERVED_NAME_REUSED");
    assert_eq!((reused.path.as_str(), reused.new.as_str()), ("k", "enum"));
    // It is the enum that has a name that was given up, not the field.
    let fix = &reused.fix.as_ref().unwrap().message;
    assert_eq!(fix, "take another name than `Kind`");
}

#[test]
fn by_alias() {
    let new = version(
        "new",
        "[record.Purchase]\naliases = [\"Order\"]\n[record.Purchase.fields]\nid = \"string\"",
    );
    let report = compare(&new, &[version("old", ID)]);
    let purchase = record(&report, "Purchase");
    assert_eq!(purchase.old.as_deref(), Some("Order"));
    assert_eq!(
        purchase.matrix.as_ref().unwrap().avro.unwrap().as_str(),
        "backward"
    );
    assert_eq!(
        finding(purchase, "RECORD_RENAMED").severity,
        Severity::Breaking
    );
    assert_eq!(
        names(&report),
        ["Purchase"],
        "the old name is not told as gone"
    );
}

#[test]
fn a_name_goes_before_an_alias() {
    let old = version(
        "old",
        "[record.A.fields]\nx = \"int\"\n[record.B.fields]\ny = \"int\"",
    );
    let new = version(
        "new",
        "[record.B]\naliases = [\"A\"]\n[record.B.fields]\ny = \"int\"",
    );
    let report = compare(&new, &[old]);
    assert_eq!(record(&report, "B").old.as_deref(), Some("B"));
    let gone = record(&report, "A");
    assert_eq!((gone.new.as_deref(), gone.matrix.is_none()), (None, true));
    let removed = finding(gone, "SCHEMA_REMOVED");
    assert_eq!(removed.severity, Severity::Breaking);
    assert!(removed.place.as_ref().is_some_and(|p| p.version == Some(0)));
}

#[test]
fn by_likeness() {
    let fields = "number = \"string\"\ncustomer = \"string\"\ntotal = \"long\"\n";
    let text = |name: &str| format!("[record.{name}.fields]\n{fields}");
    let report = compare(
        &version("new", &text("Purchase")),
        &[version("old", &text("Order"))],
    );
    assert_eq!(record(&report, "Purchase").old.as_deref(), Some("Order"));
    finding(record(&report, "Purchase"), "RECORD_RENAMED");
    // One field in common under quite another name is a reason where nothing else is gone or new, and no other.
    let old = version("old", ID);
    let other = version("new", "[record.Parcel.fields]\nid = \"string\"");
    let report = compare(&other, std::slice::from_ref(&old));
    assert_eq!(record(&report, "Parcel").old.as_deref(), Some("Order"));
    finding(record(&report, "Parcel"), "RECORD_RENAMED");
    for text in [
        "[record.Parcel.fields]\nlabel = \"string\"",
        "[record.Parcel.fields]\nid = \"string\"\n[record.Box.fields]\nlabel = \"string\"",
    ] {
        let report = compare(&version("new", text), std::slice::from_ref(&old));
        assert!(names(&report).ends_with(&["Order"]), "{text}");
        assert_eq!(
            finding(record(&report, "Parcel"), "SCHEMA_ADDED").severity,
            Severity::Info
        );
        finding(record(&report, "Order"), "SCHEMA_REMOVED");
    }
}

/// A message keeps its name through all versions, however little it looks like what it is now.
#[test]
fn by_the_name_in_a_later_version() {
    let with = |label: &str, name: &str, fields: [&str; 3]| {
        let fields = fields.map(|field| format!("{field} = \"int\"\n")).concat();
        version(
            label,
            &format!("[record.Kept.fields]\nid = \"string\"\n[record.{name}.fields]\n{fields}"),
        )
    };
    let first = with("v1", "Address", ["a", "b", "c"]);
    let second = with("v2", "Address", ["d", "e", "f"]);
    let third = with("v3", "PostalAddress", ["d", "e", "f"]);
    let report = compare(&third, &[first, second]);
    assert_eq!(names(&report), ["Kept", "PostalAddress"]);
    let address = record(&report, "PostalAddress");
    let brokers = address
        .versions
        .iter()
        .map(|pair| pair.matrix.pulsar.unwrap());
    let brokers: Vec<&str> = brokers.map(|ways| ways.as_str()).collect();
    assert_eq!(brokers, ["none", "full"]);
}

#[test]
fn by_short_name_in_another_namespace() {
    let old = version("old", &format!("namespace = \"a\"\n{ID}"));
    let report = compare(&version("new", &format!("namespace = \"b\"\n{ID}")), &[old]);
    let order = record(&report, "b.Order");
    assert_eq!(order.old.as_deref(), Some("a.Order"));
    assert_eq!(ids(order), [("NAMESPACE_CHANGED", "")]);
}

#[test]
fn single_schemas_whatever_their_names() {
    let single = |name: &str| {
        let text = format!(r#"{{"type": "record", "name": "{name}", "fields": []}}"#);
        Version::of_schema(name, Message::new(name, text.as_str(), text.as_str()))
    };
    let report = compare(&single("Parcel"), &[single("Order")]);
    assert_eq!(record(&report, "Parcel").old.as_deref(), Some("Order"));
    finding(record(&report, "Parcel"), "RECORD_RENAMED");
}

#[test]
fn a_record_in_another_file() {
    let order = "[record.Order.fields]\nid = \"string\"\nbuyer = \"Buyer\"";
    let buyer = "[record.Buyer.fields]\nname = \"string\"";
    let old = of_files("old", &[("shop/orders", &format!("{order}\n{buyer}"))]);
    let new = of_files("new", &[("shop/orders", order), ("shop/people", buyer)]);
    let report = compare(&new, &[old]);
    let moved = finding(record(&report, "Order"), "RUST_TYPE_MOVED");
    assert_eq!(
        (moved.path.as_str(), moved.severity),
        ("buyer", Severity::Breaking)
    );
    assert_eq!(
        (moved.old.as_str(), moved.new.as_str()),
        ("shop.orders", "shop.people")
    );
    assert!(moved.effects.iter().all(|e| e.format == Format::Rust));
    assert_eq!(ids(record(&report, "Buyer")), [("RUST_TYPE_MOVED", "")]);
}

#[test]
fn messages_that_are_gone_are_told_once() {
    let both = format!("{ID}[record.Parcel.fields]\nweight = \"double\"\n");
    let against = [
        version("v1", &both),
        version("v2", &both),
        version("v3", ID),
    ];
    let report = compare(&version("new", ID), &against);
    let parcel = record(&report, "Parcel");
    assert_eq!(
        finding(parcel, "SCHEMA_REMOVED").against,
        [1],
        "the last version that has it"
    );
    assert_eq!(names(&report), ["Order", "Parcel"]);
}

#[test]
fn several_topics() {
    let topics = |list: &[(&str, &str)]| {
        let one = |(name, address): &(&str, &str)| {
            format!("[topic.{name}]\nrecord = \"Order\"\naddress = \"{address}\"\n")
        };
        format!("{ID}{}", list.iter().map(one).collect::<String>())
    };
    let old = version(
        "old",
        &topics(&[
            ("a", "q1/tg/shop/a"),
            ("b", "q1/tg/shop/b"),
            ("c", "q1/tg/shop/c"),
        ]),
    );
    let new = version(
        "new",
        &topics(&[
            ("b", "q0/tg/shop/b"),
            ("a", "q1/tg/shop/a"),
            ("d", "q1/tg/shop/c"),
        ]),
    );
    let report = compare(&new, &[old]);
    let order = record(&report, "Order");
    assert_eq!(ids(order), [("QOS_CHANGED", ""), ("TOPIC_RENAMED", "")]);
    let qos = finding(order, "QOS_CHANGED");
    assert_eq!(
        (qos.old.as_str(), qos.new.as_str()),
        ("q1/tg/shop/b", "q0/tg/shop/b")
    );
    assert_eq!(qos.severity, Severity::Breaking);
    assert!(qos.place.as_ref().is_some_and(|p| p.version.is_none()));
    assert_eq!(order.topics.len(), 3);
}

#[test]
fn topics_are_compared_with_versions_of_the_same_text_too() {
    let at = |label: &str, address: &str| {
        let topic = format!("[topic.orders]\nrecord = \"Order\"\naddress = \"{address}\"\n");
        version(label, &format!("{ID}{topic}"))
    };
    let against = [
        at("v1", "q1/tg/shop/a"),
        at("v2", "q1/tg/shop/b"),
        version("v3", ID),
    ];
    let report = compare(&at("new", "q1/tg/shop/b"), &against);
    let order = record(&report, "Order");
    assert_eq!(order.versions.len(), 1, "one text");
    assert_eq!(finding(order, "TOPIC_CHANGED").against, [0]);
    assert_eq!(finding(order, "TOPIC_ADDED").against, [2]);
}

#[test]
fn a_topic_that_carries_something_else() {
    let text = |record: &str| {
        format!(
            "{ID}[record.Parcel.fields]\nweight = \"double\"\n[topic.t]\nrecord = \"{record}\"\naddress = \"q1/tg/shop/t\"\n"
        )
    };
    let report = compare(
        &version("new", &text("Parcel")),
        &[version("old", &text("Order"))],
    );
    assert_eq!(
        finding(record(&report, "Order"), "TOPIC_REMOVED").severity,
        Severity::Breaking
    );
    assert_eq!(
        finding(record(&report, "Parcel"), "TOPIC_ADDED").severity,
        Severity::Info
    );
    let reused = finding(record(&report, "Parcel"), "TOPIC_REUSED");
    assert_eq!(reused.severity, Severity::Breaking);
    assert_eq!(
        (reused.old.as_str(), reused.new.as_str()),
        ("Order", "Parcel")
    );
    let line = reused.place.as_ref().map(|p| p.line);
    assert_eq!(
        line,
        finding(record(&report, "Parcel"), "TOPIC_ADDED")
            .place
            .as_ref()
            .map(|p| p.line)
    );
    // A message that is called otherwise now is the same one.
    let renamed = version(
        "new",
        "[record.Purchase]\naliases = [\"Order\"]\n[record.Purchase.fields]\nid = \"string\"\n[topic.t]\nrecord = \"Purchase\"\naddress = \"q1/tg/shop/t\"\n",
    );
    let report = compare(&renamed, &[version("old", &text("Order"))]);
    let ids = report
        .records
        .iter()
        .flat_map(|r| &r.findings)
        .map(|f| f.rule.page.id);
    assert!(
        !ids.clone().any(|id| id == "TOPIC_REUSED"),
        "{:?}",
        ids.collect::<Vec<_>>()
    );
}

#[test]
fn many_messages_are_compared_as_each_alone() {
    let text = |ty: &str| -> String {
        let record = |n: usize| {
            format!(
                "[record.R{n}.fields]\nid = \"{ty}\"\nnext = \"R{}?\"\n",
                n / 2
            )
        };
        (0..40).map(record).collect()
    };
    let (old, new) = (version("old", &text("int")), version("new", &text("long")));
    let together = compare(&new, std::slice::from_ref(&old));
    assert_eq!(together.records.len(), 40);
    for record in &together.records {
        let options = Options {
            only: vec![record.record.clone()],
            ..Options::default()
        };
        let alone = check(&new, std::slice::from_ref(&old), &options).unwrap();
        assert_eq!(format!("{:?}", alone.records), format!("{:?}", [record]));
    }
}
