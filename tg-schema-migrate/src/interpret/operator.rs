//! Operators, truth, items.

use std::rc::Rc;

use ruff_python_ast::{CmpOp, Operator, UnaryOp};

use super::arithmetic::{exact, float_binary, int_binary, not_computed};
use super::value::{Kind, Site, Value};
use super::{Interpreter, MAX_ITEMS, MAX_TEXT};

/// Python versions that the code is taken to run on, by their second number: all of these.
const MINOR: std::ops::RangeInclusive<i128> = 10..=14;

impl Value<'_> {
    /// Whether a value counts as true, where that is known.
    pub(crate) fn truth(&self) -> Option<bool> {
        Some(match self {
            Value::None => false,
            Value::Bool(v) => *v,
            Value::Int(v) => *v != 0,
            Value::Float(v) => *v != 0.0,
            Value::Str(v) => !v.is_empty(),
            Value::Bytes(v) => !v.is_empty(),
            Value::List(v) | Value::Set(v) => {
                let items = v.borrow();
                match items.first() {
                    Some(Value::Unknown(_)) if items.len() == 1 => return None,
                    first => first.is_some(),
                }
            }
            Value::Tuple(v) => !v.is_empty(),
            Value::Dict(v) => !v.borrow().is_empty(),
            Value::Ellipsis
            | Value::Module(_)
            | Value::Class(_)
            | Value::Function(_)
            | Value::Method(_) => true,
            Value::External(path) => match &**path {
                "typing.TYPE_CHECKING" => false,
                // A class or a module; a constant could be anything.
                _ if path.starts_with("builtins.") => true,
                _ => return None,
            },
            Value::Member(member) => {
                let plain = member
                    .class
                    .upgrade()
                    .is_some_and(|class| !super::enumeration::is_mixed(&class));
                if plain {
                    return Some(true);
                }
                return member.value.truth();
            }
            Value::Instance(instance) => match &instance.class {
                Value::External(path) if path.starts_with("pulsar.schema.") => true,
                Value::Class(class) if class.kind == Kind::Record => true,
                _ => return None,
            },
            Value::Unknown(_) => return None,
        })
    }
}

impl<'a> Interpreter<'a, '_> {
    pub(super) fn binary(
        &mut self,
        op: Operator,
        left: &Value<'a>,
        right: &Value<'a>,
        site: Site,
    ) -> Value<'a> {
        if let Some(why) = left.why_unknown().or(right.why_unknown()) {
            self.risk += 1;
            return Value::Unknown(match left {
                Value::Str(head) => why.behind(head),
                _ => Rc::clone(why),
            });
        }
        match self.known_binary(op, left, right, site) {
            Some(value) => value,
            None => {
                self.risk += 1;
                self.unknown(not_computed(op, left, right), site)
            }
        }
    }

    fn known_binary(
        &mut self,
        op: Operator,
        left: &Value<'a>,
        right: &Value<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        use Value as V;
        let (left, right) = (&plain(left), &plain(right));
        Some(match (op, left, right) {
            (Operator::Add, V::Str(a), V::Str(b)) => V::text(self.bounded(format!("{a}{b}"))?),
            (Operator::Add, V::Bytes(a), V::Bytes(b)) => {
                let all: Vec<u8> = a
                    .iter()
                    .chain(b.iter())
                    .copied()
                    .take(MAX_TEXT + 1)
                    .collect();
                (all.len() <= MAX_TEXT).then(|| V::Bytes(all.into()))?
            }
            (Operator::Add, V::List(a), V::List(b)) => {
                let mut items = a.borrow().clone();
                items.extend(b.borrow().iter().cloned());
                (items.len() <= MAX_ITEMS).then(|| V::list(items))?
            }
            (Operator::Add, V::Tuple(a), V::Tuple(b)) => {
                V::Tuple(a.iter().chain(b.iter()).cloned().collect::<Vec<_>>().into())
            }
            (Operator::BitOr, V::Dict(a), V::Dict(b)) => {
                let mut entries = a.borrow().clone();
                for (key, value) in b.borrow().iter() {
                    super::expression::put(&mut entries, key.clone(), value.clone(), false);
                }
                V::dict(entries)
            }
            (Operator::BitOr | Operator::BitAnd | Operator::Sub, V::Set(a), V::Set(b)) => {
                let (a, b) = (a.borrow().clone(), b.borrow().clone());
                let has =
                    |list: &[V<'a>], item: &V<'a>| list.iter().any(|other| equal_keys(other, item));
                let items = match op {
                    Operator::BitOr => a.iter().chain(&b).cloned().collect(),
                    Operator::BitAnd => a.into_iter().filter(|item| has(&b, item)).collect(),
                    _ => a.into_iter().filter(|item| !has(&b, item)).collect(),
                };
                self.set_of(items)
            }
            // A union of types in an annotation.
            (
                Operator::BitOr,
                V::External(_) | V::Class(_) | V::None,
                V::External(_) | V::Class(_) | V::None,
            ) => self.unknown("it is a union of types", site),
            (Operator::Mod, V::Str(format), _) => {
                let format = Rc::clone(format);
                return self.percent(&format, right).map(V::text);
            }
            (Operator::Mult, V::Str(text), count) | (Operator::Mult, count, V::Str(text)) => {
                let count = usize::try_from(int(count)?.max(0)).ok()?;
                (text.len().checked_mul(count)? <= MAX_TEXT).then(|| V::text(text.repeat(count)))?
            }
            (Operator::Mult, V::List(list), count) => {
                let count = usize::try_from(int(count)?.max(0)).ok()?;
                let items = list.borrow();
                (items.len().checked_mul(count)? <= MAX_ITEMS).then(|| {
                    V::list(
                        std::iter::repeat_n(&*items, count)
                            .flatten()
                            .cloned()
                            .collect(),
                    )
                })?
            }
            (Operator::Div, V::External(_), _) => return None,
            (_, V::Float(_), _) | (_, _, V::Float(_)) => {
                float_binary(op, float(left)?, float(right)?)?
            }
            (Operator::Div, ..) => float_binary(op, exact(left)?, exact(right)?)?,
            // A negative power of whole numbers is a float.
            (Operator::Pow, a, b) if int(b)? < 0 => float_binary(op, exact(a)?, exact(b)?)?,
            _ => V::Int(int_binary(op, int(left)?, int(right)?)?),
        })
    }

    pub(super) fn bounded(&self, text: String) -> Option<String> {
        (text.len() <= MAX_TEXT).then_some(text)
    }

    pub(super) fn unary(&mut self, op: UnaryOp, operand: &Value<'a>, site: Site) -> Value<'a> {
        if op == UnaryOp::Not {
            return match operand.truth() {
                Some(truth) => Value::Bool(!truth),
                None => self.unknown("it is a test that is not known", site),
            };
        }
        let known = match (op, &plain(operand)) {
            (UnaryOp::USub, Value::Float(v)) => Some(Value::Float(-v)),
            (UnaryOp::UAdd, Value::Float(v)) => Some(Value::Float(*v)),
            (UnaryOp::USub, value) => int(value).and_then(i128::checked_neg).map(Value::Int),
            (UnaryOp::UAdd, value) => int(value).map(Value::Int),
            (UnaryOp::Invert, value) => int(value).map(|v| Value::Int(!v)),
            _ => None,
        };
        match (known, operand) {
            (Some(value), _) => value,
            (None, Value::Unknown(why)) => Value::Unknown(Rc::clone(why)),
            _ => self.unknown("the operator is not followed", site),
        }
    }

    /// Whether two values compare so, where that is known.
    pub(super) fn compare(
        &mut self,
        op: CmpOp,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Option<bool> {
        match op {
            CmpOp::Eq => self.equal(left, right),
            CmpOp::NotEq => self.equal(left, right).map(|equal| !equal),
            CmpOp::Is => identical(left, right),
            CmpOp::IsNot => identical(left, right).map(|same| !same),
            CmpOp::In => self.contains(right, left),
            CmpOp::NotIn => self.contains(right, left).map(|inside| !inside),
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => order(op, left, right),
        }
    }

    fn contains(&mut self, all: &Value<'a>, one: &Value<'a>) -> Option<bool> {
        if let (Value::Str(all), Value::Str(one)) = (all, one) {
            return Some(all.contains(&**one));
        }
        if matches!(all, Value::Unknown(_)) || matches!(one, Value::Unknown(_)) {
            return None;
        }
        let items = self.items(all)?;
        let mut known = true;
        for item in &items {
            match self.equal(item, one) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => known = false,
            }
        }
        known.then_some(false)
    }
}

/// Whether something outside is a class by its name, as Python's are.
pub(super) fn is_generic(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    name.starts_with(char::is_uppercase)
        || matches!(
            path,
            "builtins.list"
                | "builtins.dict"
                | "builtins.set"
                | "builtins.tuple"
                | "builtins.type"
                | "builtins.frozenset"
        )
}

/// Whether an item stands for some that are not known.
pub(super) fn is_lost(item: &Value) -> bool {
    const MARKS: [&str; 4] = [
        "it is filled",
        "it is changed in",
        "it is added to",
        "items are deleted",
    ];
    item.why_unknown()
        .is_some_and(|why| MARKS.iter().any(|mark| why.reason.starts_with(mark)))
}

/// Equality of keys, as far as it is plain.
pub(super) fn equal_keys<'a>(a: &Value<'a>, b: &Value<'a>) -> bool {
    match (int(a), int(b)) {
        (Some(a), Some(b)) => a == b,
        _ => match (a, b) {
            (Value::Float(x), y) | (y, Value::Float(x)) if float(y).is_some() => {
                Some(*x) == float(y)
            }
            _ => a.same(b),
        },
    }
}

fn identical<'a>(left: &Value<'a>, right: &Value<'a>) -> Option<bool> {
    use Value as V;
    match (left, right) {
        (V::Unknown(_), _) | (_, V::Unknown(_)) => None,
        (V::None, V::None) => Some(true),
        (V::None, V::External(path)) | (V::External(path), V::None) => {
            path.starts_with("builtins.").then_some(false)
        }
        // What a function outside gives may be None.
        (V::None, V::Instance(of)) | (V::Instance(of), V::None) => match &of.class {
            V::Class(_) => Some(false),
            V::External(path) if path.starts_with("pulsar.schema.") => Some(false),
            _ => None,
        },
        (V::None, _) | (_, V::None) => Some(false),
        (V::Bool(a), V::Bool(b)) => Some(a == b),
        (V::Class(_), V::Class(_)) | (V::Member(_), V::Member(_)) => Some(left.same(right)),
        (V::External(_), V::External(_)) if left.same(right) => Some(true),
        (V::Bool(_), V::Int(_) | V::Str(_) | V::Float(_))
        | (V::Int(_) | V::Str(_) | V::Float(_), V::Bool(_)) => Some(false),
        _ => None,
    }
}

fn order(op: CmpOp, left: &Value, right: &Value) -> Option<bool> {
    use std::cmp::Ordering;
    if let (Value::External(path), Value::Tuple(wanted)) = (left, right)
        && &**path == "sys.version_info"
    {
        return version(op, wanted);
    }
    let (left, right) = (plain(left), plain(right));
    let ordering = match (&left, &right) {
        (Value::Str(a), Value::Str(b)) => a.chars().cmp(b.chars()),
        (Value::Tuple(a), Value::Tuple(b)) => {
            let pairs = a.iter().zip(b.iter());
            let mut found = Ordering::Equal;
            for (a, b) in pairs {
                found = float(a)?.partial_cmp(&float(b)?)?;
                if found != Ordering::Equal {
                    break;
                }
            }
            found.then(a.len().cmp(&b.len()))
        }
        (a, b) => match (int(a), int(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => float(a)?.partial_cmp(&float(b)?)?,
        },
    };
    Some(match op {
        CmpOp::Lt => ordering.is_lt(),
        CmpOp::LtE => ordering.is_le(),
        CmpOp::Gt => ordering.is_gt(),
        _ => ordering.is_ge(),
    })
}

/// `sys.version_info` against a tuple, for every version that the code may run on.
fn version(op: CmpOp, wanted: &[Value]) -> Option<bool> {
    let wanted: Vec<i128> = wanted.iter().map(int).collect::<Option<_>>()?;
    let mut verdicts = MINOR.map(|minor| {
        // Some patch level: a tuple of two numbers comes before every version that begins so.
        let ours = [3, minor, 5];
        let ordering = ours.as_slice().cmp(wanted.as_slice());
        match op {
            CmpOp::Lt | CmpOp::LtE => ordering.is_lt(),
            _ => ordering.is_gt(),
        }
    });
    let first = verdicts.next()?;
    verdicts.all(|verdict| verdict == first).then_some(first)
}

/// Members of `IntEnum` and of enums of strings as what they also are.
pub(super) fn plain<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Member(member) => match member.class.upgrade() {
            Some(class) if super::enumeration::is_mixed(&class) => member.value.clone(),
            _ => value.clone(),
        },
        _ => value.clone(),
    }
}

/// The whole number that a value is or counts as.
pub(crate) fn int(value: &Value) -> Option<i128> {
    match value {
        Value::Int(v) => Some(*v),
        Value::Bool(v) => Some(i128::from(*v)),
        _ => None,
    }
}

pub(super) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(v) => Some(*v),
        value => int(value).map(|v| v as f64),
    }
}
