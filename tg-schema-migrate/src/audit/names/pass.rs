//! One reading of a file: what its assignments, annotations and calls say of names.

use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtAnnAssign, StmtFor, StmtFunctionDef, StmtWith};
use ruff_text_size::Ranged;

use super::{Held, Names, begin};
use crate::audit::annotation::{Named, named};
use crate::audit::facts::{Callee, Facts};
use crate::audit::scopes::{ITEM, Place, Scopes};
use crate::audit::vocabulary::Object;
use crate::interpret::{Code, FileId, Function, Outcome, Site, Value, linear};

/// The reading.
pub struct Pass<'p, 'a> {
    pub facts: &'p Facts<'a>,
    pub outcome: &'p Outcome<'a>,
    pub file: FileId,
    pub scopes: Scopes,
    pub names: &'p mut Names<'a>,
}

impl<'a> Pass<'_, 'a> {
    fn held(&self, e: &Expr) -> Option<Held<'a>> {
        let place = Place {
            file: self.file,
            scopes: &self.scopes,
        };
        self.names.held(self.facts, place, e)
    }
    fn annotated(&self, annotation: &Expr) -> Option<Held<'a>> {
        Some(match named(self.outcome, self.file, annotation)? {
            Named::Client(object) => Held::Object((object, true)),
            Named::Class(class) => Held::Instance(class),
            Named::Foreign => Held::Foreign,
        })
    }
    fn bind(&mut self, target: &Expr, held: Held<'a>) {
        let Some((scope, name)) = self.scopes.key(target) else {
            return;
        };
        if let Some(attribute) = name.strip_prefix("self.") {
            self.holds(scope, attribute, &held);
        }
        let known = self.names.known.entry(self.file).or_default();
        let key = (scope, name);
        // Where one branch makes something of the client and another something else, it is the client's.
        let client = matches!(known.get(&key), Some(Held::Object(_)));
        if !(client && matches!(held, Held::Foreign)) {
            known.insert(key, held);
        }
    }
    /// Says that a class holds something in an attribute.
    fn holds(&mut self, class: u32, attribute: &str, held: &Held<'a>) {
        let attribute = attribute.trim_end_matches(ITEM).to_owned();
        match held {
            Held::Object(_) => self.names.held.push((self.file, class, attribute)),
            Held::Instance(of) => {
                let member = (self.file, class, attribute, Rc::clone(of));
                self.names.members.push(member);
            }
            Held::Foreign => {}
        }
    }
    fn assigned(&mut self, target: &Expr, value: &Expr) {
        if let Some(held) = self.held(value) {
            self.bind(target, held);
        }
    }

    /// `name: annotation = value`.
    fn declared(&mut self, s: &StmtAnnAssign) {
        let held = s.value.as_deref().and_then(|value| self.held(value));
        let Some(held) = held.or_else(|| self.annotated(&s.annotation)) else {
            return;
        };
        match (&*s.target, self.scopes.body()) {
            (Expr::Name(name), Some(class)) => {
                self.holds(class, &name.id, &held);
                let known = self.names.known.entry(self.file).or_default();
                known.insert((class, format!("self.{}", name.id)), held);
            }
            _ => self.bind(&s.target, held),
        }
    }

    /// What annotations say: `client: pulsar.Client`.
    fn parameters(&mut self, def: &StmtFunctionDef) {
        let start = u32::from(def.range().start());
        for parameter in def.parameters.iter_non_variadic_params() {
            let annotation = parameter.parameter.annotation.as_deref();
            if let Some(held) = annotation.and_then(|e| self.annotated(e)) {
                let key = (start, parameter.parameter.name.to_string());
                let known = self.names.known.entry(self.file).or_default();
                known.insert(key, held);
            }
        }
        if let Some(held) = def.returns.as_deref().and_then(|e| self.annotated(e)) {
            self.names.gives.insert((self.file, start), held);
        }
    }

    /// What a call hands over comes into the parameters of what it calls.
    fn hands_over(&mut self, call: &ExprCall) {
        if call.arguments.is_empty() {
            return;
        }
        let site = Site {
            file: self.file,
            range: call.range(),
        };
        let Some((function, bound)) = callee(self.facts, site) else {
            return;
        };
        let (Code::Def(def), Some((file, start))) = (function.code, begin(&function)) else {
            return;
        };
        let ordered = def.parameters.posonlyargs.iter();
        let ordered = ordered.chain(&def.parameters.args).skip(bound);
        let whole = call
            .arguments
            .args
            .iter()
            .take_while(|e| !e.is_starred_expr());
        let by_position = ordered.map(|p| p.parameter.name.as_str()).zip(whole);
        let by_name = call.arguments.keywords.iter();
        let by_name = by_name.filter_map(|k| Some((k.arg.as_ref()?.as_str(), &k.value)));
        for (name, value) in by_position.chain(by_name) {
            let Some(held) = self.held(value) else {
                continue;
            };
            let known = self.names.known.entry(file).or_default();
            let key = (start, name.to_owned());
            if let Held::Object(_) = held {
                self.names.coupled.insert(file);
                self.names.tied.insert(file);
                // What a test hands over is not the client.
                if !matches!(known.get(&key), Some(Held::Object(_))) {
                    known.insert(key, held);
                }
            } else {
                if let Held::Instance(class) = &held
                    && self.names.tied.contains(&class.site.file)
                {
                    self.names.reached.insert(file);
                }
                known.entry(key).or_insert(held);
            }
        }
    }

    /// `producers.append(client.create_producer(…))`.
    fn appended(&mut self, call: &ExprCall) {
        let (Expr::Attribute(func), [value]) = (&*call.func, &*call.arguments.args) else {
            return;
        };
        if let "append" | "add" = func.attr.as_str()
            && let Some(held) = self.held(value)
        {
            let mut keys = self.scopes.items(&func.value).into_iter();
            let Some((scope, name)) = keys.next() else {
                return;
            };
            if let Some(attribute) = name.strip_prefix("self.") {
                self.holds(scope, attribute, &held);
            }
            let known = self.names.known.entry(self.file).or_default();
            known.insert((scope, name), held);
        }
    }

    fn with(&mut self, statement: &StmtWith) {
        for item in &statement.items {
            if let Some(target) = &item.optional_vars {
                self.assigned(target, &item.context_expr);
            }
        }
    }

    /// `for message in consumer.batch_receive()`, `for producer in producers.values()`.
    fn gone_through(&mut self, s: &StmtFor) {
        match self.held(&s.iter) {
            Some(Held::Object((Object::Messages, certain))) => {
                return self.bind(&s.target, Held::Object((Object::Message, certain)));
            }
            Some(Held::Foreign) => return self.bind(&s.target, Held::Foreign),
            _ => {}
        }
        let collection = match &*s.iter {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(of) if of.attr.as_str() == "values" => &of.value,
                _ => return,
            },
            other => other,
        };
        let place = Place {
            file: self.file,
            scopes: &self.scopes,
        };
        if let Some(held) = self.names.item(place, collection) {
            self.bind(&s.target, held);
        }
    }
}

impl<'a> Visitor<'a> for Pass<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.assigned(t, &s.value)),
            Stmt::AnnAssign(s) => self.declared(s),
            Stmt::With(s) => self.with(s),
            Stmt::For(s) => self.gone_through(s),
            Stmt::Return(s) => {
                if let Some(value) = &s.value
                    && let Some(start) = self.scopes.function()
                    && let Some(held) = self.held(value)
                {
                    let gives = &mut self.names.gives;
                    gives.entry((self.file, start)).or_insert(held);
                }
            }
            _ => {}
        }
        if self.scopes.enter(statement) {
            if let Stmt::FunctionDef(def) = statement {
                self.parameters(def);
            }
            walk_stmt(self, statement);
            self.scopes.leave(statement);
        } else {
            walk_stmt(self, statement);
        }
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Named(named) = e {
            self.assigned(&named.target, &named.value);
        }
        if let Expr::Call(call) = e {
            self.hands_over(call);
            self.appended(call);
        }
        walk_expr(self, e);
    }
}

/// The function that a call calls, and how many of its parameters have their argument from elsewhere.
pub fn callee<'a>(facts: &Facts<'a>, site: Site) -> Option<(Rc<Function<'a>>, usize)> {
    match facts.calls.get(&site)? {
        Callee::Function(function, bound) => Some((Rc::clone(function), *bound)),
        Callee::Class(class) => {
            let mut classes = linear(class).into_iter();
            match classes.find_map(|one| one.scope.get("__init__"))? {
                Value::Function(function) => Some((function, 1)),
                _ => None,
            }
        }
        _ => None,
    }
}
