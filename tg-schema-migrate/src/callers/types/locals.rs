//! The names of a function or a module, and how each is bound.

mod bind;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{
    BoolOp, Comprehension, Expr, ExprLambda, PatternMatchClass, Stmt, StmtFunctionDef,
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
}
