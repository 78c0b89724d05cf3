//! Values that fields of Records are given: what the generated types do not hold, or hold otherwise.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, Expr, ExprCall, Number, UnaryOp};
use ruff_text_size::Ranged;

use super::{Raw, Walk, field, is_sure};
use crate::interpret::Class;
use crate::record::{self, Field, Item, Plain, Shape};
use crate::rule::apply::not_applied;
use crate::rule::callers as rules;

/// How deep lists in lists are followed.
const MAX_NESTING: usize = 16;

/// What a class declares by a name, where that is known.
pub(super) fn declared<'a>(class: &Rc<Class<'a>>, name: &str) -> Option<Field<'a>> {
    record::field(&field(class, name)?, 0).ok()
}

/// Whether a field has a value of its own until another is set.
pub(super) fn has_default(field: &Field) -> bool {
    let always = matches!(field.shape, Shape::Plain(Plain::Boolean | Plain::Null));
    always || field.default.is_some()
}

impl<'a> Walk<'_, 'a> {
    /// What a field is given.
    pub(super) fn given(
        &mut self,
        node: impl Ranged + Copy,
        class: &Rc<Class<'a>>,
        name: &str,
        value: &'a Expr,
    ) {
        let before = self.found.len();
        if self.may_be_none(value) {
            self.none(node, class, name);
        }
        let Some(declared) = declared(class, name).filter(|_| is_sure(class)) else {
            return;
        };
        if let Some(why) = self.unlike(&declared.shape, value, MAX_NESTING) {
            let message = format!("`{name}` of `{}` {why}", class.name);
            let rule = &rules::wrong_value::RULE;
            self.add(rule, node, (class, name), message, rule.remedy);
        }
        if self.found.len() == before && !self.fits(class, name, value) {
            self.doubt(node, class, name);
        }
    }

    /// A value of which is not known whether the generated field takes it as the Record did.
    pub(super) fn doubt(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        let rule = &not_applied::RULE;
        self.doubts.push(Raw {
            rule,
            range: node.range(),
            class: Rc::clone(class),
            name: name.to_owned(),
            message: format!(
                "a Record may take what `{name}` of `{}` is given here and a dataclass not: None, or a value of another type",
                class.name
            ),
            help: rule.remedy.to_owned(),
        });
    }

    /// Whether an expression gives None in one case at least.
    fn may_be_none(&self, e: &'a Expr) -> bool {
        match e {
            Expr::NoneLiteral(_) => true,
            Expr::If(of) => self.may_be_none(&of.body) || self.may_be_none(&of.orelse),
            Expr::BoolOp(of) if of.op == BoolOp::Or => {
                of.values.last().is_some_and(|e| self.may_be_none(e))
            }
            Expr::Named(of) => self.may_be_none(&of.value),
            Expr::Name(name) => {
                let guarded = self
                    .asked
                    .iter()
                    .any(|asked| asked.contains(name.id.as_str()));
                let locals = self.locals.last();
                !guarded && locals.is_some_and(|locals| locals.is_optional(&name.id))
            }
            Expr::Call(call) => self.may_give_none(call),
            _ => false,
        }
    }

    /// `values.get("name")`, `os.environ.get(name)`: without a default there may be none.
    fn may_give_none(&self, e: &'a ExprCall) -> bool {
        let ([key], []) = (&*e.arguments.args, &*e.arguments.keywords) else {
            return false;
        };
        if let Some(path) = self.types.notes.outside.get(&self.site(e))
            && matches!(&**path, "os.environ.get" | "os.getenv")
        {
            return true;
        }
        // An object of the files has a `get` of its own.
        let own = self.types.notes.functions.contains_key(&self.site(e));
        let get = e.func.as_attribute_expr();
        !own && key.is_string_literal_expr() && get.is_some_and(|of| of.attr.as_str() == "get")
    }

    /// None for a field that has another value then, or takes none.
    pub(super) fn none(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        if field(class, name).is_none() {
            return;
        }
        let of = &class.name;
        let (rule, message) = if self.tightened.contains(of, name) {
            let message = format!("`{name}` of `{of}` takes no None any more");
            (&rules::none_for_tightened::RULE, message)
        } else {
            match declared(class, name).filter(|_| is_sure(class)) {
                Some(field) if matches!(field.shape, Shape::Plain(Plain::Null)) => return,
                Some(field) if field.required => {
                    let message = format!("`{name}` of `{of}` is required, and takes no None");
                    (&rules::wrong_value::RULE, message)
                }
                Some(field) if has_default(&field) => {
                    // The client puts no default in the place of None here.
                    let null = matches!(
                        field.shape,
                        Shape::Enum(_) | Shape::Array(_) | Shape::Map(_)
                    );
                    let message = match null {
                        true => format!(
                            "None for `{name}` of `{of}` was sent as null, and a generated type refuses it"
                        ),
                        false => format!(
                            "None for `{name}` of `{of}` was its default, and stays None from now on"
                        ),
                    };
                    (&rules::none_for_default::RULE, message)
                }
                _ => return,
            }
        };
        self.add(rule, node, (class, name), message, rule.remedy);
    }

    /// What a call of one of Python's own types gives: `dict(a=1)`.
    fn made_of(&self, e: &Expr) -> Option<&'static str> {
        let Expr::Call(call) = e else {
            return None;
        };
        let path = self.types.notes.outside.get(&self.site(call))?;
        let names = [
            "bool", "bytes", "dict", "float", "int", "list", "set", "str",
        ];
        let name = path.strip_prefix("builtins.")?;
        names.into_iter().find(|one| *one == name)
    }

    /// Why a value is none for a field, where it is written out.
    fn unlike(&self, shape: &Shape<'a>, value: &'a Expr, left: usize) -> Option<String> {
        let left = left.checked_sub(1)?;
        match value {
            Expr::If(of) => {
                let first = self.unlike(shape, &of.body, left);
                return first.or_else(|| self.unlike(shape, &of.orelse, left));
            }
            Expr::BoolOp(of) if of.op == BoolOp::Or => {
                return self.unlike(shape, of.values.last()?, left);
            }
            Expr::Named(of) => return self.unlike(shape, &of.value, left),
            _ => {}
        }
        if let (Shape::Enum(class), Expr::Attribute(of)) = (shape, value) {
            let part = matches!(of.attr.as_str(), "value" | "name");
            let member = part && self.enumeration(&of.value).is_some();
            let why = || format!("holds a member of `{}`, and no value or name", class.name);
            return member.then(why);
        }
        let parts: Vec<&'a Expr> = match value {
            Expr::List(of) => of.elts.iter().collect(),
            Expr::Dict(of) => {
                let values = of.items.iter().filter(|item| item.key.is_some());
                values.map(|item| &item.value).collect()
            }
            _ => Vec::new(),
        };
        if matches!(shape, Shape::Plain(Plain::String)) && self.gives_bytes(value, left) {
            return Some("holds a value of type str, and no bytes".to_owned());
        }
        let kind = kind(value).or_else(|| self.made_of(value))?;
        match shape {
            Shape::Enum(class) => {
                Some(format!("holds a member of `{}`, and no {kind}", class.name))
            }
            Shape::Record(_) => Some(format!("holds a record, and no {kind}")),
            Shape::Array(item) | Shape::Map(item) => {
                let wanted = match shape {
                    Shape::Array(_) => "list",
                    _ => "dict",
                };
                if kind != wanted {
                    return Some(format!("holds a {wanted}, and no {kind}"));
                }
                let Item::Field(item) = &**item else {
                    return None;
                };
                let mut parts = parts.into_iter();
                parts.find_map(|part| self.unlike(&item.shape, part, left))
            }
            Shape::Plain(plain) => {
                let wanted = match plain {
                    Plain::Null => return None,
                    Plain::Boolean => "bool",
                    Plain::Integer | Plain::Long => "int",
                    Plain::Float | Plain::Double if kind == "int" => return None,
                    Plain::Float | Plain::Double => "float",
                    Plain::Bytes => "bytes",
                    Plain::String => "str",
                };
                (kind != wanted).then(|| format!("holds a value of type {wanted}, and no {kind}"))
            }
        }
    }

    /// `value.field = …`.
    pub(super) fn assigned(&mut self, target: &'a Expr, value: &'a Expr) {
        if let (Expr::Tuple(targets), Expr::Tuple(values)) = (target, value) {
            let pairs = targets.elts.iter().zip(&values.elts);
            return pairs.for_each(|(target, value)| self.assigned(target, value));
        }
        if let Expr::Attribute(of) = target {
            match self.owner(of) {
                Some(class) => self.given(target.range(), &class, &of.attr, value),
                None => {
                    let classes = self.either(&of.value);
                    let classes = classes.iter().flat_map(|classes| classes.iter());
                    classes.for_each(|class| self.given(target.range(), class, &of.attr, value));
                }
            }
        }
    }

    /// `setattr(value, "field", …)`, `delattr(value, "field")`.
    pub(super) fn set_by_text(&mut self, e: &'a ExprCall) {
        let (Expr::Name(func), [value, Expr::StringLiteral(name), rest @ ..]) =
            (&*e.func, &e.arguments.args[..])
        else {
            return;
        };
        let name = name.value.to_str();
        match (func.id.as_str(), rest) {
            ("setattr", [given]) => {
                if let Some((class, _)) = self.record(value) {
                    self.given(e.range(), &class, name, given);
                }
            }
            ("delattr", []) => {
                if let Some((class, _)) = self.record(value) {
                    self.field_deleted(e, &class, name);
                }
            }
            _ => {}
        }
    }

    /// `del value.field`.
    pub(super) fn deleted(&mut self, target: &'a Expr) {
        if let Expr::Tuple(of) = target {
            return of.elts.iter().for_each(|one| self.deleted(one));
        }
        if let Expr::Attribute(of) = target
            && let Some(class) = self.owner(of)
        {
            self.field_deleted(target, &class, &of.attr);
        }
    }
    fn field_deleted(&mut self, node: impl Ranged, class: &Rc<Class<'a>>, name: &str) {
        if field(class, name).is_none() {
            return;
        }
        let message = format!(
            "`{name}` of `{}` is deleted: nothing stands behind it",
            class.name
        );
        let rule = &rules::field_deleted::RULE;
        self.add(rule, node, (class, name), message, rule.remedy);
    }
}

/// What a literal is in Python.
fn kind(e: &Expr) -> Option<&'static str> {
    Some(match e {
        Expr::StringLiteral(_) | Expr::FString(_) => "str",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        Expr::NumberLiteral(of) => match of.value {
            Number::Int(_) => "int",
            Number::Float(_) => "float",
            Number::Complex { .. } => "complex",
        },
        Expr::UnaryOp(of) if of.op == UnaryOp::USub && of.operand.is_number_literal_expr() => {
            return kind(&of.operand);
        }
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        _ => return None,
    })
}
