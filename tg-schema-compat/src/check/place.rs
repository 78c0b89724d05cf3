//! Where a finding stands in the texts.

use tg_schema_model::{Field, Record, SourceId, Span};

use super::Ready;
use crate::change::{Change, Spot, What};
use crate::report::Place;
use crate::rule::Part;
use crate::version::Message;

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
        _ => None,
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

/// The place of a spot of the new version.
pub(super) fn at(new: &Ready<'_>, spot: &Spot) -> Option<Place> {
    place(new, span(new, Some(spot), &Part::Name, None)?, None)
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
        (Some(spot), _) => &spot.owner,
        (None, Some(message)) => &message.name,
        (None, None) => return None,
    };
    let id = ready.index.record(owner);
    if let Some((id, record)) = id.and_then(|id| Some((id, schema.records.get(id.0)?))) {
        let member = spot.map_or("", |spot| spot.member.as_str());
        return Some(match ready.field(id, member) {
            Some(field) => in_field(field, part, ready),
            None => in_record(record, part),
        });
    }
    if let Some(known) = ready
        .index
        .enumeration(owner)
        .and_then(|id| schema.enums.get(id.0))
    {
        let symbol = match part {
            Part::Symbol(name) => known.symbols.iter().find(|symbol| symbol.name == *name),
            _ => None,
        };
        return Some(symbol.map_or(known.span, |symbol| symbol.span.or(known.span)));
    }
    // An Avro schema that no definition expresses: the file.
    let source: SourceId = message
        .or_else(|| {
            ready
                .version
                .messages
                .first()
                .filter(|_| ready.version.messages.len() == 1)
        })?
        .source?;
    Some(Span::new(source, 0..0))
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
