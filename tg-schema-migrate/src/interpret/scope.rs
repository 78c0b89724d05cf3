//! Names and what they are bound to, and the journal by which branches are undone and joined.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ruff_python_ast::name::Name;

use super::hash::Quick;
use super::value::{Dict, List, Module, Site, Value};

/// From this many names on a scope has an index.
const WORTH_AN_INDEX: usize = 12;

/// A name's value, and where it was bound: the statement and the expression.
#[derive(Clone)]
pub struct Bound<'a> {
    /// The value.
    pub value: Value<'a>,
    /// Where.
    pub site: Option<(Site, Site)>,
}

/// The names of a module, a class, an instance or a call, in the order in which they were bound.
#[derive(Default)]
pub struct Scope<'a> {
    names: RefCell<Vec<(Name, Bound<'a>)>>,
    index: RefCell<Quick<Name, usize>>,
    /// Where `from x import *` brought names that are not known.
    pub open: RefCell<Option<Value<'a>>>,
}

impl<'a> Scope<'a> {
    fn find(&self, name: &str) -> Option<usize> {
        let names = self.names.borrow();
        if names.len() < WORTH_AN_INDEX {
            return names.iter().position(|(own, _)| own == name);
        }
        self.index.borrow().get(name).copied()
    }
    /// Whether it has no name.
    pub fn is_empty(&self) -> bool {
        self.names.borrow().is_empty()
    }
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Value<'a>> {
        let at = self.find(name)?;
        self.names
            .borrow()
            .get(at)
            .map(|(_, bound)| bound.value.clone())
    }
    /// The value of a name and where it was bound.
    pub fn bound(&self, name: &str) -> Option<Bound<'a>> {
        let at = self.find(name)?;
        self.names.borrow().get(at).map(|(_, bound)| bound.clone())
    }
    /// Binds a name; a new one comes last.
    pub fn set(&self, name: Name, bound: Bound<'a>) {
        if let Some(at) = self.find(&name) {
            self.names.borrow_mut()[at].1 = bound;
            return;
        }
        let mut names = self.names.borrow_mut();
        names.push((name, bound));
        self.enter(&names);
    }
    /// Enters the last name into the index, or all of them where it begins.
    fn enter(&self, names: &[(Name, Bound<'a>)]) {
        if names.len() < WORTH_AN_INDEX {
            return;
        }
        let mut index = self.index.borrow_mut();
        if index.len() + 1 == names.len() {
            if let Some((name, _)) = names.last() {
                index.insert(name.clone(), names.len() - 1);
            }
        } else {
            *index = names
                .iter()
                .enumerate()
                .map(|(at, (name, _))| (name.clone(), at))
                .collect();
        }
    }
    /// Takes a name out; tells where it stood.
    pub fn remove(&self, name: &str) -> Option<(usize, Bound<'a>)> {
        let at = self.find(name)?;
        let mut names = self.names.borrow_mut();
        let (name, bound) = names.remove(at);
        if at == names.len() {
            self.index.borrow_mut().remove(&name);
        } else {
            drop(names);
            self.reindex();
        }
        Some((at, bound))
    }
    fn insert(&self, at: usize, name: Name, bound: Bound<'a>) {
        let mut names = self.names.borrow_mut();
        let at = at.min(names.len());
        names.insert(at, (name, bound));
        drop(names);
        self.reindex();
    }
    fn reindex(&self) {
        let names = self.names.borrow();
        let mut index = self.index.borrow_mut();
        index.clear();
        if names.len() >= WORTH_AN_INDEX {
            index.extend(
                names
                    .iter()
                    .enumerate()
                    .map(|(at, (name, _))| (name.clone(), at)),
            );
        }
    }
    /// All names, in order.
    pub fn all(&self) -> Vec<(Name, Bound<'a>)> {
        self.names.borrow().clone()
    }
}

/// Where names are looked up: a scope, and what is around it.
pub struct Env<'a> {
    /// Its names.
    pub scope: Rc<Scope<'a>>,
    /// What is around it.
    pub parent: Option<Rc<Env<'a>>>,
    /// Whether it is a class body, whose names functions inside do not see.
    pub class: bool,
    /// The module that it is in.
    pub module: Rc<Module<'a>>,
    /// Names that `global` or `nonlocal` leads elsewhere.
    pub elsewhere: RefCell<Vec<(Name, Rc<Scope<'a>>)>>,
}

impl<'a> Env<'a> {
    /// The names around a module's code.
    pub fn module(module: Rc<Module<'a>>) -> Rc<Self> {
        Rc::new(Env {
            scope: Rc::clone(&module.scope),
            parent: None,
            class: false,
            module,
            elsewhere: RefCell::default(),
        })
    }
    /// New names inside these.
    pub fn inner(self: &Rc<Self>, class: bool) -> Rc<Self> {
        Rc::new(Env {
            scope: Rc::default(),
            parent: Some(Rc::clone(self)),
            class,
            module: Rc::clone(&self.module),
            elsewhere: RefCell::default(),
        })
    }
    /// Where a name is bound by an assignment here.
    pub fn home(&self, name: &str) -> Rc<Scope<'a>> {
        let elsewhere = self.elsewhere.borrow();
        let found = elsewhere.iter().find(|(own, _)| own == name);
        Rc::clone(found.map_or(&self.scope, |(_, scope)| scope))
    }
    /// The value that a name has here.
    pub fn lookup(&self, name: &str) -> Option<Value<'a>> {
        let mut here = Some(self);
        let mut first = true;
        while let Some(env) = here {
            if (first || !env.class)
                && let Some(value) = env.scope.get(name)
            {
                return Some(value);
            }
            first = false;
            here = env.parent.as_deref();
        }
        None
    }
    /// Why a name that is not found may be there all the same.
    pub fn open(&self) -> Option<Value<'a>> {
        let mut here = Some(self);
        while let Some(env) = here {
            if let Some(open) = &*env.scope.open.borrow() {
                return Some(open.clone());
            }
            here = env.parent.as_deref();
        }
        None
    }
}

/// Keys and values of a dictionary.
pub(super) type Entries<'a> = Vec<(Value<'a>, Value<'a>)>;

/// One change that can be undone.
pub(super) enum Change<'a> {
    Bound(Rc<Scope<'a>>, Name, Option<Bound<'a>>),
    Removed(Rc<Scope<'a>>, Name, usize, Bound<'a>),
    Items(Rc<List<'a>>, Vec<Value<'a>>),
    Entries(Rc<Dict<'a>>, Entries<'a>),
}

/// Changes since a branch began.
#[derive(Default)]
pub(super) struct Journal<'a> {
    pub(super) changes: Vec<Change<'a>>,
}

/// What a branch has left behind, by where it is.
pub(super) struct Left<'a> {
    pub(super) names: Vec<(Rc<Scope<'a>>, Name, Option<Bound<'a>>)>,
    pub(super) items: Vec<(Rc<List<'a>>, Vec<Value<'a>>)>,
    pub(super) entries: Vec<(Rc<Dict<'a>>, Entries<'a>)>,
}

impl<'a> Journal<'a> {
    /// Undoes everything, and gives what had become of each thing that was changed.
    pub(super) fn undo(self) -> Left<'a> {
        let mut left = Left {
            names: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
        };
        // The first mention of a thing while undoing is its last change.
        let mut seen: Quick<(usize, Name), ()> = Quick::default();
        let mut lists: Quick<usize, ()> = Quick::default();
        for change in self.changes.into_iter().rev() {
            match change {
                Change::Bound(scope, name, old) => {
                    if seen
                        .insert((Rc::as_ptr(&scope) as usize, name.clone()), ())
                        .is_none()
                    {
                        left.names
                            .push((Rc::clone(&scope), name.clone(), scope.bound(&name)));
                    }
                    match old {
                        Some(old) => scope.set(name, old),
                        None => drop(scope.remove(&name)),
                    }
                }
                Change::Removed(scope, name, at, old) => {
                    if seen
                        .insert((Rc::as_ptr(&scope) as usize, name.clone()), ())
                        .is_none()
                    {
                        left.names.push((Rc::clone(&scope), name.clone(), None));
                    }
                    scope.insert(at, name, old);
                }
                Change::Items(list, old) => {
                    let now = list.replace(old);
                    if lists.insert(Rc::as_ptr(&list) as usize, ()).is_none() {
                        left.items.push((list, now));
                    }
                }
                Change::Entries(dict, old) => {
                    let now = dict.replace(old);
                    if lists.insert(Rc::as_ptr(&dict) as usize, ()).is_none() {
                        left.entries.push((dict, now));
                    }
                }
            }
        }
        left.names.reverse();
        left.items.reverse();
        left.entries.reverse();
        left
    }
}

/// A counter that goes down to nothing.
#[derive(Debug)]
pub(super) struct Budget(Cell<u64>);

impl Budget {
    pub(super) fn new(steps: u64) -> Self {
        Budget(Cell::new(steps))
    }
    /// Takes one step; `false` where none is left.
    pub(super) fn step(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
    pub(super) fn left(&self) -> u64 {
        self.0.get()
    }
    pub(super) fn set(&self, steps: u64) {
        self.0.set(steps);
    }
}
