//! The way over what the reader has no field for.

use super::{Node, Plan, plan, record};
use crate::avro::resolution::{Skip, SkipId, Step};

/// The way over one field of that type, if it takes any.
fn over(ty: &str) -> (Plan, Option<SkipId>) {
    let writer = record(&format!(r#"{{"name": "f", "type": {ty}}}"#));
    let plan = plan(&writer, &record(""));
    let id = match plan.node(plan.root) {
        Node::Record { steps, .. } => match steps[..] {
            [] => None,
            [Step::Skip(id)] => Some(id),
            _ => panic!("{plan:?}"),
        },
        Node::Same => None,
        other => panic!("{other:?}"),
    };
    (plan, id)
}

fn skip(ty: &str) -> Skip {
    let (plan, id) = over(ty);
    id.map_or(Skip::Nothing, |id| plan.skip(id).clone())
}

#[test]
fn types_without_parts() {
    for (ty, expected) in [
        (r#""null""#, Skip::Nothing),
        (r#""boolean""#, Skip::Fixed(1)),
        (r#""int""#, Skip::Varint),
        (r#""long""#, Skip::Varint),
        (r#""float""#, Skip::Fixed(4)),
        (r#""double""#, Skip::Fixed(8)),
        (r#""string""#, Skip::Prefixed),
        (r#""bytes""#, Skip::Prefixed),
        (
            r#"{"type": "enum", "name": "E", "symbols": ["A"]}"#,
            Skip::Varint,
        ),
        (
            r#"{"type": "fixed", "name": "F", "size": 0}"#,
            Skip::Nothing,
        ),
        (
            r#"{"type": "fixed", "name": "F", "size": 4294967295}"#,
            Skip::Fixed(u32::MAX),
        ),
    ] {
        assert_eq!(skip(ty), expected, "{ty}");
    }
}

#[test]
fn records_become_as_short_as_they_can() {
    let sub = |fields: &str| format!(r#"{{"type": "record", "name": "S", "fields": [{fields}]}}"#);
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": {ty}}}"#);
    let inner = r#"{"type": "record", "name": "T", "fields": [
        {"name": "x", "type": "double"}, {"name": "n", "type": "null"}]}"#;
    assert_eq!(skip(&sub("")), Skip::Nothing);
    assert_eq!(skip(&sub(&field("n", r#""null""#))), Skip::Nothing);
    assert_eq!(
        skip(&sub(&[
            field("a", r#""float""#),
            field("b", inner),
            field("c", r#""boolean""#)
        ]
        .join(", "))),
        Skip::Fixed(13)
    );
    assert_eq!(
        skip(&sub(
            &[field("a", r#""int""#), field("n", r#""null""#)].join(", ")
        )),
        Skip::Varint
    );
    let (plan, id) = over(&sub(&[
        field("a", r#""float""#),
        field("b", r#""double""#),
        field("c", r#""string""#),
        field("d", inner),
    ]
    .join(", ")));
    let Skip::Record(parts) = plan.skip(id.unwrap()) else {
        panic!("{plan:?}")
    };
    let parts: Vec<_> = parts.iter().map(|&part| plan.skip(part).clone()).collect();
    assert_eq!(parts, [Skip::Fixed(12), Skip::Prefixed, Skip::Fixed(8)]);
}

#[test]
fn sizes_beyond_the_largest_stay_apart() {
    let writer = record(
        r#"{"name": "a", "type": {"type": "fixed", "name": "F", "size": 4294967295}},
           {"name": "b", "type": "F"}, {"name": "c", "type": "double"}"#,
    );
    let plan = plan(&writer, &record(""));
    let Node::Record { steps, .. } = plan.node(plan.root) else {
        panic!("{plan:?}")
    };
    let sizes: Vec<_> = steps
        .iter()
        .map(|step| match step {
            Step::Skip(id) => plan.skip(*id).clone(),
            Step::Read { .. } => panic!("{plan:?}"),
        })
        .collect();
    assert_eq!(
        sizes,
        [Skip::Fixed(u32::MAX), Skip::Fixed(u32::MAX), Skip::Fixed(8)]
    );
}

#[test]
fn items_without_bytes_are_known() {
    for (items, empty) in [
        (r#""null""#, true),
        (
            r#"{"type": "record", "name": "S", "fields": [{"name": "n", "type": "null"}]}"#,
            true,
        ),
        (r#"{"type": "fixed", "name": "F", "size": 0}"#, true),
        (r#"["null"]"#, false),
        (r#""boolean""#, false),
        // No value of this has an end; it must not pass for one without bytes.
        (
            r#"{"type": "record", "name": "S", "fields": [{"name": "s", "type": "S"}]}"#,
            false,
        ),
    ] {
        let (plan, id) = over(&format!(r#"{{"type": "array", "items": {items}}}"#));
        let Skip::Array(item) = *plan.skip(id.unwrap()) else {
            panic!("{plan:?}")
        };
        assert_eq!(plan.is_empty_skip(item), empty, "{items}");
    }
}

#[test]
fn recursive_types() {
    let (plan, id) = over(r#"{"type": "map", "values": ["null", "R"]}"#);
    let values = |id| match *plan.skip(id) {
        Skip::Map(values) => plan.skip(values),
        _ => panic!("{plan:?}"),
    };
    let branches = |skip: &Skip| match skip {
        Skip::Union(branches) => branches.clone(),
        _ => panic!("{plan:?}"),
    };
    let outer = branches(values(id.unwrap()));
    assert_eq!(plan.skip(outer[0]), &Skip::Nothing);
    // The record has nothing but the map, and is that.
    assert_eq!(branches(values(outer[1])), outer);
}
