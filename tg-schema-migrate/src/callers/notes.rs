//! What the interpreter tells of Records: where one is made and with what, where one's attribute is used,
//! which calls and which consumers give one.

use std::collections::HashSet;
use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};

use super::dynamic::Dynamic;
use crate::interpret::{
    Arguments, AttributeEvent, Binding, Call, Class, Code, Context, FileId, Function, Import, Kind,
    Observer, Quick, Site, Value,
};
use crate::python::call::method;

/// A call of a Record's class.
pub struct Made<'a> {
    /// The class.
    pub class: Rc<Class<'a>>,
    /// Names of the keyword arguments, those that were spread from a known dict included; whether each is None.
    pub keywords: Vec<(String, bool)>,
    /// How many arguments have no name.
    pub positional: usize,
    /// Whether some are spread from something that is not known.
    pub open: bool,
    /// Whether there are more arguments elsewhere: it is a call of `functools.partial` or of what that gave.
    pub part: bool,
}

/// Everything that was noted. Listens to the interpreter.
#[derive(Default)]
pub struct Notes<'a> {
    /// By the place of the call; also of `functools.partial`.
    pub made: Quick<Site, Made<'a>>,
    /// Calls of Records where a call is followed that brings the class or the arguments.
    pub followed: Quick<Site, Vec<Made<'a>>>,
    /// Calls that give an object of a class of the files.
    pub given: Quick<Site, Rc<Class<'a>>>,
    /// Fields that the constructor was given of the Records that calls give.
    pub filled: Quick<Site, Rc<[Name]>>,
    /// Places of attributes of an enum's member, with the enum: `Color.RED.value`.
    pub members: Quick<Site, Rc<Class<'a>>>,
    /// Calls of functions of the files.
    pub functions: Quick<Site, Rc<Function<'a>>>,
    /// Those of them that fill the first parameter by themselves.
    pub bound: HashSet<Site>,
    /// Calls of something outside of the files, by its dotted path.
    pub outside: Quick<Site, Rc<str>>,
    /// Calls that give a consumer or reader with a schema of a Record.
    pub opened: Quick<Site, Rc<Class<'a>>>,
    /// Functions that are called with messages of such a schema: file, and where the name begins.
    pub listeners: Quick<(FileId, u32), Rc<Class<'a>>>,
    /// The class of the object, by the place of the attribute.
    pub bases: Quick<Site, Rc<Class<'a>>>,
    /// Calls of something unknown, by the last name.
    pub lost: Quick<Site, String>,
    /// Classes that were imported, by the place of the alias.
    pub imported: Quick<Site, Rc<Class<'a>>>,
    /// Places of attributes that are classes: `schema.Request`.
    pub reached: Quick<Site, Rc<Class<'a>>>,
    /// Records of which the class itself has an attribute read: `Request.schema`.
    pub asked: Quick<Site, Rc<Class<'a>>>,
    /// Statements by which everything of a module is imported.
    pub stars: Vec<Site>,
    /// Statements that import something of the client's.
    pub clients: Vec<(Site, String)>,
    /// Calls that ask whether something is a Record of the client's: `isinstance(value, Record)`.
    pub ask_record: Vec<Site>,
    /// Schemas and classes that are known only when the program runs.
    pub dynamic: Dynamic<'a>,
}

/// The Record class that a value is an instance of.
pub fn record<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    instance(value).filter(|class| class.kind == Kind::Record)
}

/// The class of the files that a value is an instance of.
fn instance<'a>(value: &Value<'a>) -> Option<Rc<Class<'a>>> {
    match value {
        Value::Instance(instance) => match &instance.class {
            Value::Class(class) if class.kind != Kind::Enum => Some(Rc::clone(class)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a value is the client's class itself, or a tuple with it.
fn is_record(value: &Value) -> bool {
    match value {
        Value::External(path) => &**path == "pulsar.schema.Record",
        Value::Tuple(items) => items.iter().any(is_record),
        _ => false,
    }
}

fn made<'a>(class: &Rc<Class<'a>>, arguments: &Arguments<'a>, bound: usize) -> Made<'a> {
    let keywords = arguments.keywords.iter();
    Made {
        class: Rc::clone(class),
        keywords: keywords
            .map(|(name, value)| (name.to_string(), matches!(value, Value::None)))
            .collect(),
        positional: arguments.positional.len().saturating_sub(bound),
        open: arguments.open.is_some(),
        part: bound > 0,
    }
}

/// Whether a method gets what it was taken from as its first argument.
fn fills_first<'a>(function: &Function<'a>, receiver: &Value<'a>) -> bool {
    match function.binding {
        Binding::Class => true,
        Binding::Plain => !matches!(receiver, Value::Class(_)),
        _ => false,
    }
}

/// The Record that `functools.partial` was given, and what it was given with it.
fn partial<'v, 'a>(value: &'v Value<'a>) -> Option<(&'v Rc<Class<'a>>, &'v Arguments<'a>)> {
    match value {
        Value::Instance(of) if value.instance_of() == Some("functools.partial") => {
            match of.arguments.positional.first()? {
                Value::Class(class) if class.kind == Kind::Record => Some((class, &of.arguments)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The Record of a schema object of the client's.
fn schema<'a>(arguments: &Arguments<'a>, position: Option<usize>) -> Option<Rc<Class<'a>>> {
    let by_position = position.and_then(|at| arguments.positional.get(at));
    let value = by_position.or_else(|| arguments.keyword("schema"))?;
    let (Value::Instance(of), "pulsar.schema.JsonSchema" | "pulsar.schema.AvroSchema") =
        (value, value.instance_of()?)
    else {
        return None;
    };
    match of.arguments.get(0, "record_cls")? {
        Value::Class(class) if class.kind == Kind::Record => Some(Rc::clone(class)),
        _ => None,
    }
}

impl<'a> Notes<'a> {
    /// A consumer or reader, where its schema is of a Record.
    fn opens(&mut self, call: &Call<'_, 'a>) {
        // What the files define gives what they like.
        match call.callee {
            Value::Function(_) | Value::Class(_) => return,
            Value::Method(method) if method.function.is_some() => return,
            _ => {}
        }
        let Some(func) = method(call.expression) else {
            return;
        };
        let position = match func.attr.as_str() {
            "subscribe" => 3,
            "create_reader" => 2,
            _ => return,
        };
        let by_itself = std::ptr::eq(func, called(call.expression));
        let Some(class) = schema(call.arguments, by_itself.then_some(position)) else {
            return;
        };
        for keyword in ["message_listener", "reader_listener"] {
            let function = match call.arguments.keyword(keyword) {
                Some(Value::Function(function)) => Some(function),
                Some(Value::Method(method)) => method.function.as_ref(),
                _ => None,
            };
            if let Some(function) = function
                && let Code::Def(def) = function.code
            {
                let place = (function.site.file, def.name.range.start().into());
                self.listeners.insert(place, Rc::clone(&class));
            }
        }
        self.opened.insert(call.site, class);
    }
}

/// The attribute that is called.
fn called(call: &ExprCall) -> *const ruff_python_ast::ExprAttribute {
    match &*call.func {
        Expr::Attribute(of) => of,
        _ => std::ptr::null(),
    }
}

/// Most followed calls of one place that are kept.
const MAX_FOLLOWED: usize = 16;

impl<'a> Observer<'a> for Notes<'a> {
    fn again(&mut self, _: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        if let Value::Class(class) = call.callee
            && class.kind == Kind::Record
            && self.made.get(&call.site).is_none_or(|made| made.open)
        {
            let all = self.followed.entry(call.site).or_default();
            if all.len() < MAX_FOLLOWED {
                all.push(made(class, call.arguments, 0));
            }
        }
    }

    fn import(&mut self, _: &Context<'_, 'a>, import: &Import<'_, 'a>) {
        match import.value {
            _ if import.name == Some("*") => self.stars.push(import.statement),
            Value::Class(class) => drop(self.imported.insert(import.site, Rc::clone(class))),
            Value::External(path) if path.starts_with("pulsar") || path.starts_with("_pulsar") => {
                self.clients.push((import.statement, path.to_string()));
            }
            _ => {}
        }
    }

    fn call(&mut self, _: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        self.opens(call);
        self.dynamic.call(call, &self.functions);
        if let Some(class) = instance(call.result) {
            self.given.insert(call.site, class);
            if let Value::Instance(made) = call.result {
                let names = made.arguments.keywords.iter();
                let set = names.filter(|(_, value)| !matches!(value, Value::None));
                let set: Rc<[Name]> = set.map(|(name, _)| name.clone()).collect();
                self.filled.insert(call.site, set);
            }
        }
        match call.callee {
            Value::Class(class) if class.kind == Kind::Record => {
                self.made.insert(call.site, made(class, call.arguments, 0));
            }
            Value::External(path) => {
                if let Some((class, arguments)) = partial(call.result) {
                    self.made.insert(call.site, made(class, arguments, 1));
                }
                if matches!(&**path, "builtins.isinstance" | "builtins.issubclass")
                    && call.arguments.positional.get(1).is_some_and(is_record)
                {
                    self.ask_record.push(call.site);
                }
                self.outside.insert(call.site, Rc::clone(path));
            }
            Value::Function(function) => {
                self.functions.insert(call.site, Rc::clone(function));
            }
            Value::Method(method) => {
                if let Some(function) = &method.function {
                    self.functions.insert(call.site, Rc::clone(function));
                    if fills_first(function, &method.receiver) {
                        self.bound.insert(call.site);
                    }
                }
            }
            Value::Instance(_) => {
                if let Some((class, bound)) = partial(call.callee) {
                    let mut made = made(class, call.arguments, 0);
                    made.positional += bound.positional.len().saturating_sub(1);
                    made.part = true;
                    self.made.insert(call.site, made);
                }
            }
            Value::Unknown(_) => {
                let name = match &*call.expression.func {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(of) => of.attr.as_str(),
                    _ => return,
                };
                self.lost.insert(call.site, name.to_owned());
            }
            _ => {}
        }
    }

    fn attribute(&mut self, _: &Context<'_, 'a>, attribute: &AttributeEvent<'_, 'a>) {
        self.dynamic.attribute(attribute);
        if let Some(class) = instance(attribute.base) {
            self.bases.insert(attribute.site, class);
        }
        if let Value::Class(class) = attribute.base
            && class.kind == Kind::Record
        {
            self.asked.insert(attribute.site, Rc::clone(class));
        }
        if let Value::Member(member) = attribute.base
            && let Some(class) = member.class.upgrade()
        {
            self.members.insert(attribute.site, class);
        }
        if let Value::Class(class) = attribute.value {
            self.reached.insert(attribute.site, Rc::clone(class));
        }
    }
}
