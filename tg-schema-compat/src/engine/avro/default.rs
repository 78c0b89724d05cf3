//! Defaults: which of them a parser takes, and which can be written when a reader needs them.

use tg_schema_model::Json;
use tg_schema_model::avro::Kind;

use super::text::is_float;
use super::{Graph, Id, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// What a parser makes of a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    Valid,
    Invalid,
    /// The type is a record whose fields are yet to come: Java throws here.
    Open,
}

/// Records whose defaults are being looked into. One that is met again with the same value needs itself:
/// there Java's stack overflows.
type Way = Vec<(Id, usize)>;

fn needs_itself(
    way: &mut Way,
    record: Id,
    value: &Json,
    budget: &mut Budget,
) -> Result<bool, TooLarge> {
    budget.spend(way.len())?;
    let step = (record, std::ptr::from_ref(value).addr());
    let again = way.contains(&step);
    way.push(step);
    Ok(again)
}

/// Whether `value` is a default of the type `ty`, as `Schema.isValidDefault` has it: that of a union may
/// be of any branch, that of an enum any string.
pub(crate) fn is_valid(
    graph: &Graph,
    ty: Id,
    value: Option<&Json>,
    budget: &mut Budget,
) -> Result<Check, TooLarge> {
    valid(graph, ty, value, &mut Way::new(), budget)
}

fn valid(
    graph: &Graph,
    ty: Id,
    value: Option<&Json>,
    way: &mut Way,
    budget: &mut Budget,
) -> Result<Check, TooLarge> {
    let Some(value) = value else {
        return Ok(Check::Invalid);
    };
    budget.enter()?;
    let check = match (graph.shape(ty), value) {
        (Shape::Primitive(kind), value) => primitive(*kind, value),
        (Shape::Enum(_) | Shape::Fixed(_), value) => valid_if(value.as_str().is_some()),
        (Shape::Array(item), Json::Array(items)) => {
            all(items.iter().map(|v| (*item, Some(v))), graph, way, budget)?
        }
        (Shape::Map(item), Json::Object(entries)) => all(
            entries.iter().map(|(_, v)| (*item, Some(v))),
            graph,
            way,
            budget,
        )?,
        (Shape::Union(branches), value) => {
            let mut found = Check::Invalid;
            for branch in branches {
                found = valid(graph, *branch, Some(value), way, budget)?;
                if found != Check::Invalid {
                    break;
                }
            }
            found
        }
        (Shape::Record(record), Json::Object(_)) if record.open => Check::Open,
        (Shape::Record(record), Json::Object(_)) => {
            if needs_itself(way, ty, value, budget)? {
                return Ok(Check::Open);
            }
            let fields = record.fields.iter();
            let values = fields.map(|f| (f.ty, value.get(&f.name).or(f.default.as_ref())));
            let check = all(values, graph, way, budget)?;
            way.pop();
            check
        }
        (Shape::Unresolved(_), Json::Object(_)) => Check::Valid,
        _ => Check::Invalid,
    };
    budget.leave();
    Ok(check)
}

fn all<'j>(
    values: impl Iterator<Item = (Id, Option<&'j Json>)>,
    graph: &Graph,
    way: &mut Way,
    budget: &mut Budget,
) -> Result<Check, TooLarge> {
    for (ty, value) in values {
        match valid(graph, ty, value, way, budget)? {
            Check::Valid => {}
            other => return Ok(other),
        }
    }
    Ok(Check::Valid)
}

fn valid_if(valid: bool) -> Check {
    if valid { Check::Valid } else { Check::Invalid }
}

fn primitive(kind: Kind, value: &Json) -> Check {
    let integer = || value.as_number().filter(|n| !is_float(n));
    valid_if(match kind {
        Kind::Null => value.is_null(),
        Kind::Boolean => value.as_bool().is_some(),
        Kind::Int => integer().is_some_and(|n| n.parse::<i32>().is_ok()),
        Kind::Long => integer().is_some_and(|n| n.parse::<i64>().is_ok()),
        Kind::Float | Kind::Double => value.as_number().is_some(),
        Kind::Bytes | Kind::String => value.as_str().is_some(),
    })
}

/// Whether `value` can be written as a default of the type `ty`, when a reader's grammar needs it:
/// whether `ResolvingGrammarGenerator.encode` does not throw. It looks less closely than [`is_valid`] at numbers and
/// containers, and more closely at unions and symbols.
pub(crate) fn encodes(
    graph: &Graph,
    ty: Id,
    value: &Json,
    budget: &mut Budget,
) -> Result<bool, TooLarge> {
    written(graph, ty, value, &mut Way::new(), budget)
}

fn written(
    graph: &Graph,
    ty: Id,
    value: &Json,
    way: &mut Way,
    budget: &mut Budget,
) -> Result<bool, TooLarge> {
    budget.enter()?;
    let whole = match graph.shape(ty) {
        Shape::Primitive(kind) => match kind {
            Kind::Null => value.is_null(),
            Kind::Boolean => value.as_bool().is_some(),
            Kind::Int | Kind::Long | Kind::Float | Kind::Double => value.as_number().is_some(),
            Kind::Bytes | Kind::String => value.as_str().is_some(),
        },
        Shape::Fixed(_) => value.as_str().is_some(),
        Shape::Enum(e) => value
            .as_str()
            .is_some_and(|symbol| e.symbols.iter().any(|known| known == symbol)),
        Shape::Array(item) => match value {
            Json::Array(items) => each(graph, *item, items.iter(), way, budget)?,
            Json::Object(entries) => {
                each(graph, *item, entries.iter().map(|(_, v)| v), way, budget)?
            }
            _ => true,
        },
        Shape::Map(item) => match value {
            Json::Object(entries) => {
                each(graph, *item, entries.iter().map(|(_, v)| v), way, budget)?
            }
            // Items are announced that then have no keys.
            Json::Array(items) => items.is_empty(),
            _ => true,
        },
        Shape::Union(branches) => {
            let first = branches
                .iter()
                .find(|branch| takes(graph.shape(**branch), value));
            match first {
                Some(branch) => written(graph, *branch, value, way, budget)?,
                None => false,
            }
        }
        Shape::Record(record) => {
            let mut whole = !needs_itself(way, ty, value, budget)?;
            for field in &record.fields {
                whole = whole
                    && match value.get(&field.name).or(field.default.as_ref()) {
                        Some(value) => written(graph, field.ty, value, way, budget)?,
                        None => false,
                    };
            }
            way.pop();
            whole
        }
        Shape::Unresolved(_) => false,
    };
    budget.leave();
    Ok(whole)
}

fn each<'j>(
    graph: &Graph,
    item: Id,
    values: impl Iterator<Item = &'j Json>,
    way: &mut Way,
    budget: &mut Budget,
) -> Result<bool, TooLarge> {
    for value in values {
        if !written(graph, item, value, way, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A text in a default that [`is_valid`] takes, and that is no value of the type where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Misfit<'j> {
    pub(crate) text: &'j str,
    /// Whether it is the whole default.
    pub(crate) whole: bool,
    pub(crate) why: Why,
}

/// Why a text is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// The enum has no such symbol. Who needs the default fails.
    Symbol,
    /// It has code points above 255, and is to be bytes. The Java library writes a question mark for each.
    NoBytes,
    /// A fixed has another size. The Java library cuts it, or fills it with zeros.
    Size { is: usize, expected: u32 },
}

/// The first text in a default that is no value where it stands. What a default leaves out is not looked at: it is
/// the default of another field.
pub(crate) fn misfit<'j>(
    graph: &Graph,
    ty: Id,
    value: &'j Json,
    budget: &mut Budget,
) -> Result<Option<Misfit<'j>>, TooLarge> {
    budget.enter()?;
    let found = match (graph.shape(ty), value) {
        (Shape::Array(item), Json::Array(items)) => {
            first_misfit(graph, items.iter().map(|v| (*item, v)), budget)?
        }
        (Shape::Map(item), Json::Object(entries)) => {
            first_misfit(graph, entries.iter().map(|(_, v)| (*item, v)), budget)?
        }
        (Shape::Record(record), Json::Object(_)) => {
            let fields = record.fields.iter();
            let given = fields.filter_map(|f| Some((f.ty, value.get(&f.name)?)));
            first_misfit(graph, given, budget)?
        }
        (Shape::Union(branches), value) => {
            let mut branches = branches.iter();
            match branches.find(|branch| takes(graph.shape(**branch), value)) {
                Some(branch) => misfit(graph, *branch, value, budget)?,
                None => None,
            }
        }
        (shape, Json::String(text)) => why(shape, text).map(|why| Misfit {
            text,
            whole: true,
            why,
        }),
        _ => None,
    };
    budget.leave();
    Ok(found)
}

fn first_misfit<'j>(
    graph: &Graph,
    parts: impl Iterator<Item = (Id, &'j Json)>,
    budget: &mut Budget,
) -> Result<Option<Misfit<'j>>, TooLarge> {
    for (ty, value) in parts {
        if let Some(found) = misfit(graph, ty, value, budget)? {
            let whole = false;
            return Ok(Some(Misfit { whole, ..found }));
        }
    }
    Ok(None)
}

fn why(shape: &Shape, text: &str) -> Option<Why> {
    match shape {
        Shape::Enum(e) => (!e.symbols.iter().any(|s| s == text)).then_some(Why::Symbol),
        Shape::Primitive(Kind::Bytes) => (!is_bytes(text)).then_some(Why::NoBytes),
        Shape::Fixed(_) if !is_bytes(text) => Some(Why::NoBytes),
        Shape::Fixed(f) => {
            let (is, expected) = (text.chars().count(), f.size);
            let fits = u32::try_from(is) == Ok(expected);
            (!fits).then_some(Why::Size { is, expected })
        }
        _ => None,
    }
}

/// Whether a text stands for bytes: one for each code point.
fn is_bytes(text: &str) -> bool {
    text.chars().all(|c| u8::try_from(c).is_ok())
}

/// Whether a default of a union is taken to be of this branch.
fn takes(branch: &Shape, value: &Json) -> bool {
    match branch {
        Shape::Primitive(Kind::Null) => value.is_null(),
        Shape::Primitive(Kind::Boolean) => value.as_bool().is_some(),
        Shape::Primitive(Kind::Bytes | Kind::String) | Shape::Fixed(_) => value.as_str().is_some(),
        Shape::Primitive(_) => value.as_number().is_some(),
        _ => true,
    }
}
