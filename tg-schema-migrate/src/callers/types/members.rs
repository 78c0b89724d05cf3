//! Attributes of classes that are no Records: what annotations in the class and assignments to `self` say.

use std::collections::HashMap;
use std::rc::Rc;

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{Expr, ExprAttribute, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::locals::Locals;
use super::{Place, Type, Types};
use crate::interpret::{
    Binding as Bound, Class, Code, FileId, Function, Kind, Site, Value, linear,
};

/// How an attribute is bound.
enum Member<'a> {
    /// `name: annotation`, in the class or on `self`.
    Annotated(&'a Expr),
    /// `self.name = value` in the method of this number.
    Assigned(&'a Expr, usize),
    /// In another way.
    Other,
}

/// The attributes of one class.
#[derive(Default)]
pub struct Members<'a> {
    members: HashMap<&'a str, Vec<Member<'a>>>,
    /// Names of the methods that assign.
    methods: Vec<Rc<Locals<'a>>>,
}

impl<'a> Members<'a> {
    fn of(class: &Class<'a>, module: &Rc<Locals<'a>>) -> Self {
        let mut members = Members::default();
        let body = class.def.map_or(&[][..], |def| &def.body);
        for statement in body {
            match statement {
                Stmt::AnnAssign(s) => {
                    if let Expr::Name(name) = &*s.target {
                        members.add(&name.id, Member::Annotated(&s.annotation));
                    }
                }
                Stmt::Assign(s) if !s.value.is_none_literal_expr() => {
                    for target in &s.targets {
                        if let Expr::Name(name) = target {
                            members.add(&name.id, Member::Other);
                        }
                    }
                }
                Stmt::FunctionDef(def) => members.method(def, module),
                _ => {}
            }
        }
        members
    }
    fn add(&mut self, name: &'a str, member: Member<'a>) {
        self.members.entry(name).or_default().push(member);
    }
    fn method(&mut self, def: &'a StmtFunctionDef, module: &Rc<Locals<'a>>) {
        let Some(first) = def.parameters.iter_non_variadic_params().next() else {
            return;
        };
        let mut sets = Sets {
            owner: &first.parameter.name,
            method: self.methods.len(),
            nested: false,
            members: self,
            any: false,
        };
        sets.visit_body(&def.body);
        if sets.any {
            self.methods.push(Rc::new(Locals::function(def, module)));
        }
    }
}

/// Collects what a method sets on `self`.
struct Sets<'s, 'a> {
    owner: &'a str,
    method: usize,
    nested: bool,
    members: &'s mut Members<'a>,
    any: bool,
}

impl<'a> Sets<'_, 'a> {
    fn own(&self, target: &'a Expr) -> Option<&'a str> {
        match target {
            Expr::Attribute(of) => match &*of.value {
                Expr::Name(name) if name.id == self.owner => Some(of.attr.as_str()),
                _ => None,
            },
            _ => None,
        }
    }
    fn set(&mut self, target: &'a Expr, value: Option<&'a Expr>) {
        let parts = match target {
            Expr::Tuple(of) => &of.elts,
            Expr::List(of) => &of.elts,
            _ => {
                let Some(name) = self.own(target) else {
                    return;
                };
                self.any = true;
                let member = match value {
                    Some(value) if !self.nested => Member::Assigned(value, self.method),
                    _ => Member::Other,
                };
                return self.members.add(name, member);
            }
        };
        parts.iter().for_each(|part| self.set(part, None));
    }
}

impl<'a> Visitor<'a> for Sets<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(s) => s.targets.iter().for_each(|t| self.set(t, Some(&s.value))),
            Stmt::AnnAssign(s) => {
                if let Some(name) = self.own(&s.target) {
                    self.any = true;
                    self.members.add(name, Member::Annotated(&s.annotation));
                }
            }
            Stmt::AugAssign(s) => self.set(&s.target, None),
            Stmt::For(s) => self.set(&s.target, None),
            Stmt::With(s) => {
                let targets = s
                    .items
                    .iter()
                    .filter_map(|item| item.optional_vars.as_ref());
                targets.for_each(|target| self.set(target, None));
            }
            Stmt::ClassDef(_) => return,
            Stmt::FunctionDef(_) => {
                let nested = std::mem::replace(&mut self.nested, true);
                walk_stmt(self, statement);
                self.nested = nested;
                return;
            }
            _ => {}
        }
        walk_stmt(self, statement);
    }
    fn visit_expr(&mut self, _: &'a Expr) {}
}

impl<'a> Types<'_, 'a> {
    fn members(&self, class: &Rc<Class<'a>>) -> Option<Rc<Members<'a>>> {
        if let Some(known) = self.members.borrow().get(&class.id) {
            return Some(Rc::clone(known));
        }
        let module = self.modules.get(class.site.file.at())?;
        let members = Rc::new(Members::of(class, module));
        let mut all = self.members.borrow_mut();
        all.insert(class.id, Rc::clone(&members));
        Some(members)
    }

    /// Whether an attribute of an object of a class is set in one place at most, None apart.
    fn is_settled(&self, class: &Rc<Class<'a>>, name: &str) -> bool {
        let mut found = 0;
        for one in linear(class) {
            let Some(members) = self.members(&one) else {
                return false;
            };
            let bound = members.members.get(name).into_iter().flatten();
            found += bound
                .filter(|member| match member {
                    Member::Annotated(_) => false,
                    Member::Assigned(value, _) => !value.is_none_literal_expr(),
                    Member::Other => true,
                })
                .count();
        }
        found < 2
    }

    /// The class of what an attribute is taken from, as the interpreter saw it. None where other code may have
    /// bound that anew in the meantime.
    pub fn base(&self, file: FileId, e: &ExprAttribute) -> Option<&Rc<Class<'a>>> {
        let site = |range| Site { file, range };
        let class = self.notes.bases.get(&site(e.range()))?;
        let certain = match &*e.value {
            Expr::Name(name) => !self.modules.get(file.at())?.is_global(&name.id),
            Expr::Attribute(inner) => match self.notes.bases.get(&site(inner.range())) {
                Some(owner) if owner.kind != Kind::Record => self.is_settled(owner, &inner.attr),
                _ => true,
            },
            _ => true,
        };
        certain.then_some(class)
    }

    /// What an attribute of an object of a class is.
    pub(super) fn member(
        &self,
        class: &Rc<Class<'a>>,
        name: &str,
        left: usize,
    ) -> Option<Type<'a>> {
        for one in linear(class) {
            if let Some(Value::Function(function)) = one.scope.get(name) {
                return match function.binding {
                    Bound::Property => self.returned(&function),
                    _ => None,
                };
            }
            let members = self.members(&one)?;
            let Some(bound) = members.members.get(name) else {
                continue;
            };
            let file = one.site.file;
            let annotated = bound.iter().find_map(|member| match member {
                Member::Annotated(annotation) => Some(annotation),
                _ => None,
            });
            if let Some(annotation) = annotated {
                return self.annotated(file, None, annotation);
            }
            let mut set = bound
                .iter()
                .filter(|member| !matches!(member, Member::Assigned(Expr::NoneLiteral(_), _)));
            let (Some(Member::Assigned(value, method)), None) = (set.next(), set.next()) else {
                return None;
            };
            let locals = Rc::clone(members.methods.get(*method)?);
            return self.at(&Place { file, locals }, value, left);
        }
        None
    }

    /// A method of an object of a class.
    pub(super) fn method(&self, class: &Rc<Class<'a>>, name: &str) -> Option<Rc<Function<'a>>> {
        let found = linear(class).iter().find_map(|one| one.scope.get(name));
        match found? {
            Value::Function(function) if function.binding != Bound::Property => Some(function),
            _ => None,
        }
    }

    /// What a call of a function gives, by its annotation.
    pub(super) fn returned(&self, function: &Function<'a>) -> Option<Type<'a>> {
        let Code::Def(def) = function.code else {
            return None;
        };
        if function.binding == Bound::Unknown {
            return None;
        }
        let annotation = def.returns.as_deref()?;
        let given = self.annotated(function.site.file, None, annotation)?;
        let later = def.is_async && !Yields::within(&def.body);
        Some(match later {
            true => Type::Later(Rc::new(given)),
            false => given,
        })
    }
}

/// Whether a function is a generator.
struct Yields(bool);

impl Yields {
    fn within(body: &[Stmt]) -> bool {
        let mut yields = Yields(false);
        yields.visit_body(body);
        yields.0
    }
}

impl Visitor<'_> for Yields {
    fn visit_stmt(&mut self, statement: &Stmt) {
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, statement);
        }
    }
    fn visit_expr(&mut self, e: &Expr) {
        match e {
            Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
            Expr::Lambda(_) => {}
            _ => ruff_python_ast::visitor::walk_expr(self, e),
        }
    }
}

/// Where a function begins: the key under which the interpreter tells of it.
pub fn start(def: &StmtFunctionDef) -> u32 {
    def.name.range().start().into()
}
