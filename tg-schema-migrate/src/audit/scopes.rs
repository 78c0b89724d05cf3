//! Where in a file the reading is: the functions and classes around.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

use crate::interpret::{FileId, Site};

/// What the name of a collection gets for its items.
pub const ITEM: &str = "[]";

/// A file and what is around.
#[derive(Clone, Copy)]
pub struct Place<'s> {
    /// The file.
    pub file: FileId,
    /// What is around.
    pub scopes: &'s Scopes,
}

impl Place<'_> {
    /// The place of a node.
    pub fn site(&self, node: impl Ranged) -> Site {
        Site {
            file: self.file,
            range: node.range(),
        }
    }
}

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
    /// The class whose body it is, where no function is between.
    pub fn body(&self) -> Option<u32> {
        let class = self.class()?;
        self.function()
            .is_none_or(|start| start < class)
            .then_some(class)
    }
    /// The class around.
    pub fn class(&self) -> Option<u32> {
        self.classes.last().copied()
    }
    /// What an expression is called in the scope where it counts.
    pub fn key(&self, e: &Expr) -> Option<(u32, String)> {
        match e {
            Expr::Name(name) => Some((self.function().unwrap_or(0), name.id.to_string())),
            Expr::Attribute(of) => match &*of.value {
                Expr::Name(name) if matches!(name.id.as_str(), "self" | "cls") => {
                    Some((self.class().unwrap_or(0), format!("self.{}", of.attr)))
                }
                _ => None,
            },
            // What a collection holds counts as one.
            Expr::Subscript(of) => match &*of.value {
                Expr::Name(_) | Expr::Attribute(_) => {
                    let (scope, name) = self.key(&of.value)?;
                    Some((scope, format!("{name}{ITEM}")))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What an expression may be called, from the innermost scope to the module.
    pub fn keys(&self, e: &Expr) -> Vec<(u32, String)> {
        match e {
            Expr::Name(name) => {
                let functions = self.functions.iter().rev().copied();
                let scopes = functions.chain([0]);
                scopes.map(|scope| (scope, name.id.to_string())).collect()
            }
            Expr::Subscript(of) => self.items(&of.value),
            _ => self.key(e).into_iter().collect(),
        }
    }

    /// What an item of a collection may be called.
    pub fn items(&self, collection: &Expr) -> Vec<(u32, String)> {
        match collection {
            Expr::Name(_) | Expr::Attribute(_) => {
                let mut keys = self.keys(collection);
                keys.iter_mut().for_each(|(_, name)| name.push_str(ITEM));
                keys
            }
            _ => Vec::new(),
        }
    }
}
