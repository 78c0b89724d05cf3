//! Records that flow into code that is not followed into the doubt whether they are as they look.
//!
//! A value that is not known keeps which classes it may be or hold: its [`Reach`]. Reading through such a value harms
//! nothing. Setting something through it that the client reads leaves these classes in doubt. A class that is handed to
//! code that is not followed is noted; where any function sets such an attribute of something that is not known,
//! the classes that were noted are in doubt. What is set on the client's own classes leaves every Record in doubt.

mod search;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use super::class::{is_field_class, is_foreign};
use super::value::{Arguments, Class, Instance, Kind, Reach, Site, Unknown, Value};
use super::{Frame, Interpreter};
use search::{Search, changes, functions_in, is_field, owns};

/// Most values that are looked at to find the classes in one.
const MAX_VALUES: usize = 512;
/// How deep functions are looked for in the objects that were made of them.
const MAX_NESTED: usize = 4;
/// Attributes by which a class or one of its fields gives another text.
const COUNTED: [&str; 9] = [
    "__class__",
    "__bases__",
    "__name__",
    "_avro_namespace",
    "_default",
    "_fields",
    "_required",
    "_required_default",
    "_sorted_fields",
];
/// Those that nobody but the client knows.
const OF_CLIENT: [&str; 3] = ["_avro_namespace", "_fields", "_sorted_fields"];
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

/// What was set of values that are not known, and which classes it may concern.
#[derive(Default)]
pub(super) struct Escapes {
    /// The client's own classes were changed.
    client: Option<Unknown>,
    /// Something that only a Record has was set of a value of which nothing is known.
    any: Option<Unknown>,
    /// Something was set of a parameter, or of a value that may be no Record: by which function.
    by: Vec<(Site, Unknown)>,
    /// Classes that were handed to a function in a call that is not followed, or to one that is not known.
    handed: Vec<(Option<Site>, BTreeSet<usize>)>,
    /// Which function calls which others without being followed.
    calls: HashMap<Site, HashSet<Site>>,
}

impl Escapes {
    /// The functions that run where this one is called.
    fn reached(&self, function: Site) -> HashSet<Site> {
        let mut found = HashSet::from([function]);
        let mut next = vec![function];
        while let Some(one) = next.pop() {
            let called = self.calls.get(&one).into_iter().flatten();
            next.extend(called.copied().filter(|other| found.insert(*other)));
        }
        found
    }
}

impl<'a> Interpreter<'a, '_> {
    /// The classes in some values; only those that are there by themselves, unless `through` what was made of them.
    fn reach<'v>(&self, values: impl IntoIterator<Item = &'v Value<'a>>, through: bool) -> Reach
    where
        'a: 'v,
    {
        let mut search = Search {
            classes: &self.classes,
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
        for (class, _) in &self.classes {
            if reach.every || reach.classes.contains(&class.id) {
                self.doubt(class, why);
            }
        }
    }

    /// `base.name = …` and `del base.name`; gives whether that is not to be done.
    pub(super) fn sets(&mut self, base: &Value<'a>, name: &str, site: Site) -> bool {
        let counted = COUNTED.contains(&name);
        match base {
            Value::Class(class) => {
                let outside = counted && self.is_from_outside(class);
                if outside {
                    let why = format!(
                        "the function at {} may set `{name}` of it",
                        self.program.place(site)
                    );
                    self.doubt(class, &Unknown::new(why, site));
                }
                outside
            }
            Value::External(path) if path.starts_with("pulsar.schema") && self.dead == 0 => {
                let why = format!("`{name}` of the client's `{path}` is set");
                self.escapes.client.get_or_insert(Unknown::new(why, site));
                false
            }
            Value::Instance(of) if is_field(of) => {
                self.sets_in_field(of, site);
                false
            }
            Value::Unknown(_) | Value::Method(_) if counted => {
                self.sets_in_unknown(base, OF_CLIENT.contains(&name), site);
                false
            }
            // A stand-in for another object says that it is of its class.
            Value::Instance(of)
                if counted && name != "__class__" && of.class.external_path().is_some() =>
            {
                self.sets_in_unknown(base, false, site);
                false
            }
            _ => false,
        }
    }

    /// Whether the code of a function that is only looked at, and not called, meets a class of the module around it.
    fn is_from_outside(&self, class: &Class<'a>) -> bool {
        self.visiting > 0
            && self.dead == 0
            && class.id < self.looked_at.classes
            && !self.looked_at.known
    }

    fn sets_in_field(&mut self, of: &Rc<Instance<'a>>, site: Site) {
        let classes = self.classes.iter().map(|(class, _)| class);
        let owners = classes.filter(|class| owns(class, of) && self.is_from_outside(class));
        let owners: Vec<Rc<Class<'a>>> = owners.map(Rc::clone).collect();
        for class in owners {
            let why = format!(
                "the function at {} may change a field of it",
                self.program.place(site)
            );
            self.doubt(&class, &Unknown::new(why, site));
        }
    }

    /// Something that counts is set of a value that is not known.
    fn sets_in_unknown(&mut self, base: &Value<'a>, of_record: bool, site: Site) {
        if self.dead > 0 {
            return;
        }
        let why = format!("`{}` may change it", self.program.snippet(site));
        let why = Unknown::new(why, site);
        let reach = self.reach([base], true);
        if reach.every || !reach.classes.is_empty() {
            return self.alter_all(&reach, &why);
        }
        let parameter = match base {
            Value::Unknown(unknown) => unknown.parameter.is_some(),
            Value::Method(_) => false,
            _ => return,
        };
        if of_record && !parameter {
            self.escapes.any.get_or_insert(why);
        } else if !self.looked_at.known {
            self.escapes.by.push((self.looked_at.function, why));
        }
    }

    /// `base[key] = …` and the like.
    pub(super) fn sets_item(&mut self, base: &Value<'a>, site: Site) {
        match base {
            Value::Dict(entries) if self.visiting > 0 => {
                let classes = self.classes.iter().map(|(class, _)| class);
                let owner = classes
                    .filter(|class| class.kind == Kind::Record)
                    .find(|class| {
                        Rc::ptr_eq(&class.fields, entries) && self.is_from_outside(class)
                    });
                if let Some(class) = owner {
                    let why = format!(
                        "the function at {} may change its fields",
                        self.program.place(site)
                    );
                    self.doubt(class, &Unknown::new(why, site));
                }
            }
            Value::Unknown(why) => match why.reach.as_deref() {
                Some(reach) if reach.inner => self.sets_in_unknown(base, reach.fields, site),
                _ => {}
            },
            Value::Method(method) if method.name == "_fields" => {
                self.sets_in_unknown(base, true, site);
            }
            _ => {}
        }
    }

    /// A method of a value that is not known is called.
    pub(super) fn calls_unknown(
        &mut self,
        expression: &ruff_python_ast::ExprCall,
        callee: &Value<'a>,
        site: Site,
    ) {
        let ruff_python_ast::Expr::Attribute(of) = &*expression.func else {
            return;
        };
        if !READING.contains(&of.attr.as_str()) {
            self.sets_item(callee, site);
        }
    }

    /// A field is changed in a way that is not followed.
    pub(super) fn lose_field(&mut self, of: &Rc<Instance<'a>>, site: Site) {
        if self.dead > 0 {
            return;
        }
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

    /// Arguments go into code that is not followed. `path`: what is outside of the files, where that is known.
    pub(super) fn hands_out(&mut self, path: Option<&str>, arguments: &Arguments<'a>, site: Site) {
        if self.dead > 0 || arguments.is_empty() {
            return;
        }
        let foreign = path.is_none_or(is_foreign);
        if foreign {
            self.handed_out(arguments, site);
        }
        let values: Vec<Value<'a>> = arguments.values().cloned().collect();
        if path.is_some_and(changes) {
            return self.lose_all(&values, site);
        }
        let direct = self.reach(&values, false);
        // `register(A)` is there for what it does; `Consumer(A)` makes something of it.
        let function = path.and_then(|path| path.rsplit('.').next());
        let function = function.is_some_and(|name| name.starts_with(char::is_lowercase));
        let only_effect = function && self.effect == Some(site);
        let runs = self.visiting == 0 && self.guarded == 0;
        if foreign && (direct.inner || (only_effect && runs)) {
            let why = format!("`{}` may change it", self.program.snippet(site));
            self.alter_all(&direct, &Unknown::new(why, site));
        }
        if path.is_none() {
            self.escapes.handed.push((None, direct.classes));
            return;
        }
        let mut functions = Vec::new();
        for value in &values {
            functions_in(value, &mut functions, MAX_NESTED);
        }
        for function in functions {
            self.hands_to(function, direct.classes.clone());
        }
    }

    fn hands_to(&mut self, function: Site, classes: BTreeSet<usize>) {
        if !classes.is_empty() {
            self.escapes.handed.push((Some(function), classes));
        }
        // Each call of the function that is looked at may be one of this one.
        if self.visiting > 0 {
            let from = self.escapes.calls.entry(self.looked_at.function);
            from.or_default().insert(function);
        }
    }

    /// A function of the files is called, and that is not followed.
    pub(super) fn leaves(&mut self, function: Site, arguments: &Arguments<'a>) {
        if self.dead == 0 {
            let classes = self.reach(arguments.values(), false).classes;
            self.hands_to(function, classes);
        }
    }

    /// What came out in the end.
    pub(super) fn settle(&mut self) {
        let escapes = std::mem::take(&mut self.escapes);
        let every = Reach {
            every: true,
            ..Reach::default()
        };
        for why in [&escapes.client, &escapes.any].into_iter().flatten() {
            self.alter_all(&every, why);
        }
        if escapes.by.is_empty() {
            return;
        }
        for (function, classes) in &escapes.handed {
            let run = function.map(|function| escapes.reached(function));
            let runs = |by: &Site| run.as_ref().is_none_or(|run| run.contains(by));
            if let Some((_, why)) = escapes.by.iter().find(|(by, _)| runs(by)) {
                let reach = Reach {
                    classes: classes.clone(),
                    ..Reach::default()
                };
                self.alter_all(&reach, why);
            }
        }
    }

    /// Notes what is known before a function is looked at; gives what was noted before.
    pub(super) fn look_at(&mut self, function: Site, known: bool) -> Look {
        let look = Look {
            function,
            classes: self.classes.len(),
            known,
        };
        std::mem::replace(&mut self.looked_at, look)
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

/// The function that is looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Look {
    /// Where it is defined.
    function: Site,
    /// How many classes there were before.
    classes: usize,
    /// What it does was seen where it is called.
    known: bool,
}
