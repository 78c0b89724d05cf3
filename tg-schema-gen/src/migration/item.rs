//! The rows of classes, enums and topics.

use tg_schema_model::topic::{self, Topic, pulsar as names};
use tg_schema_model::{EnumId, Json, RecordId, Schema, Value, Verdict, avro};

use super::class::{Class, dotted};
use super::judgement::Judgement;
use super::row::{Kind, Row};
use super::types::Types;

/// The row of a class, where there is something to say of it as a whole.
pub(super) fn class_row(schema: &Schema, id: RecordId, class: &Class) -> Option<Row> {
    let record = schema.record(id);
    let origin = record.origin.as_ref()?;
    let mut judgement = Judgement::default();
    if let Some(reason) = class
        .reason
        .as_ref()
        .filter(|_| super::class::open(schema, id).is_none())
    {
        judgement.say(
            Verdict::Widened,
            format!("The old class cannot be registered: {reason}. The new record can."),
        );
    }
    if let Some(place) = &origin.shadowed_by {
        judgement.say(
            Verdict::Exact,
            format!("A later class of the same name ({place}) takes its place in the old code."),
        );
    }
    judgement.note(record.origin.as_ref());
    if judgement.reason_text().is_empty() && judgement.verdict == Verdict::Exact {
        return None;
    }
    Some(Row {
        place: origin.place.clone(),
        kind: Kind::Class,
        module: class.module.clone(),
        name: record.name.clone(),
        expression: origin.expression.clone().unwrap_or_default(),
        registered: record.full_name(),
        definition: record.name.clone(),
        wire: judgement.wire_text(),
        verdict: judgement.verdict,
        reason: judgement.reason_text(),
        ..Row::default()
    })
}

/// What becomes of the values of an enum on the JSON wire (`None`: nothing), and whether a value is a string
/// other than its symbol.
pub(super) fn symbols(schema: &Schema, id: EnumId) -> (Option<String>, bool) {
    const SHOWN: usize = 3;
    let item = schema.enumeration(id);
    if item.pulsar.values.is_empty() {
        return (Some("value → symbol".to_owned()), false);
    }
    let values = item.symbols.iter().zip(&item.pulsar.values);
    let moved = values.filter_map(|(symbol, value)| match value {
        Value::String(text) if *text == symbol.name => None,
        Value::String(text) => Some((Json::str(text), symbol, true)),
        Value::Long(n) => Some((Json::int(*n), symbol, false)),
        _ => None,
    });
    let moved: Vec<_> = moved.collect();
    let mut parts: Vec<String> = moved
        .iter()
        .take(SHOWN)
        .map(|(value, symbol, _)| {
            format!(
                "{} → {}",
                value.compact(),
                Json::str(&symbol.name).compact()
            )
        })
        .collect();
    if moved.len() > SHOWN {
        parts.push("…".to_owned());
    } else if moved.is_empty() && lost(schema, id) {
        parts.push("value → symbol".to_owned());
    }
    let strings = moved.iter().any(|(_, _, string)| *string);
    ((!parts.is_empty()).then(|| parts.join(", ")), strings)
}

/// Whether old messages hold values of an enum that are not read.
pub(super) fn lost(schema: &Schema, id: EnumId) -> bool {
    let origin = schema.enumeration(id).origin.as_ref();
    origin.is_some_and(|origin| origin.verdict >= Some(Verdict::Lossy))
}

/// The row of an enum that has an origin.
pub(super) fn enum_row(types: &Types<'_>, id: EnumId) -> Option<Row> {
    let schema = types.schema;
    let item = schema.enumeration(id);
    let origin = item.origin.as_ref()?;
    let mut judgement = Judgement::default();
    let (wire, strings) = symbols(schema, id);
    match wire {
        Some(wire) => {
            judgement.wire(wire);
            let read = match lost(schema, id) {
                true => "not all of the values are read",
                false => "both are read",
            };
            judgement.say(
                Verdict::Exact,
                format!("Old JSON carries the Python values, new JSON the symbols; {read}. Avro carries the symbols, before and now."),
            );
        }
        None => judgement.say(Verdict::Exact, "Values and symbols are the same."),
    }
    if strings {
        judgement.say(
            Verdict::Widened,
            "Old readers fail at values that are strings; new ones read them.",
        );
    }
    judgement.note(item.origin.as_ref());
    let names = Json::strings(item.symbols.iter().map(|s| &s.name));
    let registered = Json::object([
        ("type", Json::str("enum")),
        ("name", Json::str(&item.name)),
        ("symbols", names.clone()),
    ]);
    let default = item.default_symbol();
    Some(Row {
        place: origin.place.clone(),
        kind: Kind::Enum,
        module: dotted(schema, item.module),
        name: item.name.clone(),
        expression: origin.expression.clone().unwrap_or_default(),
        registered: registered.compact(),
        definition: names.compact(),
        rust: types.rust_enum(id),
        python: types.python_enum(id),
        avro: avro::render::schema_of_enum(schema, id).to_json().compact(),
        default: default.map_or(String::new(), |s| Json::str(&s.name).compact()),
        wire: judgement.wire_text(),
        verdict: judgement.verdict,
        reason: judgement.reason_text(),
        ..Row::default()
    })
}

/// The row of a topic that has an origin.
pub(super) fn topic_row(schema: &Schema, index: usize) -> Option<Row> {
    let topic = &schema.topics[index];
    let origin = topic.origin.as_ref()?;
    let mut judgement = Judgement::default();
    let address = topic.address.to_string();
    match topic.legacy.as_deref() {
        None => judgement.say(Verdict::Exact, "No old address is known."),
        Some(legacy) => address_of(legacy, &topic.address, &mut judgement),
    }
    judgement.note(topic.origin.as_ref());
    Some(Row {
        place: origin.place.clone(),
        kind: Kind::Topic,
        module: dotted(schema, topic.module),
        record: schema.record(topic.record).name.clone(),
        name: topic.name.clone(),
        expression: origin.expression.clone().unwrap_or_default(),
        registered: topic.legacy.clone().unwrap_or_default(),
        definition: address,
        wire: judgement.wire_text(),
        verdict: judgement.verdict,
        reason: judgement.reason_text(),
        ..Row::default()
    })
}

/// What becomes of an old address.
fn address_of(legacy: &str, address: &Topic, judgement: &mut Judgement) {
    let now = names::name(address);
    if names::parse(legacy).is_ok() && names::full_name(legacy) == now {
        judgement.say(Verdict::Exact, "The same topic on Pulsar.");
        return;
    }
    judgement.wire(format!("{legacy} → {now}"));
    match names::parse(legacy) {
        Ok(old) if names::name(&old) == now => judgement.say(
            Verdict::Lossy,
            format!("{legacy} is one partition, and {old} the whole topic that it is a part of: who reads it meets the messages of the other partitions too, and what is written may go to any of them."),
        ),
        Ok(old) => {
            let what = match topic::collides(&old, address) {
                true => "Another class of service, and so another topic on Pulsar",
                false => "Another topic",
            };
            judgement.say(
                Verdict::Lossy,
                format!("{what}: {legacy} is {old} in neutral form. Producers and consumers have to move together, and what is left in the old topic stays there."),
            );
        }
        Err(error) => judgement.say(
            Verdict::Manual,
            format!("The old address has no neutral form: {error}. Somebody has to choose one."),
        ),
    }
}

/// The row of a topic whose record is not known shows the neutral form of its old address, and what that changes.
pub(super) fn open_topic(legacy: &str, row: &mut Row) {
    let Ok(address) = names::parse(legacy) else {
        return;
    };
    row.definition = address.to_string();
    if names::full_name(legacy) == names::name(&address) {
        return;
    }
    let mut judgement = Judgement::default();
    judgement.say(Verdict::Manual, std::mem::take(&mut row.reason));
    address_of(legacy, &address, &mut judgement);
    row.wire = judgement.wire_text();
    row.reason = judgement.reason_text();
}
