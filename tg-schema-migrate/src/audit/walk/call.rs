//! Calls: methods of the client, functions that give it, options and flags.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprAttribute, ExprCall};
use ruff_text_size::Ranged;

use super::{Handing, Walk, last_name, speaks_of_pulsar};
use crate::audit::coupling::is_client;
use crate::audit::facts::{Callee, Thing};
use crate::audit::names::begin;
use crate::audit::vocabulary::{self, Object};
use crate::interpret::{Class, FileId};
use crate::python::call::method;
use crate::rule::audit as rules;

impl<'a> Walk<'_, 'a> {
    pub(super) fn call(&mut self, whole: &Expr, e: &ExprCall) {
        let facts = self.facts;
        match facts.calls.get(&self.site(e)) {
            Some(Callee::Class(class)) if self.coupling.is_wrapper(class) => {
                let what = class.name.to_string();
                self.add(&rules::wrapped_client::RULE, e, what, true);
            }
            Some(Callee::Class(_)) => {}
            Some(Callee::Function(function, _)) => {
                if let Some(place) = begin(function) {
                    self.handing(e, Ok(place));
                }
                self.helper(whole);
            }
            Some(Callee::Outside(path)) => self.outside(whole, e, path),
            Some(Callee::Unknown) | None => match self.path(&e.func) {
                Some(path) => self.outside(whole, e, &path),
                None => self.method(whole, e),
            },
        }
        self.flag(e);
        self.keywords(e);
    }

    /// A call of something outside of the files.
    fn outside(&mut self, whole: &Expr, e: &ExprCall, path: &str) {
        if path == "importlib.import_module" || path == "builtins.__import__" {
            if let Some(Expr::StringLiteral(name)) = e.arguments.args.first()
                && is_client(name.value.to_str())
            {
                self.add(&rules::pulsar_import::RULE, e, name.value.to_str(), true);
            }
            return;
        }
        if path == "logging.getLogger"
            && let Some(Expr::StringLiteral(name)) = e.arguments.args.first()
            && is_client(name.value.to_str())
        {
            let what = name.value.to_str();
            return self.add(&rules::pulsar_logger::RULE, e, what, true);
        }
        if !is_client(path) {
            return self.method(whole, e);
        }
        if matches!(path, "pulsar.Client" | "pulsar.asyncio.Client") {
            self.add(&rules::pulsar_client::RULE, e, "pulsar.Client", true);
        } else if vocabulary::is_schema(path) {
            self.add(&rules::schema_wrapper::RULE, e, path, true);
        } else if let Some(rule) = vocabulary::name(path) {
            self.add(rule, e, path, true);
        } else {
            self.method(whole, e);
        }
    }

    /// A function of the files that gives the client, something of it, or what stands for it.
    fn helper(&mut self, whole: &Expr) {
        if let Some(what) = self.carried(whole) {
            self.add(&rules::client_helper::RULE, whole, what, true);
        }
    }

    /// What an expression is known to carry: an object of the client, or a class that stands for it.
    pub(super) fn carried(&self, e: &Expr) -> Option<String> {
        match self.names.object(self.facts, self.place(), e) {
            Some((object, certain)) => certain.then(|| object.name().to_owned()),
            None => {
                let class = self.instance(e)?;
                let stands = self.coupling.is_wrapper(&class);
                stands.then(|| class.name.to_string())
            }
        }
    }

    /// The object of the client that a method is called on; by names alone where nothing else tells.
    fn receiver(&self, e: &ExprCall) -> Option<(Object, bool)> {
        let found = self.names.receiver(self.facts, self.place(), e);
        found.or_else(|| {
            let func = method(e).filter(|func| self.is_open(func))?;
            Some((self.by_name(func)?, false))
        })
    }

    /// Whether nothing is known of what a method is taken from.
    fn is_open(&self, func: &ExprAttribute) -> bool {
        let base = self.facts.reads.get(&self.site(func));
        let open = matches!(base.map(|read| &read.base), Some(Thing::Unknown) | None);
        open && !self.names.is_known(self.facts, self.place(), &func.value)
    }

    /// The class of the files that an expression is known to give an object of.
    fn instance(&self, e: &Expr) -> Option<Rc<Class<'a>>> {
        self.names.instance(self.facts, self.place(), e)
    }

    /// A method of an object of the client.
    fn method(&mut self, whole: &Expr, e: &ExprCall) {
        let Some(func) = method(e) else {
            return;
        };
        let name = func.attr.as_str();
        if let Some((object, certain)) = self.receiver(e) {
            match object.method(name) {
                Some(rule) => {
                    let what = format!("{}.{name}", object.name());
                    self.add(rule, e, what, certain);
                    self.told.insert(func.value.range());
                    self.callback(e, object, name, certain);
                }
                None if !certain => self.handing(e, Err(name.to_owned())),
                None => {}
            }
        } else if self.is_open(func) {
            let receiver = last_name(&func.value).to_lowercase();
            let message = receiver.contains("msg") || receiver.contains("message");
            let coupled = self.names.is_coupled(self.file);
            if coupled && message && e.arguments.is_empty() && vocabulary::is_message_method(name) {
                let what = format!("pulsar.Message.{name}");
                return self.add(&rules::message_call::RULE, e, what, false);
            }
            self.handing(e, Err(name.to_owned()));
        } else if self.instance(&func.value).is_some() {
            self.helper(whole);
        }
    }

    /// `producer.send_async(value, callback)`.
    fn callback(&mut self, e: &ExprCall, object: Object, name: &str, certain: bool) {
        let by_itself = matches!(&*e.func, Expr::Attribute(of) if of.attr == *name);
        if object == Object::Producer
            && name == "send_async"
            && by_itself
            && let Some(callback) = e.arguments.args.get(1)
        {
            self.add(&rules::send_callback::RULE, callback, "", certain);
        }
    }

    /// The object that a method's receiver is, by its name.
    fn by_name(&self, func: &ExprAttribute) -> Option<Object> {
        let coupled = self.names.is_coupled(self.file);
        let receiver = last_name(&func.value).to_lowercase();
        let message = receiver.contains("msg") || receiver.contains("message");
        Some(match &*receiver {
            _ if coupled && message => return None,
            r if r.contains("pulsar") => Object::Client,
            r if coupled && r.contains("consumer") => Object::Consumer,
            r if coupled && r.contains("producer") => Object::Producer,
            r if coupled && r.contains("reader") && func.attr.as_str() == "read_next" => {
                Object::Reader
            }
            _ => return None,
        })
    }

    fn handing(&mut self, e: &ExprCall, callee: Result<(FileId, u32), String>) {
        let values = e.arguments.args.iter();
        let values = values.chain(e.arguments.keywords.iter().map(|k| &k.value));
        let own = self.parameters.last();
        let passes = |value: &Expr| match value {
            Expr::Name(name) => own.is_some_and(|own| own.iter().any(|p| p == name.id.as_str())),
            _ => false,
        };
        let passes = values.into_iter().any(passes);
        self.handings.push(Handing {
            function: self.scopes.function(),
            callee,
            range: e.range(),
            passes,
        });
    }

    /// An option of a command line, by how it is spelled or by what its value is called.
    fn flag(&mut self, e: &ExprCall) {
        let text = |e: &'_ Expr| match e {
            Expr::StringLiteral(text) => Some((text.value.to_str().to_owned(), e.range())),
            _ => None,
        };
        let dest = e.arguments.find_keyword("dest").map(|k| &k.value);
        let spelled: Vec<_> = e
            .arguments
            .args
            .iter()
            .chain(dest)
            .filter_map(text)
            .collect();
        if !spelled.iter().any(|(text, _)| text.starts_with('-')) {
            return;
        }
        let Some((flag, _)) = spelled.iter().find(|(text, _)| speaks_of_pulsar(text)) else {
            return;
        };
        self.add(&rules::command_line_flag::RULE, e, flag, true);
        self.told.extend(spelled.iter().map(|(_, range)| *range));
        if let Some(function) = self.scopes.function() {
            let name = self.around.last().cloned().unwrap_or_default();
            self.flagged.push((function, name));
        }
    }

    /// Keyword arguments: options of the client, or settings that are handed on.
    fn keywords(&mut self, e: &ExprCall) {
        if e.arguments.keywords.is_empty() {
            return;
        }
        let object = match self.facts.calls.get(&self.site(e)) {
            Some(Callee::Outside(path)) if &**path == "pulsar.Client" => {
                Some((Object::Client, true))
            }
            _ => {
                let found = self.receiver(e);
                let name = method(e).map_or("", |func| &func.attr);
                found.filter(|(object, _)| object.method(name).is_some())
            }
        };
        for keyword in &e.arguments.keywords {
            let Some(name) = keyword.arg.as_ref().map(|name| name.as_str()) else {
                continue;
            };
            match object {
                Some((object, certain)) => {
                    // No listener and no callback is none.
                    let none = keyword.value.is_none_literal_expr()
                        && (name.ends_with("listener") || name == "callback");
                    if let Some(rule) = vocabulary::keyword(object, name).filter(|_| !none) {
                        self.add(rule, keyword, name, certain);
                    }
                }
                None if name == "dest" => {}
                None if speaks_of_pulsar(name) => {
                    self.add(&rules::handed_through::RULE, keyword, name, true);
                }
                None => {}
            }
        }
    }
}
