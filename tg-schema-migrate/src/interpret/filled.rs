//! Attributes that are declared by annotation (`tenant: str = "acme"`) into what an object has: what its constructor was
//! given, else the default, where nothing else sets it.
//!
//! Dataclasses, named tuples and classes of libraries that make constructors of annotations (pydantic and its like)
//! have no `__init__` in the files.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};

use super::order::linear;
use super::value::{Class, Instance, Site, Value};
use super::{Interpreter, class};
use crate::python::name::last;

/// Bases whose constructor takes nothing but what it is given.
const PLAIN: [&str; 3] = [
    "pydantic.BaseModel",
    "pydantic.main.BaseModel",
    "msgspec.Struct",
];

impl<'a> Interpreter<'a, '_> {
    /// The value of an attribute that is declared by annotation. `None`: it is no such attribute, or has its default.
    pub(super) fn filled(
        &mut self,
        of: &Rc<Class<'a>>,
        object: &Rc<Instance<'a>>,
        name: &str,
        site: Site,
    ) -> Option<Value<'a>> {
        let order = linear(of);
        if !order.iter().any(|one| declares(one, name)) || class::find(of, "__init__").is_some() {
            return None;
        }
        let outside = class::external_base(of);
        let made = |one: &Rc<Class<'a>>| is_dataclass(one) || is_named_tuple(one);
        if outside.is_none() && !order.iter().any(made) {
            return None;
        }
        let lost = |this: &mut Self, reason: String| {
            this.risk += 1;
            Some(this.unknown(reason, site))
        };
        let myself = match &*of.myself.borrow() {
            Some(Value::Instance(own)) => Rc::ptr_eq(own, object),
            _ => false,
        };
        if myself {
            return lost(
                self,
                format!("each `{}` has its own value of `{name}`", of.name),
            );
        }
        let arguments = &object.arguments;
        if let Some(open) = &arguments.open {
            return Some(Value::Unknown(Rc::clone(open)));
        }
        if let Some(value) = arguments.keyword(name) {
            return Some(value.clone());
        }
        if !arguments.positional.is_empty() {
            // Those of bases come first.
            let mut names: Vec<&str> = Vec::new();
            for one in order.iter().rev() {
                let own = declared(one).filter(|own| !names.contains(own));
                let own: Vec<&str> = own.collect();
                names.extend(own);
            }
            let at = names.iter().position(|own| *own == name);
            if let Some(value) = at.and_then(|at| arguments.positional.get(at)) {
                return Some(value.clone());
            }
        }
        if let Some(base) = outside.filter(|base| !PLAIN.contains(&base.as_str())) {
            return lost(self, format!("`{base}` may set `{name}` of `{}`", of.name));
        }
        // `field(default=…)` and `Field("…")` stand for what they are given.
        let Some(Value::Instance(made)) = class::find(of, name) else {
            return None;
        };
        let Value::External(path) = &made.class else {
            return None;
        };
        match &**path {
            "dataclasses.field" => made.arguments.keyword("default").cloned(),
            "pydantic.Field" | "pydantic.fields.Field" => made.arguments.get(0, "default").cloned(),
            _ => None,
        }
    }
}

/// Names that the body of a class annotates, in order, without those that are of the class alone.
fn declared<'a>(class: &Class<'a>) -> impl Iterator<Item = &'a str> {
    let body = class.def.map_or(&[][..], |def| &def.body);
    body.iter().filter_map(|statement| match statement {
        Stmt::AnnAssign(s) if !is_of_class(&s.annotation) => match &*s.target {
            Expr::Name(name) => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    })
}

fn declares(class: &Class, name: &str) -> bool {
    declared(class).any(|own| own == name)
}

/// `ClassVar`, also with brackets.
fn is_of_class(annotation: &Expr) -> bool {
    match annotation {
        Expr::Subscript(of) => is_of_class(&of.value),
        other => last(other) == "ClassVar",
    }
}

fn is_dataclass(class: &Class) -> bool {
    let decorators = class.def.map_or(&[][..], |def| &def.decorator_list);
    decorators.iter().any(|decorator| {
        let called = match &decorator.expression {
            Expr::Call(call) => &call.func,
            other => other,
        };
        last(called) == "dataclass"
    })
}

fn is_named_tuple(class: &Class) -> bool {
    let mut bases = class.bases.iter();
    bases.any(|base| base.external_path() == Some("typing.NamedTuple"))
}
