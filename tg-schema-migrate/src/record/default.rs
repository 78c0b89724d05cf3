//! Defaults: what the client's constructors accept, and what `json.dumps` makes of it.

use tg_schema_model::Json;
use tg_schema_model::json::python_float;

use super::field::{Item, Plain, Shape};
use super::{Field, Problem};
use crate::interpret::{Kind, Site, Value};

/// What a member of an enum that is also a number or a text counts as.
fn plain<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Member(member) => match member.class.upgrade() {
            Some(class) if crate::interpret::is_mixed(&class) => member.value.clone(),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

fn mismatch(value: &Value, expected: &str, site: Site) -> Problem {
    let kind = value.type_name();
    Problem::refused(
        format!(
            "TypeError: Invalid type '<class '{kind}'>' for field 'default'. Expected: {expected}"
        ),
        site,
    )
}

/// A default as the constructor keeps it. One that is not known is kept as that.
pub(super) fn validated<'a>(
    shape: &Shape<'a>,
    value: Value<'a>,
    site: Site,
) -> Result<Value<'a>, Problem> {
    if value.why_unknown().is_some() || is_outside(&value) {
        return Ok(value);
    }
    bearable(&value, site)?;
    let counts = plain(&value);
    let fits = match shape {
        Shape::Plain(kind) => match (kind, &counts) {
            (Plain::Null, _) => {
                return Err(Problem::refused(
                    "TypeError: Field default is set to be None",
                    site,
                ));
            }
            (Plain::Bytes, Value::Str(text)) => return Ok(Value::Bytes(text.as_bytes().into())),
            (Plain::Bytes, _) => true,
            (Plain::String, Value::Bytes(bytes)) => {
                return match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Value::text(text)),
                    Err(_) => Err(Problem::refused(
                        "UnicodeDecodeError: the default is not UTF-8",
                        site,
                    )),
                };
            }
            (Plain::String, Value::Str(_)) | (Plain::Boolean, Value::Bool(_)) => true,
            (Plain::Integer | Plain::Long, Value::Int(_) | Value::Bool(_)) => true,
            (Plain::Float | Plain::Double, Value::Int(_) | Value::Bool(_) | Value::Float(_)) => {
                true
            }
            _ => false,
        },
        Shape::Enum(class) => return member(class, value, site),
        Shape::Array(item) => match &value {
            Value::List(items) => {
                return elements(item, &items.borrow(), site).map(|()| value.clone());
            }
            _ => false,
        },
        Shape::Map(item) => match &value {
            Value::Dict(entries) => {
                let entries = entries.borrow();
                if entries
                    .iter()
                    .any(|(key, _)| !matches!(key, Value::Str(_) | Value::Unknown(_)))
                {
                    let error = "TypeError: Map keys for field default  should all be strings";
                    return Err(Problem::refused(error, site));
                }
                let values: Vec<Value<'a>> =
                    entries.iter().map(|(_, value)| value.clone()).collect();
                return elements(item, &values, site).map(|()| value.clone());
            }
            _ => false,
        },
        Shape::Record(_) => true,
    };
    if fits {
        Ok(value)
    } else {
        Err(mismatch(&value, expected(shape), site))
    }
}

/// Most parts of a default.
const MAX_PARTS: usize = 10_000;

/// Whether a default is of a size that can be written.
pub(super) fn bearable(value: &Value, site: Site) -> Result<(), Problem> {
    match value.fits(&mut MAX_PARTS.clone()) {
        true => Ok(()),
        false => Err(Problem::unknown(
            format!("its default has more than {MAX_PARTS} parts"),
            site,
        )),
    }
}

/// Whether nothing is known of a value but where it comes from.
fn is_outside(value: &Value) -> bool {
    match value {
        Value::External(_) => true,
        Value::Instance(of) => match &of.class {
            Value::External(path) => !path.starts_with("pulsar.schema."),
            Value::Class(class) => class.kind == Kind::Open,
            _ => true,
        },
        _ => false,
    }
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Plain(Plain::Boolean) => "bool",
        Shape::Plain(Plain::Integer | Plain::Long) => "int",
        Shape::Plain(Plain::Float | Plain::Double) => "float",
        Shape::Plain(_) => "str",
        Shape::Enum(_) => "an enum",
        Shape::Array(_) => "list",
        Shape::Map(_) => "dict",
        Shape::Record(_) => "a record",
    }
}

/// What `CustomEnum` accepts: a member, the name of one, or the number of one.
fn member<'a>(
    class: &std::rc::Rc<crate::interpret::Class<'a>>,
    value: Value<'a>,
    site: Site,
) -> Result<Value<'a>, Problem> {
    let members = class.members.borrow();
    let found = match &value {
        Value::Str(name) => class
            .scope
            .get(name)
            .filter(|v| matches!(v, Value::Member(_))),
        Value::Int(n) => {
            let of = |m: &&std::rc::Rc<crate::interpret::Member<'a>>| matches!(plain(&m.value), Value::Int(own) if own == *n);
            members
                .iter()
                .rev()
                .find(of)
                .map(|m| Value::Member(std::rc::Rc::clone(m)))
        }
        Value::Member(own)
            if own
                .class
                .upgrade()
                .is_some_and(|of| std::rc::Rc::ptr_eq(&of, class)) =>
        {
            return Ok(value.clone());
        }
        _ => return Err(mismatch(&value, &class.name, site)),
    };
    found.ok_or_else(|| {
        if members.iter().any(|m| m.value.why_unknown().is_some()) {
            return Problem::unknown("the values of the enum are not known", site);
        }
        Problem::refused(
            format!("TypeError: Invalid enum value {value:?} for field 'default'"),
            site,
        )
    })
}

fn elements<'a>(item: &Item<'a>, values: &[Value<'a>], site: Site) -> Result<(), Problem> {
    if values.is_empty() {
        return Ok(());
    }
    let field = match item {
        Item::Late(error) => return Err(Problem::refused(error.clone(), site)),
        Item::Field(field) => field,
    };
    for value in values {
        if value.why_unknown().is_some() || is_outside(value) {
            continue;
        }
        let fits = match (&field.shape, &plain(value)) {
            (Shape::Plain(kind), value) => matches!(
                (kind, value),
                (
                    Plain::String | Plain::Bytes,
                    Value::Str(_) | Value::Bytes(_)
                ) | (Plain::Boolean, Value::Bool(_))
                    | (Plain::Integer | Plain::Long, Value::Int(_) | Value::Bool(_))
                    | (
                        Plain::Float | Plain::Double,
                        Value::Int(_) | Value::Bool(_) | Value::Float(_)
                    )
                    | (Plain::Null, Value::None)
            ),
            (Shape::Enum(class), _) => match value {
                Value::Member(own) => own
                    .class
                    .upgrade()
                    .is_some_and(|of| std::rc::Rc::ptr_eq(&of, class)),
                _ => false,
            },
            (Shape::Array(_), value) => matches!(value, Value::List(_)),
            (Shape::Map(_), value) => matches!(value, Value::Dict(_)),
            (Shape::Record(of), Value::Instance(one)) => match &one.class {
                Value::Class(class) => crate::interpret::linear(class)
                    .iter()
                    .any(|c| std::rc::Rc::ptr_eq(c, &of.class)),
                _ => false,
            },
            (Shape::Record(_), _) => false,
        };
        if !fits {
            let kind = expected(&field.shape);
            let error =
                format!("TypeError: Array field default items should all be of type {kind}");
            return Err(Problem::refused(error, site));
        }
    }
    Ok(())
}

/// What the client writes behind `"default":`.
pub(super) fn registered<'a>(field: &Field<'a>) -> Result<Json, Problem> {
    match &field.default {
        Some(Value::Member(member)) => Ok(Json::str(member.name.as_str())),
        Some(value) => json(value, field.site, 0),
        None if matches!(field.shape, Shape::Plain(Plain::Boolean)) => Ok(Json::Bool(false)),
        None => Ok(Json::Null),
    }
}

/// What `json.dumps` makes of a value.
pub(crate) fn json(value: &Value, site: Site, depth: usize) -> Result<Json, Problem> {
    let no_json = |kind: &str| {
        Err(Problem::refused(
            format!("TypeError: Object of type {kind} is not JSON serializable"),
            site,
        ))
    };
    if depth > 64 {
        return Err(Problem::unknown("the default nests too deep", site));
    }
    match &plain(value) {
        Value::None => Ok(Json::Null),
        Value::Bool(v) => Ok(Json::Bool(*v)),
        Value::Int(v) => Ok(Json::int(*v)),
        Value::Float(v) if v.is_nan() => Ok(Json::Number("NaN".to_owned())),
        Value::Float(v) if v.is_infinite() => {
            let text = if *v > 0.0 { "Infinity" } else { "-Infinity" };
            Ok(Json::Number(text.to_owned()))
        }
        Value::Float(v) => Ok(Json::Number(python_float(*v))),
        Value::Str(text) => Ok(Json::str(&**text)),
        Value::List(items) => {
            let items = items.borrow();
            items
                .iter()
                .map(|v| json(v, site, depth + 1))
                .collect::<Result<_, _>>()
                .map(Json::Array)
        }
        Value::Tuple(items) => items
            .iter()
            .map(|v| json(v, site, depth + 1))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        Value::Dict(entries) => {
            let entries = entries.borrow();
            let entries = entries.iter().map(|(key, value)| match key {
                Value::Str(key) => Ok((key.to_string(), json(value, site, depth + 1)?)),
                Value::Unknown(why) => Err(why.into()),
                _ => Err(Problem::unknown(
                    "the default has keys that are no strings",
                    site,
                )),
            });
            entries.collect::<Result<_, _>>().map(Json::Object)
        }
        Value::Unknown(why) => Err(why.into()),
        Value::External(path) => Err(Problem::unknown(
            format!("its default `{path}` is outside of the sources"),
            site,
        )),
        Value::Instance(of) if is_outside(value) => match &of.class {
            Value::External(path) => {
                let path = path.strip_prefix("builtins.").unwrap_or(path);
                Err(Problem::unknown(
                    format!("its default is what `{path}` gives"),
                    site,
                ))
            }
            _ => Err(Problem::unknown("its default is not known", site)),
        },
        other => no_json(other.type_name()),
    }
}
