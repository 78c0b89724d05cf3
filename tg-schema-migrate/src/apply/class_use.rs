//! Whether a file uses migrated classes only in ways that mean the same for dataclasses: it makes objects,
//! annotates, asks `isinstance`, names members of enums.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::import::Use;
use super::{Code, Migrated, Refusal};
use crate::interpret::{Class, FileId, Kind, Site};

/// Whether everything is understood.
pub fn check<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    uses: &[Use<'a>],
) -> Result<(), Refusal> {
    let mut names: HashMap<&str, &Rc<Class<'a>>> = HashMap::new();
    for one in uses {
        if let Some(name) = &one.name {
            let known = names.insert(name, &one.class);
            if known.is_some_and(|other| other.id != one.class.id) {
                return Err((one.alias, format!("`{name}` is two classes")));
            }
        }
        let same = migrated.of(&one.class).is_some_and(|g| g.same);
        if !same {
            let why = format!(
                "a field or member of `{}` is called otherwise in Python",
                one.class.name
            );
            return Err((one.alias, why));
        }
    }
    let look = Look::through(code, file, names);
    if let Some(refused) = look.refused {
        return Err(refused);
    }
    let unused = uses.iter().find(|one| {
        let name = one.name.as_deref();
        name.is_some_and(|name| !look.used.contains(name))
    });
    match unused {
        Some(one) => {
            let why = format!(
                "`{}` is imported and not used: others may take it from here",
                one.class.name
            );
            Err((one.alias, why))
        }
        None => Ok(()),
    }
}

/// Those that the file does something with, if there is one. An import beside it that is not used stays as it is:
/// others may take it from here.
pub fn used<'a>(code: &Code<'_, 'a>, file: FileId, mut uses: Vec<Use<'a>>) -> Vec<Use<'a>> {
    let named = uses.iter();
    let named = named.filter_map(|one| Some((one.name.as_deref()?, &one.class)));
    let names: HashMap<&str, &Rc<Class<'a>>> = named.collect();
    if names.is_empty() {
        return uses;
    }
    let used = Look::through(code, file, names).used;
    let is_used = |one: &Use<'a>| one.name.as_ref().is_none_or(|name| used.contains(name));
    if uses.iter().any(is_used) {
        uses.retain(is_used);
    }
    uses
}

struct Look<'l, 'a> {
    code: &'l Code<'l, 'a>,
    file: FileId,
    names: HashMap<&'l str, &'l Rc<Class<'a>>>,
    used: HashSet<String>,
    refused: Option<Refusal>,
}

impl<'l, 'a> Look<'l, 'a> {
    fn through(
        code: &'l Code<'l, 'a>,
        file: FileId,
        names: HashMap<&'l str, &'l Rc<Class<'a>>>,
    ) -> Self {
        let mut look = Look {
            code,
            file,
            names,
            used: HashSet::new(),
            refused: None,
        };
        look.visit_body(&code.program.tree(file).body);
        look
    }
    fn class(&self, e: &Expr) -> Option<&Rc<Class<'a>>> {
        match e {
            Expr::Name(name) => self.names.get(name.id.as_str()).copied(),
            _ => None,
        }
    }
    fn refuse(&mut self, node: impl Ranged, why: impl Into<String>) {
        if self.refused.is_none() {
            self.refused = Some((node.range(), why.into()));
        }
    }
    fn seen(&mut self, e: &Expr) {
        if let Expr::Name(name) = e {
            self.used.insert(name.id.to_string());
        }
    }

    /// Names of classes where a type is written.
    fn in_type(&mut self, e: &'a Expr) {
        struct Names<'n>(&'n mut HashSet<String>);
        impl<'a> Visitor<'a> for Names<'_> {
            fn visit_expr(&mut self, e: &'a Expr) {
                match e {
                    Expr::Name(name) => drop(self.0.insert(name.id.to_string())),
                    // A type in quotes.
                    Expr::StringLiteral(text) => {
                        let words = text.value.to_str();
                        let words = words.split(|c: char| !c.is_alphanumeric() && c != '_');
                        self.0.extend(words.map(str::to_owned));
                    }
                    _ => {}
                }
                walk_expr(self, e);
            }
        }
        Names(&mut self.used).visit_expr(e);
    }

    fn call(&mut self, e: &'a ExprCall) {
        if let Some(class) = self.class(&e.func) {
            let (name, kind) = (class.name.clone(), class.kind);
            self.seen(&e.func);
            let site = Site {
                file: self.file,
                range: e.range(),
            };
            if kind == Kind::Enum {
                self.refuse(e, format!("`{name}` is asked for a member by its value"));
            } else if !self.code.notes.made.contains_key(&site) {
                self.refuse(e, format!("what this call of `{name}` gets is not known"));
            }
        } else if let Expr::Name(func) = &*e.func
            && matches!(func.id.as_str(), "isinstance" | "issubclass")
            && let [value, types] = &*e.arguments.args
        {
            self.visit_expr(value);
            return self.in_type(types);
        } else {
            self.visit_expr(&e.func);
        }
        for argument in &e.arguments.args {
            self.visit_expr(argument);
        }
        for keyword in &e.arguments.keywords {
            self.visit_expr(&keyword.value);
        }
    }
}

impl<'a> Visitor<'a> for Look<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let bound: Option<(&str, TextRange)> = match statement {
            Stmt::FunctionDef(def) => Some((&def.name, def.name.range())),
            Stmt::ClassDef(def) => Some((&def.name, def.name.range())),
            _ => None,
        };
        if let Some((name, range)) = bound
            && self.names.contains_key(name)
        {
            self.used.insert(name.to_owned());
            self.refuse(range, format!("`{name}` is bound anew"));
        }
        walk_stmt(self, statement);
    }

    fn visit_annotation(&mut self, e: &'a Expr) {
        self.in_type(e);
    }

    fn visit_parameter(&mut self, parameter: &'a ruff_python_ast::Parameter) {
        if self.names.contains_key(parameter.name.as_str()) {
            self.used.insert(parameter.name.to_string());
            let why = format!("`{}` is bound anew", parameter.name);
            self.refuse(&parameter.name, why);
        }
        ruff_python_ast::visitor::walk_parameter(self, parameter);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Call(call) => return self.call(call),
            Expr::Name(name) if self.names.contains_key(name.id.as_str()) => {
                let why = match name.ctx.is_load() {
                    true => format!("`{}` is handed on as a value", name.id),
                    false => format!("`{}` is bound anew", name.id),
                };
                self.seen(e);
                self.refuse(e, why);
            }
            Expr::Attribute(of) => {
                if let Some(class) = self.class(&of.value) {
                    let members = class.members.borrow();
                    let known = members.iter().any(|m| m.name == of.attr.id);
                    let (kind, name) = (class.kind, class.name.clone());
                    drop(members);
                    self.seen(&of.value);
                    if kind != Kind::Enum || !known {
                        self.refuse(e, format!("`{name}.{}` is not understood", of.attr));
                    }
                    return;
                }
                // `Color.RED.value`: the generated enum has other values.
                if let Expr::Attribute(member) = &*of.value
                    && self.class(&member.value).is_some()
                {
                    self.seen(&member.value);
                    self.refuse(
                        e,
                        format!("`{}` of an enum's member may be another", of.attr),
                    );
                }
            }
            _ => {}
        }
        walk_expr(self, e);
    }
}
