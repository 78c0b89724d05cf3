//! Records that flow into code that is not followed into the doubt whether they are as they look.
//!
//! A value that is not known keeps which classes it may be or hold: its [`Reach`]. Reading through such a value harms
//! nothing. Setting something through it that the client reads leaves these classes in doubt. A class that is handed to
//! code that is not followed is noted; where any function sets such an attribute of something that is not known,
//! the classes that were noted are in doubt. What is set on the client's own classes leaves every Record in doubt.

mod flow;
mod owners;
mod search;
mod set;

use std::rc::Rc;

use super::class::is_field_class;
use super::value::{Instance, Reach, Site, Unknown, Value};
use super::{Frame, Interpreter};
pub(super) use flow::{Escapes, Look};
use search::{Search, is_field};

/// Most values that are looked at to find the classes in one.
const MAX_VALUES: usize = 512;
/// How deep functions are looked for in the objects that were made of them.
const MAX_NESTED: usize = 4;
/// Attributes that are dictionaries by which an object is changed.
const INNER: [&str; 2] = ["_fields", "__dict__"];
/// Methods of a dictionary that leave it as it is.
pub(super) const READING: [&str; 10] = [
    "__contains__",
    "__eq__",
    "__getitem__",
    "__iter__",
    "__len__",
    "copy",
    "get",
    "items",
    "keys",
    "values",
];

impl<'a> Interpreter<'a, '_> {
    /// The classes in some values; only those that are there by themselves, unless `through` what was made of them.
    fn reach<'v>(&self, values: impl IntoIterator<Item = &'v Value<'a>>, through: bool) -> Reach
    where
        'a: 'v,
    {
        let mut search = Search {
            classes: &self.classes,
            owners: &self.escapes.owners,
            found: Reach::default(),
            left: MAX_VALUES,
            through,
        };
        for value in values {
            search.value(value);
        }
        search.found
    }

    /// A value that is not known, with the classes that it may come from.
    pub(super) fn carry<'v>(
        &self,
        value: Value<'a>,
        from: impl IntoIterator<Item = &'v Value<'a>>,
    ) -> Value<'a>
    where
        'a: 'v,
    {
        let Value::Unknown(why) = &value else {
            return value;
        };
        let mut reach = self.reach(from, true);
        (reach.inner, reach.fields) = (false, false);
        self.with_reach(why, &reach)
    }

    fn with_reach(&self, why: &Rc<Unknown>, more: &Reach) -> Value<'a> {
        let mut reach = why.reach.as_deref().cloned().unwrap_or_default();
        reach.add(more);
        if reach == Reach::default() || why.reach.as_deref() == Some(&reach) {
            return Value::Unknown(Rc::clone(why));
        }
        Value::Unknown(Rc::new(Unknown {
            reach: Some(Rc::new(reach)),
            ..Unknown::clone(why)
        }))
    }

    /// The attribute of a value that is not known.
    pub(super) fn attribute_of_unknown(&self, why: &Rc<Unknown>, name: &str) -> Value<'a> {
        let inner = Reach {
            inner: INNER.contains(&name),
            fields: name == "_fields",
            ..Reach::default()
        };
        self.with_reach(why, &inner)
    }

    /// The dictionary by which an object is changed.
    pub(super) fn inner(&mut self, object: &Value<'a>, site: Site) -> Value<'a> {
        if let Value::Instance(of) = object
            && is_field(of)
        {
            self.lose_field(of, site);
        }
        let mut reach = self.reach([object], true);
        reach.inner = true;
        let why = Unknown::new("it is read from `__dict__`", site);
        self.with_reach(&Rc::new(why), &reach)
    }

    /// `Record.__subclasses__()`.
    pub(super) fn every_class(&self, site: Site) -> Value<'a> {
        let every = Reach {
            every: true,
            ..Reach::default()
        };
        let why = Unknown::new("which classes there are is not followed", site);
        self.with_reach(&Rc::new(why), &every)
    }

    /// Puts classes in doubt.
    fn alter_all(&self, reach: &Reach, why: &Unknown) {
        if reach.every {
            return self
                .classes
                .iter()
                .for_each(|(class, _)| self.doubt(class, why));
        }
        for (class, _) in reach.classes.iter().filter_map(|id| self.classes.get(*id)) {
            self.doubt(class, why);
        }
    }

    /// A field is changed in a way that is not followed.
    pub(super) fn lose_field(&mut self, of: &Rc<Instance<'a>>, site: Site) {
        if self.dead > 0 {
            return;
        }
        self.sets_in_field(of, site);
        let value = self.unknown("it is changed in a way that is not followed", site);
        let site = Some((site, site));
        let bound = super::scope::Bound { value, site };
        self.set(&of.scope, "__dict__".into(), bound);
    }

    /// A method of an object is called that may change it.
    pub(super) fn lose_receiver(&mut self, receiver: &Value<'a>, site: Site) {
        if let Value::Instance(of) = receiver
            && is_field(of)
        {
            self.lose_field(of, site);
        }
    }

    /// Something is changed by code that is not followed.
    pub(super) fn lose_all(&mut self, values: &[Value<'a>], site: Site) {
        if self.dead > 0 {
            return;
        }
        let why = format!("`{}` may change it", self.program.snippet(site));
        self.alter_all(&self.reach(values, true), &Unknown::new(why, site));
        for value in values {
            match value {
                Value::Instance(of) if is_field(of) => self.lose_field(&Rc::clone(of), site),
                Value::Dict(entries) => {
                    let lost = self.unknown("it is changed in a way that is not followed", site);
                    let lost = self.carry(lost, [value]);
                    self.change_dict(entries, |entries| entries.push((lost.clone(), lost)));
                }
                Value::List(items) => {
                    let lost = self.unknown("it is changed in a way that is not followed", site);
                    let lost = self.carry(lost, [value]);
                    self.change_list(items, |items| *items = vec![lost]);
                }
                _ => {}
            }
        }
    }

    /// An object that is made like another.
    pub(super) fn copied_field(&mut self, of: &Rc<Instance<'a>>) -> Option<Value<'a>> {
        let outside = of.class.external_path().is_some_and(is_field_class);
        if !outside {
            return None;
        }
        let copy = self.instance(of.class.clone(), &of.arguments, of.site);
        if let Value::Instance(copy) = &copy {
            for (name, bound) in of.scope.all() {
                copy.scope.set(name, bound);
            }
        }
        Some(copy)
    }

    /// Tells of a place where a name stands for the code around.
    pub(super) fn for_effect(&mut self, frame: &Frame<'a>, expression: &ruff_python_ast::Expr) {
        self.effect = expression.is_call_expr().then(|| frame.site(expression));
    }
}
