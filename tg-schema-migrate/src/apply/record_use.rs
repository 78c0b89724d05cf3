//! Uses of objects that a dataclass does not bear, and that do not say which objects they are of: `__dict__`
//! of whatever comes, `value` of what is called as a field with an enum, and a TypeError that a Record raised and a dataclass does not.

use std::collections::HashSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::{Code, Refusal};
use crate::callers::{value_of_class, values_are_names};
use crate::interpret::{FileId, Kind};
use crate::record::{self, Shape};

/// Whether there are none in a file that uses migrated classes.
pub fn check(code: &Code<'_, '_>, file: FileId) -> Result<(), Refusal> {
    let made = code.notes.made.keys().filter(|site| site.file == file);
    let mut look = Look {
        made: made.map(|site| site.range).collect(),
        enums: enums(code),
        refused: None,
    };
    look.visit_body(&code.program.tree(file).body);
    look.refused.map_or(Ok(()), Err)
}

/// Names of fields of all Records that hold members of enums whose values are not their names.
fn enums(code: &Code<'_, '_>) -> HashSet<String> {
    let classes = code.outcome.classes.iter();
    let mut names = HashSet::new();
    for class in classes.filter(|class| class.kind == Kind::Record) {
        let fields = class.fields.borrow();
        for (key, value) in fields.iter() {
            let shape = record::field(value, 0).map(|field| field.shape);
            if let (Some(name), Ok(Shape::Enum(held))) = (key.as_str(), shape)
                && !values_are_names(&held)
            {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

struct Look {
    /// Where Records are made.
    made: Vec<TextRange>,
    /// Names of fields that hold members of enums with other values than their names.
    enums: HashSet<String>,
    refused: Option<Refusal>,
}

impl Look {
    fn refuse(&mut self, range: TextRange, why: &str) {
        self.refused.get_or_insert((range, why.to_owned()));
    }

    /// Code around which a TypeError is expected.
    fn expects(&mut self, body: &[Stmt], error: &Expr) {
        let (Some(first), Some(last)) = (body.first(), body.last()) else {
            return;
        };
        let body = TextRange::new(first.start(), last.end());
        if names_type_error(error) && self.made.iter().any(|made| body.contains_range(*made)) {
            let why =
                "a Record raises TypeError for values of other types, and a dataclass does not";
            self.refuse(error.range(), why);
        }
    }
}

/// Whether an expression is `TypeError`, or a tuple with it.
fn names_type_error(e: &Expr) -> bool {
    match e {
        Expr::Name(name) => name.id == "TypeError",
        Expr::Tuple(of) => of
            .elts
            .iter()
            .any(|e| e.as_name_expr().is_some_and(|n| n.id == "TypeError")),
        _ => false,
    }
}

/// The error that `pytest.raises(…)`, `self.assertRaises(…)` and their like wait for.
fn raises(e: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = e else {
        return None;
    };
    let name = match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(of) => of.attr.as_str(),
        _ => return None,
    };
    let waits = matches!(
        name,
        "raises" | "assertRaises" | "assertRaisesRegex" | "suppress"
    );
    waits.then(|| call.arguments.args.first())?
}

/// Whether a call is `vars(value)` of something that is not `self`.
fn is_vars(call: &ExprCall) -> bool {
    match (&*call.func, &*call.arguments.args) {
        (Expr::Name(func), [value]) => func.id == "vars" && !is_self(value),
        _ => false,
    }
}
/// Whether a call is `setattr(value, name, …)` with a name that is not written.
fn sets_by_name(call: &ExprCall) -> bool {
    match (&*call.func, &*call.arguments.args) {
        (Expr::Name(func), [value, name, _]) => {
            func.id == "setattr" && !name.is_string_literal_expr() && !is_self(value)
        }
        _ => false,
    }
}
fn is_self(e: &Expr) -> bool {
    e.as_name_expr()
        .is_some_and(|name| matches!(name.id.as_str(), "self" | "cls"))
}

impl<'a> Visitor<'a> for Look {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Try(s) => {
                for ExceptHandler::ExceptHandler(handler) in &s.handlers {
                    if let Some(error) = &handler.type_ {
                        self.expects(&s.body, error);
                    }
                }
            }
            Stmt::With(s) => {
                for error in s.items.iter().filter_map(|item| raises(&item.context_expr)) {
                    self.expects(&s.body, error);
                }
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        let why = "a dataclass with slots has no `__dict__`, and this may be one";
        match e {
            Expr::Attribute(of) if of.attr.as_str() == "__dict__" && !is_self(&of.value) => {
                self.refuse(e.range(), why);
            }
            Expr::Attribute(of) if of.attr.as_str() == "value" => {
                if let Expr::Attribute(field) = &*of.value
                    && self.enums.contains(field.attr.as_str())
                {
                    let why =
                        "this may be the value of an enum's member, which is another from now on";
                    self.refuse(e.range(), why);
                }
            }
            Expr::Call(call) if is_vars(call) => self.refuse(e.range(), why),
            Expr::Call(call) if value_of_class(&call.func).is_some_and(|value| !is_self(value)) => {
                self.refuse(
                    e.range(),
                    "of which class this makes an object is not written",
                );
            }
            Expr::Call(call) if sets_by_name(call) => {
                self.refuse(e.range(), "which attribute this sets is not written");
            }
            _ => {}
        }
        walk_expr(self, e);
    }
}
