//! Which Record an expression gives, where that is certain: what the interpreter knows, what a parameter's
//! annotation says, and what follows from the fields of the class.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprContext, Operator, Pattern, Stmt, StmtFunctionDef,
};
use ruff_text_size::Ranged;

use super::notes::{Notes, record};
use crate::interpret::{Class, FileId, Kind, Outcome, Program, Site, Value};

/// What an expression gives.
#[derive(Clone)]
pub enum Type<'a> {
    /// A Record; `unset` where it may be one that nobody has set.
    Record { class: Rc<Class<'a>>, unset: bool },
    /// An array or a map with such items, as declared.
    Items(Value<'a>),
}

/// How a name is bound in a function.
#[derive(Clone)]
enum Binding<'a> {
    Annotated(&'a Expr),
    Assigned(&'a Expr),
    Item(&'a Expr),
    Other,
}

/// The names of a function.
#[derive(Clone, Default)]
pub struct Locals<'a> {
    bindings: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Those around it.
    around: Option<Rc<Locals<'a>>>,
    global: bool,
}

/// What types are looked up in.
pub struct Types<'w, 'a> {
    /// The files.
    pub program: Program<'a>,
    /// What the interpreter told.
    pub notes: &'w Notes<'a>,
    /// What it left behind.
    pub outcome: &'w Outcome<'a>,
    /// Where Records are defined: their names.
    pub records: &'w HashSet<Site>,
    /// The file.
    pub file: FileId,
}

/// How far names are followed.
const MAX_STEPS: usize = 12;

impl<'a> Types<'_, 'a> {
    /// What an expression gives.
    pub fn of(&self, locals: &Locals<'a>, e: &'a Expr) -> Option<Type<'a>> {
        self.at(locals, e, MAX_STEPS)
    }

    /// The Record that an expression gives.
    pub fn record(&self, locals: &Locals<'a>, e: &'a Expr) -> Option<(Rc<Class<'a>>, bool)> {
        match self.of(locals, e)? {
            Type::Record { class, unset } => Some((class, unset)),
            Type::Items(_) => None,
        }
    }

    fn at(&self, locals: &Locals<'a>, e: &'a Expr, left: usize) -> Option<Type<'a>> {
        let left = left.checked_sub(1)?;
        let site = Site {
            file: self.file,
            range: e.range(),
        };
        match e {
            Expr::Call(_) => {
                let made = self.notes.made.get(&site)?;
                let class = Rc::clone(&made.class);
                Some(Type::Record {
                    class,
                    unset: false,
                })
            }
            Expr::Attribute(of) => {
                let base = match self.notes.bases.get(&site) {
                    Some(class) => Rc::clone(class),
                    None => match self.at(locals, &of.value, left)? {
                        Type::Record { class, .. } => class,
                        Type::Items(_) => return None,
                    },
                };
                of_field(&field(&base, &of.attr)?)
            }
            Expr::Name(name) => match locals.bound(name.id.as_str())? {
                [Binding::Annotated(annotation)] => self.annotated(locals, annotation, left),
                [Binding::Assigned(value)] => self.at(locals, value, left),
                [Binding::Item(iterated)] => match self.at(locals, iterated, left)? {
                    Type::Items(item) => item_type(&item),
                    Type::Record { .. } => None,
                },
                _ => None,
            },
            Expr::Subscript(of) => match self.at(locals, &of.value, left)? {
                Type::Items(item) if !of.slice.is_slice_expr() => item_type(&item),
                _ => None,
            },
            Expr::Named(of) => self.at(locals, &of.value, left),
            Expr::Await(of) => self.at(locals, &of.value, left),
            _ => None,
        }
    }

    /// The Record that an annotation names, also `X | None`, `Optional[X]` and in quotes.
    fn annotated(&self, locals: &Locals<'a>, e: &'a Expr, left: usize) -> Option<Type<'a>> {
        let left = left.checked_sub(1)?;
        match e {
            Expr::BinOp(of) if of.op == Operator::BitOr => match (&*of.left, &*of.right) {
                (Expr::NoneLiteral(_), other) | (other, Expr::NoneLiteral(_)) => {
                    self.annotated(locals, other, left)
                }
                _ => None,
            },
            Expr::Subscript(of) if last(&of.value) == "Optional" => {
                self.annotated(locals, &of.slice, left)
            }
            Expr::StringLiteral(text) => {
                let value = self.dotted(text.value.to_str())?;
                of_class(&value)
            }
            Expr::Name(name) if locals.is_own(name.id.as_str()) => None,
            Expr::Name(_) | Expr::Attribute(_) => of_class(&self.dotted(&path(e)?)?),
            _ => None,
        }
    }

    /// What a dotted name stands for at the top of the file.
    fn dotted(&self, path: &str) -> Option<Value<'a>> {
        let module = self.outcome.modules.get(self.file.at())?.as_ref()?;
        let mut parts = path.split('.');
        let mut value = module.scope.get(parts.next()?.trim())?;
        for part in parts {
            value = match &value {
                Value::Module(module) => module.scope.get(part)?,
                Value::Class(class) => class.scope.get(part)?,
                _ => return None,
            };
        }
        Some(value)
    }
}

/// The declared value of a field; nothing where the class has no such field.
pub fn field<'a>(class: &Class<'a>, name: &str) -> Option<Value<'a>> {
    let fields = class.fields.borrow();
    let mut own = fields.iter().filter(|(key, _)| key.as_str() == Some(name));
    own.next().map(|(_, value)| value.clone())
}

/// Names of a class's fields.
pub fn field_names(class: &Class) -> Vec<String> {
    let fields = class.fields.borrow();
    let names = fields.iter().filter_map(|(key, _)| key.as_str());
    names.map(str::to_owned).collect()
}

/// Whether a field is declared as required, or may be: its argument is not known.
fn is_required(field: &Value) -> bool {
    match field {
        Value::Instance(of) => {
            let given = of.arguments.get(1, "required");
            given.is_some_and(|v| !matches!(v, Value::Bool(false) | Value::None))
                || of.arguments.open.is_some()
        }
        _ => false,
    }
}

fn of_field<'a>(value: &Value<'a>) -> Option<Type<'a>> {
    if let Some(class) = record(value) {
        let unset = !is_required(value);
        return Some(Type::Record { class, unset });
    }
    if let Value::Class(class) = value
        && class.kind == Kind::Record
    {
        let class = Rc::clone(class);
        return Some(Type::Record { class, unset: true });
    }
    match (value, value.instance_of()?) {
        (Value::Instance(of), "pulsar.schema.Array" | "pulsar.schema.Map") => {
            Some(Type::Items(of.arguments.positional.first()?.clone()))
        }
        _ => None,
    }
}

fn item_type<'a>(item: &Value<'a>) -> Option<Type<'a>> {
    match of_field(item)? {
        Type::Record { class, .. } => Some(Type::Record {
            class,
            unset: false,
        }),
        items => Some(items),
    }
}

fn of_class<'a>(value: &Value<'a>) -> Option<Type<'a>> {
    match value {
        Value::Class(class) if class.kind == Kind::Record => Some(Type::Record {
            class: Rc::clone(class),
            unset: false,
        }),
        _ => None,
    }
}

fn path(e: &Expr) -> Option<String> {
    match e {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(of) => Some(format!("{}.{}", path(&of.value)?, of.attr)),
        _ => None,
    }
}

fn last(e: &Expr) -> &str {
    match e {
        Expr::Name(name) => &name.id,
        Expr::Attribute(of) => &of.attr,
        _ => "",
    }
}

impl<'a> Locals<'a> {
    /// The names of a module.
    pub fn module(body: &'a [Stmt]) -> Self {
        let mut locals = Locals::default();
        locals.visit_body(body);
        locals
    }
    /// The names of a function; those around it are seen where it has none of that name.
    pub fn function(def: &'a StmtFunctionDef, around: &Rc<Locals<'a>>) -> Self {
        let mut locals = Locals::default();
        for parameter in def.parameters.iter_non_variadic_params() {
            let parameter = &parameter.parameter;
            let binding = match &parameter.annotation {
                Some(annotation) => Binding::Annotated(annotation),
                None => Binding::Other,
            };
            locals.bind(&parameter.name, binding);
        }
        let variadic = [&def.parameters.vararg, &def.parameters.kwarg];
        for parameter in variadic.into_iter().flatten() {
            locals.bind(&parameter.name, Binding::Other);
        }
        locals.visit_body(&def.body);
        if locals.global {
            // What else changes the names around is not followed.
            return Locals::default();
        }
        locals.around = Some(Rc::clone(around));
        locals
    }

    /// How a name is bound, where that is certain.
    fn bound(&self, name: &str) -> Option<&[Binding<'a>]> {
        if let Some(own) = self.bindings.get(name) {
            return Some(own);
        }
        let mut around = self.around.as_ref();
        while let Some(locals) = around {
            if let Some(bound) = locals.bindings.get(name) {
                // A function may run after the name was bound anew: one binding is always it.
                return (bound.len() == 1).then_some(bound.as_slice());
            }
            around = locals.around.as_ref();
        }
        None
    }
    /// Whether a function has a name of its own.
    fn is_own(&self, name: &str) -> bool {
        self.around.is_some() && self.bindings.contains_key(name)
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>) {
        self.bindings.entry(name).or_default().push(binding);
    }
    fn target(&mut self, target: &'a Expr, binding: Binding<'a>) {
        match target {
            Expr::Name(name) => self.bind(&name.id, binding),
            Expr::Tuple(of) => of.elts.iter().for_each(|t| self.target(t, Binding::Other)),
            Expr::List(of) => of.elts.iter().for_each(|t| self.target(t, Binding::Other)),
            Expr::Starred(of) => self.target(&of.value, Binding::Other),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Locals<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => return self.bind(&def.name, Binding::Other),
            Stmt::ClassDef(def) => return self.bind(&def.name, Binding::Other),
            Stmt::Assign(s) => {
                for target in &s.targets {
                    self.target(target, Binding::Assigned(&s.value));
                }
            }
            Stmt::AnnAssign(s) => match &s.value {
                Some(value) => self.target(&s.target, Binding::Assigned(value)),
                None => self.target(&s.target, Binding::Annotated(&s.annotation)),
            },
            Stmt::AugAssign(s) => self.target(&s.target, Binding::Other),
            Stmt::For(s) => self.target(&s.target, Binding::Item(&s.iter)),
            Stmt::With(s) => {
                for item in &s.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target, Binding::Other);
                    }
                }
            }
            Stmt::Delete(s) => s
                .targets
                .iter()
                .for_each(|t| self.target(t, Binding::Other)),
            Stmt::Import(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    let name = name.split('.').next().unwrap_or(name);
                    self.bind(name, Binding::Other);
                }
            }
            Stmt::ImportFrom(s) => {
                for alias in &s.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(name, Binding::Other);
                }
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => self.global = true,
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Named(named) => self.target(&named.target, Binding::Assigned(&named.value)),
            Expr::Lambda(of) => {
                let parameters = of.parameters.iter().flat_map(|p| p.iter());
                for parameter in parameters {
                    self.bind(parameter.name().as_str(), Binding::Other);
                }
            }
            _ => {}
        }
        walk_expr(self, e);
    }
    fn visit_expr_context(&mut self, _: &'a ExprContext) {}
    fn visit_comprehension(&mut self, of: &'a Comprehension) {
        self.target(&of.target, Binding::Item(&of.iter));
        ruff_python_ast::visitor::walk_comprehension(self, of);
    }
    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(of) = handler;
        if let Some(name) = &of.name {
            self.bind(name, Binding::Other);
        }
        ruff_python_ast::visitor::walk_except_handler(self, handler);
    }
    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(of) => of.name.as_ref(),
            Pattern::MatchStar(of) => of.name.as_ref(),
            Pattern::MatchMapping(of) => of.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(name, Binding::Other);
        }
        ruff_python_ast::visitor::walk_pattern(self, pattern);
    }
}
