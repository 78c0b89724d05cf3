//! What Records are asked whose answer changes: whether a field is None, whether it is true.

use std::collections::HashSet;
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    BoolOp, CmpOp, Expr, ExprCall, ExprCompare, Pattern, PatternMatchClass, Singleton, Stmt,
    StmtMatch, UnaryOp,
};

use super::{Walk, field, field_names, own};
use crate::callers::types::{Type, held};
use crate::interpret::linear;
use crate::rule::callers as rules;

impl<'a> Walk<'_, 'a> {
    /// A comparison with None.
    pub(super) fn compare(&mut self, e: &'a ExprCompare) {
        let ([operator], [right]) = (&*e.ops, &*e.comparators) else {
            return;
        };
        if !matches!(
            operator,
            CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq
        ) {
            return;
        }
        let value = match (&*e.left, right) {
            (value, Expr::NoneLiteral(_)) | (Expr::NoneLiteral(_), value) => value,
            _ => return,
        };
        let text = self.text(value);
        let rule = &rules::field_as_none::RULE;
        let typed = self.record(value);
        let owner = match value {
            Expr::Attribute(of) => self.record(&of.value).map(|(class, _)| (class, &of.attr)),
            _ => None,
        };
        if let Some((class, name)) = &owner
            && self.tightened.contains(&class.name, name)
            && field(class, name).is_some()
        {
            let message = format!("`{text}` is never None any more: the field is tightened");
            self.add(rule, e, (class, name), message, rule.remedy);
        } else if let Some((class, _)) = &typed
            && matches!(operator, CmpOp::Eq | CmpOp::NotEq)
            && !field_names(class).is_empty()
            && !own(class, "__eq__")
        {
            let message = format!(
                "`{}` raised AttributeError, and has an answer now",
                self.text(e)
            );
            let (class, name) = self.subject(value, Rc::clone(class));
            self.add(rule, e, (&class, &name), message, rule.remedy);
        } else if let Some((class, true)) = typed
            && !self.is_set(value)
        {
            let message = format!("`{text}` was never None, and is None now where it is not set");
            let (class, name) = self.subject(value, class);
            self.add(rule, e, (&class, &name), message, rule.remedy);
        }
    }

    /// Whether an expression is a field that is tightened.
    pub(super) fn is_tight(&self, e: &'a Expr) -> bool {
        let Expr::Attribute(of) = e else {
            return false;
        };
        let owner = self.record(&of.value);
        owner.is_some_and(|(class, _)| self.tightened.contains(&class.name, &of.attr))
    }

    /// An expression that is asked whether it is true.
    pub(super) fn tested(&mut self, e: &'a Expr) {
        match e {
            Expr::BoolOp(of) => of.values.iter().for_each(|e| self.tested(e)),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.tested(&of.operand),
            Expr::Attribute(_) | Expr::Name(_) | Expr::Named(_) => {
                if let Some((class, true)) = self.record(e)
                    && !self.is_tight(e)
                    && !self.is_set(e)
                {
                    let text = self.text(e);
                    let message =
                        format!("`{text}` was always true, and is None now where it is not set");
                    let rule = &rules::field_as_truth::RULE;
                    let (class, name) = self.subject(e, class);
                    self.add(rule, e, (&class, &name), message, rule.remedy);
                }
            }
            _ => {}
        }
    }

    /// `isinstance(value.field, Class)`: what is not set was an object of the class too.
    pub(super) fn is_instance(&mut self, e: &'a ExprCall) {
        let (Expr::Name(func), [value, asked]) = (&*e.func, &e.arguments.args[..]) else {
            return;
        };
        if func.id != "isinstance" {
            return;
        }
        if self.types.notes.ask_record.contains(&self.site(e))
            && let Some((class, _)) = self.record(value)
        {
            let message = format!("`{}` was true, and is false now", self.text(e));
            let rule = &rules::record_method::RULE;
            let help = "ask for the generated class, or for `wire.Record` of the generated package";
            return self.add(rule, e, (&class, ""), message, help);
        }
        if self.is_tight(value) {
            return;
        }
        let asked = match asked {
            Expr::Tuple(of) => of.elts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let Some((class, true)) = self.record(value) else {
            return;
        };
        let Some(locals) = self.locals.last() else {
            return;
        };
        let mut asked = asked.iter();
        let bases = linear(&class);
        let holds = asked.any(|one| {
            let named = self.types.named(self.file, locals, one);
            named.is_some_and(|named| bases.iter().any(|base| base.id == named.id))
        });
        if holds {
            let text = self.text(value);
            let message = format!("`{text}` was always one, and is None now where it is not set");
            let rule = &rules::field_as_truth::RULE;
            let (class, name) = self.subject(value, class);
            self.add(rule, e, (&class, &name), message, rule.remedy);
        }
    }

    /// `match value.field:` with a `case None`.
    pub(super) fn cases(&mut self, s: &'a StmtMatch) {
        let none = s.cases.iter().find_map(|case| none_of(&case.pattern));
        let Some((pattern, (class, unset))) = none.zip(self.record(&s.subject)) else {
            return;
        };
        let text = self.text(&*s.subject);
        let message = match self.is_tight(&s.subject) {
            true => format!("`{text}` is never None any more: the field is tightened"),
            false if unset => {
                format!("`{text}` was never None, and is None now where it is not set")
            }
            false => return,
        };
        let rule = &rules::field_as_none::RULE;
        let (class, name) = self.subject(&s.subject, class);
        self.add(rule, pattern, (&class, &name), message, rule.remedy);
    }

    /// `case Class(field=None)` of a `match`.
    pub(super) fn class_pattern(&mut self, pattern: &'a PatternMatchClass) {
        let Some(locals) = self.locals.last() else {
            return;
        };
        let Some(class) = self.types.matched(self.file, locals, pattern) else {
            return;
        };
        for keyword in &pattern.arguments.keywords {
            self.attributes += 1;
            let name = keyword.attr.as_str();
            self.has(keyword, &class, name);
            let none = match &keyword.pattern {
                Pattern::MatchSingleton(of) => of.value == Singleton::None,
                _ => false,
            };
            let Some(declared) = field(&class, name).filter(|_| none) else {
                continue;
            };
            let rule = &rules::field_as_none::RULE;
            if self.tightened.contains(&class.name, name) {
                let message = format!("`{name}` is never None any more: the field is tightened");
                self.add(rule, keyword, (&class, name), message, rule.remedy);
            } else if let Some(Type::Record { unset: true, .. }) = held(&declared) {
                let message =
                    format!("`{name}` was never None, and is None now where it is not set");
                self.add(rule, keyword, (&class, name), message, rule.remedy);
            }
        }
    }

    /// Texts of expressions that a function asks for or sets.
    pub(super) fn asks(&self, body: &'a [Stmt]) -> HashSet<String> {
        let mut asks = Asks {
            walk: self,
            texts: HashSet::new(),
        };
        asks.visit_body(body);
        asks.texts
    }
}

/// The part of a pattern that None matches by name.
fn none_of(pattern: &Pattern) -> Option<&Pattern> {
    match pattern {
        Pattern::MatchSingleton(of) if of.value == Singleton::None => Some(pattern),
        Pattern::MatchOr(of) => of.patterns.iter().find_map(none_of),
        Pattern::MatchAs(of) => none_of(of.pattern.as_deref()?),
        _ => None,
    }
}

/// Collects what a function asks for: tests, comparisons with None, and what it sets by itself.
struct Asks<'s, 'w, 'a> {
    walk: &'s Walk<'w, 'a>,
    texts: HashSet<String>,
}

impl<'a> Asks<'_, '_, 'a> {
    fn ask(&mut self, e: &'a Expr) {
        match e {
            Expr::BoolOp(of) => of.values.iter().for_each(|e| self.ask(e)),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.ask(&of.operand),
            Expr::Attribute(_) | Expr::Name(_) => {
                self.texts.insert(self.walk.text(e));
            }
            Expr::Named(of) => self.ask(&of.target),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Asks<'_, '_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::If(s) => {
                self.ask(&s.test);
                let others = s.elif_else_clauses.iter().filter_map(|c| c.test.as_ref());
                others.for_each(|test| self.ask(test));
            }
            Stmt::While(s) => self.ask(&s.test),
            Stmt::Assert(s) => self.ask(&s.test),
            Stmt::Assign(s) => s.targets.iter().for_each(|t| {
                if t.is_attribute_expr() {
                    self.ask(t);
                }
            }),
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::If(of) => self.ask(&of.test),
            Expr::BoolOp(of) if matches!(of.op, BoolOp::And | BoolOp::Or) => {
                of.values.iter().for_each(|e| self.ask(e));
            }
            Expr::Compare(of) if of.comparators.iter().any(Expr::is_none_literal_expr) => {
                self.ask(&of.left);
            }
            Expr::Call(of) => {
                if let (Expr::Name(name), Some(first)) = (&*of.func, of.arguments.args.first())
                    && name.id == "isinstance"
                {
                    self.ask(first);
                }
            }
            _ => {}
        }
        walk_expr(self, e);
    }
}
