//! The names of a function or a module, and how each is bound.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{
    BoolOp, Comprehension, ExceptHandler, Expr, ExprContext, ExprLambda, Pattern,
    PatternMatchClass, Stmt, StmtFunctionDef,
};

use super::annotation::is_optional;
use crate::interpret::Class;

/// How a name is bound.
#[derive(Clone)]
pub enum Binding<'a> {
    /// A parameter with an annotation.
    Parameter(&'a Expr),
    /// `*name: annotation`.
    Positional(&'a Expr),
    /// `**name: annotation`.
    Keywords(&'a Expr),
    /// A variable with an annotation, and its first value.
    Declared(&'a Expr, Option<&'a Expr>),
    /// What an expression gives; a part of it, and a part of that, where tuples are taken apart.
    Assigned(&'a Expr, Vec<usize>),
    /// The same for what going through an expression gives.
    Item(&'a Expr, Vec<usize>),
    /// `case Class() as name`.
    Matched(&'a PatternMatchClass),
    /// `case Class(field=name)`.
    MatchedField(&'a PatternMatchClass, &'a str),
    /// The message that a listener is called with.
    Message(Rc<Class<'a>>),
    /// In what follows `isinstance(name, Class)`.
    Narrowed(&'a Expr),
    /// A parameter without annotation that every call hands such an object.
    Handed(Rc<Class<'a>>),
    /// In another way.
    Other,
}

/// What a lambda is called with.
pub enum Called<'a> {
    /// Each item of something.
    Items(&'a Expr),
    /// Such Records, by position.
    With(Vec<Option<Rc<Class<'a>>>>),
}

/// The names of a function.
#[derive(Clone, Default)]
pub struct Locals<'a> {
    bindings: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Those around it.
    around: Option<Rc<Locals<'a>>>,
    /// Whether the code runs where it stands, and not later as a function does.
    here: bool,
    global: bool,
    /// Parameters without annotation that some call hands bytes to.
    bytes: HashSet<&'a str>,
    /// Parameters whose default is None.
    none: HashSet<&'a str>,
    /// Of a module: names that its functions declare `global`.
    globals: HashSet<&'a str>,
}

/// Collects the names that are declared `global` anywhere.
#[derive(Default)]
struct Globals<'a>(HashSet<&'a str>);

impl<'a> Visitor<'a> for Globals<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Global(s) = statement {
            self.0.extend(s.names.iter().map(|name| name.as_str()));
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, _: &'a Expr) {}
}

impl<'a> Locals<'a> {
    /// The names of a module.
    pub fn module(body: &'a [Stmt]) -> Self {
        let mut locals = Locals::default();
        locals.visit_body(body);
        let mut globals = Globals::default();
        globals.visit_body(body);
        for name in &globals.0 {
            locals.bind(name, Binding::Other);
        }
        locals.globals = globals.0;
        locals
    }
    /// Whether functions of the module may bind one of its names.
    pub fn is_global(&self, name: &str) -> bool {
        self.globals.contains(name)
    }
    /// The names of a function; those around it are seen where it has none of that name.
    pub fn function(def: &'a StmtFunctionDef, around: &Rc<Locals<'a>>) -> Self {
        let mut locals = Locals::default();
        for parameter in def.parameters.iter_non_variadic_params() {
            let annotation = parameter.parameter.annotation.as_deref();
            let name = &parameter.parameter.name;
            locals.parameter(name, annotation, Binding::Parameter);
            if parameter
                .default
                .as_deref()
                .is_some_and(Expr::is_none_literal_expr)
            {
                locals.none.insert(name);
            }
        }
        if let Some(of) = &def.parameters.vararg {
            locals.parameter(&of.name, of.annotation.as_deref(), Binding::Positional);
        }
        if let Some(of) = &def.parameters.kwarg {
            locals.parameter(&of.name, of.annotation.as_deref(), Binding::Keywords);
        }
        locals.visit_body(&def.body);
        if locals.global {
            // What else changes the names around is not followed.
            return Locals::default();
        }
        locals.around = Some(Rc::clone(around));
        locals
    }
    /// The names of a lambda, and what it is called with where that is known.
    pub fn lambda(
        of: &'a ExprLambda,
        around: &Rc<Locals<'a>>,
        called: Option<&Called<'a>>,
    ) -> Self {
        let mut locals = Locals {
            around: Some(Rc::clone(around)),
            ..Locals::default()
        };
        for (at, parameter) in of.parameters.iter().flat_map(|p| p.iter()).enumerate() {
            let binding = match called {
                Some(Called::Items(items)) if at == 0 => Binding::Item(items, Vec::new()),
                Some(Called::With(classes)) => match classes.get(at) {
                    Some(Some(class)) => Binding::Handed(Rc::clone(class)),
                    _ => Binding::Other,
                },
                _ => Binding::Other,
            };
            locals.bind(parameter.name().as_str(), binding);
        }
        locals
    }
    /// The names of a comprehension.
    pub fn comprehension(generators: &'a [Comprehension], around: &Rc<Locals<'a>>) -> Self {
        let mut locals = Locals {
            around: Some(Rc::clone(around)),
            here: true,
            ..Locals::default()
        };
        for of in generators {
            locals.gone_through(&of.target, &of.iter);
        }
        locals
    }
    /// The names where a test holds: `isinstance(name, Class)`, also as a part of `and`. Nothing where the code
    /// behind it binds such a name anew, or the test says nothing.
    pub fn narrowed(test: &'a Expr, body: &'a [Stmt], around: &Rc<Locals<'a>>) -> Option<Self> {
        let mut locals = Locals {
            around: Some(Rc::clone(around)),
            here: true,
            ..Locals::default()
        };
        let parts = match test {
            Expr::BoolOp(of) if of.op == BoolOp::And => of.values.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            if let Expr::Call(call) = part
                && let (Expr::Name(func), [Expr::Name(name), class]) =
                    (&*call.func, &*call.arguments.args)
                && func.id == "isinstance"
            {
                locals.bind(&name.id, Binding::Narrowed(class));
            }
        }
        if locals.bindings.is_empty() {
            return None;
        }
        let inner = Locals::module(body);
        locals
            .bindings
            .retain(|name, _| !inner.bindings.contains_key(name));
        (!inner.global && !locals.bindings.is_empty()).then_some(locals)
    }
    fn parameter(
        &mut self,
        name: &'a str,
        annotation: Option<&'a Expr>,
        binding: fn(&'a Expr) -> Binding<'a>,
    ) {
        self.bind(name, annotation.map_or(Binding::Other, binding));
    }
    /// Says what the last parameter of a listener is.
    pub fn listens(&mut self, def: &'a StmtFunctionDef, class: &Rc<Class<'a>>) {
        if let Some(last) = def.parameters.iter_non_variadic_params().last()
            && let Some(bindings) = self.bindings.get_mut(last.parameter.name.as_str())
            && let [binding @ Binding::Other] = &mut bindings[..]
        {
            *binding = Binding::Message(Rc::clone(class));
        }
    }

    /// Says what a parameter without annotation is.
    pub fn is_handed(&mut self, name: &str, class: &Rc<Class<'a>>) {
        if let Some(bindings) = self.bindings.get_mut(name)
            && let [binding @ Binding::Other] = &mut bindings[..]
        {
            *binding = Binding::Handed(Rc::clone(class));
        }
    }

    /// Says which parameters without annotation some call hands bytes to.
    pub fn is_handed_bytes(&mut self, names: impl Iterator<Item = &'a str>) {
        self.bytes.extend(names);
    }
    /// Whether a name is such a parameter, and is not bound anew.
    pub fn takes_bytes(&self, name: &str) -> bool {
        match self.bindings.get(name) {
            Some(bound) => bound.len() == 1 && self.bytes.contains(name),
            None => self
                .around
                .as_ref()
                .is_some_and(|around| around.takes_bytes(name)),
        }
    }

    /// How a name is bound, where that is certain.
    pub fn bound(&self, name: &str) -> Option<&[Binding<'a>]> {
        if let Some(own) = self.bindings.get(name) {
            return Some(own);
        }
        let mut later = !self.here;
        let mut around = self.around.as_ref();
        while let Some(locals) = around {
            if let Some(bound) = locals.bindings.get(name) {
                // A function may run after the name was bound anew: one binding is always it.
                let certain = !later || bound.len() == 1;
                return certain.then_some(bound.as_slice());
            }
            later |= !locals.here;
            around = locals.around.as_ref();
        }
        None
    }
    /// Everything that a name is assigned, where it is bound in no other way.
    pub fn values(&self, name: &str) -> Option<Vec<&'a Expr>> {
        let values = self.bound(name)?.iter().map(|binding| match binding {
            Binding::Assigned(value, path) if path.is_empty() => Some(*value),
            _ => None,
        });
        values.collect()
    }
    /// Whether a name is a parameter that may be None by its default or annotation, and is not bound anew.
    pub fn is_optional(&self, name: &str) -> bool {
        let Some(bound) = self.bindings.get(name) else {
            let around = self.around.as_ref();
            return around.is_some_and(|around| around.is_optional(name));
        };
        match &bound[..] {
            [Binding::Parameter(annotation)] => self.none.contains(name) || is_optional(annotation),
            [Binding::Other | Binding::Handed(_)] => self.none.contains(name),
            _ => false,
        }
    }
    /// Whether a function has a name of its own.
    pub fn is_own(&self, name: &str) -> bool {
        self.around.is_some() && self.bindings.contains_key(name)
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>) {
        self.bindings.entry(name).or_default().push(binding);
    }
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
    fn gone_through(&mut self, target: &'a Expr, value: &'a Expr) {
        let binding = |path| Binding::Item(value, path);
        self.target(target, &binding, &mut Vec::new());
    }
}

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
