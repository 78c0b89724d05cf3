//! The rows of a record's fields: what the old class wrote, what the new type makes of it, and what a person
//! should know who decides.
//!
//! The old class is a `Record` of the Python client. Its JSON has every key: null where nothing was set,
//! `false` for a boolean, the default where one was declared, and for an unset sub-record an object of nulls.

use tg_schema_model::{
    Encoding, Field, Open, Presence, Profile, Record, RecordId, Schema, Type, Unresolved, Value,
    Verdict, pulsar, value,
};

use super::class::dotted;
use super::cost;
use super::judgement::Judgement;
use super::row::{Kind, Row};
use super::types::{self, Entry, Types};

/// Begins what old clients let pass against the registered type. Verdicts do not count it.
const BROKEN: &str = "Not counted, since it breaks the old definition:";

/// The rows of a record, in the order of its fields: of a migrated class all of them, of another record those
/// that have an origin. Where no field has one nothing is known of the fields.
pub(super) fn rows(types: &Types<'_>, id: RecordId) -> Vec<Row> {
    let schema = types.schema;
    let record = schema.record(id);
    if record.fields.iter().all(|f| f.origin.is_none()) {
        return Vec::new();
    }
    let (registered, before) = types.registered(id);
    let avro = types.avro(id);
    let mut rows = Vec::with_capacity(record.fields.len());
    for (index, field) in record.fields.iter().enumerate() {
        if record.origin.is_none() && field.origin.is_none() {
            continue;
        }
        let entry = registered.get(&field.name).cloned().unwrap_or_default();
        let avro = avro.get(&field.name).cloned().unwrap_or_default();
        let mut judgement = judge(schema, id, field, &entry, &avro);
        let mut row = Row {
            kind: Kind::Field,
            module: dotted(schema, record.module),
            record: record.name.clone(),
            name: field.name.clone(),
            definition: types::definition(schema, field),
            rust: types.rust(id, index),
            python: types.python(id, index),
            default: field.presence.default().map_or(String::new(), |value| {
                types::default_json(schema, field, value).compact()
            }),
            registered: entry.ty.clone(),
            open: half_open(record, field).is_some(),
            avro,
            ..Row::default()
        };
        if let Some(origin) = &field.origin {
            row.place.clone_from(&origin.place);
            row.expression = origin.expression.clone().unwrap_or_default();
        }
        if let (Some(schemas), Some(before)) = (types.before.as_ref(), before.as_ref()) {
            let old = before.get(&field.name).cloned().unwrap_or_default();
            let place = (id, index);
            cost::fill(
                &mut row,
                &mut judgement,
                (schemas, schema),
                place,
                (&old, &entry),
            );
        }
        judgement.note(field.origin.as_deref());
        row.wire = judgement.wire_text();
        row.reason = judgement.reason_text();
        row.verdict = judgement.verdict;
        rows.push(row);
    }
    rows
}

/// Every fact about a field but those of its tightening.
fn judge(schema: &Schema, id: RecordId, field: &Field, entry: &Entry, avro: &str) -> Judgement {
    let mut judgement = Judgement::default();
    let record = schema.record(id);
    if let Some(open) = half_open(record, field) {
        judgement.say(Verdict::Manual, super::reason_of(open));
    }
    let Some(origin) = &field.origin else {
        judgement.say(
            Verdict::Widened,
            "The old class does not have this field: its readers ignore it, and the registered schema is another one.",
        );
        judgement.wire("absent → written");
        return judgement;
    };
    let old = record.profile == Profile::PulsarRecord;
    if !old {
        judgement.say(
            Verdict::Lossy,
            "The record is not in the profile pulsar-record: another schema is registered, and what only old Records write (enums by value, unset sub-records as objects of nulls) is not understood.",
        );
    }
    name(field, &mut judgement);
    match &origin.unset {
        Some(unset) => unheld(field, unset, &mut judgement),
        None if origin.former.is_none() => presence(schema, field, old, &mut judgement),
        None => {}
    }
    inside(schema, field, &mut judgement);
    if field.pulsar.raw.is_some() {
        let reason = format!(
            "The client registers {}, which no Avro reader takes; the text for Pulsar keeps it, the Avro schema says {avro}.",
            entry.ty
        );
        judgement.say(Verdict::Widened, reason);
    } else if old && entry.ty != avro && !matches!(field.ty.leaf(), Type::Enum(_)) {
        let reason = format!(
            "Pulsar keeps the registered type {}; the Avro schema says {avro}.",
            entry.ty
        );
        judgement.say(Verdict::Exact, reason);
    }
    judgement
}

/// What a migration left open of a field that it defined all the same.
fn half_open<'r>(record: &'r Record, field: &Field) -> Option<&'r Unresolved> {
    let mut open = record.unresolved.iter();
    open.find(|o| o.kind == Open::Field && o.name == field.name)
}

/// Names that the old class could not use.
fn name(field: &Field, judgement: &mut Judgement) {
    let Some(fate) = pulsar::fate(&field.name) else {
        return;
    };
    let (wire, now) = match field.name.as_str() {
        "default" | "required" | "required_default" => (
            Some("always null → the value, where it is set"),
            "so it never had a value; now it can be set",
        ),
        "_default" | "_required" | "_required_default" => (
            Some("never sent → the value, where it is set"),
            "now it is sent",
        ),
        _ => (None, "now it is a field like any other"),
    };
    if let Some(wire) = wire {
        judgement.wire(wire);
    }
    judgement.say(
        Verdict::Widened,
        format!("The name is special: {fate}, {now}."),
    );
}

/// What absent and null mean.
fn presence(schema: &Schema, field: &Field, old: bool, judgement: &mut Judgement) {
    let record = match &field.ty {
        Type::Record(id) => Some(*id),
        _ => None,
    };
    match &field.presence {
        Presence::Optional => match record {
            Some(id) => unset_sub_record(schema, id, old, judgement),
            None if field.ty == Type::Boolean => {
                judgement.wire("false where nothing is set → absent");
                judgement.say(
                    Verdict::Exact,
                    "Old producers always send it, false where nothing is set; new ones leave it out there, which reads as None.",
                );
            }
            None => {
                judgement.wire("null → absent");
                judgement.say(
                    Verdict::Exact,
                    "Nothing set: null before, no key now; both read as None.",
                );
            }
        },
        Presence::Required => required(field, record.is_some(), judgement),
        Presence::Default(_) => {
            judgement.say(
                Verdict::Exact,
                "Always written, before and now; a message without it reads as the default.",
            );
            if takes_null(&field.ty) {
                judgement.wire("null → the default");
                judgement.say(
                    Verdict::Exact,
                    format!("{BROKEN} a producer that sets it to None sends null on the JSON wire; old readers take it for None, and it reads as the default now."),
                );
            }
        }
        Presence::NullableDefault(default) => nullable_default(schema, field, default, judgement),
    }
}

/// Old producers send something that the definition does not hold.
fn unheld(field: &Field, unset: &str, judgement: &mut Judgement) {
    let (now, reads) = match &field.presence {
        Presence::Optional => (
            "absent",
            "new ones leave the field out, which reads as None",
        ),
        Presence::Required => ("to be given", "new code has to give a value"),
        Presence::Default(_) | Presence::NullableDefault(_) => (
            "the new default",
            "new ones send the default of the definition",
        ),
    };
    judgement.wire(format!("unset: {unset} → {now}"));
    judgement.say(
        Verdict::Lossy,
        format!(
            "Nothing set: old producers send {unset}, which the definition does not have; {reads}."
        ),
    );
}

fn unset_sub_record(schema: &Schema, id: RecordId, old: bool, judgement: &mut Judgement) {
    let unset = super::example::unset(schema, id).compact();
    if schema.record(id).fields.is_empty() {
        judgement.wire("unset: {} → absent");
        judgement.say(
            Verdict::Exact,
            "An unset sub-record without fields travelled as {}, which is read as an empty record and not as None.",
        );
        return;
    }
    judgement.wire(format!("unset: {unset} → absent"));
    if old {
        judgement.say(
            Verdict::Exact,
            "An unset sub-record travelled as an object of nulls and is absent now; both read as None. One that was set to nothing but defaults cannot be told from it, as before: it reads as None too. Code that took an unset one for an object meets None.",
        );
    }
}

/// Types of which the client reads null as None, whatever was declared.
fn takes_null(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Array(_) | Type::Map(_) | Type::Enum(_) | Type::Bytes
    )
}

fn required(field: &Field, record: bool, judgement: &mut Judgement) {
    match &field.ty {
        _ if record => judgement.say(
            Verdict::Exact,
            "Always written; an unset one is an object of nulls, which reads as a record without values.",
        ),
        Type::Boolean => judgement.say(
            Verdict::Exact,
            "Old producers always send it: false where nothing is set.",
        ),
        ty => {
            judgement.wire("null → refused");
            let old = match takes_null(ty) {
                true => "old readers take it for None, new ones refuse it",
                false => "old readers fail at it with TypeError, new ones refuse it with an error that names the field",
            };
            judgement.say(
                Verdict::Exact,
                format!("{BROKEN} a producer that leaves it unset sends null on the JSON wire; {old}."),
            );
        }
    }
    judgement.say(
        Verdict::Exact,
        format!("{BROKEN} a message without the key, of a producer that never had the field, is refused now and was not before."),
    );
}

fn nullable_default(schema: &Schema, field: &Field, default: &Value, judgement: &mut Judgement) {
    match &field.ty {
        Type::Boolean => judgement.say(
            Verdict::Exact,
            "Always written: a boolean of an old Record is never null, and null was read as the default before too.",
        ),
        Type::Record(id) => {
            let unset = super::example::unset(schema, *id).compact();
            let default = value::to_json(schema, &field.ty, field.encoding, default);
            let default = default.map_or(String::new(), |json| json.compact());
            if unset != default {
                judgement.wire(format!("unset: {unset} → {default}"));
            }
            judgement.say(
                Verdict::Widened,
                "The old class sent the default only where the field was set to None; where nothing was set it sent an object of nulls, which still reads as a record without values.",
            );
        }
        ty if takes_null(ty) => {
            judgement.wire("null where it was set to None → the default");
            judgement.say(
                Verdict::Lossy,
                "Nothing set: the default is written, before and now. Set to None: null was sent and old readers saw None; it reads as the default now.",
            );
        }
        _ => judgement.say(
            Verdict::Exact,
            "Always written: the default where nothing is set; null was read as the default before too.",
        ),
    }
}

/// What the type itself changes.
fn inside(schema: &Schema, field: &Field, judgement: &mut Judgement) {
    let contained = matches!(field.ty, Type::Array(_) | Type::Map(_));
    match field.ty.leaf() {
        Type::Enum(id) => {
            let (wire, strings) = super::item::symbols(schema, *id);
            if let Some(wire) = wire {
                judgement.wire(wire);
            }
            let lost = super::item::lost(schema, *id);
            let reading = match lost {
                true => "An enum travelled in JSON by its Python value and travels by its symbol, which old readers take too. Not every old value is read: the row of the enum says which.",
                false => "An enum travelled in JSON by its Python value and travels by its symbol; both are read, and old readers take the symbol too.",
            };
            let verdict = if lost { Verdict::Lossy } else { Verdict::Exact };
            judgement.say(verdict, reading);
            if contained {
                judgement.say(
                    Verdict::Widened,
                    "Old readers fail at enums inside of arrays and maps; new ones read them.",
                );
            } else if strings {
                judgement.say(
                    Verdict::Widened,
                    "Old readers fail at enums whose values are strings, unless value and name are the same; new ones read both.",
                );
            }
        }
        Type::Bytes if field.encoding == Encoding::Utf8 => judgement.say(
            Verdict::Exact,
            "Bytes travel in JSON as UTF-8 text, as before; other bytes are refused, as before.",
        ),
        Type::Bytes => {
            judgement.wire("text → base64");
            judgement.say(
                Verdict::Lossy,
                "Old messages hold bytes as text, which is read as base64 now: it is refused or means other bytes.",
            );
        }
        Type::Int => judgement.say(Verdict::Exact, integer("32", contained)),
        Type::Long => judgement.say(Verdict::Exact, integer("64", contained)),
        Type::Float | Type::Double => judgement.say(
            Verdict::Exact,
            format!("Integers are read as numbers, as before. {BROKEN} true and false, NaN and infinities, which old clients let pass, are refused now."),
        ),
        Type::Record(_) if nested(&field.ty) => judgement.say(
            Verdict::Exact,
            "Old readers left plain dicts in here; new ones make records of them.",
        ),
        _ => {}
    }
}

fn integer(bits: &str, contained: bool) -> String {
    let inside = if contained { "in here " } else { "" };
    format!(
        "{BROKEN} a number that does not fit {bits} bits, true and false, which old clients did not check {inside}in JSON, are refused now."
    )
}

/// Whether an array or a map is inside of another one.
fn nested(ty: &Type) -> bool {
    let container = |ty: &Type| matches!(ty, Type::Array(_) | Type::Map(_));
    match ty {
        Type::Array(inner) | Type::Map(inner) => container(inner),
        _ => false,
    }
}
