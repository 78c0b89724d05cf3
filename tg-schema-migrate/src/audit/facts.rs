//! What running the code would tell of each place: noted while the interpreter goes through it.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use crate::interpret::{
    Access, AttributeEvent, Binding, Call, Class, Code, Context, FileId, Function, Import,
    Observer, Quick, Site, Value, linear,
};

use super::vocabulary::Object;

/// What a call calls.
#[derive(Clone)]
pub enum Callee<'a> {
    /// Something outside of the files, by its dotted path.
    Outside(Rc<str>),
    /// A class of the files.
    Class(Rc<Class<'a>>),
    /// A function or method of the files, and how many parameters have their argument from elsewhere.
    Function(Rc<Function<'a>>, usize),
    /// Nobody knows.
    Unknown,
}

/// What a value is, as far as the audit asks.
#[derive(Clone)]
pub enum Thing<'a> {
    /// Something outside, by its dotted path.
    Outside(Rc<str>),
    /// An object of the client.
    Object(Object),
    /// An instance of a class of the files.
    Instance(Rc<Class<'a>>),
    /// Something else that is known.
    Other,
    /// Nobody knows.
    Unknown,
}

/// An attribute that is read.
pub struct Read<'a> {
    /// What it is taken from.
    pub base: Thing<'a>,
    /// What it is.
    pub value: Thing<'a>,
}

/// A name that was imported.
pub struct Imported {
    /// The statement.
    pub statement: Site,
    /// The dotted path of what was imported, where it lies outside of the files.
    pub path: Option<String>,
    /// The file that it comes from, where it is one of them.
    pub from: Option<FileId>,
}

/// A parameter of a listener.
pub struct Given {
    /// The function: its file, and where it begins.
    pub function: (FileId, u32),
    /// The parameter.
    pub parameter: String,
    /// What the client calls it with.
    pub object: Object,
}

/// Everything that was noted.
#[derive(Default)]
pub struct Facts<'a> {
    /// By the place of the call; none where nobody knows.
    pub calls: Quick<Site, Callee<'a>>,
    /// By the place of the attribute; none where nobody knows.
    pub reads: Quick<Site, Read<'a>>,
    /// Strings, by the place of the expression that gives them.
    pub texts: Quick<Site, Rc<str>>,
    /// In the order of execution.
    pub imports: Vec<Imported>,
    /// What names that were imported stand for, by file.
    pub aliases: Quick<FileId, Quick<String, String>>,
    /// By file and where the statement begins.
    pub classes: Quick<(FileId, u32), Rc<Class<'a>>>,
    /// Classes that hold an object of the client in an attribute.
    pub holders: Vec<Rc<Class<'a>>>,
    /// Classes that hold an instance of another class.
    pub held: Vec<(Rc<Class<'a>>, Rc<Class<'a>>)>,
    /// Attributes in which an object of the client is held.
    pub carriers: BTreeSet<String>,
    /// Attributes in which an instance of a class is held.
    pub members: Vec<(String, Rc<Class<'a>>)>,
    /// What attributes of a class's objects hold, by the class's id.
    pub attributes: HashMap<usize, HashMap<String, Thing<'a>>>,
    /// What comes into functions of the files that the client calls.
    pub given: Vec<Given>,
    /// What calls of functions of the files give, where that is an object of the client or of a class.
    pub gives: Quick<Site, Thing<'a>>,
}

impl<'a> Facts<'a> {
    /// What an attribute of an object of a class holds.
    pub fn attribute(&self, class: &Rc<Class<'a>>, name: &str) -> Option<&Thing<'a>> {
        let mut classes = linear(class).into_iter();
        classes.find_map(|one| self.attributes.get(&one.id)?.get(name))
    }

    /// Notes what a function gets that the client calls with messages.
    fn listens(&mut self, call: &Call<'_, 'a>) {
        for (keyword, from) in [
            ("message_listener", Object::Consumer),
            ("reader_listener", Object::Reader),
        ] {
            let (function, bound) = match call.arguments.keyword(keyword) {
                Some(Value::Function(function)) => (function, 0),
                Some(Value::Method(method)) => match &method.function {
                    Some(function) => (function, usize::from(function.binding != Binding::Static)),
                    None => continue,
                },
                _ => continue,
            };
            let Code::Def(def) = function.code else {
                continue;
            };
            let parameters = def.parameters.iter_non_variadic_params().skip(bound);
            for (parameter, object) in parameters.zip([from, Object::Message]) {
                self.given.push(Given {
                    function: (function.site.file, def.range().start().into()),
                    parameter: parameter.parameter.name.to_string(),
                    object,
                });
            }
        }
    }
}

impl Facts<'_> {
    /// The dotted path outside of the files that an expression stands for.
    pub fn path(&self, file: FileId, e: &Expr) -> Option<String> {
        match e {
            Expr::Name(name) => self.aliases.get(&file)?.get(name.id.as_str()).cloned(),
            Expr::Attribute(of) => {
                let site = Site {
                    file,
                    range: of.range(),
                };
                match self.reads.get(&site).map(|read| &read.value) {
                    Some(Thing::Outside(path)) => Some(path.to_string()),
                    Some(Thing::Unknown) | None => {
                        let base = self.path(file, &of.value)?;
                        Some(format!("{base}.{}", of.attr))
                    }
                    Some(_) => None,
                }
            }
            _ => None,
        }
    }
}

/// What a value is.
pub fn thing<'a>(value: &Value<'a>) -> Thing<'a> {
    match value {
        Value::External(path) => Thing::Outside(Rc::clone(path)),
        Value::Instance(instance) => match &instance.class {
            Value::Class(class) => Thing::Instance(Rc::clone(class)),
            Value::External(path) => match of_client(path) {
                Some(object) => Thing::Object(object),
                // What a call outside gives may be anything: `asyncio.to_thread(client.subscribe)`.
                None => Thing::Unknown,
            },
            _ => Thing::Other,
        },
        // None until something is there says nothing on what it will be.
        Value::Unknown(_) | Value::None => Thing::Unknown,
        _ => Thing::Other,
    }
}

/// The object that calling a class of the client gives.
pub fn of_client(path: &str) -> Option<Object> {
    let rest = path.strip_prefix("pulsar.")?;
    let rest = rest.strip_prefix("asyncio.").unwrap_or(rest);
    (!rest.contains('.')).then(|| Object::of(rest)).flatten()
}

impl<'a> Observer<'a> for Facts<'a> {
    fn import(&mut self, context: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        let (path, from) = match import.value {
            Value::External(path) => (Some(path.to_string()), None),
            Value::Module(module) => (None, module.file),
            Value::Class(class) => (None, Some(class.site.file)),
            Value::Function(function) => (None, Some(function.site.file)),
            Value::Instance(instance) => (None, Some(instance.site.file)),
            _ => (None, None),
        };
        let dotted = import.name.map_or(import.module, |name| name);
        if let Some(path) = &path {
            let whole = import.name.is_none() && import.alias.is_none();
            let first = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
            let (name, path) = match (import.alias, whole) {
                (Some(alias), _) => (alias.to_owned(), path.clone()),
                // `import a.b` binds `a`.
                (None, true) => (first(dotted), first(path)),
                (None, false) => (dotted.to_owned(), path.clone()),
            };
            let aliases = self.aliases.entry(context.file).or_default();
            aliases.insert(name, path);
        }
        self.imports.push(Imported {
            statement: import.statement,
            path,
            from,
        });
    }

    fn call(&mut self, _: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        let callee = match call.callee {
            Value::Class(class) => Callee::Class(Rc::clone(class)),
            Value::Function(function) => Callee::Function(Rc::clone(function), 0),
            Value::External(path) => Callee::Outside(Rc::clone(path)),
            Value::Method(method) => match (&method.function, call.callee.dotted()) {
                (Some(function), _) => {
                    let bound = usize::from(function.binding != Binding::Static);
                    Callee::Function(Rc::clone(function), bound)
                }
                (None, Some(path)) => Callee::Outside(path.as_str().into()),
                (None, None) => Callee::Unknown,
            },
            other => match other.dotted() {
                Some(path) => Callee::Outside(path.as_str().into()),
                None => Callee::Unknown,
            },
        };
        self.listens(call);
        if let Callee::Function(..) = callee {
            let given = thing(call.result);
            if let Thing::Object(_) | Thing::Instance(_) = given {
                self.gives.insert(call.site, given);
            }
        }
        // Nothing is as good as a note that nobody knows, and most calls of most files are such.
        match callee {
            Callee::Unknown => drop(self.calls.remove(&call.site)),
            callee => drop(self.calls.insert(call.site, callee)),
        }
    }

    fn attribute(&mut self, _: &Context<'_, 'a>, attribute: &AttributeEvent<'_, 'a>) {
        let value = thing(attribute.value);
        let base = thing(attribute.base);
        if attribute.access == Access::Get {
            match (&base, &value) {
                (Thing::Unknown, Thing::Unknown) => drop(self.reads.remove(&attribute.site)),
                _ => drop(self.reads.insert(attribute.site, Read { base, value })),
            }
            return;
        }
        if let (Thing::Instance(class), Thing::Object(_) | Thing::Instance(_)) = (&base, &value) {
            let attributes = self.attributes.entry(class.id).or_default();
            attributes.insert(attribute.name.to_owned(), value.clone());
        }
        match (&base, &value) {
            (Thing::Instance(class), Thing::Object(_)) => {
                self.holders.push(Rc::clone(class));
                self.carriers.insert(attribute.name.to_owned());
            }
            (Thing::Instance(class), Thing::Instance(held)) => {
                self.held.push((Rc::clone(class), Rc::clone(held)));
                let member = (attribute.name.to_owned(), Rc::clone(held));
                self.members.push(member);
            }
            _ => {}
        }
    }

    fn text(&mut self, _: &Context<'_, 'a>, text: &str, site: Site) {
        self.texts.insert(site, text.into());
    }

    fn class(&mut self, _: &Context<'_, 'a>, class: &Rc<Class<'a>>) {
        if let Some(def) = class.def {
            let start = u32::from(def.range().start());
            self.classes
                .insert((class.site.file, start), Rc::clone(class));
        }
    }
}
