use super::super::sample::{Sample, field, with};
use super::*;
use crate::schema::{EnumId, FieldPulsar};
use crate::value::Value;

fn to(record: usize) -> Type {
    Type::Record(RecordId(record))
}

fn pulsar(required: Option<bool>, required_default: bool, raw: Option<&str>) -> FieldPulsar {
    FieldPulsar {
        required,
        required_default,
        default: None,
        raw: raw.map(str::to_owned),
    }
}

#[test]
fn pulsar_tables_need_the_profile() {
    let of_field =
        |pulsar: FieldPulsar| Sample::of(Type::Int).last(|r| r.fields[0].pulsar = pulsar);
    of_field(pulsar(Some(true), false, None)).has_error("the field \"it\" has `pulsar`");
    of_field(pulsar(Some(true), false, None))
        .last(|r| r.profile = Profile::PulsarRecord)
        .is_clean();
    let sorted = Sample::of(Type::Int).last(|r| r.pulsar.sorted_fields = true);
    sorted.has_error("the record \"Sample\" has `pulsar`");
    sorted
        .last(|r| r.profile = Profile::PulsarRecord)
        .is_clean();
}

#[test]
fn the_profile_goes_all_the_way_down() {
    let array = Type::Array(Box::new(to(0)));
    let sample = Sample::new()
        .record("In", vec![])
        .old_record("Out", vec![field("in", array.clone())]);
    sample.has_error("refers to \"In\"");
    Sample::new()
        .old_record("In", vec![])
        .old_record("Out", vec![field("in", array.clone())])
        .is_clean();
    Sample::new()
        .old_record("In", vec![])
        .record("Out", vec![field("in", array)])
        .is_clean();
}

#[test]
fn names_that_python_records_swallow() {
    for name in [
        "default",
        "required",
        "required_default",
        "schema",
        "_required",
    ] {
        Sample::new()
            .old_record("R", vec![field(name, Type::Int)])
            .has_warning("cannot be set by Python");
        Sample::new()
            .record("R", vec![field(name, Type::Int)])
            .is_clean();
    }
}

#[test]
fn raw_types() {
    let raw = |text: &str| {
        let sample =
            Sample::of(Type::Int).last(|r| r.fields[0].pulsar = pulsar(None, false, Some(text)));
        sample.last(|r| r.profile = Profile::PulsarRecord)
    };
    raw(r#"["null","null"]"#).has_warning("kept as the client wrote it");
    raw("[").has_error("is no JSON");
}

#[test]
fn registered_defaults() {
    let of = |ty: Type, presence: Presence, required: Option<bool>| {
        let mut it = with(presence, field("it", ty));
        it.pulsar = pulsar(required, true, None);
        Sample::new().old_record("R", vec![it])
    };
    of(Type::String, Presence::Optional, None).is_clean();
    of(Type::Boolean, Presence::Required, None).is_clean();
    of(Type::String, Presence::Required, None).has_warning("default null and a type without null");
    of(Type::String, Presence::Optional, Some(true))
        .has_warning("default null and a type without null");
    of(
        Type::String,
        Presence::Default(Value::String("x".into())),
        None,
    )
    .is_clean();
    let none = Presence::NullableDefault(Value::Array(vec![]));
    of(Type::Array(Box::new(Type::Bytes)), none, None).is_clean();
    let bytes = Presence::NullableDefault(Value::Bytes(vec![]));
    of(Type::Bytes, bytes, None).has_warning("cannot register the default");
}

#[test]
fn plain_records_keep_to_namespaces() {
    let sample = Sample::new()
        .record("In", vec![])
        .record("Out", vec![field("in", Type::Map(Box::new(to(0))))])
        .last(|r| r.namespace = Some("a.b".into()));
    sample.has_error("\"Out\" has the namespace \"a.b\" and refers to \"In\", which has none");
    let mut sample = sample;
    sample.schema.records[0].namespace = Some("c".into());
    sample.is_clean();
    let sample = Sample::new()
        .enumeration("E", &["A"], |_| {})
        .record("Out", vec![field("e", Type::Enum(EnumId(0)))])
        .last(|r| r.namespace = Some("a".into()));
    sample.has_error("refers to \"E\"");
}

/// `In`, then `NS` in the namespace `a.b` with a field of it.
fn spaced(root: Vec<Field>, namespace: Option<&str>) -> Sample {
    Sample::new()
        .old_record("In", vec![field("x", Type::Int)])
        .old_record("NS", vec![field("n", to(0))])
        .last(|r| r.namespace = Some("a.b".into()))
        .old_record("Out", root)
        .last(|r| r.namespace = namespace.map(str::to_owned))
}

#[test]
fn namespaces_leak_in_registered_text() {
    spaced(vec![field("first", to(0)), field("second", to(1))], None)
        .has_warning("says \"In\" where Avro readers look for \"a.b.In\"");
    spaced(vec![field("first", to(1)), field("second", to(0))], None)
        .has_warning("says \"In\" where Avro readers look for \"In\"");
    spaced(
        vec![field("first", to(1)), field("second", to(0))],
        Some("a.b"),
    )
    .is_clean();
    spaced(vec![field("second", to(1))], None).is_clean();
    let order = vec![field("b", to(0)), field("a", to(1))];
    spaced(order, None)
        .last(|r| r.pulsar.sorted_fields = true)
        .has_warning("says \"In\" where Avro readers look for \"In\"");
}

#[test]
fn two_types_of_one_registered_name() {
    let mut sample = Sample::new()
        .enumeration("Color", &["RED"], |e| e.namespace = Some("a".into()))
        .enumeration("Color", &["BLUE"], |e| e.namespace = Some("b".into()))
        .old_record(
            "R",
            vec![
                field("x", Type::Enum(EnumId(0))),
                field("y", Type::Enum(EnumId(1))),
            ],
        );
    let other = crate::schema::Module {
        path: vec!["other".into()],
        ..Default::default()
    };
    sample.schema.modules.push(other);
    sample.schema.enums[1].module = 1;
    sample.has_warning("says \"Color\", which is another type of that name there");
}
