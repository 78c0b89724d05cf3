//! One file's text, expression by expression, into findings.

mod call;
mod text;

use std::collections::HashSet;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_parameter, walk_stmt};
use ruff_python_ast::{Expr, ExprAttribute, Parameter, Stmt};
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::rule::Rule;

use super::annotation::{Named, named};
use super::coupling::{Coupling, is_client};
use super::facts::{Facts, Thing};
use super::names::Names;
use super::scopes::{Place, Scopes};
use super::vocabulary::{self, Object};
use crate::interpret::{FileId, Outcome, Program, Site};
use crate::rule::audit as rules;
use text::address;

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
    names: &'w Names<'a>,
    coupling: &'w Coupling,
    outcome: &'w Outcome<'a>,
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
    /// Places that a finding tells of already: names of flags, what a method is taken from.
    told: HashSet<TextRange>,
    /// Names of the parameters of lambdas.
    of_lambdas: HashSet<TextRange>,
    /// Names of the functions around.
    around: Vec<String>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// Through a file.
    pub fn through(
        program: Program<'a>,
        facts: &'w Facts<'a>,
        names: &'w Names<'a>,
        coupling: &'w Coupling,
        outcome: &'w Outcome<'a>,
        file: FileId,
    ) -> Walk<'w, 'a> {
        let mut walk = Walk {
            program,
            facts,
            names,
            coupling,
            outcome,
            file,
            scopes: Scopes::default(),
            parameters: Vec::new(),
            found: Vec::new(),
            flagged: Vec::new(),
            handings: Vec::new(),
            told: HashSet::new(),
            of_lambdas: HashSet::new(),
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

    fn read(&mut self, whole: &Expr, e: &ExprAttribute) {
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
        if let Some(what) = self.carried(whole) {
            if !self.told.contains(&e.range()) {
                self.add(rule, e, what, true);
            }
            return;
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

    /// `PULSAR_HOST = "h"` and `pulsar_host: str = "h"` at the top of a file or class: a setting.
    fn setting(&mut self, target: &Expr, value: Option<&Expr>) {
        let Expr::Name(name) = target else {
            return;
        };
        let plain = match value {
            Some(Expr::StringLiteral(text)) => address(text.value.to_str().trim()).is_none(),
            Some(Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_)) => true,
            // The field of a class of settings, which the environment may set.
            None => true,
            Some(_) => false,
        };
        if !plain || self.scopes.function().is_some() || !speaks_of_pulsar(&name.id) {
            return;
        }
        let rule = match name.id.to_ascii_lowercase().contains("listener") {
            true => &rules::listener_name::RULE,
            false => &rules::handed_through::RULE,
        };
        self.add(rule, target, name.id.as_str(), true);
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
            Stmt::Assign(s) => s
                .targets
                .iter()
                .for_each(|t| self.setting(t, Some(&s.value))),
            Stmt::AnnAssign(s) if s.value.is_some() || is_scalar(&s.annotation) => {
                self.setting(&s.target, s.value.as_deref());
            }
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
                self.read(e, attribute);
            }
            Expr::Call(call) => self.call(e, call),
            // Its parameters are no names of the function around.
            Expr::Lambda(of) => {
                let own = of.parameters.iter().flat_map(|all| all.iter());
                self.of_lambdas.extend(own.map(|one| one.name().range()));
            }
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
        if let Some(what) = self.comes_in(parameter) {
            self.add(&rules::client_parameter::RULE, parameter, what, true);
        } else if speaks_of_pulsar(&parameter.name) {
            let what = parameter.name.to_string();
            self.add(&rules::handed_through::RULE, &parameter.name, what, true);
        }
        walk_parameter(self, parameter);
    }
}

impl Walk<'_, '_> {
    fn place(&self) -> Place<'_> {
        Place {
            file: self.file,
            scopes: &self.scopes,
        }
    }

    /// What comes in by a parameter: something of the client, or of a class that stands for it.
    fn comes_in(&self, parameter: &Parameter) -> Option<String> {
        let annotation = parameter.annotation.as_deref();
        let named = annotation.and_then(|e| named(self.outcome, self.file, e));
        match named {
            Some(Named::Client(Object::Message | Object::Messages | Object::MessageId)) => None,
            Some(Named::Client(object)) => Some(object.name().to_owned()),
            Some(Named::Class(class)) => {
                let stands = self.coupling.is_wrapper(&class);
                stands.then(|| class.name.to_string())
            }
            Some(Named::Foreign) => None,
            None if self.of_lambdas.contains(&parameter.name.range()) => None,
            None => self.names.parameter(
                self.file,
                self.scopes.function()?,
                &parameter.name,
                self.coupling,
            ),
        }
    }
}

/// Whether a name has the client's name in it.
pub fn speaks_of_pulsar(name: &str) -> bool {
    let word = b"pulsar";
    let mut parts = name.as_bytes().windows(word.len());
    // All names of all files come here, and few have a p.
    parts.any(|part| matches!(part, [b'p' | b'P', ..]) && part.eq_ignore_ascii_case(word))
}

/// Whether an annotation is of a plain value.
fn is_scalar(e: &Expr) -> bool {
    match e {
        Expr::Name(name) => matches!(name.id.as_str(), "str" | "int" | "bool" | "float"),
        Expr::BinOp(of) => is_scalar(&of.left),
        Expr::Subscript(of) => last_name(&of.value) == "Optional" && is_scalar(&of.slice),
        _ => false,
    }
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
