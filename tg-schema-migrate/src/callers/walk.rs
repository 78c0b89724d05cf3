//! One file's uses of Records, expression by expression, into findings.

mod attribute;
mod call;
mod fit;
mod handed;
mod mixed;
mod question;
mod sets;
mod value;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_comprehension, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{Comprehension, Expr, Pattern, Stmt, StmtIf, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};
use tg_schema_model::rule::Rule;

pub(crate) use call::value_of_class;
pub use handed::Handed;

use super::Tightened;
use super::types::{Called, Locals, Types, field, field_names};
use crate::interpret::{Class, FileId, Site, linear};

/// A finding without its surroundings.
pub struct Raw<'a> {
    pub rule: &'static Rule,
    pub range: TextRange,
    pub class: Rc<Class<'a>>,
    pub name: String,
    pub message: String,
    pub help: String,
}

/// A walk through one file.
pub struct Walk<'w, 'a> {
    types: &'w Types<'w, 'a>,
    file: FileId,
    tightened: &'w Tightened,
    /// Names of the functions around, the module's first.
    locals: Vec<Rc<Locals<'a>>>,
    /// What each function around asks for before it reads on.
    asked: Vec<HashSet<String>>,
    /// Whether the code is directly in the body of a Record.
    declares: bool,
    /// Names of all Records.
    records: &'w BTreeSet<String>,
    /// Lambdas of which is known what they are called with.
    lambdas: HashMap<TextRange, Called<'a>>,
    /// What the code around sets attributes of: texts, and where first.
    set: Vec<HashMap<String, TextSize>>,
    /// Fields that have to be given, by class.
    required: HashMap<usize, Rc<[String]>>,
    /// Expressions that the question at hand may still look at.
    looks: Cell<usize>,
    pub found: Vec<Raw<'a>>,
    /// Values that a generated field may refuse.
    pub doubts: Vec<Raw<'a>>,
    /// What is handed to functions of the files.
    pub handed: Handed<'a>,
    pub calls: usize,
    pub attributes: usize,
    pub uncertain: usize,
}

/// Parameters that the constructor of every Record takes.
const SWALLOWED: [&str; 3] = ["default", "required", "required_default"];
impl<'w, 'a> Walk<'w, 'a> {
    /// Through a file.
    pub fn through(
        types: &'w Types<'w, 'a>,
        file: FileId,
        tightened: &'w Tightened,
        records: &'w BTreeSet<String>,
    ) -> Walk<'w, 'a> {
        let body = &types.program.tree(file).body;
        let mut walk = Walk {
            types,
            file,
            tightened,
            locals: types.modules.get(file.at()).cloned().into_iter().collect(),
            asked: vec![HashSet::new()],
            declares: false,
            records,
            lambdas: HashMap::new(),
            set: Vec::new(),
            required: HashMap::new(),
            looks: Cell::new(0),
            found: Vec::new(),
            doubts: Vec::new(),
            handed: Handed::default(),
            calls: 0,
            attributes: 0,
            uncertain: 0,
        };
        walk.set.push(walk.sets(body));
        walk.visit_body(body);
        walk
    }

    fn site(&self, node: impl Ranged) -> Site {
        Site {
            file: self.file,
            range: node.range(),
        }
    }
    fn record(&self, e: &'a Expr) -> Option<(Rc<Class<'a>>, bool)> {
        self.types.record(self.file, self.locals.last()?, e)
    }
    /// The Records of which an expression gives one.
    fn either(&self, e: &'a Expr) -> Option<Rc<[Rc<Class<'a>>]>> {
        self.types.either(self.file, self.locals.last()?, e)
    }
    /// The class that an expression is a field of, and the field; of another expression its own class.
    fn subject(&self, e: &'a Expr, own: Rc<Class<'a>>) -> (Rc<Class<'a>>, String) {
        match e {
            Expr::Attribute(of) => match self.record(&of.value) {
                Some((class, _)) => (class, of.attr.to_string()),
                None => (own, of.attr.to_string()),
            },
            _ => (own, self.text(e)),
        }
    }
    /// The enum that an expression gives a member of.
    fn enumeration(&self, e: &'a Expr) -> Option<Rc<Class<'a>>> {
        self.types.enumeration(self.file, self.locals.last()?, e)
    }
    fn text(&self, node: impl Ranged) -> String {
        self.types.program.snippet(self.site(node))
    }

    fn add(
        &mut self,
        rule: &'static Rule,
        node: impl Ranged,
        of: (&Rc<Class<'a>>, &str),
        message: String,
        help: impl Into<String>,
    ) {
        self.found.push(Raw {
            rule,
            range: node.range(),
            class: Rc::clone(of.0),
            name: of.1.to_owned(),
            message,
            help: help.into(),
        });
    }
}

impl<'a> Walk<'_, 'a> {
    /// `if`: what its tests say of names counts where they hold.
    fn branches(&mut self, s: &'a StmtIf) {
        self.branch(Some(&s.test), &s.body);
        for clause in &s.elif_else_clauses {
            self.branch(clause.test.as_ref(), &clause.body);
        }
    }
    fn branch(&mut self, test: Option<&'a Expr>, body: &'a [Stmt]) {
        let around = self.locals.last().cloned().unwrap_or_default();
        let narrowed = test.and_then(|test| Locals::narrowed(test, body, &around));
        if let Some(test) = test {
            self.tested(test);
            self.visit_expr(test);
        }
        let narrows = narrowed.is_some();
        self.locals.extend(narrowed.map(Rc::new));
        self.visit_body(body);
        if narrows {
            self.locals.pop();
        }
    }
}

/// Whether the class is what it looks like.
fn is_sure(class: &Rc<Class>) -> bool {
    class.doubt.borrow().is_none()
}

/// Whether a class of the files defines a name by itself or inherits it from one.
fn own(class: &Rc<Class>, name: &str) -> bool {
    linear(class).iter().any(|c| c.scope.get(name).is_some())
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        names => {
            let names: Vec<String> = names.iter().map(|n| format!("`{n}`")).collect();
            names.join(", ")
        }
    }
}

/// What a statement says of the names in those behind it: `assert isinstance(name, Class)`, and leaving where it is
/// none.
fn promise(statement: &Stmt) -> Option<&Expr> {
    match statement {
        Stmt::Assert(s) => Some(&s.test),
        Stmt::If(s) if s.elif_else_clauses.is_empty() => match (&*s.test, s.body.last()?) {
            (
                Expr::UnaryOp(of),
                Stmt::Return(_) | Stmt::Raise(_) | Stmt::Continue(_) | Stmt::Break(_),
            ) if of.op == UnaryOp::Not => Some(&of.operand),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Visitor<'a> for Walk<'_, 'a> {
    fn visit_body(&mut self, body: &'a [Stmt]) {
        let mut narrowed = 0;
        for (at, statement) in body.iter().enumerate() {
            self.visit_stmt(statement);
            let around = self.locals.last().cloned().unwrap_or_default();
            let rest = &body[at + 1..];
            let known = promise(statement).and_then(|test| Locals::narrowed(test, rest, &around));
            narrowed += usize::from(known.is_some());
            self.locals.extend(known.map(Rc::new));
        }
        self.locals.truncate(self.locals.len() - narrowed);
    }

    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                let around = self.locals.last().cloned().unwrap_or_default();
                let locals = self.types.function(self.file, def, &around);
                self.locals.push(Rc::new(locals));
                let asked = self.asks(&def.body);
                self.asked.push(asked);
                self.set.push(self.sets(&def.body));
                let declares = std::mem::take(&mut self.declares);
                walk_stmt(self, statement);
                self.declares = declares;
                self.asked.pop();
                self.set.pop();
                self.locals.pop();
                return;
            }
            Stmt::ClassDef(def) => {
                let record = self.types.records.contains(&self.site(&def.name));
                let declares = std::mem::replace(&mut self.declares, record);
                walk_stmt(self, statement);
                self.declares = declares;
                return;
            }
            Stmt::If(s) => return self.branches(s),
            Stmt::While(s) => self.tested(&s.test),
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.assigned(t, &s.value)),
            Stmt::AnnAssign(s) => {
                if let Some(value) = &s.value {
                    self.assigned(&s.target, value);
                    let locals = self.locals.last().cloned();
                    self.is_called(value, self.file, locals.as_deref(), &s.annotation);
                }
            }
            Stmt::Assert(s) => self.tested(&s.test),
            Stmt::Delete(s) => s.targets.iter().for_each(|t| self.deleted(t)),
            Stmt::Match(s) => self.cases(s),
            _ => {}
        }
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Call(call) => {
                self.goes_through(call);
                self.call(call);
                self.takes_member(call);
                if let (Expr::Name(func), [value]) = (&*call.func, &*call.arguments.args)
                    && func.id == "bool"
                {
                    self.tested(value);
                }
            }
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::Compare(compare) => {
                self.compare(compare);
                self.compares_member(compare);
            }
            Expr::BinOp(of) => self.counts_member(of),
            Expr::Subscript(of) => self.looks_up_member(of),
            Expr::If(of) => self.tested(&of.test),
            Expr::UnaryOp(of) if of.op == UnaryOp::Not => self.tested(&of.operand),
            Expr::BoolOp(of) => {
                // The last one's value is given without a test.
                let tested = of.values.len().saturating_sub(1);
                of.values[..tested].iter().for_each(|e| self.tested(e));
            }
            _ => {}
        }
        let around = self.locals.last().cloned().unwrap_or_default();
        let inner = match e {
            Expr::Lambda(of) => {
                let called = self.lambdas.remove(&of.range());
                Locals::lambda(of, &around, called.as_ref())
            }
            Expr::ListComp(of) => Locals::comprehension(&of.generators, &around),
            Expr::SetComp(of) => Locals::comprehension(&of.generators, &around),
            Expr::DictComp(of) => Locals::comprehension(&of.generators, &around),
            Expr::Generator(of) => Locals::comprehension(&of.generators, &around),
            _ => return walk_expr(self, e),
        };
        self.locals.push(Rc::new(inner));
        walk_expr(self, e);
        self.locals.pop();
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        if let Pattern::MatchClass(of) = pattern {
            self.class_pattern(of);
        }
        walk_pattern(self, pattern);
    }

    fn visit_comprehension(&mut self, of: &'a Comprehension) {
        of.ifs.iter().for_each(|test| self.tested(test));
        walk_comprehension(self, of);
    }
}
