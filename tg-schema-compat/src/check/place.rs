//! Where a finding stands in the texts.

use tg_schema_model::{Field, Record, Span};

use super::Ready;
use crate::change::{Change, Spot, What};
use crate::report::Place;
use crate::rule::Part;
use crate::version::{Message, Places};

/// The place of a part of a change: in the new version where it has it, else in the old one, which is version
/// number `at`.
pub(super) fn of(
    change: &Change<'_>,
    part: &Part,
    old: Option<(&Ready<'_>, usize)>,
    new: &Ready<'_>,
) -> Option<Place> {
    let message = |new_one: bool| match (&change.what, new_one) {
        (What::MessageAdded(_, message), true) | (What::MessageRemoved(_, message), false) => {
            Some(*message)
        }
        (What::Unreadable { message, .. }, _) => Some(*message),
        (What::Message(pair), true) => Some(pair.messages.new),
        (What::Message(pair), false) => Some(pair.messages.old),
        (_, true) => change.messages.new.filter(|_| change.new.is_some()),
        (_, false) => change.messages.old.filter(|_| change.old.is_some()),
    };
    let in_new = match &change.what {
        What::Topic(topic) => topic.new.map(|t| t.address_span),
        _ => span(new, change.new.as_ref(), part, message(true)),
    };
    let found = in_new.and_then(|span| place(new, span, None));
    found.or_else(|| {
        let (old, at) = old?;
        let in_old = match &change.what {
            What::Topic(topic) => topic.old.map(|t| t.address_span),
            _ => span(old, change.old.as_ref(), part, message(false)),
        };
        place(old, in_old?, Some(at))
    })
}

/// The place of a spot of the new version, in a message of it.
pub(super) fn at(new: &Ready<'_>, spot: &Spot, message: Option<&Message>) -> Option<Place> {
    place(new, span(new, Some(spot), &Part::Name, message)?, None)
}

/// A span as a place, where its text is known.
pub(super) fn place(ready: &Ready<'_>, span: Span, version: Option<usize>) -> Option<Place> {
    let (file, position) = ready.version.place(span)?;
    Some(Place {
        version,
        span,
        file: file.to_owned(),
        line: position.line,
        column: position.column,
    })
}

fn span(
    ready: &Ready<'_>,
    spot: Option<&Spot>,
    part: &Part,
    message: Option<&Message>,
) -> Option<Span> {
    let schema = &ready.version.schema;
    let owner = match (spot, message) {
        (Some(spot), _) => spot.owner.as_str(),
        (None, Some(message)) => message.plain_name(),
        (None, None) => return None,
    };
    let index = &ready.index;
    let root = message.and_then(|message| message.record);
    let id = match root {
        Some(root) => index.record_in(schema, root, owner),
        None => index.record(owner),
    };
    if let Some((id, record)) = id.and_then(|id| Some((id, schema.records.get(id.0)?))) {
        let member = spot.map_or("", |spot| spot.member.as_str());
        return Some(match ready.field(id, member) {
            Some(field) => in_field(field, part, ready),
            None => in_record(record, part),
        });
    }
    let id = match root {
        Some(root) => index.enum_in(schema, root, owner),
        None => index.enumeration(owner),
    };
    if let Some(known) = id.and_then(|id| schema.enums.get(id.0)) {
        let symbol = match part {
            Part::Symbol(name) => known.symbols.iter().find(|symbol| symbol.name == *name),
            _ => None,
        };
        return Some(symbol.map_or(known.span, |symbol| symbol.span.or(known.span)));
    }
    // An Avro schema that no definition expresses: its text.
    let message = message?;
    let member = spot.map_or("", |spot| spot.member.as_str());
    Some(Span::new(
        message.source?,
        in_text(message.places(), owner, member, part),
    ))
}

/// Where a part stands in the text of a schema.
fn in_text(places: &Places, owner: &str, member: &str, part: &Part) -> std::ops::Range<usize> {
    let symbol = match part {
        Part::Symbol(name) => places.get(owner, name),
        _ => None,
    };
    let Some(place) = symbol.or_else(|| places.get(owner, member)) else {
        return places.root();
    };
    let found = match part {
        Part::Type => place.ty.as_ref(),
        Part::Default => place.default.as_ref(),
        Part::Namespace => place.namespace.as_ref(),
        Part::Alias(name) => {
            let is = |written: &str| written == name || name.rsplit('.').next() == Some(written);
            let found = place.aliases.iter().find(|(written, _)| is(written));
            found.map(|(_, bytes)| bytes)
        }
        Part::Name | Part::Symbol(_) => None,
    };
    found.unwrap_or(&place.name).clone()
}

fn in_field(field: &Field, part: &Part, ready: &Ready<'_>) -> Span {
    match part {
        Part::Type => field.type_span.or(field.span),
        Part::Default => field.default_span.or(field.span),
        Part::Alias(name) => {
            let at = field.aliases.iter().position(|alias| alias == name);
            field.places.alias(at.unwrap_or(usize::MAX), field.span)
        }
        Part::Symbol(name) => {
            let schema = &ready.version.schema;
            let symbols = match field.ty.leaf() {
                tg_schema_model::Type::Enum(id) => schema.enums.get(id.0),
                _ => None,
            };
            let symbol = symbols.and_then(|e| {
                let found = e.symbols.iter().find(|symbol| symbol.name == *name);
                Some(found.map_or(e.span, |symbol| symbol.span.or(e.span)))
                    .filter(|s| *s != Span::NONE)
            });
            symbol.unwrap_or(field.span)
        }
        Part::Name | Part::Namespace => field.span,
    }
}

fn in_record(record: &Record, part: &Part) -> Span {
    match part {
        Part::Namespace => record.places.namespace.or(record.span),
        Part::Alias(name) => {
            let at = record.aliases.iter().position(|alias| alias == name);
            record.places.alias(at.unwrap_or(usize::MAX), record.span)
        }
        _ => record.span,
    }
}
