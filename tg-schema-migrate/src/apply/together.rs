//! Which classes change together. Files hand objects to each other, and an object of one kind in code that
//! expects the other is an error at run time: a class changes in every file that uses it, or in none.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::import::Use;
use super::{Code, Migrated};
use crate::interpret::{Class, FileId, Kind, Site, Value};
use crate::record::{self, Field, Shape};

/// Classes that are joined by fields and by files, and why some of them have to stay.
pub struct Groups<'a> {
    /// Another class of the same group; the last one stands for all.
    next: HashMap<usize, usize>,
    /// What is in the way, by the class that stands for a group: the class, and the reason.
    blocked: HashMap<usize, (Rc<Class<'a>>, String)>,
}

impl<'a> Groups<'a> {
    /// All classes of the files; those that hold each other are together.
    pub fn of(code: &Code<'_, 'a>, migrated: &Migrated) -> Self {
        let mut groups = Groups {
            next: HashMap::new(),
            blocked: HashMap::new(),
        };
        let records = code.outcome.classes.iter();
        for class in records.filter(|class| class.kind == Kind::Record) {
            for held in held(class) {
                groups.join(class, &held);
                for (one, other) in [(class, &held), (&held, class)] {
                    if migrated.of(one).is_none() {
                        let place = code.program.place(one.site);
                        let why = format!(
                            "`{}` ({place}) belongs to it and is not migrated at the top of a file",
                            one.name
                        );
                        groups.block(other, why);
                    }
                }
            }
        }
        groups
    }

    fn root(&self, class: usize) -> usize {
        let mut at = class;
        while let Some(next) = self.next.get(&at) {
            at = *next;
        }
        at
    }

    /// Two classes change together.
    pub fn join(&mut self, one: &Class<'a>, other: &Class<'a>) {
        let (from, to) = (self.root(one.id), self.root(other.id));
        if from != to {
            self.next.insert(from, to);
            if let Some(why) = self.blocked.remove(&from) {
                self.blocked.entry(to).or_insert(why);
            }
        }
        // The way from each is short again.
        for class in [one.id, other.id].into_iter().filter(|id| *id != to) {
            self.next.insert(class, to);
        }
    }

    /// A class stays as it is, and everything that belongs to it.
    pub fn block(&mut self, class: &Rc<Class<'a>>, why: String) {
        let root = self.root(class.id);
        let entry = self.blocked.entry(root);
        entry.or_insert_with(|| (Rc::clone(class), why));
    }

    /// Why a class stays, in words that follow the name of a file.
    pub fn reason(&self, class: &Class<'a>) -> Option<String> {
        let (other, why) = self.blocked.get(&self.root(class.id))?;
        Some(match other.id == class.id {
            true => format!("`{}` changes in all files or in none: {why}", class.name),
            false => format!(
                "`{}` and `{}` change together or not at all: {why}",
                class.name, other.name
            ),
        })
    }
}

/// Records and enums in the fields of a Record.
fn held<'a>(class: &Rc<Class<'a>>) -> Vec<Rc<Class<'a>>> {
    let mut held = Vec::new();
    for (_, value) in record::fields(class).unwrap_or_default() {
        let Ok(field) = record::field(&value, 0) else {
            continue;
        };
        let mut at: Option<&Field<'a>> = Some(&field);
        while let Some(field) = at {
            at = None;
            match &field.shape {
                Shape::Array(item) | Shape::Map(item) => at = item.field(),
                Shape::Record(of) => held.push(Rc::clone(&of.class)),
                Shape::Enum(class) => held.push(Rc::clone(class)),
                Shape::Plain(_) => {}
            }
        }
    }
    held
}

/// The migrated classes with which a file's code does something, each with a place; importing them, naming
/// them as types and declaring fields with them is nothing.
pub fn touched<'a>(
    code: &Code<'_, 'a>,
    migrated: &Migrated,
    file: FileId,
    uses: &[Use<'a>],
) -> Vec<(TextRange, Rc<Class<'a>>)> {
    let mut names: HashMap<String, Vec<Rc<Class<'a>>>> = HashMap::new();
    let module = code.outcome.modules.get(file.at()).and_then(Option::as_ref);
    for (name, bound) in module.map(|m| m.scope.all()).unwrap_or_default() {
        if let Value::Class(class) = bound.value
            && migrated.of(&class).is_some()
        {
            names.entry(name.to_string()).or_default().push(class);
        }
    }
    let mut found: Vec<(TextRange, Rc<Class<'a>>)> = Vec::new();
    let damaged = !code.program.tree(file).errors.is_empty();
    for one in uses {
        match &one.name {
            Some(name) if !damaged => {
                let known = names.entry(name.clone()).or_default();
                known.push(Rc::clone(&one.class));
            }
            _ => found.push((one.alias, Rc::clone(&one.class))),
        }
    }
    if !names.is_empty() {
        let mut touches = Touches {
            records: records_of(code, file),
            file,
            names: &names,
            found: Vec::new(),
        };
        touches.visit_body(&code.program.tree(file).body);
        found.append(&mut touches.found);
    }
    let mut seen = HashSet::new();
    found.retain(|(_, class)| seen.insert(class.id));
    found
}

/// Where a file's Records and enums are defined.
fn records_of(code: &Code<'_, '_>, file: FileId) -> HashSet<Site> {
    let classes = code.outcome.classes.iter();
    let own =
        classes.filter(|c| c.site.file == file && matches!(c.kind, Kind::Record | Kind::Enum));
    own.map(|class| class.site).collect()
}

struct Touches<'t, 'a> {
    records: HashSet<Site>,
    file: FileId,
    names: &'t HashMap<String, Vec<Rc<Class<'a>>>>,
    found: Vec<(TextRange, Rc<Class<'a>>)>,
}

impl<'a> Visitor<'a> for Touches<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let Stmt::ClassDef(def) = statement else {
            return walk_stmt(self, statement);
        };
        let site = Site {
            file: self.file,
            range: def.name.range(),
        };
        if !self.records.contains(&site) {
            return walk_stmt(self, statement);
        }
        // What stands in the body itself declares fields.
        for inner in &def.body {
            if matches!(inner, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                self.visit_stmt(inner);
            }
        }
    }
    fn visit_annotation(&mut self, _: &'a Expr) {}
    fn visit_expr(&mut self, e: &'a Expr) {
        if let Expr::Name(name) = e
            && name.ctx.is_load()
        {
            let classes = self.names.get(name.id.as_str()).into_iter().flatten();
            self.found
                .extend(classes.map(|class| (e.range(), Rc::clone(class))));
        }
        walk_expr(self, e);
    }
}
