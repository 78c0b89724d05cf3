//! Modules into the objects that running them would make, without running them.
//!
//! The interpreter goes through module bodies in the order in which Python would, over [`Value`]s: it
//! does what Python does as long as it knows everything, and says [`Value::Unknown`] with the reason and
//! the place where it does not. Imports among the files run the other module first, as in Python;
//! everything else is [`Value::External`] by its dotted path, so that `pulsar.schema.String` is that
//! whatever it was imported as. Both branches of a test that is not known are taken, and what they leave
//! behind is joined. Everything is counted: steps, depth of calls, sizes.
//!
//! After the modules, the body of each function is looked at once with parameters that are not known
//! (methods with one `self` for the whole class, `__init__` first), so that classes, topics and calls
//! inside are seen.
//!
//! # Observers
//!
//! Whoever wants to know more than the classes implements [`Observer`] and passes it to [`run`]. It is told
//! of every import, call, attribute, comparison, string and class **once for each place in the text**: events
//! come from module bodies and from the one look at each function, not from the calls that are followed to
//! find values. They come in the order of execution; sort by [`Site`] for the order of the text.
//!
//! ```text
//! import(context, Import { module, name, alias, value, site })
//! call(context, Call { callee, arguments, expression, site })     // arguments are evaluated
//! again(context, Call { … })        // the place of a call in another turn of a loop, or in a call that is followed
//! attribute(context, Attribute { base, name, access, value, expression, site })
//! compare(context, Compare { left, operator, right, expression, site })
//! text(context, text, site)         // literals, and strings that f-strings, + and calls have built
//! class(context, &Rc<Class>)        // after its metaclass has run
//! bound(context, name, &value, site)  // assignments to names, at any level
//! ```
//!
//! What is called is told by [`Value::dotted`]: `pulsar.Client.subscribe` for a method of an instance that
//! `pulsar.Client(...)` made, also where it was an attribute (`self.client`), was imported by another name,
//! or where a subclass inherits it. Where the receiver is not known the callee is [`Value::Unknown`] and
//! the expression has the name. [`Context`] gives file, scope and whether the code is inside a function.

mod alter;
mod arithmetic;
mod attribute;
mod automatic;
mod branch;
mod builtin;
mod call;
mod class;
mod client;
mod comprehension;
mod enumeration;
mod equality;
mod escape;
mod expression;
mod filled;
mod format;
mod function;
mod hash;
mod hook;
mod import;
mod item;
mod method;
mod observer;
mod operator;
mod order;
mod pattern;
mod program;
mod project;
mod scope;
mod statement;
#[cfg(test)]
pub(crate) mod tests;
mod text;
mod value;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_text_size::{Ranged, TextRange};
use tg_schema_model::{Diagnostic, Diagnostics};

pub(crate) use class::{COMPUTED, is_field_class, is_foreign};
pub use class::{external_base, find, overridden};
pub(crate) use enumeration::is_mixed;
pub(crate) use expression::UNDECODED;
pub(crate) use hash::Quick;
pub use observer::{
    Access, Attribute as AttributeEvent, Call, Compare, Context, Import, Observer, Silent,
};
pub use order::{linear, linear_all};
pub use program::{Parsed, Program};
pub use project::{Found, Project, is_standard};
pub use scope::{Bound, Env, Scope};
pub use value::{
    Arguments, Attribute, Binding, Class, Code, Dict, FileId, Function, Instance, Kind, LOCALS,
    List, Member, Method, Module, Reach, SCHEMES, Site, Unknown, Value,
};

use scope::{Budget, Change, Journal};

/// Steps that one module's body, or one look at a function, may take.
const MODULE_STEPS: u64 = 3_000_000;
/// Steps that following one call may take.
const CALL_STEPS: u64 = 20_000;
/// How many calls of one function may take too long before none of it is followed any more: the file that
/// calls it would pay for them.
const SLOW_CALLS: u32 = 16;
/// Steps of the whole run.
const ALL_STEPS: u64 = 400_000_000;
/// How deep expressions, statements and calls may nest together.
const MAX_DEPTH: u32 = 2_500;
/// How deep calls are followed.
const MAX_CALLS: u32 = 24;
/// Most items of a list, and turns of a loop, that are kept apart.
const MAX_ITEMS: usize = 4_096;
/// Most turns of all loops of a module that are taken apart.
const MAX_TURNS: u64 = 50_000;
/// Longest string that is built.
const MAX_TEXT: usize = 64 * 1024;

/// What a run has found.
pub struct Outcome<'a> {
    /// Every class, in the order of their creation; those that code which never runs defines are left out.
    pub classes: Vec<Rc<Class<'a>>>,
    /// The modules, by file.
    pub modules: Vec<Option<Rc<Module<'a>>>>,
    /// What went wrong on the way.
    pub findings: Diagnostics,
}

impl<'a> Outcome<'a> {
    /// What a dotted name stands for at the top of a file.
    pub fn named(&self, file: FileId, path: &str) -> Option<Value<'a>> {
        let module = self.modules.get(file.at())?.as_ref()?;
        let mut parts = path.split('.');
        let mut value = module.scope.get(parts.next()?.trim())?;
        for part in parts {
            value = match &value {
                Value::Module(module) => module.scope.get(part)?,
                Value::Class(class) => class.scope.get(part)?,
                Value::External(path) => {
                    Value::external(client::canonical(&format!("{path}.{part}")))
                }
                _ => return None,
            };
        }
        Some(value)
    }

    /// The later class of the same file that has the name of this one in the end. What stands in functions has no
    /// such end.
    pub fn successor(&self, class: &Class<'a>) -> Option<Rc<Class<'a>>> {
        if class.path.iter().any(|part| part.ends_with(LOCALS)) {
            return None;
        }
        let parts = class.path.iter().chain([&class.name]);
        let dotted: Vec<&str> = parts.map(Name::as_str).collect();
        let Some(Value::Class(other)) = self.named(class.site.file, &dotted.join(".")) else {
            return None;
        };
        let later = other.site.file == class.site.file
            && other.site.range.start() > class.site.range.start();
        (later && other.path == class.path && other.name == class.name).then_some(other)
    }
}

/// Interprets all files.
pub fn run<'a>(program: Program<'a>, observer: &mut dyn Observer<'a>) -> Outcome<'a> {
    let mut interpreter = Interpreter {
        program,
        observer,
        modules: vec![None; program.files.len()],
        folders: HashMap::new(),
        classes: Vec::new(),
        made: BTreeSet::new(),
        functions: Vec::new(),
        journals: Vec::new(),
        mute: 0,
        dead: 0,
        depth: 0,
        calls: 0,
        visiting: 0,
        risk: 0,
        turns: 0,
        steps: Budget::new(0),
        all_steps: Budget::new(ALL_STEPS),
        exhausted: BTreeSet::new(),
        ended: false,
        slow: HashMap::new(),
        formed: None,
        escapes: Default::default(),
        looked_at: Default::default(),
        effect: None,
        guarded: None,
        findings: Diagnostics::default(),
    };
    for file in 0..program.files.len() {
        interpreter.module(FileId(file as u32), None);
        program.progress.step();
    }
    interpreter.visit_functions();
    interpreter.settle();
    Outcome {
        classes: interpreter
            .classes
            .into_iter()
            .filter(|(_, dead)| !dead)
            .map(|(class, _)| class)
            .collect(),
        modules: interpreter.modules,
        findings: interpreter.findings,
    }
}

/// The state of a run.
pub(crate) struct Interpreter<'a, 'o> {
    pub(crate) program: Program<'a>,
    observer: &'o mut dyn Observer<'a>,
    modules: Vec<Option<Rc<Module<'a>>>>,
    /// Folders without `__init__.py`.
    folders: HashMap<std::path::PathBuf, Rc<Module<'a>>>,
    /// Classes, and whether only code that never runs defines them.
    classes: Vec<(Rc<Class<'a>>, bool)>,
    /// Class statements that a call has made classes of.
    made: BTreeSet<(FileId, u32)>,
    functions: Vec<Rc<Function<'a>>>,
    journals: Vec<Journal<'a>>,
    /// Above zero: a call is being followed, and observers were told of this code elsewhere.
    mute: u32,
    /// Above zero: this code never runs.
    dead: u32,
    depth: u32,
    calls: u32,
    /// Above zero: a function is looked at with parameters that are not known.
    visiting: u32,
    /// Counts what may have raised an exception.
    risk: u64,
    /// Turns of loops that were taken apart.
    turns: u64,
    steps: Budget,
    all_steps: Budget,
    exhausted: BTreeSet<FileId>,
    /// Whether the steps of the whole run are used up.
    ended: bool,
    /// Functions whose calls took too long, and how many of them did.
    slow: HashMap<Site, u32>,
    /// The Record that a hook or decorator works on.
    formed: Option<Rc<Class<'a>>>,
    /// What flowed into code that is not followed.
    escapes: escape::Escapes,
    /// The function that is looked at.
    looked_at: escape::Look,
    /// A call that stands by itself as a statement.
    effect: Option<Site>,
    /// This code runs only where its file is the program: how many classes there were before.
    guarded: Option<usize>,
    pub(crate) findings: Diagnostics,
}

/// How a statement ends.
#[derive(Clone, Debug)]
pub(crate) enum Flow<'a> {
    /// The next one follows.
    Next,
    /// `return`.
    Return(Value<'a>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// An exception.
    Raise,
}

/// The code that is run: where its names are.
pub(crate) struct Frame<'a> {
    pub(crate) env: Rc<Env<'a>>,
    pub(crate) file: FileId,
    /// Functions and classes around, outermost first.
    pub(crate) path: Vec<Name>,
    /// What branches may have returned.
    pub(crate) returns: Vec<Value<'a>>,
    /// A `break` or `continue` that may have been taken.
    pub(crate) uncertain: bool,
    /// The function that runs, and the object that it was called on.
    pub(crate) function: Option<Rc<Function<'a>>>,
    pub(crate) receiver: Option<Value<'a>>,
    /// The function yields.
    pub(crate) generator: bool,
    /// What it yields.
    pub(crate) yielded: Vec<Value<'a>>,
    /// How often the names here were taken as a dictionary, and how often that could be followed.
    pub(crate) indirect: (u32, u32),
}

impl<'a> Frame<'a> {
    fn new(env: Rc<Env<'a>>, file: FileId, path: Vec<Name>) -> Self {
        Frame {
            env,
            file,
            path,
            returns: Vec::new(),
            uncertain: false,
            function: None,
            receiver: None,
            generator: false,
            yielded: Vec::new(),
            indirect: (0, 0),
        }
    }
    pub(crate) fn site(&self, node: impl Ranged) -> Site {
        Site {
            file: self.file,
            range: node.range(),
        }
    }
    pub(crate) fn at(&self, range: TextRange) -> Site {
        Site {
            file: self.file,
            range,
        }
    }
}

impl<'a> Interpreter<'a, '_> {
    /// Whether another step may be taken, at a place of the file that runs.
    fn step(&mut self, frame: &Frame<'a>, range: TextRange) -> bool {
        if !self.all_steps.step() {
            self.no_more(frame, range);
            return false;
        }
        if self.steps.step() {
            return true;
        }
        // A call that is too long is one that is not known; a module that is too long is told of.
        if self.calls == 0 && self.exhausted.insert(frame.file) {
            self.too_long(
                frame.at(range),
                "this file takes too long to follow",
                "what comes from here on was not looked at",
                "migrate the files that define Records apart from those that compute much",
            );
        }
        false
    }

    /// Tells once that all files together take too long: no single one is to blame.
    fn no_more(&mut self, frame: &Frame<'a>, range: TextRange) {
        if !std::mem::replace(&mut self.ended, true) {
            self.too_long(
                frame.at(range),
                "the files together take too long to follow",
                "what comes from here on was not looked at, in this file and in those after it",
                "migrate fewer files at a time",
            );
        }
    }

    fn too_long(&mut self, site: Site, message: &str, label: &str, help: &str) {
        let start = site.range.start();
        let site = Site {
            range: TextRange::empty(start),
            ..site
        };
        let found = Diagnostic::error(self.program.span(site), message, label);
        self.findings.push(found.code("TOO_LONG").help(help));
    }

    /// Runs `inner` one level deeper, or gives `otherwise` where that is too deep.
    fn deeper<T>(&mut self, otherwise: T, inner: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            self.risk += 1;
            return otherwise;
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn unknown(&self, reason: impl Into<String>, site: Site) -> Value<'a> {
        Value::unknown(reason, Some(site))
    }

    /// Tells the observer, unless this code is told of elsewhere.
    fn tell(
        &mut self,
        frame: &Frame<'a>,
        event: impl FnOnce(&mut dyn Observer<'a>, &Context<'_, 'a>),
    ) {
        if self.mute == 0 {
            let context = self.context(frame);
            event(self.observer, &context);
        }
    }

    /// Tells the observer of a call, also where its place is met again.
    fn tell_call(&mut self, frame: &Frame<'a>, call: &Call<'_, 'a>) {
        let context = self.context(frame);
        match self.mute {
            0 => self.observer.call(&context, call),
            _ if self.dead == 0 => self.observer.again(&context, call),
            _ => {}
        }
    }

    fn context<'c>(&self, frame: &'c Frame<'a>) -> Context<'c, 'a> {
        Context {
            program: self.program,
            file: frame.file,
            path: &frame.path,
            in_function: self.visiting > 0,
            never_runs: self.dead > 0,
            env: &frame.env,
        }
    }

    fn changed(&mut self, change: impl FnOnce() -> Change<'a>) {
        if let Some(journal) = self.journals.last_mut() {
            journal.changes.push(change());
        }
    }

    /// Binds a name in a scope.
    pub(crate) fn set(&mut self, scope: &Rc<Scope<'a>>, name: Name, bound: Bound<'a>) {
        self.changed(|| Change::Bound(Rc::clone(scope), name.clone(), scope.bound(&name)));
        scope.set(name, bound);
    }

    /// Takes a name out of a scope.
    fn remove(&mut self, scope: &Rc<Scope<'a>>, name: &str) -> bool {
        match scope.remove(name) {
            Some((at, bound)) => {
                self.changed(|| Change::Removed(Rc::clone(scope), Name::new(name), at, bound));
                true
            }
            None => false,
        }
    }

    /// Changes the items of a list.
    fn change_list<T>(
        &mut self,
        list: &Rc<List<'a>>,
        change: impl FnOnce(&mut Vec<Value<'a>>) -> T,
    ) -> T {
        self.changed(|| Change::Items(Rc::clone(list), list.borrow().clone()));
        change(&mut list.borrow_mut())
    }

    /// Changes the entries of a dictionary.
    fn change_dict<T>(
        &mut self,
        dict: &Rc<Dict<'a>>,
        change: impl FnOnce(&mut Vec<(Value<'a>, Value<'a>)>) -> T,
    ) -> T {
        self.changed(|| Change::Entries(Rc::clone(dict), dict.borrow().clone()));
        let result = change(&mut dict.borrow_mut());
        self.escapes.owners.changed(dict);
        result
    }
}
