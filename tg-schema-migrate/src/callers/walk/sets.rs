//! What is set before it is asked, and what lambdas are called with.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::Walk;
use crate::callers::types::{Called, Locals};
use crate::interpret::FileId;

/// How deep attributes of attributes are followed.
const MAX_STEPS: usize = 8;

impl<'a> Walk<'_, 'a> {
    /// Texts of the attributes that code sets by itself, without the functions in it, and where first.
    pub(super) fn sets(&self, body: &'a [Stmt]) -> HashMap<String, TextSize> {
        let mut sets = Sets {
            walk: self,
            found: HashMap::new(),
        };
        sets.visit_body(body);
        sets.found
    }

    /// Whether the code around has set an attribute before it comes to this place.
    pub(super) fn is_set(&self, e: &'a Expr) -> bool {
        let Some(set) = self.set.last().filter(|_| e.is_attribute_expr()) else {
            return false;
        };
        let before = |text: &str| set.get(text).is_some_and(|first| *first < e.start());
        before(&self.text(e)) || self.origin(e, MAX_STEPS).is_some_and(|text| before(&text))
    }

    /// What an attribute was before it was given to a Record: `r.e` of `s.r.e` after `s = S(r=r)`.
    fn origin(&self, e: &'a Expr, left: usize) -> Option<String> {
        let left = left.checked_sub(1)?;
        let Expr::Attribute(of) = e else {
            return None;
        };
        if let Expr::Name(name) = &*of.value {
            let values = self.locals.last()?.values(&name.id)?;
            let [Expr::Call(call)] = values.as_slice() else {
                return None;
            };
            self.types.notes.made.get(&self.site(call))?;
            let given = call.arguments.find_keyword(&of.attr)?;
            return (given.value.is_name_expr() || given.value.is_attribute_expr())
                .then(|| self.text(&given.value));
        }
        let around = self.origin(&of.value, left)?;
        Some(format!("{around}.{}", of.attr))
    }

    /// `sorted(items, key=lambda item: …)` and its like: what the lambda is called with.
    pub(super) fn goes_through(&mut self, e: &'a ExprCall) {
        let arguments = &e.arguments;
        let path = self.types.notes.outside.get(&self.site(e));
        let (function, items) = match (path.map(|path| &**path), &*arguments.args) {
            (Some("builtins.sorted" | "builtins.min" | "builtins.max"), [items]) => {
                let Some(key) = arguments.find_keyword("key") else {
                    return;
                };
                (&key.value, items)
            }
            (Some("builtins.map" | "builtins.filter"), [function, items]) => (function, items),
            _ => match (&*e.func, arguments.find_keyword("key")) {
                (Expr::Attribute(of), Some(key)) if of.attr.as_str() == "sort" => {
                    (&key.value, &*of.value)
                }
                _ => return,
            },
        };
        if function.is_lambda_expr() {
            self.lambdas.insert(function.range(), Called::Items(items));
        }
    }

    /// `name: Callable[[Class], …] = lambda value: …`.
    pub(super) fn is_called(
        &mut self,
        e: &'a Expr,
        file: FileId,
        locals: Option<&Locals<'a>>,
        annotation: &'a Expr,
    ) {
        if e.is_lambda_expr() {
            let classes = self.types.called_with(file, locals, annotation);
            self.lambdas.insert(e.range(), Called::With(classes));
        }
    }
}

struct Sets<'s, 'w, 'a> {
    walk: &'s Walk<'w, 'a>,
    found: HashMap<String, TextSize>,
}

impl<'a> Visitor<'a> for Sets<'_, '_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Assign(s) if !s.value.is_none_literal_expr() => {
                for target in s.targets.iter().filter(|t| t.is_attribute_expr()) {
                    let text = self.walk.text(target);
                    self.found.entry(text).or_insert(target.start());
                }
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, _: &'a Expr) {}
}
