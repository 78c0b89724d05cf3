//! The verdict on each kind of change, in both directions.

use super::{of, plan, problems, record};

/// New reads old, old reads new.
#[track_caller]
fn change(old: &str, new: &str, backward: bool, forward: bool) {
    let verdicts = [(old, new, backward), (new, old, forward)];
    for (writer, reader, expected) in verdicts {
        let plan = plan(writer, reader);
        assert_eq!(
            plan.is_compatible(),
            expected,
            "writer {writer}, reader {reader}: {:?}",
            problems(&plan)
        );
    }
}

/// One field from this to that.
#[track_caller]
fn field(old: &str, new: &str, backward: bool, forward: bool) {
    let with = |field: &str| record(&format!(r#"{{"name": "a", "type": "string"}}, {field}"#));
    change(&with(old), &with(new), backward, forward);
}

/// The type of a field from this to that.
#[track_caller]
fn types(old: &str, new: &str, backward: bool, forward: bool) {
    change(&of(old), &of(new), backward, forward);
    let optional = |ty: &str| of(&format!(r#"["null", {ty}]"#));
    let list = |ty: &str| of(&format!(r#"{{"type": "array", "items": {ty}}}"#));
    let map = |ty: &str| of(&format!(r#"{{"type": "map", "values": {ty}}}"#));
    change(&list(old), &list(new), backward, forward);
    change(&map(old), &map(new), backward, forward);
    if !old.starts_with('[') && !new.starts_with('[') {
        change(&optional(old), &optional(new), backward, forward);
    }
}

const A: &str = r#"{"name": "a", "type": "string"}"#;

#[test]
fn fields_come_and_go() {
    let with = |field: &str| record(&format!("{A}, {field}"));
    let b = |ty: &str, rest: &str| format!(r#"{{"name": "b", "type": {ty}{rest}}}"#);
    let required = with(&b(r#""int""#, ""));
    let optional = with(&b(r#"["null", "int"]"#, r#", "default": null"#));
    let default = with(&b(r#""int""#, r#", "default": 3"#));
    change(&record(A), &required, false, true);
    change(&record(A), &optional, true, true);
    change(&record(A), &default, true, true);
    change(&required, &record(A), true, false);
    change(&optional, &record(A), true, true);
    change(&default, &record(A), true, true);
}

#[test]
fn fields_are_renamed() {
    let b =
        |name: &str, ty: &str, rest: &str| format!(r#"{{"name": "{name}", "type": {ty}{rest}}}"#);
    let alias = r#", "aliases": ["b"]"#;
    let (int, null) = (r#""int""#, r#"["null", "int"]"#);
    let default = r#", "default": null"#;
    field(&b("b", int, ""), &b("c", int, alias), true, false);
    field(
        &b("b", null, default),
        &b("c", null, &format!("{default}{alias}")),
        true,
        true,
    );
    field(&b("b", int, ""), &b("c", int, ""), false, false);
    field(&b("b", null, default), &b("c", null, default), true, true);
}

#[test]
fn numbers() {
    types(r#""int""#, r#""long""#, true, false);
    types(r#""int""#, r#""float""#, true, false);
    types(r#""int""#, r#""double""#, true, false);
    types(r#""long""#, r#""float""#, true, false);
    types(r#""long""#, r#""double""#, true, false);
    types(r#""float""#, r#""double""#, true, false);
    types(r#""boolean""#, r#""int""#, false, false);
    types(r#""int""#, r#""string""#, false, false);
    types(r#""long""#, r#""string""#, false, false);
}

#[test]
fn texts_and_octets() {
    types(r#""string""#, r#""bytes""#, true, true);
    types(r#""double""#, r#""bytes""#, false, false);
}

#[test]
fn optional_and_default() {
    types(r#""int""#, r#"["null", "int"]"#, true, false);
    types(r#""int""#, r#"["null", "double"]"#, true, false);
    let f = |ty: &str, default: &str| format!(r#"{{"name": "f", "type": {ty}{default}}}"#);
    let (plain, null) = (r#""int""#, r#"["null", "int"]"#);
    let (of_plain, of_null) = (r#", "default": 1"#, r#", "default": null"#);
    field(&f(null, of_null), &f(plain, of_plain), false, true);
    field(&f(plain, of_plain), &f(null, of_null), true, false);
    field(&f(plain, ""), &f(plain, of_plain), true, true);
    field(
        &f(plain, of_plain),
        &f(plain, r#", "default": 2"#),
        true,
        true,
    );
}

#[test]
fn lists_and_maps_and_records() {
    let (list, map) = (
        r#"{"type": "array", "items": "int"}"#,
        r#"{"type": "map", "values": "int"}"#,
    );
    let sub = r#"{"type": "record", "name": "S", "fields": [{"name": "x", "type": "int"}]}"#;
    types(r#""int""#, list, false, false);
    types(list, map, false, false);
    types(r#""int""#, sub, false, false);
    types(map, sub, false, false);
}

fn colors(symbols: &str, rest: &str) -> String {
    format!(r#"{{"type": "enum", "name": "Color", "symbols": [{symbols}]{rest}}}"#)
}

#[test]
fn enums() {
    let (two, three) = (r#""RED", "GREEN""#, r#""RED", "GREEN", "BLUE""#);
    let default = r#", "default": "RED""#;
    types(r#""string""#, &colors(two, ""), false, false);
    types(&colors(two, ""), &colors(three, ""), true, false);
    types(&colors(two, default), &colors(three, default), true, true);
    types(
        &colors(two, ""),
        &colors(r#""GREEN", "RED""#, ""),
        true,
        true,
    );
    let with_field_default =
        |ty: &str| format!(r#"{{"name": "f", "type": {ty}, "default": "RED"}}"#);
    field(
        &with_field_default(&colors(three, "")),
        &with_field_default(&colors(two, "")),
        false,
        true,
    );
    let renamed = colors(two, "").replace("Color", "Colour");
    types(&colors(two, ""), &renamed, false, false);
    let alias =
        colors(two, r#", "aliases": ["Color"]"#).replace("\"name\": \"Color", "\"name\": \"Colour");
    types(&colors(two, ""), &alias, true, false);
}

#[test]
fn records_are_renamed_and_moved() {
    let sub = |name: &str, rest: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "x", "type": "int"}}]{rest}}}"#
        )
    };
    change(&sub("A", ""), &sub("B", ""), false, false);
    change(
        &sub("A", ""),
        &sub("B", r#", "aliases": ["A"]"#),
        true,
        false,
    );
    types(&sub("A", ""), &sub("B", ""), false, false);
    types(
        &sub("A", ""),
        &sub("B", r#", "aliases": ["A"]"#),
        true,
        false,
    );
    change(&sub("x.A", ""), &sub("y.A", ""), true, true);
    change(
        &sub("x.A", ""),
        &sub("x.B", r#", "aliases": ["A"]"#),
        true,
        false,
    );
    change(
        &sub("x.A", ""),
        &sub("y.B", r#", "aliases": ["A"]"#),
        false,
        false,
    );
    change(
        &sub("x.A", ""),
        &sub("y.B", r#", "aliases": ["x.A"]"#),
        true,
        false,
    );
    change(
        &sub("A", r#", "aliases": ["B"]"#),
        &sub("B", ""),
        false,
        true,
    );
}

#[test]
fn order_and_documentation_do_not_matter() {
    let b = r#"{"name": "b", "type": "int", "doc": "B.", "aliases": ["c"]}"#;
    let plain = r#"{"name": "b", "type": "int"}"#;
    change(
        &record(&format!("{A}, {plain}")),
        &record(&format!("{b}, {A}")),
        true,
        true,
    );
    let first = r#"{"name": "a", "type": {"type": "enum", "name": "E", "symbols": ["S"]}}, {"name": "b", "type": "E"}"#;
    let second = r#"{"name": "b", "type": {"type": "enum", "name": "E", "symbols": ["S"]}}, {"name": "a", "type": "E"}"#;
    change(&record(first), &record(second), true, true);
}

#[test]
fn safe_in_pairs_and_not_over_three() {
    let with = |ty: &str| {
        record(&format!(
            r#"{A}, {{"name": "b", "type": ["null", {ty}], "default": null}}"#
        ))
    };
    change(&with(r#""int""#), &record(A), true, true);
    change(&record(A), &with(r#""string""#), true, true);
    change(&with(r#""int""#), &with(r#""string""#), false, false);
}

#[test]
fn decimals_need_one_form_and_other_logical_types_do_not_matter() {
    let decimal = |p: u32, s: u32| {
        format!(r#"{{"type": "bytes", "logicalType": "decimal", "precision": {p}, "scale": {s}}}"#)
    };
    types(&decimal(9, 2), &decimal(9, 2), true, true);
    types(&decimal(9, 2), &decimal(9, 3), false, false);
    types(&decimal(9, 2), &decimal(10, 2), false, false);
    types(&decimal(9, 2), r#""bytes""#, true, true);
    types(&decimal(9, 2), r#""string""#, true, true);
    let date = r#"{"type": "int", "logicalType": "date"}"#;
    let ms = r#"{"type": "long", "logicalType": "timestamp-millis"}"#;
    let us = r#"{"type": "long", "logicalType": "timestamp-micros"}"#;
    types(date, r#""int""#, true, true);
    types(date, ms, true, false);
    types(ms, us, true, true);
    types(ms, r#""double""#, true, false);
    types(
        r#"{"type": "string", "logicalType": "uuid"}"#,
        r#""bytes""#,
        true,
        true,
    );
}
