//! What several rules look at, worked out in one place: presence, steps between types, names, symbols.

use tg_schema_model::avro::Name;
use tg_schema_model::{self as model, Encoding, Json};

use crate::change::{Both, Change, EnumSide, FieldSide, Own, TypeSide, What};
use crate::engine::avro::{Graph, Id, Shape, same};
use crate::engine::pulsar::reads_part;
use crate::loss::Direction;
use crate::loss::pairing::is_made_of;
use crate::report::Ways;

/// A row of the presence table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Required,
    Default,
    Optional,
    NullableDefault,
}

/// What happened to the presence of a field, or of items and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    NowOptional,
    NowRequired,
    OptionalToDefault,
    DefaultToOptional,
    DefaultAdded,
    DefaultRemoved,
}

/// A change of presence.
pub(super) struct Presence {
    pub moved: Move,
    pub own: Own,
    /// The types in short.
    pub text: (String, String),
}

/// What happened to presence, if anything did.
pub(super) fn presence(change: &Change<'_>) -> Option<Presence> {
    match &change.what {
        What::Field(fields) => of_field(fields),
        What::Type(types) if change.is_inside(types) => {
            if types.old.nullable == types.new.nullable {
                return None;
            }
            Some(Presence {
                moved: match types.new.nullable {
                    true => Move::NowOptional,
                    false => Move::NowRequired,
                },
                own: nullability(types.old.nullable, types.new.nullable),
                text: (types.old.text(), types.new.text()),
            })
        }
        _ => None,
    }
}

fn of_field(fields: &Both<FieldSide<'_>>) -> Option<Presence> {
    let (old, new) = (&fields.old, &fields.new);
    let nullable = (old.is_nullable(), new.is_nullable());
    let (was, is) = (row(old), row(new));
    let has_default = (old.field.default.is_some(), new.field.default.is_some());
    let moved = match (was, is) {
        (Row::Optional, Row::Default | Row::NullableDefault) => Move::OptionalToDefault,
        (Row::Default | Row::NullableDefault, Row::Optional) => Move::DefaultToOptional,
        (Row::Required, Row::Default | Row::NullableDefault) => Move::DefaultAdded,
        (Row::Default | Row::NullableDefault, Row::Required) => Move::DefaultRemoved,
        (Row::Required, Row::Optional) | (Row::Default, Row::NullableDefault) => Move::NowOptional,
        (Row::Optional, Row::Required) | (Row::NullableDefault, Row::Default) => Move::NowRequired,
        _ => match (nullable, has_default) {
            ((false, true), _) => Move::NowOptional,
            ((true, false), _) => Move::NowRequired,
            (_, (false, true)) => Move::DefaultAdded,
            (_, (true, false)) => Move::DefaultRemoved,
            _ => return None,
        },
    };
    Some(Presence {
        moved,
        own: nullability(nullable.0, nullable.1),
        text: (whole(old), whole(new)),
    })
}

/// Null is read only by those who know it.
fn nullability(old: bool, new: bool) -> Own {
    Own::both(!old || new, !new || old)
}

/// How a field may be without a value.
pub(super) fn row(side: &FieldSide<'_>) -> Row {
    match side.defined.map(|field| &field.presence) {
        Some(model::Presence::Required) => Row::Required,
        Some(model::Presence::Default(_)) => Row::Default,
        Some(model::Presence::Optional) => Row::Optional,
        Some(model::Presence::NullableDefault(_)) => Row::NullableDefault,
        None => match (side.is_nullable(), &side.field.default) {
            (_, Some(default)) if !default.is_null() => Row::Default,
            (true, _) => Row::Optional,
            (false, Some(_)) => Row::Default,
            (false, None) => Row::Required,
        },
    }
}

/// A field's type with its default: `int`, `int?`, `int = 0`.
pub(super) fn whole(side: &FieldSide<'_>) -> String {
    match default_of(side) {
        Some(default) => format!("{} = {}", side.type_text(), super::short(&default)),
        None => side.type_text(),
    }
}

/// The value that stands for nothing, where it is not null, as its field writes it.
pub(super) fn default_of(side: &FieldSide<'_>) -> Option<Json> {
    let encoding = side.defined.map(|field| field.encoding);
    default_in(side, encoding.unwrap_or_default())
}

/// That value with its bytes in an encoding.
pub(super) fn default_in(side: &FieldSide<'_>, encoding: Encoding) -> Option<Json> {
    let registered = || side.field.default.clone().filter(|d| !d.is_null());
    let Some(field) = side.defined else {
        return registered();
    };
    let value = field.presence.default()?;
    let json = model::value::to_json(side.record.schema, &field.ty, encoding, value);
    json.ok().or_else(registered)
}

/// A step from one type to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Numbers of the old type are numbers of the new one.
    Widened,
    /// Numbers of the new type are numbers of the old one, or nearly.
    Narrowed,
    /// Numbers of the old type are nearly numbers of the new one.
    Lossy,
    /// Text to bytes, or back.
    Text,
    /// Neither is read as the other.
    Other,
}

/// What lies between two types, if it is more than what is inside them.
pub(super) fn step<'c, 'v>(change: &'c Change<'v>) -> Option<(Step, &'c Both<TypeSide<'v>>)> {
    let What::Type(types) = &change.what else {
        return None;
    };
    let (old, new) = (
        types.old.graph.shape(types.old.id),
        types.new.graph.shape(types.new.id),
    );
    if old.same_type(new) || matches!(old, Shape::Union(_)) || matches!(new, Shape::Union(_)) {
        return None;
    }
    let step = match (old, new) {
        (Shape::Primitive(a), Shape::Primitive(b)) => {
            match (a.promotes_to(*b), b.promotes_to(*a)) {
                (true, true) => Step::Text,
                (true, false) if types.old.graph.node(types.old.id).loses_digits(*b) => Step::Lossy,
                (true, false) => Step::Widened,
                (false, true) => Step::Narrowed,
                (false, false) => Step::Other,
            }
        }
        _ => Step::Other,
    };
    Some((step, types))
}

/// What registries say of a new field without a default: new readers refuse messages without it, unless they read
/// an old field there by its alias.
pub(super) fn added(change: &Change<'_>) -> Own {
    Own::both(!change.may_be.is_empty(), true)
}

/// A type as a definition has it where it is the whole of a field, else as Avro's interface language has it.
pub(super) fn text(side: &TypeSide<'_>) -> String {
    match &side.field {
        Some(field) if side.is_whole => field.type_text(),
        _ => side.text(),
    }
}

/// A named type in place of another one that is there still: their names, and what registries say.
pub(super) fn replaced(change: &Change<'_>) -> Option<Own> {
    let What::Type(types) = &change.what else {
        return None;
    };
    let (old, new) = (
        types.old.graph.shape(types.old.id),
        types.new.graph.shape(types.new.id),
    );
    let (was, is) = (old.name()?, new.name()?);
    if was.name == is.name || !old.same_type(new) || !persists(was, &types.new) {
        return None;
    }
    let avro = reads((was, old.aliases()), (is, new.aliases()));
    let pulsar = match old {
        Shape::Record(_) => Ways::FULL,
        _ => avro,
    };
    Some(Own { avro, pulsar })
}

/// Whether a name of the old version names something in the new one too.
pub(super) fn persists(name: &Name, new: &TypeSide<'_>) -> bool {
    let full = name.full();
    let defined = new
        .field
        .is_some_and(|field| defines(field.record.schema, &full));
    defined || has(new.graph, name)
}

/// Whether definitions have a type of that full name.
pub(super) fn defines(schema: &model::Schema, full: &str) -> bool {
    schema.records.iter().any(|r| r.is_called(full))
        || schema.enums.iter().any(|e| e.is_called(full))
}

/// Whether names match for readers of each side: without their namespaces, or by an alias of the reader.
pub(super) fn reads(old: (&Name, &[Name]), new: (&Name, &[Name])) -> Ways {
    let reads = |(reader, aliases): (&Name, &[Name]), writer: &Name| {
        // An alias without namespace, of a type that has one, never matches in Java.
        let meant = |alias: &Name| alias.namespace.is_some() || reader.namespace.is_none();
        let known = aliases.iter().any(|alias| alias == writer && meant(alias));
        reader.name == writer.name || known
    };
    Ways {
        backward: reads(new, old.0),
        forward: reads(old, new.0),
    }
}

/// What registries say of a branch that only the writer of messages in a direction has. The broker takes a record as one of
/// the reader's that it has all fields of: it is then refused, if it is, for what is inside.
pub(super) fn foreign(
    change: &Change<'_>,
    branch: &TypeSide<'_>,
    direction: Direction,
) -> [Own; 2] {
    let refused = Ways {
        backward: direction != Direction::Backward,
        forward: direction != Direction::Forward,
    };
    let of = |pulsar: Ways| Own {
        avro: refused,
        pulsar,
    };
    let whole = change.whole.as_ref();
    let (message, union) = match direction {
        Direction::Backward => (change.messages.new, whole.map(|whole| whole.new)),
        Direction::Forward => (change.messages.old, whole.map(|whole| whole.old)),
    };
    let reader = message.and_then(|message| message.graph().ok()).zip(union);
    let takes = reader.and_then(|(graph, union)| {
        let Shape::Record(written) = branch.graph.shape(branch.id) else {
            return None;
        };
        let made = |id: &Id| match graph.shape(*id) {
            Shape::Record(read) => is_made_of((graph, read), (branch.graph, written)),
            _ => false,
        };
        let taken = graph.branches(union).1.iter().any(made);
        taken.then(|| reads_part((graph, union), (branch.graph, branch.id)))
    });
    match takes {
        Some(Some(true)) => [of(Ways::FULL); 2],
        Some(None) => [of(Ways::FULL), of(refused)],
        Some(Some(false)) | None => [of(refused); 2],
    }
}

/// What to do about another name, by who reads the other.
pub(super) fn renamed((old, new): (&Name, &Name), reads: Ways) -> String {
    match (reads.backward, reads.forward) {
        (true, true) => "keep the name".to_owned(),
        (true, false) => format!("release readers first, and writers when they know `{new}`"),
        (false, _) => format!("keep the name, or add `{old}` to the aliases"),
    }
}

/// Whether readers of each side have the other's full name as an alias.
pub(super) fn aliased(change: &Change<'_>) -> Ways {
    let (old, new) = match &change.what {
        What::Record(both) => {
            let (old, new) = (both.old.record, both.new.record);
            ((&old.name, &old.aliases), (&new.name, &new.aliases))
        }
        What::Enum(both) => {
            let (old, new) = (both.old.definition, both.new.definition);
            ((&old.name, &old.aliases), (&new.name, &new.aliases))
        }
        What::Fixed(both) => {
            let (old, new) = (both.old.1, both.new.1);
            ((&old.name, &old.aliases), (&new.name, &new.aliases))
        }
        _ => return Ways::FULL,
    };
    Ways {
        backward: new.1.contains(old.0),
        forward: old.1.contains(new.0),
    }
}

/// Symbols that are new, and symbols that are gone.
pub(super) fn symbols<'v>(both: &Both<EnumSide<'v>>) -> (Vec<&'v str>, Vec<&'v str>) {
    let (old, new) = (&both.old.definition.symbols, &both.new.definition.symbols);
    if old == new {
        return (Vec::new(), Vec::new());
    }
    (without(new, old), without(old, new))
}

fn without<'v>(these: &'v [String], those: &[String]) -> Vec<&'v str> {
    let those: std::collections::HashSet<&String> = those.iter().collect();
    let left = these.iter().filter(|symbol| !those.contains(symbol));
    left.map(String::as_str).collect()
}

/// What readers of definitions make of unknown symbols; what is registered may not say it.
pub(super) fn enum_default<'v>(side: &EnumSide<'v>) -> Option<&'v str> {
    match side.defined {
        Some(defined) => defined.default_symbol().map(|symbol| symbol.name.as_str()),
        None => side.definition.default.as_deref(),
    }
}

/// Whether what two lists have in common comes in another order.
pub(super) fn reordered<'t>(
    old: impl Iterator<Item = &'t str>,
    new: impl Iterator<Item = &'t str>,
) -> bool {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.collect(), new.collect());
    if old == new {
        return false;
    }
    let known: std::collections::HashSet<&str> = old.iter().copied().collect();
    let is: Vec<&str> = new
        .into_iter()
        .filter(|name| known.contains(name))
        .collect();
    let kept: std::collections::HashSet<&str> = is.iter().copied().collect();
    let was = old.into_iter().filter(|name| kept.contains(name));
    !was.eq(is)
}

/// Whether an Avro schema has a type of that name.
pub(super) fn has(graph: &Graph, name: &Name) -> bool {
    let names = graph.nodes.iter().filter_map(|node| node.shape.name());
    names.into_iter().any(|other| other == name)
}

/// `symbol`, or `symbols` where there are several.
pub(super) fn symbol_word<T>(symbols: &[T]) -> &'static str {
    if symbols.len() == 1 {
        "symbol"
    } else {
        "symbols"
    }
}

/// Names in a sentence.
pub(super) fn list<T: AsRef<str>>(names: &[T]) -> String {
    const MAX_NAMED: usize = 5;
    let named = names
        .iter()
        .take(MAX_NAMED)
        .map(|name| format!("`{}`", name.as_ref()));
    let named = named.collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// `is`, or `are` where there are several.
pub(super) fn are<T>(things: &[T]) -> &'static str {
    if things.len() == 1 { "is" } else { "are" }
}

/// The logical type of a place, with what belongs to it: `date`, `decimal(9,2)`.
pub(super) fn logical(side: &TypeSide<'_>) -> Option<String> {
    side.graph
        .node(side.id)
        .logical()
        .map(|logical| logical.to_string())
}

/// Whether two values are there and are not the same.
pub(super) fn differ(a: &Json, b: &Json) -> bool {
    !same(a, b)
}

impl Change<'_> {
    /// Whether two types stand inside of a field, as items, values or branches of a union, or make up the
    /// message without being a record.
    fn is_inside(&self, types: &Both<TypeSide<'_>>) -> bool {
        !types.new.is_whole || types.new.field.is_none()
    }
}
