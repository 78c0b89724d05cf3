//! What the tightening of a field costs: what old data reads as, and who breaks.

use tg_schema_model::{Field, Presence, RecordId, Schema, Type, Verdict};

use super::example::{self, Schemas};
use super::judgement::Judgement;
use super::row::Row;
use super::types::{self, Entry};

/// Fills the columns of tightening, where the field at `place` was tightened. `schemas` and `entries` are
/// those before and after.
pub(super) fn fill(
    row: &mut Row,
    judgement: &mut Judgement,
    schemas: Schemas<'_>,
    place: (RecordId, usize),
    entries: (&Entry, &Entry),
) {
    let (id, index) = place;
    let (before, after) = schemas;
    let field = &after.record(id).fields[index];
    if field.origin.as_ref().is_none_or(|o| o.former.is_none()) {
        return;
    }
    let old = &before.record(id).fields[index];
    row.former = types::definition(before, old);
    let message = example::message(schemas, id, index, false);
    row.before = example::read(before, id, index, &message);
    row.after = example::read(after, id, index, &message);
    row.reads = reads(schemas, place, row);
    row.message = message.compact();
    // What else old producers send is told by the migration.
    let told = field.origin.as_ref().is_some_and(|o| o.unset.is_some());
    if let Some(wire) = wire(schemas, place).filter(|_| !told) {
        judgement.wire(wire);
    }
    let (verdict, breaks) = breaks(&old.presence, &field.presence, &field.ty);
    row.breaks = breaks;
    if let Some(registered) = registered(entries.0, entries.1) {
        row.breaks.push(' ');
        row.breaks.push_str(&registered);
    }
    judgement.say(
        verdict,
        format!("Tightened on request; it was {}.", row.former),
    );
}

/// What old producers write where nothing is set, and what becomes of it.
fn wire((before, after): Schemas<'_>, (id, index): (RecordId, usize)) -> Option<String> {
    let (old, new) = (
        &before.record(id).fields[index],
        &after.record(id).fields[index],
    );
    let json = |schema: &Schema, field: &Field| {
        let default = field.presence.default();
        default.map(|value| types::default_json(schema, field, value).compact())
    };
    let written = match (&old.ty, json(before, old)) {
        (Type::Record(inner), _) => example::unset(before, *inner).compact(),
        (_, Some(default)) if json(after, new).as_ref() == Some(&default) => return None,
        (ty, Some(default)) => match tg_schema_model::json::parse(&default) {
            Ok(default) => example::by_value(before, ty, default).compact(),
            Err(_) => default,
        },
        (Type::Boolean, None) => "false".to_owned(),
        (_, None) => "null".to_owned(),
    };
    match json(after, new) {
        Some(default) if default == written => None,
        Some(default) => Some(format!("{written} where nothing is set → {default}")),
        None if new.ty == Type::Boolean => None,
        None => Some("null → refused".to_owned()),
    }
}

fn reads(schemas: Schemas<'_>, (id, index): (RecordId, usize), row: &Row) -> String {
    let (before, after) = schemas;
    let short = |text: &str| match text.split_once(':') {
        Some(("refused", _)) => "refused".to_owned(),
        _ => text.to_owned(),
    };
    let null = example::message(schemas, id, index, true);
    let null = format!(
        "null or no key: {} (before: {})",
        short(&example::read(after, id, index, &null)),
        short(&example::read(before, id, index, &null))
    );
    match &after.record(id).fields[index].ty {
        Type::Record(_) => format!(
            "{null}; an unset sub-record, an object of nulls: {} (before: {})",
            short(&row.after),
            short(&row.before)
        ),
        _ => null,
    }
}

fn breaks(old: &Presence, new: &Presence, ty: &Type) -> (Verdict, String) {
    let (verdict, text) = match (old, new) {
        (Presence::Required, Presence::Required) => (Verdict::Exact, "Nobody."),
        (_, Presence::Required) if *ty == Type::Boolean => (
            Verdict::Lossy,
            "Old producers always send a boolean, so only those that are no Python Records and leave it out: new readers refuse their messages.",
        ),
        (_, Presence::Required) if matches!(ty, Type::Record(_)) => (
            Verdict::Lossy,
            "Old producers that set it to None, and others that leave it out: new readers refuse their messages. One that was left unset reads as a record without values, no longer as None.",
        ),
        (_, Presence::Required) => (
            Verdict::Lossy,
            "Old producers that leave it unset: new readers refuse their messages, those that are stored already too. Old readers take all that new producers send.",
        ),
        (Presence::Required, _) => (
            Verdict::Widened,
            "Nobody: a message that was refused reads as the default.",
        ),
        (Presence::Default(old) | Presence::NullableDefault(old), new)
            if new.default() == Some(old) =>
        {
            (Verdict::Exact, "Nobody.")
        }
        (Presence::Default(_) | Presence::NullableDefault(_), _) => (
            Verdict::Lossy,
            "Code that relies on the former default where a message says nothing.",
        ),
        (Presence::Optional, _) => (
            Verdict::Lossy,
            "Nobody fails. But not given and the default become one: code that asks for None meets the default, and new producers send the default where old ones sent null, to old readers too.",
        ),
    };
    (verdict, text.to_owned())
}

/// What a broker makes of it.
fn registered(old: &Entry, new: &Entry) -> Option<String> {
    if old == new {
        return Some("The registered text stays as it is.".to_owned());
    }
    if old.ty == new.ty {
        let told = |default: &Option<String>| default.clone().unwrap_or_else(|| "none".to_owned());
        return Some(format!(
            "The registered default changes from {} to {}: a new text, which every check of compatibility lets pass.",
            told(&old.default),
            told(&new.default)
        ));
    }
    let refusal = match old.ty.starts_with("[\"null\"") {
        true => {
            "a broker that checks BACKWARD or FULL refuses it, because the null of old data cannot be read; FORWARD lets it pass"
        }
        false => "a broker that checks FORWARD or FULL refuses it; BACKWARD lets it pass",
    };
    Some(format!(
        "The registered type changes from {} to {}: {refusal}.",
        old.ty, new.ty
    ))
}
