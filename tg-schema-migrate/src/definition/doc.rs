//! Comments and docstrings of classes and fields into documentation.
//!
//! A comment at a field is the field's. What is left in a class, behind its head, between its fields or below
//! them, is the class's, but for what is at methods and inner classes.

use std::collections::HashMap;

use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use ruff_text_size::{Ranged, TextRange};

use crate::interpret::{Attribute, Class, Program, Site, Value};
use crate::python::comment::dedent;

/// Where the fields of a class are bound, and what strings stand behind them.
pub(super) struct Places<'c, 'a> {
    attributes: HashMap<&'c str, &'c Attribute<'a>>,
    behind: HashMap<TextRange, &'a str>,
}

impl<'c, 'a> Places<'c, 'a> {
    pub(super) fn of(class: &'c Class<'a>) -> Self {
        let attributes = class.created.iter().map(|a| (a.name.as_str(), a)).collect();
        let mut behind = HashMap::new();
        let body = class.def.map_or(&[][..], |def| &def.body);
        for (one, next) in body.iter().zip(body.iter().skip(1)) {
            if matches!(one, Stmt::Assign(_) | Stmt::AnnAssign(_))
                && let Stmt::Expr(next) = next
                && let Expr::StringLiteral(literal) = &*next.value
            {
                behind.insert(one.range(), literal.value.to_str());
            }
        }
        Places { attributes, behind }
    }

    /// Where a field is bound, and its expression.
    pub(super) fn place(&self, class: &Class, name: &str, value: &Value) -> (Site, Site) {
        match (self.attributes.get(name), value) {
            (Some(own), _) => (own.statement, own.expression),
            (None, Value::Instance(of)) => (of.site, of.site),
            (None, _) => (class.site, class.site),
        }
    }

    /// Comments at a field, and a string behind it as Sphinx has it.
    pub(super) fn doc(&self, program: Program, statement: Site) -> Option<String> {
        let tree = program.tree(statement.file);
        let text = program.text(statement.file);
        let comments = tree.comments.of(text, statement.range);
        let behind = self
            .behind
            .get(&statement.range)
            .and_then(|text| dedent(text));
        let parts: Vec<String> = comments.into_iter().chain(behind).collect();
        (!parts.is_empty()).then(|| parts.join("\n"))
    }
}

/// The documentation of a Record.
pub(super) fn of_record(program: Program, class: &Class) -> Option<String> {
    let entries = class.fields.borrow();
    let is_field = |name: &str| entries.iter().any(|(key, _)| key.as_str() == Some(name));
    let fields = class.created.iter().filter(|a| is_field(&a.name));
    of_class(program, class, fields.map(|a| a.statement))
}

/// The enum's own documentation, then a line for each member that has some, in the order of the source.
pub(super) fn of_enum<'a>(program: Program<'a>, class: &Class<'a>) -> Option<String> {
    let is_member =
        |a: &&Attribute| matches!(class.scope.get(a.name.as_str()), Some(Value::Member(_)));
    let members = || class.created.iter().filter(is_member);
    let own = of_class(program, class, members().map(|a| a.statement));
    if class.def.is_none() {
        return own;
    }
    let places = Places::of(class);
    let members = members().filter_map(|attribute| {
        let doc = places.doc(program, attribute.statement)?;
        let words: Vec<&str> = doc.split_whitespace().collect();
        Some(format!("{}: {}", attribute.name, words.join(" ")))
    });
    let members: Vec<String> = members.collect();
    let members = (!members.is_empty()).then(|| members.join("\n"));
    joined(own.into_iter().chain(members))
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The comment above a class, its docstring, and the comments inside that belong to nothing there.
fn of_class(program: Program, class: &Class, told: impl Iterator<Item = Site>) -> Option<String> {
    let def = class.def?;
    let file = class.site.file;
    let comments = &program.tree(file).comments;
    let text = program.text(file);
    let above = comments.above(text, def.start());
    let inside = crate::python::docstring(&def.body);
    let told = told.filter(|site| site.file == file);
    let left = left(program, class, def, told.map(|site| site.range));
    joined(above.into_iter().chain(inside).chain(left))
}

/// What the comments of a class say that are at no field, method or inner class.
fn left(
    program: Program,
    class: &Class,
    def: &StmtClassDef,
    told: impl Iterator<Item = TextRange>,
) -> Vec<String> {
    let comments = &program.tree(class.site.file).comments;
    let text = program.text(class.site.file);
    let first = comments.from(def.name.start());
    let mut own = comments.around(text, def.range());
    own.start = first;
    if own.is_empty() {
        return Vec::new();
    }
    let mut taken = vec![false; own.len()];
    let mut take = |which: std::ops::Range<usize>| {
        let which = which.start.max(own.start)..which.end.min(own.end);
        which.for_each(|at| taken[at - own.start] = true);
    };
    told.for_each(|statement| take(comments.at(text, statement)));
    let mut waiting: Vec<&Stmt> = def.body.iter().collect();
    while let Some(statement) = waiting.pop() {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {
                take(comments.around(text, statement.range()));
            }
            Stmt::If(of) => {
                waiting.extend(&of.body);
                waiting.extend(of.elif_else_clauses.iter().flat_map(|clause| &clause.body));
            }
            Stmt::For(of) => waiting.extend(of.body.iter().chain(&of.orelse)),
            Stmt::While(of) => waiting.extend(of.body.iter().chain(&of.orelse)),
            Stmt::With(of) => waiting.extend(&of.body),
            Stmt::Try(of) => {
                waiting.extend(of.body.iter().chain(&of.orelse).chain(&of.finalbody));
            }
            _ => {}
        }
    }
    let free = own.clone().filter(|at| !taken[at - own.start]);
    comments.blocks(text, free)
}
