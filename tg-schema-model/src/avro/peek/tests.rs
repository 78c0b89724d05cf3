//! Plans of small schemas.

use super::{Action, Plan, Step, Take, compile};
use crate::avro::resolution::Skip;
use crate::avro::{self, Rules};

const REQUEST: &str = r#"{"type": "record", "name": "Request", "namespace": "a", "fields": [
    {"name": "flag", "type": "boolean"},
    {"name": "weight", "type": "double"},
    {"name": "nothing", "type": "null"},
    {"name": "metadata", "type": ["null", {"type": "record", "name": "Metadata", "fields": [
        {"name": "id", "type": "string"},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "parent", "type": ["Metadata", "null"]},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["on", "off"]}}]}]},
    {"name": "either", "type": ["int", "string"]},
    {"name": "any", "type": ["null", "Metadata", "string"]},
    {"name": "attributes", "type": {"type": "map", "values": "Metadata"}},
    {"name": "origin", "type": "Metadata"},
    {"name": "body", "type": "bytes"}]}"#;

fn plan(fields: &[&str]) -> Plan {
    of(REQUEST, fields).unwrap_or_else(|e| panic!("{e}"))
}

fn of(schema: &str, fields: &[&str]) -> Result<Plan, String> {
    let schema = avro::parse_with(schema, Rules::Registered).unwrap_or_else(|e| panic!("{e}"));
    compile(&schema, fields).map_err(|e| e.to_string())
}

fn refused(fields: &[&str]) -> String {
    of(REQUEST, fields).unwrap_err()
}

/// Steps as text: `-name` is jumped over.
fn shown(plan: &Plan, steps: &[Step]) -> String {
    let step = |step: &Step| {
        let name = plan.name(step);
        match &step.action {
            Action::Skip(_) => format!("-{name}"),
            Action::Take { place, .. } => format!("{name}={place}"),
            Action::Record(inside) => format!("{name}({})", shown(plan, inside)),
            Action::Optional {
                branches,
                record,
                steps,
            } => format!("{name}?{record}/{branches}({})", shown(plan, steps)),
        }
    };
    steps.iter().map(step).collect::<Vec<_>>().join(" ")
}

fn steps(fields: &[&str]) -> String {
    let plan = plan(fields);
    assert_eq!(plan.fields, fields);
    shown(&plan, &plan.steps)
}

#[test]
fn ends_behind_the_last_field() {
    assert_eq!(steps(&["flag"]), "flag=0");
    assert_eq!(steps(&["nothing"]), "-flag nothing=0");
    assert_eq!(steps(&["metadata.id"]), "-flag metadata?1/2(id=0)");
    assert_eq!(
        steps(&["either", "metadata.id"]),
        "-flag metadata?1/2(id=1 -tags -parent -state) either=0"
    );
    assert_eq!(
        steps(&["origin.state"]),
        "-flag -metadata -either -any -attributes origin(-id -tags -parent state=0)"
    );
    assert_eq!(
        steps(&["metadata.parent.parent.id", "metadata.parent.id"]),
        "-flag metadata?1/2(-id -tags parent?0/2(id=1 -tags parent?0/2(id=0)))"
    );
}

#[test]
fn neighbours_of_fixed_sizes_are_one_jump() {
    let plan = plan(&["metadata"]);
    let Action::Skip(skip) = plan.steps[0].action else {
        panic!("{plan:?}")
    };
    assert_eq!(plan.skips[skip.0 as usize], Skip::Fixed(9));
    assert_eq!(plan.steps.len(), 2);
}

#[test]
fn values_by_their_types() {
    let take = |schema: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": {schema}}}]}}"#
        );
        let plan = of(&text, &["f"]).unwrap_or_else(|e| panic!("{e}"));
        match &plan.steps[0].action {
            Action::Take { place: 0, take } => take.clone(),
            other => panic!("{other:?}"),
        }
    };
    let logical = |base: &str, logical: &str| {
        take(&format!(
            r#"{{"type": "{base}", "logicalType": "{logical}"}}"#
        ))
    };
    assert_eq!(take(r#""float""#), Take::Float);
    assert_eq!(logical("int", "date"), Take::Date);
    assert_eq!(logical("int", "time-millis"), Take::TimeMillis);
    assert_eq!(logical("long", "time-micros"), Take::Long);
    assert_eq!(logical("long", "timestamp-millis"), Take::TimestampMillis);
    assert_eq!(logical("long", "timestamp-micros"), Take::TimestampMicros);
    assert_eq!(logical("long", "timestamp-nanos"), Take::Long);
    assert_eq!(logical("long", "local-timestamp-millis"), Take::Long);
    assert_eq!(logical("string", "uuid"), Take::UuidText);
    assert_eq!(logical("bytes", "big-decimal"), Take::Bytes);
    let fixed = |size: u32, more: &str| {
        take(&format!(
            r#"{{"type": "fixed", "name": "F", "size": {size}, {more}}}"#
        ))
    };
    assert_eq!(fixed(3, r#""doc": """#), Take::Fixed(3));
    assert_eq!(fixed(16, r#""logicalType": "uuid""#), Take::UuidBytes);
    let digits = |precision: u32| {
        take(&format!(
            r#"{{"type": "bytes", "logicalType": "decimal", "precision": {precision}, "scale": 2}}"#
        ))
    };
    let expected = Take::Decimal {
        precision: 38,
        scale: 2,
        size: None,
    };
    assert_eq!(digits(38), expected);
    assert_eq!(digits(39), Take::Bytes);
    let size = Some(5);
    assert_eq!(
        fixed(5, r#""logicalType": "decimal", "precision": 9, "scale": 1"#),
        Take::Decimal {
            precision: 9,
            scale: 1,
            size
        }
    );
    let union = |branches: [Take; 2]| Take::Union(branches.into());
    assert_eq!(
        take(r#"["string", "null"]"#),
        union([Take::String, Take::Null])
    );
    let list = r#"{"type": "array", "items": "int"}"#;
    assert!(matches!(take(list), Take::Encoded(_)));
    assert!(
        matches!(take(&format!(r#"["null", {list}]"#)), Take::Union(b) if matches!(b[1], Take::Encoded(_)))
    );
    assert!(matches!(
        take(&format!(r#"["int", {list}]"#)),
        Take::Encoded(_)
    ));
}

#[test]
fn symbols_are_kept_once() {
    let plan = plan(&["origin.state", "metadata.state"]);
    let [symbols] = &plan.symbols[..] else {
        panic!("{plan:?}")
    };
    assert_eq!(
        symbols.iter().map(|s| &**s).collect::<Vec<_>>(),
        ["on", "off"]
    );
}

#[test]
fn what_cannot_be_had_is_told() {
    assert_eq!(refused(&[]), "no field was asked for: name one at least");
    for path in ["", ".", "a..b", "flag."] {
        assert!(refused(&[path]).contains("is no path of a field"), "{path}");
    }
    assert_eq!(
        refused(&["flga"]),
        "`flga`: the record Request has no field `flga`; did you mean `flag`?"
    );
    assert_eq!(
        refused(&["flag", "metadata.parent.Id"]),
        "`metadata.parent.Id`: the record Metadata has no field `Id`; did you mean `metadata.parent.id`?"
    );
    assert_eq!(
        refused(&["origin.zzzzzz"]),
        "`origin.zzzzzz`: the record Metadata has no field `zzzzzz`; it has id, tags, parent, state"
    );
    assert!(refused(&["zzzzzz"]).ends_with("attributes, origin and 1 more"));
    assert_eq!(
        refused(&["flag.x"]),
        "`flag.x`: `flag` is of type boolean, which has no fields"
    );
    assert_eq!(
        refused(&["origin.state.x.y"]),
        "`origin.state.x`: `origin.state` is the enum State, which has no fields"
    );
    assert_eq!(
        refused(&["metadata.tags.x"]),
        "`metadata.tags.x`: `metadata.tags` is an array, into which no path goes: ask for `metadata.tags` itself"
    );
    assert!(refused(&["attributes.id"]).contains("`attributes` is a map"));
    assert!(
        refused(&["any.id"]).contains("`any` is a union of other types than null and one record")
    );
    assert!(refused(&["either.id"]).contains("`either` is a union of other types"));
    assert_eq!(refused(&["flag", "flag"]), "`flag` is asked for twice");
    assert_eq!(
        refused(&["origin.id", "flag", "origin.id"]),
        "`origin.id` is asked for twice"
    );
    let both = "`origin` and `origin.parent.id` are both asked for, and the second is part of the first: ask for one of them";
    assert_eq!(refused(&["origin", "origin.parent.id"]), both);
    assert_eq!(refused(&["origin.parent.id", "origin"]), both);
    assert_eq!(
        of(r#"["null", "int"]"#, &["a"]).unwrap_err(),
        "the writer's schema is a union: fields can be asked for of a record"
    );
    let none = r#"{"type": "record", "name": "N", "fields": []}"#;
    assert!(
        of(none, &["a"])
            .unwrap_err()
            .ends_with("has no field `a`, nor any other")
    );
}

#[test]
fn plans_are_bounded() {
    let long = |n: usize| format!("origin{}.id", ".parent".repeat(n));
    assert!(of(REQUEST, &[&long(254)]).is_ok());
    let message = refused(&[&long(255)]);
    assert!(message.contains("goes through more than 256 records") && message.len() < 300);
    // Fields are gone through once for each record on a way.
    let fields: String = (0..10_000)
        .map(|i| format!(r#"{{"name": "f{i}", "type": "int"}},"#))
        .collect();
    let wide = format!(
        r#"{{"type": "record", "name": "R", "fields": [{fields} {{"name": "next", "type": ["null", "R"]}}]}}"#
    );
    let long = |n: usize| format!("{}f1", "next.".repeat(n));
    assert!(of(&wide, &[&long(10)]).is_ok());
    assert!(of(&wide, &[&long(200)]).unwrap_err().contains("too large"));
    let name = "n".repeat(1_000_000);
    assert!(refused(&[&name]).len() < 500);
}

#[test]
fn types_that_need_themselves_have_a_plan() {
    let schema = r#"{"type": "record", "name": "R", "fields": [
        {"name": "a", "type": "R"}, {"name": "b", "type": "int"}]}"#;
    assert!(of(schema, &["b"]).is_ok());
    assert!(of(schema, &["a.a.a.b"]).is_ok());
    assert!(of(schema, &["a"]).is_ok());
}
