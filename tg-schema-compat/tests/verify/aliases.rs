//! Attacks where Java takes fields or branches for others, by aliases or by their fields.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::prove;
use tg_schema_compat::report::Format;
use tg_schema_compat::version::{Message, Version};

use super::names::schemas;
use super::{only, reported};

/// Two fields that have each other's name as an alias change places to the broker, and do so twice to its readers, who refuse
/// what is no value of its place then; registries see no single source for either.
#[test]
fn fields_that_have_each_others_name_as_an_alias() {
    let of = |symbol: &str| {
        format!(
            r#"{{"type": "enum", "name": "O", "symbols": ["{symbol}"], "default": "{symbol}"}}"#
        )
    };
    let old = format!(
        r#"{{"type": "record", "name": "P", "fields": [
            {{"name": "a", "type": {}}}, {{"name": "b", "type": "int"}}]}}"#,
        of("ADD")
    );
    let new = format!(
        r#"{{"type": "record", "name": "P", "fields": [
            {{"name": "b", "aliases": ["a"], "type": {}}}, {{"name": "a", "type": "int", "aliases": ["b"]}}]}}"#,
        of("CALL")
    );
    let [old, new] = schemas([&old, &new]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
    assert_eq!(reported(only(&new), only(&old), 20), []);
    let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    let findings = report.records.iter().flat_map(|of| &of.findings);
    let lost = findings
        .flat_map(|f| &f.effects)
        .filter(|e| e.loss.is_some());
    let lost: Vec<_> = lost.map(|e| (e.format, e.direction)).collect();
    assert_eq!(lost, [(Format::Pulsar, Some(Direction::Backward))]);
}

/// Java calls a branch as the record that has its name as an alias, does not find that in the union, and takes the first
/// that has its fields. Where two schemas differ in aliases alone it looks for none.
#[test]
fn a_branch_whose_name_a_record_elsewhere_has_as_an_alias() {
    let of = |more: &str| {
        format!(
            r#"{{"type": "record", "name": "P", "fields": [{{"name": "x", "type": [
                {{"type": "record", "name": "Z", "fields": [{{"name": "a", "type": ["null", "string"], "default": null}}]}},
                {{"type": "record", "name": "Y", "fields": [{{"name": "c", "type": "string"}}{more}]}}]}},
                {{"name": "y", "type": {{"type": "record", "name": "X", "aliases": ["Y"], "fields": []}}}}]}}"#
        )
    };
    let [old, new] = schemas([
        &of(""),
        &of(r#", {"name": "e", "type": "int", "default": 0}"#),
    ]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
    let lost = |new: &Version, old: &Version| -> Vec<_> {
        let mut report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
        prove(&mut report, new, std::slice::from_ref(old));
        let findings = report.records.iter().flat_map(|of| &of.findings);
        let lost = findings.filter(|f| f.path == "x.c");
        let shown = lost.flat_map(|f| &f.counterexamples);
        shown.map(|one| (one.format, one.direction)).collect()
    };
    let both = [Format::Avro, Format::Pulsar].map(|format| Direction::ALL.map(|way| (format, way)));
    assert_eq!(lost(&new, &old), both.concat());
    assert_eq!(lost(&new, &new), []);
    let without = of("").replace(r#""aliases": ["Y"], "#, "");
    let [without] = [Version::of_schema(
        "v",
        Message::new("P", &*without, &*without),
    )];
    assert_eq!(lost(&without, &old), []);
}

/// A new branch that an old one has all fields of is read as that one, where names of records do not count.
#[test]
fn a_new_branch_that_is_read_as_another_record() {
    let of = |more: &str| {
        format!(
            r#"{{"type": "record", "name": "P", "fields": [{{"name": "x", "type": [
                {{"type": "record", "name": "X", "fields": [{{"name": "c", "type": "int", "default": 1}}]}}{more}]}}]}}"#
        )
    };
    let branch = r#", {"type": "record", "name": "Y", "fields": [{"name": "b", "type": "long"}]}"#;
    let [old, new] = schemas([&of(""), &of(branch)]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
    for (new, old, direction) in [
        (&new, &old, Direction::Forward),
        (&old, &new, Direction::Backward),
    ] {
        let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
        let findings = report.records.iter().flat_map(|of| &of.findings);
        let lost = findings
            .flat_map(|f| &f.effects)
            .filter(|e| e.loss.is_some());
        let lost: Vec<_> = lost.map(|e| (e.format, e.direction)).collect();
        assert_eq!(lost, [(Format::Pulsar, Some(direction))]);
    }
}

/// Three fields that take each other's place in turn: what the broker finds for each, its readers look for in the next.
#[test]
fn fields_that_change_places_in_turn() {
    let [old, new] = schemas([
        r#"{"type": "record", "name": "P", "fields": [{"name": "c", "type": "long"},
            {"name": "a", "type": ["null", "string"]}, {"name": "b", "type": "long", "default": 0}]}"#,
        r#"{"type": "record", "name": "P", "fields": [{"name": "c", "type": ["null", "string"], "aliases": ["a"]},
            {"name": "b", "type": "long", "aliases": ["c"]}, {"name": "a", "type": "float", "aliases": ["b"]}]}"#,
    ]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
    let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    let findings = report.records.iter().flat_map(|of| &of.findings);
    let effects = findings.flat_map(|f| &f.effects);
    let lost: Vec<_> = effects.filter(|e| e.loss.is_some()).collect();
    assert!(
        lost.iter().any(|e| e.format == Format::Pulsar
            && e.direction == Some(Direction::Backward)
            && e.message.ends_with("b: found null, expecting long")),
        "{lost:?}"
    );
}
