//! `auto()` in an enum into the value that Python counts for it.

use std::rc::Rc;

use ruff_python_ast::name::Name;

use super::Interpreter;
use super::enumeration::{bases, is_flag_path};
use super::value::{Arguments, Class, Function, Site, Value};

/// How an enum counts.
pub(super) enum Counting<'a> {
    /// By its own `_generate_next_value_`.
    By(Rc<Function<'a>>),
    /// By a `_generate_next_value_` that is not followed.
    Open,
    /// By names in small letters, as `StrEnum` does.
    Names,
    /// By single bits, as `Flag` does.
    Bits,
    /// One after the other.
    Numbers,
}

/// How an enum counts: Python asks its body, then its last base, and no other base.
pub(super) fn counting<'a>(class: &Rc<Class<'a>>) -> Counting<'a> {
    const NEXT: &str = "_generate_next_value_";
    let order = match class.bases.last() {
        Some(Value::Class(base)) => super::linear(base),
        _ => Vec::new(),
    };
    let own = class.scope.get(NEXT);
    match own.or_else(|| order.iter().find_map(|one| one.scope.get(NEXT))) {
        Some(Value::Function(function)) => return Counting::By(function),
        Some(_) => return Counting::Open,
        None => {}
    }
    let last = class.bases.last().and_then(Value::external_path);
    let mut found = Counting::Numbers;
    for path in last.into_iter().chain(bases(&order)) {
        match path {
            "enum.StrEnum" => return Counting::Names,
            path if is_flag_path(path) => found = Counting::Bits,
            _ => {}
        }
    }
    found
}

/// Whether a value is an `auto()`.
pub(super) fn is_auto(value: &Value) -> bool {
    match value {
        Value::Instance(of) => of.class.external_path() == Some("enum.auto"),
        _ => false,
    }
}

impl<'a> Interpreter<'a, '_> {
    /// The value of an `auto()`, from the values before it as they were written or counted.
    pub(super) fn automatic(
        &mut self,
        counting: &Counting<'a>,
        name: &Name,
        last: &[Value<'a>],
        site: Site,
    ) -> Value<'a> {
        let made = match counting {
            Counting::By(function) => {
                let arguments = Arguments {
                    positional: vec![
                        Value::text(name.as_str()),
                        Value::Int(1),
                        Value::Int(last.len() as i128),
                        Value::list(last.to_vec()),
                    ],
                    ..Arguments::default()
                };
                return self.call_function(function, arguments, None, site);
            }
            Counting::Open => Err("its `_generate_next_value_` is not followed"),
            Counting::Names => Ok(Value::text(name.to_lowercase())),
            Counting::Bits => next_bit(last),
            Counting::Numbers => next_number(last),
        };
        made.unwrap_or_else(|reason| self.unknown(reason, site))
    }
}

const DIFFER: &str = "Python's versions count on differently here";
const NOT_KNOWN: &str = "it is counted from a value that is not known";

/// One more than the last number. A version that refuses to count past a text makes no enum at all.
fn next_number<'a>(last: &[Value<'a>]) -> Result<Value<'a>, &'static str> {
    let mut numbers = Vec::new();
    for value in last {
        match value {
            Value::Int(_) | Value::Bool(_) | Value::Float(_) => numbers.push(value),
            Value::None
            | Value::Str(_)
            | Value::Bytes(_)
            | Value::Tuple(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Dict(_) => {}
            _ => return Err(NOT_KNOWN),
        }
    }
    let Some(end) = numbers.last() else {
        return Ok(Value::Int(1));
    };
    // Before 3.13 the last number counted in some cases, the highest in others.
    let of = |value: &Value| super::operator::float(value);
    if numbers.iter().any(|number| of(number) > of(end)) {
        return Err(DIFFER);
    }
    match end {
        Value::Float(number) => Ok(Value::Float(number + 1.0)),
        number => {
            let next = super::operator::int(number).and_then(|number| number.checked_add(1));
            next.map(Value::Int).ok_or(NOT_KNOWN)
        }
    }
}

/// The bit above the highest one.
fn next_bit<'a>(last: &[Value<'a>]) -> Result<Value<'a>, &'static str> {
    let numbers: Option<Vec<i128>> = last.iter().map(super::operator::int).collect();
    let numbers = numbers.ok_or(NOT_KNOWN)?;
    let Some(end) = numbers.last() else {
        return Ok(Value::Int(1));
    };
    if numbers.iter().any(|number| number > end || *number < 0) {
        return Err(DIFFER);
    }
    let bit = 1_i128.checked_shl(128 - end.leading_zeros());
    bit.filter(|bit| *bit > 0).map(Value::Int).ok_or(NOT_KNOWN)
}
