//! Whether a value surely is one that a generated field takes. Records took more: None for a default, texts for
//! bytes, values of members for members, dicts for sub-records, numbers of any size. What a value is comes from
//! how it is written and from annotations; what is not known fits only where nothing else was taken either.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, Expr, ExprCall, Number, Operator, UnaryOp};

use super::{Walk, value};
use crate::callers::types::{Locals, Scalar, Type};
use crate::interpret::Class;
use crate::record::{Item, Plain, Shape};

/// How deep expressions are followed.
const MAX_STEPS: usize = 24;
/// Expressions that are looked at for one value.
const MAX_LOOKS: usize = 300;

/// A field as far as values matter: what it holds, and whether it takes None.
#[derive(Clone, Copy)]
struct Wanted<'s, 'a> {
    shape: &'s Shape<'a>,
    none: bool,
}

impl<'s, 'a> Wanted<'s, 'a> {
    /// Records looked at each item of a list, and refused None; they did not look into lists in it.
    fn item(shape: &'s Shape<'a>) -> Self {
        let none = !matches!(shape, Shape::Array(_) | Shape::Map(_));
        Wanted { shape, none }
    }
    fn or_none(self) -> Self {
        Wanted { none: true, ..self }
    }
    /// Whether what Records took for it is what the generated field takes, whatever the value is.
    fn is_easy(self) -> bool {
        let text = |shape: &Shape| matches!(shape, Shape::Plain(Plain::String | Plain::Null));
        self.none
            && match self.shape {
                Shape::Array(item) | Shape::Map(item) => {
                    item.field().is_some_and(|item| text(&item.shape))
                }
                shape => text(shape),
            }
    }
}

impl<'a> Walk<'_, 'a> {
    /// Whether a field takes None as a Record did: it has no other value then.
    fn takes_none(&self, class: &Rc<Class<'a>>, name: &str) -> Option<bool> {
        let field = value::declared(class, name)?;
        let null = matches!(field.shape, Shape::Plain(Plain::Null));
        let has_value = field.required || value::has_default(&field);
        Some(null || !has_value && !self.tightened.contains(&class.name, name))
    }

    /// Whether a value surely fits into a field.
    pub(super) fn fits(&self, class: &Rc<Class<'a>>, name: &str, e: &'a Expr) -> bool {
        let (Some(field), Some(none)) =
            (value::declared(class, name), self.takes_none(class, name))
        else {
            return false;
        };
        let Some(locals) = self.locals.last() else {
            return false;
        };
        let shape = &field.shape;
        self.looks.set(MAX_LOOKS);
        self.fit(locals, Wanted { shape, none }, e, MAX_STEPS)
    }

    /// Whether a field takes whatever a Record took for it.
    pub(super) fn fits_all(&self, class: &Rc<Class<'a>>, name: &str) -> bool {
        let field = value::declared(class, name).zip(self.takes_none(class, name));
        field.is_some_and(|(field, none)| {
            let shape = &field.shape;
            Wanted { shape, none }.is_easy()
        })
    }

    fn fit(&self, locals: &Rc<Locals<'a>>, w: Wanted<'_, 'a>, e: &'a Expr, left: usize) -> bool {
        let (Some(left), Some(looks)) = (left.checked_sub(1), self.looks.get().checked_sub(1))
        else {
            return false;
        };
        self.looks.set(looks);
        let fit = |w: Wanted<'_, 'a>, e: &'a Expr| self.fit(locals, w, e, left);
        match e {
            Expr::NoneLiteral(_) => return w.none,
            Expr::If(of) => return fit(w, &of.body) && fit(w, &of.orelse),
            Expr::Named(of) => return fit(w, &of.value),
            Expr::BoolOp(of) => {
                let Some((last, before)) = of.values.split_last() else {
                    return false;
                };
                // What is false goes on to the next value.
                let before = before.iter().all(|e| match of.op {
                    BoolOp::Or => fit(w.or_none(), e),
                    BoolOp::And => fit(w, e),
                });
                return before && fit(w, last);
            }
            Expr::Name(name) => {
                if let Some(values) = locals.values(&name.id) {
                    return values.into_iter().all(|e| fit(w, e));
                }
                if let Some(given) = self.types.scalar(self.file, locals, &name.id) {
                    return of_scalar(w, given);
                }
            }
            Expr::Attribute(of) => {
                if let Some((class, _)) = self.types.record(self.file, locals, &of.value)
                    && let Some(none) = self.takes_none(&class, &of.attr)
                {
                    let held = value::declared(&class, &of.attr);
                    // A field with a value of its own is never None.
                    let same = held.is_some_and(|held| same(&held.shape, w.shape));
                    return same && (w.none || !none);
                }
            }
            _ => {}
        }
        if self.is_object(locals, w, e) {
            return true;
        }
        match w.shape {
            Shape::Plain(plain) => {
                self.plain(locals, *plain, e, left) || w.is_easy() && !is_bytes(e)
            }
            Shape::Array(item) => {
                let inner = |locals: &Rc<Locals<'a>>, e: &'a Expr| self.item(locals, item, e, left);
                match e {
                    Expr::List(of) => of.elts.iter().all(|e| inner(locals, e)),
                    Expr::ListComp(of) => {
                        let locals = Rc::new(Locals::comprehension(&of.generators, locals));
                        inner(&locals, &of.elt)
                    }
                    _ => w.is_easy(),
                }
            }
            Shape::Map(item) => match e {
                Expr::Dict(of) => {
                    let mut items = of.items.iter();
                    items.all(|one| one.key.is_some() && self.item(locals, item, &one.value, left))
                }
                Expr::DictComp(of) => {
                    let locals = Rc::new(Locals::comprehension(&of.generators, locals));
                    self.item(&locals, item, &of.value, left)
                }
                _ => w.is_easy(),
            },
            Shape::Enum(_) | Shape::Record(_) => false,
        }
    }

    /// An item of a list or a value of a dict: never None, unless it stands inside of another.
    fn item(&self, locals: &Rc<Locals<'a>>, of: &Item<'a>, e: &'a Expr, left: usize) -> bool {
        let Some(item) = of.field() else {
            return false;
        };
        let shape = &item.shape;
        let wanted = Wanted::item(shape);
        let text = matches!(shape, Shape::Plain(Plain::String));
        text && !is_bytes(e) || self.fit(locals, wanted, e, left)
    }

    /// Whether an expression gives a Record, a member of an enum, or a collection of these.
    fn is_object(&self, locals: &Rc<Locals<'a>>, w: Wanted<'_, 'a>, e: &'a Expr) -> bool {
        if let (Shape::Enum(class), Expr::Attribute(of)) = (w.shape, e) {
            let named = self.types.enum_named(self.file, locals, &of.value);
            let member =
                |class: &Class| class.members.borrow().iter().any(|m| m.name == of.attr.id);
            if named.is_some_and(|named| named.id == class.id && member(class)) {
                return true;
            }
        }
        let given = self.types.of(self.file, locals, e);
        let made = self.types.notes.made.contains_key(&self.site(e));
        let wanted = if made { w.or_none() } else { w };
        given.is_some_and(|given| of_type(wanted, &given))
    }

    fn plain(&self, locals: &Rc<Locals<'a>>, plain: Plain, e: &'a Expr, left: usize) -> bool {
        let Some(left) = left.checked_sub(1) else {
            return false;
        };
        let shape = Shape::Plain(plain);
        let fit = |e: &'a Expr| {
            let wanted = Wanted {
                shape: &shape,
                none: false,
            };
            self.fit(locals, wanted, e, left)
        };
        match (plain, e) {
            (Plain::Boolean, Expr::BooleanLiteral(_) | Expr::Compare(_)) => true,
            (Plain::Boolean, Expr::UnaryOp(of)) => of.op == UnaryOp::Not,
            (Plain::Bytes, Expr::BytesLiteral(_)) => true,
            (Plain::String, Expr::StringLiteral(_) | Expr::FString(_)) => true,
            (Plain::String, Expr::BinOp(of)) => match of.op {
                Operator::Add => fit(&of.left) || fit(&of.right),
                Operator::Mod => fit(&of.left),
                _ => false,
            },
            (_, Expr::NumberLiteral(of)) => number(plain, &of.value),
            (_, Expr::UnaryOp(of)) => of.op == UnaryOp::USub && fit(&of.operand),
            (Plain::Integer | Plain::Long, Expr::BinOp(of)) => {
                matches!(of.op, Operator::Add | Operator::Sub) && fit(&of.left) && fit(&of.right)
            }
            (Plain::Double | Plain::Float, Expr::BinOp(of)) => {
                let plain = matches!(
                    of.op,
                    Operator::Add | Operator::Sub | Operator::Mult | Operator::Div
                );
                plain && fit(&of.left) && fit(&of.right)
            }
            (_, Expr::Call(call)) => self.gives(plain, call),
            _ => false,
        }
    }

    /// Whether a call of one of Python's own functions and methods gives such a value.
    fn gives(&self, plain: Plain, e: &'a ExprCall) -> bool {
        if let Some(path) = self.types.notes.outside.get(&self.site(e)) {
            let first = e.arguments.args.first();
            match (plain, &**path) {
                (
                    Plain::Boolean,
                    "builtins.bool"
                    | "builtins.isinstance"
                    | "builtins.any"
                    | "builtins.all"
                    | "builtins.hasattr"
                    | "builtins.callable",
                )
                | (Plain::Bytes, "builtins.bytes" | "base64.b64decode" | "base64.b64encode")
                | (Plain::String, "builtins.str" | "builtins.repr" | "json.dumps")
                | (Plain::Integer | Plain::Long | Plain::Float | Plain::Double, "builtins.len")
                | (Plain::Long, "builtins.int" | "time.time_ns")
                | (Plain::Double, "time.time" | "time.monotonic" | "time.perf_counter") => {
                    return true;
                }
                // Times and products may be too long for 32 bits.
                (Plain::Integer, "builtins.int") => return first.is_some_and(is_short),
                // `float("nan")` is one too.
                (Plain::Double, "builtins.float") => {
                    return first.is_some_and(|e| !e.is_string_literal_expr());
                }
                _ => {}
            }
        }
        let Expr::Attribute(func) = &*e.func else {
            return false;
        };
        match plain {
            Plain::String => matches!(
                func.attr.as_str(),
                "format"
                    | "join"
                    | "decode"
                    | "strip"
                    | "lower"
                    | "upper"
                    | "hexdigest"
                    | "isoformat"
            ),
            Plain::Bytes => matches!(func.attr.as_str(), "encode" | "digest"),
            _ => false,
        }
    }
}

impl<'a> Walk<'_, 'a> {
    /// Whether an expression certainly gives bytes, in one case at least.
    pub(super) fn gives_bytes(&self, e: &'a Expr, left: usize) -> bool {
        let (Some(left), Some(locals)) = (left.checked_sub(1), self.locals.last()) else {
            return false;
        };
        match e {
            Expr::BytesLiteral(_) => true,
            Expr::If(of) => self.gives_bytes(&of.body, left) || self.gives_bytes(&of.orelse, left),
            Expr::Name(name) => {
                let scalar = self.types.scalar(self.file, locals, &name.id);
                let values = locals.values(&name.id).unwrap_or_default();
                locals.takes_bytes(&name.id)
                    || matches!(scalar, Some((Scalar::Bytes, _)))
                    || !values.is_empty() && values.iter().all(|e| self.gives_bytes(e, left))
            }
            Expr::Call(call) => match self.types.notes.outside.get(&self.site(call)) {
                Some(path) if path.starts_with("builtins.bytes") || path.starts_with("base64.") => {
                    matches!(
                        &**path,
                        "builtins.bytes" | "base64.b64encode" | "base64.b64decode"
                    )
                }
                _ => is_encoded(call),
            },
            _ => false,
        }
    }
}

/// `text.encode()`, `text.encode("utf-8")`: no other `encode` is called so.
fn is_encoded(call: &ExprCall) -> bool {
    let encode = matches!(&*call.func, Expr::Attribute(of) if of.attr.as_str() == "encode");
    encode
        && match &*call.arguments.args {
            [] => call.arguments.keywords.is_empty(),
            [Expr::StringLiteral(encoding)] => {
                let name = encoding.value.to_str().to_ascii_lowercase();
                matches!(&*name, "utf-8" | "utf8" | "ascii" | "latin-1" | "latin1")
            }
            _ => false,
        }
}

/// Whether a whole number written out fits.
fn number(plain: Plain, value: &Number) -> bool {
    match (plain, value) {
        (Plain::Integer, Number::Int(n)) => n.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
        (Plain::Long, Number::Int(n)) => n.as_i64().is_some(),
        (Plain::Double | Plain::Float, Number::Int(n)) => n.as_i64().is_some(),
        (Plain::Double, Number::Float(x)) => x.is_finite(),
        (Plain::Float, Number::Float(x)) => (*x as f32).is_finite(),
        _ => false,
    }
}

/// Whether nothing is computed in the argument of `int(…)`.
fn is_short(e: &Expr) -> bool {
    matches!(
        e,
        Expr::Name(_) | Expr::StringLiteral(_) | Expr::Subscript(_) | Expr::Attribute(_)
    )
}

/// Whether a call gives bytes, by the name of its method.
fn is_bytes(e: &Expr) -> bool {
    let Expr::Call(call) = e else {
        return e.is_bytes_literal_expr();
    };
    match &*call.func {
        Expr::Name(name) => name.id == "bytes",
        Expr::Attribute(of) => matches!(
            of.attr.as_str(),
            "encode" | "digest" | "tobytes" | "getvalue" | "b64encode" | "b64decode"
        ),
        _ => false,
    }
}

fn of_scalar(w: Wanted<'_, '_>, (scalar, optional): (Scalar, bool)) -> bool {
    let fits = match w.shape {
        Shape::Plain(plain) => matches!(
            (plain, scalar),
            (Plain::Boolean, Scalar::Bool)
                | (Plain::Integer | Plain::Long, Scalar::Int)
                | (Plain::Float | Plain::Double, Scalar::Int | Scalar::Float)
                | (Plain::Bytes, Scalar::Bytes)
                | (Plain::String, Scalar::Str)
        ),
        _ => false,
    };
    fits && (w.none || !optional)
}

/// An annotation may be of None too, so this is for fields that take it.
fn of_type(w: Wanted<'_, '_>, given: &Type<'_>) -> bool {
    let item = |item: &Item<'_>, given: &Type<'_>| {
        item.field().is_some_and(|item| {
            let shape = &item.shape;
            of_type(Wanted::item(shape), given)
        })
    };
    match (w.shape, given) {
        (Shape::Record(of), Type::Record { class, .. }) => of.class.id == class.id && w.none,
        (Shape::Enum(of), Type::Enum(class)) => of.id == class.id && w.none,
        (Shape::Array(of), Type::List(given)) => w.none && item(of, given),
        (Shape::Map(of), Type::Map(given)) => w.none && item(of, given),
        _ => false,
    }
}

/// Whether two fields hold the same, looked at from outside.
fn same(one: &Shape<'_>, other: &Shape<'_>) -> bool {
    let items = |a: &Item<'_>, b: &Item<'_>| match (a.field(), b.field()) {
        (Some(a), Some(b)) => same(&a.shape, &b.shape),
        _ => false,
    };
    match (one, other) {
        (Shape::Plain(a), Shape::Plain(b)) => a == b,
        (Shape::Enum(a), Shape::Enum(b)) => a.id == b.id,
        (Shape::Record(a), Shape::Record(b)) => a.class.id == b.class.id,
        (Shape::Array(a), Shape::Array(b)) | (Shape::Map(a), Shape::Map(b)) => items(a, b),
        _ => false,
    }
}
