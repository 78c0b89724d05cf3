//! Topics and records that the source puts together.

use std::rc::Rc;

use tg_schema_model::topic::pulsar;

use super::is_topic;
use crate::interpret::{Arguments, Class, Kind, Value};

/// Most parts of a value that are looked at: shared parts may make it larger than any memory.
pub(super) const MAX_PARTS: usize = 10_000;

/// Full names of topics and what travels on them.
type Used<'a> = Vec<(String, Rc<Class<'a>>)>;

/// Notes that a record travels on a topic.
pub(super) fn add<'a>(topic: &str, class: Rc<Class<'a>>, used: &mut Used<'a>) {
    let topic = pulsar::full_name(topic);
    let same = |(name, own): &(String, Rc<Class<'a>>)| *name == topic && Rc::ptr_eq(own, &class);
    if !used.iter().any(same) {
        used.push((topic, class));
    }
}

/// A Record, or a schema of one.
fn record_of<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value {
        Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(class)),
        _ => of_schema(value),
    }
}

/// `X` of `JsonSchema(X)`.
pub(super) fn of_schema<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value.instance_of()? {
        "pulsar.schema.JsonSchema" | "pulsar.schema.AvroSchema" => {}
        _ => return None,
    }
    match value {
        Value::Instance(of) => match of.arguments.get(0, "record_cls")? {
            Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(class)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a value is a topic's full name.
pub(super) fn is_address(value: &Value<'_>) -> bool {
    value.as_str().is_some_and(is_topic)
}

/// Whether a value is a text, is not known, or holds others.
pub(super) fn may_hold(value: &Value<'_>) -> bool {
    matches!(
        value,
        Value::Str(_)
            | Value::Unknown(_)
            | Value::Dict(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Tuple(_)
    )
}

/// `Publisher(topic=…, schema=X)`, `Consumer(input_queue=…, input_schema=X)`, `publisher(…, JsonSchema(X))`.
pub(super) fn of_call<'a>(arguments: &Arguments<'a>, used: &mut Used<'a>) {
    let named: Vec<(&str, &Value<'a>)> = arguments
        .keywords
        .iter()
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    of_names(&named, used);
    only_two(&arguments.positional, used);
}

/// Names that end alike: `topic` and `schema`, `input_queue` and `input_schema`.
fn of_names<'a>(named: &[(&str, &Value<'a>)], used: &mut Used<'a>) {
    for (name, value) in named.iter().filter(|(_, value)| is_address(value)) {
        let start = ["topic", "queue"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        let Some(start) = start else { continue };
        let schema = named.iter().find(|(other, _)| {
            ["schema", "record"]
                .iter()
                .any(|end| other.strip_suffix(end) == Some(start))
        });
        if let (Some(text), Some(class)) = (
            value.as_str(),
            schema.and_then(|(_, value)| record_of(value)),
        ) {
            add(text, class, used);
        }
    }
}

/// One topic and one record among values.
fn only_two<'a>(values: &[Value<'a>], used: &mut Used<'a>) {
    let mut topics = values.iter().filter(|value| is_address(value));
    let mut records = values.iter().filter_map(record_of);
    if let (Some(topic), None, Some(class), None) = (
        topics.next().and_then(Value::as_str),
        topics.next(),
        records.next(),
        records.next(),
    ) {
        add(topic, class, used);
    }
}

/// The pairs in a value: `(topic, X)`, `{topic: X}`, `{X: topic}`, `{"topic": topic, "schema": X}`.
pub(super) fn stated<'a>(value: &Value<'a>, used: &mut Used<'a>, left: &mut usize) {
    let Some(less) = left.checked_sub(1) else {
        return;
    };
    *left = less;
    match value {
        Value::Tuple(items) => {
            only_two(items, used);
            items.iter().for_each(|item| stated(item, used, left));
        }
        Value::List(items) | Value::Set(items) => {
            let items = items.borrow();
            items.iter().for_each(|item| stated(item, used, left));
        }
        Value::Dict(entries) => {
            let entries = entries.borrow();
            let named: Vec<(&str, &Value<'a>)> = entries
                .iter()
                .filter_map(|(key, value)| Some((key.as_str()?, value)))
                .collect();
            of_names(&named, used);
            for (key, value) in entries.iter() {
                only_two(&[key.clone(), value.clone()], used);
                stated(value, used, left);
            }
        }
        _ => {}
    }
}

/// The strings and what is not known in a value, with names for them.
pub(super) fn leaves<'a>(
    name: String,
    value: &Value<'a>,
    found: &mut Vec<(String, Value<'a>)>,
    left: &mut usize,
) {
    let Some(less) = left.checked_sub(1) else {
        return;
    };
    *left = less;
    match value {
        Value::Str(_) | Value::Unknown(_) => found.push((name, value.clone())),
        Value::Dict(entries) => {
            for (key, value) in entries.borrow().iter() {
                if key.as_str().is_some_and(is_topic) {
                    found.push((name.clone(), key.clone()));
                }
                let inner = match key {
                    Value::Str(key) if !is_topic(key) => format!("{name}_{key}"),
                    Value::Class(class) => format!("{name}_{}", class.name),
                    Value::Member(member) => format!("{name}_{}", member.name),
                    _ => name.clone(),
                };
                leaves(inner, value, found, left);
            }
        }
        Value::List(items) | Value::Set(items) => each(name, &items.borrow(), found, left),
        Value::Tuple(items) => each(name, items, found, left),
        _ => {}
    }
}

fn each<'a>(
    name: String,
    items: &[Value<'a>],
    found: &mut Vec<(String, Value<'a>)>,
    left: &mut usize,
) {
    let plain = |item: &&Value<'a>| !matches!(item, Value::Class(_) | Value::Instance(_));
    let several = items.iter().filter(plain).count() > 1;
    for (at, item) in items.iter().enumerate() {
        let inner = match several {
            true => format!("{name}_{at}"),
            false => name.clone(),
        };
        leaves(inner, item, found, left);
    }
}
