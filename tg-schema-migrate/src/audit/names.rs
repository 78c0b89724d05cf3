//! Which names hold objects of the client, where the interpreter does not know: a client that comes in as
//! a parameter is one because a subscription is made with it, and what it gives is a consumer.

use std::collections::HashMap;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef, StmtWith};
use ruff_text_size::Ranged;

use super::facts::{Callee, Facts, Thing, of_client};
use super::vocabulary::{Object, distinctive};
use crate::interpret::{FileId, Program, Site};
use crate::python::call::method;

/// Where a name counts: the function or the class around, by where it begins; 0 for the module.
#[derive(Clone, Default)]
pub struct Scopes {
    functions: Vec<u32>,
    classes: Vec<u32>,
}

impl Scopes {
    /// Goes into a statement that opens a scope; whether it does.
    pub fn enter(&mut self, statement: &Stmt) -> bool {
        let start = u32::from(statement.range().start());
        match statement {
            Stmt::FunctionDef(_) => self.functions.push(start),
            Stmt::ClassDef(_) => self.classes.push(start),
            _ => return false,
        }
        true
    }
    /// Leaves it.
    pub fn leave(&mut self, statement: &Stmt) {
        match statement {
            Stmt::FunctionDef(_) => drop(self.functions.pop()),
            _ => drop(self.classes.pop()),
        }
    }
    /// The function around.
    pub fn function(&self) -> Option<u32> {
        self.functions.last().copied()
    }
    /// The class around.
    pub fn class(&self) -> Option<u32> {
        self.classes.last().copied()
    }
    /// What an expression is called in the scope where it counts.
    fn key(&self, e: &Expr) -> Option<(u32, String)> {
        match e {
            Expr::Name(name) => Some((self.function().unwrap_or(0), name.id.to_string())),
            Expr::Attribute(of) => match &*of.value {
                Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls") => {
                    Some((self.class().unwrap_or(0), format!("self.{}", of.attr)))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// An object of the client, and whether that is certain.
pub type Found = (Object, bool);

/// The names of one file, each with the scope where it counts.
type Known = HashMap<(u32, String), Found>;

/// The names of all files.
#[derive(Default)]
pub struct Names {
    known: HashMap<FileId, Known>,
    /// Attributes of classes that hold an object: file, class, attribute.
    pub held: Vec<(FileId, u32, String)>,
}

impl Names {
    /// What can be told from assignments.
    pub fn of<'a>(program: Program<'a>, facts: &Facts<'a>) -> Names {
        let mut names = Names::default();
        for file in (0..program.files.len()).map(|at| FileId(at as u32)) {
            // An attribute may be assigned behind the method that uses it. Where nothing was found, a second
            // look finds nothing either.
            for _ in 0..2 {
                let mut pass = Pass {
                    facts,
                    file,
                    scopes: Scopes::default(),
                    names: &mut names,
                };
                pass.visit_body(&program.tree(file).body);
                if !names.known.contains_key(&file) {
                    break;
                }
            }
        }
        names.held.sort();
        names.held.dedup();
        names
    }

    /// The object of the client that an expression gives.
    pub fn object(&self, facts: &Facts, file: FileId, scopes: &Scopes, e: &Expr) -> Option<Found> {
        match e {
            Expr::Await(e) => self.object(facts, file, scopes, &e.value),
            Expr::Call(call) => self.result(facts, file, scopes, call),
            Expr::Attribute(_) | Expr::Name(_) => {
                let site = Site {
                    file,
                    range: e.range(),
                };
                if let Some(Thing::Object(object)) = facts.reads.get(&site).map(|r| &r.value) {
                    return Some((*object, true));
                }
                let known = self.known.get(&file)?;
                let (scope, name) = scopes.key(e)?;
                let here = known.get(&(scope, name.clone()));
                let module = || known.get(&(0, name));
                here.or_else(module).copied()
            }
            _ => None,
        }
    }

    fn result(
        &self,
        facts: &Facts,
        file: FileId,
        scopes: &Scopes,
        call: &ExprCall,
    ) -> Option<Found> {
        let site = Site {
            file,
            range: call.range(),
        };
        if let Some(Callee::Outside(path)) = facts.calls.get(&site) {
            if matches!(&**path, "pulsar.Client" | "pulsar.asyncio.Client") {
                return Some((Object::Client, true));
            }
            if let Some((object, method)) = path.rsplit_once('.')
                && object.starts_with("pulsar.")
                && let Some(found) = Object::of(object).and_then(|o| o.result(method))
            {
                return Some((found, true));
            }
        }
        let func = method(call)?;
        let (receiver, certain) = self.receiver(facts, file, scopes, call)?;
        let given = receiver.result(&func.attr)?;
        Some((given, certain))
    }

    /// The object that a method is called on.
    pub fn receiver(
        &self,
        facts: &Facts,
        file: FileId,
        scopes: &Scopes,
        call: &ExprCall,
    ) -> Option<Found> {
        let func = method(call)?;
        let site = Site {
            file,
            range: func.range(),
        };
        match facts.reads.get(&site).map(|read| &read.base) {
            Some(Thing::Object(object)) => return Some((*object, true)),
            Some(Thing::Unknown) | None => {}
            // It is known to be something else.
            Some(_) => return None,
        }
        if let Some(found) = self.object(facts, file, scopes, &func.value) {
            return Some(found);
        }
        let keywords = [
            "subscription_name",
            "consumer_type",
            "initial_position",
            "negative_ack_redelivery_delay_ms",
            "unacked_messages_timeout_ms",
        ];
        let given = |name: &str| call.arguments.find_keyword(name).is_some();
        let object = match func.attr.as_str() {
            "subscribe" if keywords.iter().any(|name| given(name)) => Object::Client,
            "receive" if given("timeout_millis") => Object::Consumer,
            method => distinctive(method)?,
        };
        Some((object, false))
    }
}

struct Pass<'p, 'a> {
    facts: &'p Facts<'a>,
    file: FileId,
    scopes: Scopes,
    names: &'p mut Names,
}

impl Pass<'_, '_> {
    fn assigned(&mut self, target: &Expr, value: &Expr) {
        let found = self
            .names
            .object(self.facts, self.file, &self.scopes, value);
        let (Some(found), Some((scope, name))) = (found, self.scopes.key(target)) else {
            return;
        };
        if let Some(attribute) = name.strip_prefix("self.") {
            let held = (self.file, scope, attribute.to_owned());
            self.names.held.push(held);
        }
        let known = self.names.known.entry(self.file).or_default();
        known.insert((scope, name), found);
    }

    /// What annotations say: `client: pulsar.Client`.
    fn parameters(&mut self, def: &StmtFunctionDef) {
        let start = u32::from(def.range().start());
        for parameter in def.parameters.iter_non_variadic_params() {
            let annotation = parameter.parameter.annotation.as_deref();
            let path = annotation.and_then(|e| self.facts.path(self.file, e));
            if let Some(object) = path.as_deref().and_then(of_client) {
                let key = (start, parameter.parameter.name.to_string());
                let known = self.names.known.entry(self.file).or_default();
                known.insert(key, (object, true));
            }
        }
    }

    fn with(&mut self, statement: &StmtWith) {
        for item in &statement.items {
            if let Some(target) = &item.optional_vars {
                self.assigned(target, &item.context_expr);
            }
        }
    }
}

impl<'a> Visitor<'a> for Pass<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.assigned(t, &s.value)),
            Stmt::AnnAssign(s) => {
                if let Some(value) = &s.value {
                    self.assigned(&s.target, value);
                }
            }
            Stmt::With(s) => self.with(s),
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
        walk_expr(self, e);
    }
}
