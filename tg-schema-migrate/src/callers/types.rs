//! Which Record an expression gives, where that is certain: what the interpreter knows, what annotations
//! say, and what follows from the fields of the class.

mod annotation;
mod call;
mod choice;
mod declared;
mod given;
mod locals;
mod members;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use ruff_python_ast::{Comprehension, Expr, ExprCall, Number, PatternMatchClass};
use ruff_text_size::Ranged;

use super::notes::Notes;
use super::walk::Handed;
use crate::interpret::{
    Binding as Bound, Class, FileId, Function, Kind, Outcome, Program, Site, linear,
};
pub use annotation::Scalar;
pub use declared::{field, field_names, held, values_are_names};
pub use given::Type;
use given::same;
use locals::Binding;
pub use locals::{Called, Locals};
use members::Members;

/// A file and the names that are seen in it.
#[derive(Clone)]
pub struct Place<'a> {
    file: FileId,
    locals: Rc<Locals<'a>>,
}

/// What types are looked up in.
pub struct Types<'w, 'a> {
    /// The files.
    pub program: Program<'a>,
    /// What the interpreter told.
    pub notes: &'w Notes<'a>,
    outcome: &'w Outcome<'a>,
    /// Where Records are defined: their names.
    pub records: HashSet<Site>,
    /// Records that others inherit from, by id.
    heirs: HashSet<usize>,
    /// Enums that fields of Records hold, by id.
    pub enums: HashSet<usize>,
    /// The names of each module.
    pub modules: Vec<Rc<Locals<'a>>>,
    /// Attributes of classes, by the class's id.
    members: RefCell<HashMap<usize, Rc<Members<'a>>>>,
    /// What is handed to parameters without annotation.
    pub handed: Handed<'a>,
    /// Steps that the question at hand may still take.
    steps: Cell<usize>,
}

/// How far names are followed.
const MAX_STEPS: usize = 24;
/// Expressions that are looked at to answer one question.
const MAX_LOOKS: usize = 300;

impl<'w, 'a> Types<'w, 'a> {
    /// Of what the interpreter has found.
    pub fn new(program: Program<'a>, notes: &'w Notes<'a>, outcome: &'w Outcome<'a>) -> Self {
        let records = outcome.classes.iter().filter(|c| c.kind == Kind::Record);
        let files = (0..program.files.len()).map(|at| FileId(at as u32));
        let module = |file| Rc::new(Locals::module(&program.tree(file).body));
        let bases = |class| linear(class).into_iter().skip(1).map(|base| base.id);
        let heirs = records.clone().flat_map(bases).collect();
        let enums = records.clone().flat_map(declared::enums).collect();
        Types {
            program,
            heirs,
            enums,
            notes,
            outcome,
            records: records.map(|c| c.site).collect(),
            modules: files.map(module).collect(),
            members: RefCell::default(),
            handed: Handed::default(),
            steps: Cell::new(0),
        }
    }

    /// The names that a function sees.
    pub fn function(
        &self,
        file: FileId,
        def: &'a ruff_python_ast::StmtFunctionDef,
        around: &Rc<Locals<'a>>,
    ) -> Locals<'a> {
        let mut locals = Locals::function(def, around);
        if let Some(class) = self.notes.listeners.get(&(file, members::start(def))) {
            locals.listens(def, class);
        }
        for (name, class) in self.handed.of(file, def) {
            locals.is_handed(name, &class);
        }
        locals.is_handed_bytes(self.handed.bytes_of(file, def));
        locals
    }

    /// The Record that an expression gives.
    pub fn record(
        &self,
        file: FileId,
        locals: &Rc<Locals<'a>>,
        e: &'a Expr,
    ) -> Option<(Rc<Class<'a>>, bool)> {
        match self.of(file, locals, e)? {
            Type::Record { class, unset, .. } => Some((class, unset)),
            _ => None,
        }
    }

    /// The Records of which an expression gives one.
    pub fn either(
        &self,
        file: FileId,
        locals: &Rc<Locals<'a>>,
        e: &'a Expr,
    ) -> Option<Rc<[Rc<Class<'a>>]>> {
        match self.of(file, locals, e)? {
            Type::Either(classes) => Some(classes),
            _ => None,
        }
    }

    /// The enum that an expression gives a member of.
    pub fn enumeration(
        &self,
        file: FileId,
        locals: &Rc<Locals<'a>>,
        e: &'a Expr,
    ) -> Option<Rc<Class<'a>>> {
        match self.of(file, locals, e)? {
            Type::Enum(class) => Some(class),
            _ => None,
        }
    }

    /// What an expression gives.
    pub fn of(&self, file: FileId, locals: &Rc<Locals<'a>>, e: &'a Expr) -> Option<Type<'a>> {
        self.steps.set(MAX_LOOKS);
        let locals = Rc::clone(locals);
        self.at(&Place { file, locals }, e, MAX_STEPS)
    }

    /// The function of the files that is called, and how many of its parameters are filled already.
    pub fn called(
        &self,
        file: FileId,
        locals: &Rc<Locals<'a>>,
        e: &'a ExprCall,
    ) -> Option<(Rc<Function<'a>>, usize)> {
        let range = e.range();
        let site = Site { file, range };
        if let Some(function) = self.notes.functions.get(&site) {
            let filled = usize::from(self.notes.bound.contains(&site));
            return Some((Rc::clone(function), filled));
        }
        let Expr::Attribute(func) = &*e.func else {
            return None;
        };
        let Type::Object(class) = self.of(file, locals, &func.value)? else {
            return None;
        };
        let function = self.method(&class, &func.attr)?;
        let filled = usize::from(function.binding != Bound::Static);
        Some((function, filled))
    }

    /// Whether a class of the files inherits from another.
    pub fn has_heirs(&self, class: &Rc<Class<'a>>) -> bool {
        self.heirs.contains(&class.id)
    }

    /// The Record that an expression names.
    pub fn named(&self, file: FileId, locals: &Locals<'a>, e: &Expr) -> Option<Rc<Class<'a>>> {
        match self.annotated(file, Some(locals), e)? {
            Type::Record { class, .. } => Some(class),
            _ => None,
        }
    }

    /// The Record that a pattern asks for: `case Class(…)`.
    pub fn matched(
        &self,
        file: FileId,
        locals: &Locals<'a>,
        pattern: &PatternMatchClass,
    ) -> Option<Rc<Class<'a>>> {
        self.named(file, locals, &pattern.cls)
    }

    fn at(&self, place: &Place<'a>, e: &'a Expr, left: usize) -> Option<Type<'a>> {
        let left = left.checked_sub(1)?;
        self.steps.set(self.steps.get().checked_sub(1)?);
        let at = |e: &'a Expr| self.at(place, e, left);
        let inner = |generators: &'a [Comprehension], e: &'a Expr| {
            let locals = Rc::new(Locals::comprehension(generators, &place.locals));
            let file = place.file;
            self.at(&Place { file, locals }, e, left).map(Rc::new)
        };
        match e {
            Expr::Call(call) => self.call(place, call, left),
            Expr::Attribute(of) => {
                let base = match self.base(place.file, of) {
                    Some(class) if class.kind == Kind::Record => match at(&of.value) {
                        Some(made) if made.class().is_some_and(|own| own.id == class.id) => {
                            made.as_set()
                        }
                        _ => Type::record(class, false),
                    },
                    Some(class) => Type::Object(Rc::clone(class)),
                    None => at(&of.value)?,
                };
                match base {
                    Type::Record { class, given, .. } => {
                        let held = held(&field(&class, &of.attr)?)?;
                        Some(held.given_as(&of.attr, &given))
                    }
                    // A class without the field is not what it is.
                    Type::Either(classes) => {
                        let fields = classes.iter().filter_map(|class| field(class, &of.attr));
                        same(fields.map(|value| held(&value)))
                    }
                    Type::Object(class) => self.member(&class, &of.attr, left),
                    _ => None,
                }
            }
            Expr::Name(name) => self.name(place, &name.id, left),
            Expr::Subscript(of) => match at(&of.value)? {
                list @ Type::List(_) if of.slice.is_slice_expr() => Some(list),
                Type::List(item) | Type::Map(item) if !of.slice.is_slice_expr() => {
                    Some(Type::clone(&item))
                }
                tuple @ Type::Tuple(_) => tuple.part(index(&of.slice)?),
                Type::Object(class) => self.item_of(&class, &of.slice, left),
                _ => None,
            },
            Expr::Named(of) => at(&of.value),
            Expr::Await(of) => match at(&of.value)? {
                Type::Later(given) => Some(Type::clone(&given)),
                other => Some(other),
            },
            Expr::If(of) => same([at(&of.body), at(&of.orelse)]),
            Expr::BoolOp(of) => same(of.values.iter().map(at)),
            Expr::List(of) => Some(Type::List(Rc::new(same(of.elts.iter().map(at))?))),
            Expr::Set(of) => Some(Type::List(Rc::new(same(of.elts.iter().map(at))?))),
            Expr::Tuple(of) => Some(Type::Tuple(of.elts.iter().map(at).collect())),
            Expr::Dict(of) => {
                let values = of.items.iter().map(|item| match item.key {
                    Some(_) => at(&item.value),
                    None => None,
                });
                Some(Type::Map(Rc::new(same(values)?)))
            }
            Expr::ListComp(of) => Some(Type::List(inner(&of.generators, &of.elt)?)),
            Expr::SetComp(of) => Some(Type::List(inner(&of.generators, &of.elt)?)),
            Expr::Generator(of) => Some(Type::List(inner(&of.generators, &of.elt)?)),
            Expr::DictComp(of) => Some(Type::Map(inner(&of.generators, &of.value)?)),
            _ => None,
        }
    }

    /// `value[…]` of an object of a class: a key of a typed dictionary, or what its method gives.
    fn item_of(&self, class: &Rc<Class<'a>>, key: &Expr, left: usize) -> Option<Type<'a>> {
        let typed = class.bases.iter().any(|base| {
            matches!(
                base.external_path(),
                Some("typing.TypedDict" | "typing_extensions.TypedDict")
            )
        });
        match key {
            Expr::StringLiteral(key) if typed => self.member(class, key.value.to_str(), left),
            _ => self.returned(&*self.method(class, "__getitem__")?),
        }
    }

    fn name(&self, place: &Place<'a>, name: &str, left: usize) -> Option<Type<'a>> {
        let bound = place.locals.bound(name)?;
        if let [one] = bound {
            return self.binding(place, one, left);
        }
        // None until it is set says nothing on what it is set to.
        let bound = bound
            .iter()
            .filter(|b| !matches!(b, Binding::Assigned(Expr::NoneLiteral(_), _)));
        let declared = bound.clone().any(|b| matches!(b, Binding::Declared(..)));
        if !declared {
            // `name = name or Class()` says nothing of what the name was before.
            let mut found = Vec::new();
            for one in bound {
                match one {
                    Binding::Assigned(value, path) if path.is_empty() => {
                        let parts = beside(value, name);
                        found.extend(parts.into_iter().map(|part| self.at(place, part, left)));
                    }
                    other => found.push(self.binding(place, other, left)),
                }
            }
            return same(found);
        }
        let mut found: Option<Type<'a>> = None;
        for one in bound {
            let given = match one {
                Binding::Declared(annotation, _) => {
                    Some(self.annotated(place.file, Some(&place.locals), annotation)?)
                }
                Binding::Assigned(..) | Binding::Item(..) => self.binding(place, one, left),
                _ => return None,
            };
            let Some(given) = given else {
                continue;
            };
            found = match found {
                None => Some(given),
                before => Some(same([before, Some(given)])?),
            };
        }
        found
    }

    fn binding(&self, place: &Place<'a>, one: &Binding<'a>, left: usize) -> Option<Type<'a>> {
        let annotated = |e| self.annotated(place.file, Some(&place.locals), e);
        let part = |given: Type<'a>, path: &[usize]| {
            let mut path = path.iter();
            path.try_fold(given, |given, at| given.part(*at))
        };
        match one {
            Binding::Parameter(annotation) => annotated(annotation),
            Binding::Positional(annotation) => Some(Type::List(Rc::new(annotated(annotation)?))),
            Binding::Keywords(annotation) => Some(Type::Map(Rc::new(annotated(annotation)?))),
            Binding::Declared(annotation, value) => {
                let given = value.and_then(|value| self.at(place, value, left));
                given.or_else(|| annotated(annotation))
            }
            Binding::Assigned(value, path) => part(self.at(place, value, left)?, path),
            Binding::Item(value, path) => part(self.at(place, value, left)?.item()?, path),
            Binding::Matched(pattern) => {
                let class = self.matched(place.file, &place.locals, pattern)?;
                Some(Type::record(&class, false))
            }
            Binding::MatchedField(pattern, name) => {
                let class = self.matched(place.file, &place.locals, pattern)?;
                held(&field(&class, name)?)
            }
            Binding::Message(class) => Some(Type::Message(Rc::clone(class))),
            Binding::Narrowed(class) => annotated(class),
            Binding::Handed(class) => Some(Type::record(class, false)),
            Binding::Other => None,
        }
    }
}

/// What an expression may give beside the name itself: `Class()` of `name or Class()`.
fn beside<'a>(e: &'a Expr, name: &str) -> Vec<&'a Expr> {
    let parts: Vec<&Expr> = match e {
        Expr::BoolOp(of) => of.values.iter().collect(),
        Expr::If(of) => vec![&of.body, &of.orelse],
        _ => return vec![e],
    };
    let other = |part: &&Expr| !matches!(part, Expr::Name(own) if own.id == name);
    parts.into_iter().filter(other).collect()
}

/// The index that an expression is.
fn index(e: &Expr) -> Option<usize> {
    match e {
        Expr::NumberLiteral(of) => match &of.value {
            Number::Int(at) => at.as_usize(),
            _ => None,
        },
        _ => None,
    }
}
