//! The statements and expressions of a body into the names that they bind.

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprContext, Pattern, PatternMatchClass, Stmt};

use super::{Binding, Locals};

impl<'a> Visitor<'a> for Locals<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => return self.bind(&def.name, Binding::Other),
            Stmt::ClassDef(def) => return self.bind(&def.name, Binding::Other),
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.assigned(t, &s.value)),
            Stmt::AnnAssign(s) => {
                if let Expr::Name(name) = &*s.target {
                    let binding = Binding::Declared(&s.annotation, s.value.as_deref());
                    self.bind(&name.id, binding);
                }
            }
            Stmt::AugAssign(s) => self.other(&s.target),
            Stmt::For(s) => self.gone_through(&s.target, &s.iter),
            Stmt::With(s) => {
                let targets = s
                    .items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_ref());
                targets.for_each(|target| self.other(target));
            }
            Stmt::Delete(s) => s.targets.iter().for_each(|t| self.other(t)),
            Stmt::Import(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let name = name.split('.').next().unwrap_or(name);
                    self.bind(name, Binding::Other);
                }
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(name, Binding::Other);
                }
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => self.global = true,
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Named(named) = e {
            self.assigned(&named.target, &named.value);
        }
        walk_expr(self, e);
    }
    fn visit_expr_context(&mut self, _: &'a ExprContext) {}
    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(of) = handler;
        if let Some(name) = &of.name {
            self.bind(name, Binding::Other);
        }
        walk_except_handler(self, handler);
    }
    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(of) => {
                if let Some(name) = &of.name {
                    let binding = match of.pattern.as_deref() {
                        Some(Pattern::MatchClass(of)) => Binding::Matched(of),
                        _ => Binding::Other,
                    };
                    self.bind(name, binding);
                }
            }
            Pattern::MatchStar(of) => of.name.iter().for_each(|n| self.bind(n, Binding::Other)),
            Pattern::MatchMapping(of) => {
                of.rest.iter().for_each(|n| self.bind(n, Binding::Other));
            }
            Pattern::MatchClass(of) => return self.class_pattern(of),
            _ => {}
        }
        walk_pattern(self, pattern);
    }
}

impl<'a> Locals<'a> {
    fn other(&mut self, target: &'a Expr) {
        self.target(target, &|_| Binding::Other, &mut Vec::new());
    }
    /// Binds the names of a target; `binding` is told which part of the value each is.
    fn target(
        &mut self,
        target: &'a Expr,
        binding: &dyn Fn(Vec<usize>) -> Binding<'a>,
        path: &mut Vec<usize>,
    ) {
        let parts = match target {
            Expr::Name(name) => return self.bind(&name.id, binding(path.clone())),
            Expr::Starred(of) => return self.other(&of.value),
            Expr::Tuple(of) => &of.elts,
            Expr::List(of) => &of.elts,
            _ => return,
        };
        let starred = parts.iter().any(Expr::is_starred_expr);
        for (at, part) in parts.iter().enumerate() {
            if starred {
                self.other(part);
                continue;
            }
            path.push(at);
            self.target(part, binding, path);
            path.pop();
        }
    }
    fn assigned(&mut self, target: &'a Expr, value: &'a Expr) {
        let binding = |path| Binding::Assigned(value, path);
        self.target(target, &binding, &mut Vec::new());
    }
    pub(super) fn gone_through(&mut self, target: &'a Expr, value: &'a Expr) {
        let binding = |path| Binding::Item(value, path);
        self.target(target, &binding, &mut Vec::new());
    }

    /// `case Class(pattern, field=pattern)`.
    fn class_pattern(&mut self, of: &'a PatternMatchClass) {
        for pattern in &of.arguments.patterns {
            self.visit_pattern(pattern);
        }
        for keyword in &of.arguments.keywords {
            match &keyword.pattern {
                Pattern::MatchAs(inner) if inner.pattern.is_none() => {
                    if let Some(name) = &inner.name {
                        self.bind(name, Binding::MatchedField(of, &keyword.attr));
                    }
                }
                other => self.visit_pattern(other),
            }
        }
    }
}
