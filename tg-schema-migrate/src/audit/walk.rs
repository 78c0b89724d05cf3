//! One file's text, expression by expression, into findings.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_parameter, walk_stmt};
use ruff_python_ast::{
    Expr, ExprAttribute, ExprCall, ExprFString, InterpolatedStringElement, Parameter, Stmt,
};
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::rule::Rule;

use super::coupling::{Coupling, is_client};
use super::facts::{Callee, Facts, Thing};
use super::names::{Names, Scopes};
use super::vocabulary::{self, Object};
use crate::interpret::{Code, FileId, Program, Site};
use crate::python::call::method;
use crate::rule::audit as rules;

/// A finding without its surroundings.
pub struct Raw {
    /// The kind.
    pub rule: &'static Rule,
    /// Where in the file.
    pub range: TextRange,
    /// Its name in the client, or the string.
    pub what: String,
    /// Whether it is known to be the client's.
    pub certain: bool,
}

/// A call that may hand settings on.
pub struct Handing {
    /// The function around: where it begins.
    pub function: Option<u32>,
    /// What is called: file and where it begins; or its name.
    pub callee: Result<(FileId, u32), String>,
    /// Where.
    pub range: TextRange,
    /// Whether a parameter of the function around is handed over.
    pub passes: bool,
}

/// A walk through one file.
pub struct Walk<'w, 'a> {
    program: Program<'a>,
    facts: &'w Facts<'a>,
    names: &'w Names,
    coupling: &'w Coupling,
    file: FileId,
    scopes: Scopes,
    /// Parameters of the functions around.
    parameters: Vec<Vec<String>>,
    /// What was found.
    pub found: Vec<Raw>,
    /// Functions with a flag in them: where they begin, and their name.
    pub flagged: Vec<(u32, String)>,
    /// Calls of functions of the files.
    pub handings: Vec<Handing>,
    /// Names of the functions around.
    around: Vec<String>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// Through a file.
    pub fn through(
        program: Program<'a>,
        facts: &'w Facts<'a>,
        names: &'w Names,
        coupling: &'w Coupling,
        file: FileId,
    ) -> Walk<'w, 'a> {
        let mut walk = Walk {
            program,
            facts,
            names,
            coupling,
            file,
            scopes: Scopes::default(),
            parameters: Vec::new(),
            found: Vec::new(),
            flagged: Vec::new(),
            handings: Vec::new(),
            around: Vec::new(),
        };
        walk.imports();
        walk.visit_body(&program.tree(file).body);
        walk
    }

    fn add(
        &mut self,
        rule: &'static Rule,
        node: impl Ranged,
        what: impl Into<String>,
        certain: bool,
    ) {
        self.found.push(Raw {
            rule,
            range: node.range(),
            what: what.into(),
            certain,
        });
    }

    fn site(&self, node: impl Ranged) -> Site {
        Site {
            file: self.file,
            range: node.range(),
        }
    }

    /// One finding for each statement that imports the client.
    fn imports(&mut self) {
        let (facts, file) = (self.facts, self.file);
        let here = facts.imports.iter().filter(|i| i.statement.file == file);
        for import in here {
            let Some(path) = import.path.as_deref().filter(|path| is_client(path)) else {
                continue;
            };
            let range = import.statement.range;
            let known = self.found.iter().any(|f| f.range == range);
            if !known {
                self.add(&rules::pulsar_import::RULE, range, path, true);
            }
        }
    }

    fn path(&self, e: &Expr) -> Option<String> {
        self.facts.path(self.file, e)
    }

    fn named(&mut self, e: &Expr) {
        let Some(path) = self.path(e).filter(|path| is_client(path)) else {
            return;
        };
        if let Some(rule) = vocabulary::name(&path) {
            self.add(rule, e, path, true);
        } else if vocabulary::is_schema(&path) {
            self.add(&rules::schema_wrapper::RULE, e, path, true);
        }
    }

    fn read(&mut self, e: &ExprAttribute) {
        if !e.ctx.is_load() {
            return;
        }
        let name = e.attr.as_str();
        let pulsar = speaks_of_pulsar(name);
        if pulsar && is_arguments(&e.value) {
            return self.add(&rules::command_line_flag::RULE, e, name, false);
        }
        let rule = &rules::client_attribute::RULE;
        match self.facts.reads.get(&self.site(e)).map(|read| &read.value) {
            Some(Thing::Object(object)) => return self.add(rule, e, object.name(), true),
            Some(Thing::Instance(class)) if self.coupling.is_wrapper(class) => {
                let what = class.name.to_string();
                return self.add(rule, e, what, true);
            }
            Some(Thing::Unknown) | None => {}
            Some(_) => return,
        }
        if !pulsar || self.path(&e.value).is_some() {
            return;
        }
        if self.coupling.carriers.contains(name) {
            self.add(rule, e, "", false);
        } else {
            self.add(&rules::handed_through::RULE, e, name, false);
        }
    }

    fn call(&mut self, e: &ExprCall) {
        let facts = self.facts;
        match facts.calls.get(&self.site(e)) {
            Some(Callee::Class(class)) if self.coupling.is_wrapper(class) => {
                let what = class.name.to_string();
                self.add(&rules::wrapped_client::RULE, e, what, true);
            }
            Some(Callee::Class(_)) => {}
            Some(Callee::Function(function)) => {
                if let Code::Def(def) = function.code {
                    let start = u32::from(def.range().start());
                    self.handing(e, Ok((function.site.file, start)));
                }
            }
            Some(Callee::Outside(path)) => self.outside(e, path),
            Some(Callee::Unknown) | None => match self.path(&e.func) {
                Some(path) => self.outside(e, &path),
                None => self.method(e),
            },
        }
        self.flag(e);
        self.keywords(e);
    }

    /// A call of something outside of the files.
    fn outside(&mut self, e: &ExprCall, path: &str) {
        if path == "importlib.import_module" || path == "builtins.__import__" {
            if let Some(Expr::StringLiteral(name)) = e.arguments.args.first()
                && is_client(name.value.to_str())
            {
                self.add(&rules::pulsar_import::RULE, e, name.value.to_str(), true);
            }
            return;
        }
        if !is_client(path) {
            return self.method(e);
        }
        if matches!(path, "pulsar.Client" | "pulsar.asyncio.Client") {
            self.add(&rules::pulsar_client::RULE, e, "pulsar.Client", true);
        } else if vocabulary::is_schema(path) {
            self.add(&rules::schema_wrapper::RULE, e, path, true);
        } else if let Some(rule) = vocabulary::name(path) {
            self.add(rule, e, path, true);
        } else {
            self.method(e);
        }
    }

    /// A method of an object of the client.
    fn method(&mut self, e: &ExprCall) {
        let Some(func) = method(e) else {
            return;
        };
        let name = func.attr.as_str();
        let found = self.names.receiver(self.facts, self.file, &self.scopes, e);
        if let Some((object, certain)) = found {
            if let Some(rule) = object.method(name) {
                let what = format!("{}.{name}", object.name());
                self.add(rule, e, what, certain);
            }
            return;
        }
        let base = self
            .facts
            .reads
            .get(&self.site(func))
            .map(|read| &read.base);
        if matches!(base, Some(Thing::Unknown) | None) {
            self.by_name(e, func);
        }
    }

    /// A method of which only names tell that it is one of the client's.
    fn by_name(&mut self, e: &ExprCall, func: &ExprAttribute) {
        let method = func.attr.as_str();
        let coupled = self.coupling.is_coupled(self.file);
        let receiver = last_name(&func.value).to_lowercase();
        let message = receiver.contains("msg") || receiver.contains("message");
        if coupled && message && e.arguments.is_empty() && vocabulary::is_message_method(method) {
            let what = format!("pulsar.Message.{method}");
            return self.add(&rules::message_call::RULE, e, what, false);
        }
        let object = match &*receiver {
            r if r.contains("pulsar") => Object::Client,
            r if coupled && r.contains("consumer") => Object::Consumer,
            r if coupled && r.contains("producer") => Object::Producer,
            _ => return self.handing(e, Err(method.to_owned())),
        };
        if let Some(rule) = object.method(method) {
            let what = format!("{}.{method}", object.name());
            self.add(rule, e, what, false);
        } else {
            self.handing(e, Err(method.to_owned()));
        }
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

    /// An option of a command line.
    fn flag(&mut self, e: &ExprCall) {
        let spelled = e
            .arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                Expr::StringLiteral(text) => Some(text.value.to_str()),
                _ => None,
            });
        let flag = |text: &&str| text.starts_with('-') && speaks_of_pulsar(text);
        if let Some(flag) = spelled.into_iter().find(flag) {
            self.add(&rules::command_line_flag::RULE, e, flag, true);
            if let Some(function) = self.scopes.function() {
                let name = self.around.last().cloned().unwrap_or_default();
                self.flagged.push((function, name));
            }
        }
    }

    /// Keyword arguments: options of the client, or settings that are handed on.
    fn keywords(&mut self, e: &ExprCall) {
        if e.arguments.keywords.is_empty() {
            return;
        }
        let client = match self.facts.calls.get(&self.site(e)) {
            Some(Callee::Outside(path)) if &**path == "pulsar.Client" => Some(true),
            _ => self
                .names
                .receiver(self.facts, self.file, &self.scopes, e)
                .filter(|(object, _)| *object == Object::Client)
                .map(|(_, certain)| certain),
        };
        for keyword in &e.arguments.keywords {
            let Some(name) = keyword.arg.as_ref().map(|name| name.as_str()) else {
                continue;
            };
            match client {
                Some(certain) => {
                    if let Some(rule) = vocabulary::keyword(name) {
                        self.add(rule, keyword, name, certain);
                    }
                }
                None if speaks_of_pulsar(name) => {
                    self.add(&rules::handed_through::RULE, keyword, name, true);
                }
                None => {}
            }
        }
    }

    /// A string: an address, a variable of the environment, a setting's name.
    fn text(&mut self, e: &Expr, text: &str) {
        let text = text.trim();
        if let Some(rule) = address(text) {
            return self.add(rule, e, text, true);
        }
        let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.contains("PULSAR") && text.chars().all(upper) {
            self.add(&rules::environment_variable::RULE, e, text, true);
        } else if text.starts_with("pulsar_") && text.chars().all(lower) {
            self.add(&rules::handed_through::RULE, e, text, true);
        }
    }

    /// An f-string that is an address in part.
    fn f_string(&mut self, e: &ExprFString, whole: &Expr) {
        let mut before = false;
        let mut behind = 0;
        let mut scheme = None;
        for element in e.value.elements() {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = &*literal.value;
                    if let Some(rule) = address(text.trim_start()) {
                        return self.add(rule, whole, text.trim_start(), true);
                    }
                    if before && text.starts_with("://") {
                        scheme = Some(());
                    }
                    before = false;
                }
                InterpolatedStringElement::Interpolation(_) => {
                    behind += usize::from(scheme.is_some());
                    before = true;
                }
            }
        }
        // `f"{kind}://{tenant}/{namespace}/{queue}"`: the words are in the function around.
        if scheme.is_some() && behind >= 2 && self.speaks_of_persistence() {
            self.add(&rules::topic_uri::RULE, whole, "", false);
        }
    }

    /// Whether the function around has the word.
    fn speaks_of_persistence(&self) -> bool {
        let text = self.program.text(self.file);
        let start = self.scopes.function().unwrap_or(0) as usize;
        text.get(start..).is_some_and(|rest| {
            let end = rest
                .match_indices("\ndef ")
                .next()
                .map_or(rest.len(), |(at, _)| at);
            rest[..end].contains("persistent")
        })
    }

    fn class(&mut self, statement: &ruff_python_ast::StmtClassDef) {
        let start = u32::from(statement.range().start());
        let Some(class) = self.facts.classes.get(&(self.file, start)) else {
            return;
        };
        if class.bases.iter().any(|base| self.coupling.is_base(base)) {
            let head = TextRange::new(
                statement.name.start(),
                statement
                    .arguments
                    .as_ref()
                    .map_or(statement.name.end(), |a| a.end()),
            );
            self.add(&rules::client_subclass::RULE, head, "", true);
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::ClassDef(class) => self.class(class),
            // A docstring, or a string that nobody uses.
            Stmt::Expr(s) if s.value.is_string_literal_expr() => return,
            Stmt::Import(_) | Stmt::ImportFrom(_) => return,
            _ => {}
        }
        if !self.scopes.enter(statement) {
            return walk_stmt(self, statement);
        }
        if let Stmt::FunctionDef(def) = statement {
            let names = def.parameters.iter().map(|p| p.name().to_string());
            self.parameters.push(names.collect());
            self.around.push(def.name.to_string());
            walk_stmt(self, statement);
            self.around.pop();
            self.parameters.pop();
        } else {
            walk_stmt(self, statement);
        }
        self.scopes.leave(statement);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Name(name) if name.ctx.is_load() => self.named(e),
            Expr::Attribute(attribute) => {
                self.named(e);
                self.read(attribute);
            }
            Expr::Call(call) => self.call(call),
            Expr::StringLiteral(literal) => self.text(e, literal.value.to_str()),
            Expr::FString(f_string) if !self.facts.texts.contains_key(&self.site(e)) => {
                self.f_string(f_string, e);
            }
            _ => {}
        }
        if let Expr::FString(_) | Expr::BinOp(_) | Expr::Call(_) = e
            && let Some(text) = self.facts.texts.get(&self.site(e)).cloned()
            && let Some(rule) = address(text.trim())
        {
            self.add(rule, e, text.trim(), true);
        }
        walk_expr(self, e);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        if speaks_of_pulsar(&parameter.name) {
            let what = parameter.name.to_string();
            self.add(&rules::handed_through::RULE, &parameter.name, what, true);
        }
        walk_parameter(self, parameter);
    }
}

/// Whether a name has the client's name in it.
fn speaks_of_pulsar(name: &str) -> bool {
    let word = b"pulsar";
    let mut parts = name.as_bytes().windows(word.len());
    parts.any(|part| part.eq_ignore_ascii_case(word))
}

/// The kind of address that a string begins with.
fn address(text: &str) -> Option<&'static Rule> {
    if text.starts_with("persistent://") || text.starts_with("non-persistent://") {
        return Some(&rules::topic_uri::RULE);
    }
    let service = text.starts_with("pulsar://") || text.starts_with("pulsar+ssl://");
    service.then_some(&rules::service_url::RULE)
}

/// Whether an expression is what a command line was parsed to.
fn is_arguments(e: &Expr) -> bool {
    matches!(
        last_name(e),
        "args" | "arguments" | "options" | "opts" | "parsed" | "ns" | "namespace" | "cli_args"
    )
}

/// The last name of `a.b.c`.
fn last_name(e: &Expr) -> &str {
    match e {
        Expr::Name(name) => &name.id,
        Expr::Attribute(of) => &of.attr,
        Expr::Subscript(of) => last_name(&of.value),
        Expr::Await(of) => last_name(&of.value),
        _ => "",
    }
}
