//! What an expression may be: the objects of Python, as far as they can be known.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{ExprLambda, StmtClassDef, StmtFunctionDef};
use ruff_text_size::TextRange;

use super::scope::{Env, Scope};

/// A file: index into the files that were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// The index.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// The range there.
    pub range: TextRange,
}

/// An object.
#[derive(Clone)]
pub enum Value<'a> {
    /// `None`.
    None,
    /// `...`.
    Ellipsis,
    /// `True`, `False`.
    Bool(bool),
    /// A whole number. One that is larger is unknown.
    Int(i128),
    /// A float.
    Float(f64),
    /// Text.
    Str(Rc<str>),
    /// Octets.
    Bytes(Rc<[u8]>),
    /// A list.
    List(Rc<List<'a>>),
    /// A tuple.
    Tuple(Rc<[Value<'a>]>),
    /// A set, in the order in which it was filled.
    Set(Rc<List<'a>>),
    /// A dictionary.
    Dict(Rc<Dict<'a>>),
    /// A module among the files, or a folder of such.
    Module(Rc<Module<'a>>),
    /// Something outside of the files, by its dotted path: `pulsar.schema.Record`, `builtins.len`.
    External(Rc<str>),
    /// A class of the files.
    Class(Rc<Class<'a>>),
    /// A member of an enum of the files.
    Member(Rc<Member<'a>>),
    /// What calling a class gives: `String()`, `In(x=3)`, `pulsar.Client(...)`.
    Instance(Rc<Instance<'a>>),
    /// A function of the files.
    Function(Rc<Function<'a>>),
    /// A method and what it was taken from.
    Method(Rc<Method<'a>>),
    /// A value that is not known, and why.
    Unknown(Rc<Unknown>),
}

/// Items that may change.
pub type List<'a> = RefCell<Vec<Value<'a>>>;
/// Entries in order.
pub type Dict<'a> = RefCell<Vec<(Value<'a>, Value<'a>)>>;

/// Why a value is not known, and since where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown {
    /// In words that follow "because".
    pub reason: String,
    /// Where it became unknown.
    pub site: Option<Site>,
    /// The parameter that it is, where it is one.
    pub parameter: Option<Name>,
    /// Whether it is a text that begins as the address of a topic.
    pub address: bool,
    /// The classes that it may be, or may come from.
    pub reach: Option<Rc<Reach>>,
}

/// Which classes a value that is not known may be, or may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Some, by [`Class::id`].
    pub classes: BTreeSet<usize>,
    /// Any of them.
    pub every: bool,
    /// It is a dictionary by which they are changed.
    pub inner: bool,
    /// It is `_fields` of something.
    pub fields: bool,
}

impl Reach {
    /// All of another too.
    pub fn add(&mut self, other: &Reach) {
        self.classes.extend(&other.classes);
        self.every |= other.every;
        self.inner |= other.inner;
        self.fields |= other.fields;
    }
}

/// How addresses of topics begin.
pub const SCHEMES: [&str; 2] = ["persistent://", "non-persistent://"];

impl Unknown {
    /// Something that is not known since a place.
    pub fn new(reason: impl Into<String>, site: Site) -> Self {
        Unknown {
            reason: reason.into(),
            site: Some(site),
            ..Unknown::default()
        }
    }
    /// The same as what a text that begins like this ends in.
    pub fn behind(self: &Rc<Self>, head: &str) -> Rc<Self> {
        if self.address || !SCHEMES.iter().any(|scheme| head.starts_with(scheme)) {
            return Rc::clone(self);
        }
        Rc::new(Unknown {
            reason: self.reason.clone(),
            site: self.site,
            parameter: self.parameter.clone(),
            address: true,
            reach: self.reach.clone(),
        })
    }
}

/// A module.
pub struct Module<'a> {
    /// Dotted name by which it was imported first.
    pub name: String,
    /// Its file; a folder without `__init__.py` has none.
    pub file: Option<FileId>,
    /// Its folder, where it is a package.
    pub folder: Option<std::path::PathBuf>,
    /// Its names.
    pub scope: Rc<Scope<'a>>,
    /// Whether it has run to its end.
    pub done: Cell<bool>,
}

/// What follows the name of a function in the path of what stands in it.
pub const LOCALS: &str = ".<locals>";

/// A class of the files.
pub struct Class<'a> {
    /// Index into the classes, in the order of their creation.
    pub id: usize,
    /// `__name__`.
    pub name: Name,
    /// Names of the functions and classes that it stands in, outermost first; those of functions end in
    /// [`LOCALS`].
    pub path: Vec<Name>,
    /// Where it is defined: the name in a class statement, or the call that made it.
    pub site: Site,
    /// Its statement.
    pub def: Option<&'a StmtClassDef>,
    /// Its bases.
    pub bases: Vec<Value<'a>>,
    /// `metaclass=`.
    pub metaclass: Option<Value<'a>>,
    /// Attributes of its own, as they are now.
    pub scope: Rc<Scope<'a>>,
    /// Attributes of its own when it was created, in order: what a metaclass sees.
    pub created: Vec<Attribute<'a>>,
    /// What kind of class its bases make it.
    pub kind: Kind,
    /// Why it is not certain that the class is as it looks.
    pub doubt: RefCell<Option<Unknown>>,
    /// `_fields` of a Record: what the metaclass has made of `created`, as it is now.
    pub fields: Rc<Dict<'a>>,
    /// Members of an enum, aliases left out.
    pub members: RefCell<Vec<Rc<Member<'a>>>>,
    /// Whether a schema is made of it.
    pub in_schema: Cell<bool>,
    /// An instance that stands for every `self`.
    pub myself: RefCell<Option<Value<'a>>>,
}

/// What its bases make a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing special.
    Plain,
    /// An `Enum`.
    Enum,
    /// A `pulsar.schema.Record`.
    Record,
    /// A base is not known, or is outside of the files.
    Open,
}

/// A name in a class, its value, and the statement that bound it.
#[derive(Clone)]
pub struct Attribute<'a> {
    /// The name.
    pub name: Name,
    /// Its value.
    pub value: Value<'a>,
    /// The statement.
    pub statement: Site,
    /// The expression of its value.
    pub expression: Site,
}

/// A member of an enum.
pub struct Member<'a> {
    /// The enum.
    pub class: std::rc::Weak<Class<'a>>,
    /// Name of the enum, for reports.
    pub enumeration: Name,
    /// Its name; of an alias, the name of the first.
    pub name: Name,
    /// Its value.
    pub value: Value<'a>,
    /// Where it is defined.
    pub site: Site,
}

/// An instance.
pub struct Instance<'a> {
    /// What was called.
    pub class: Value<'a>,
    /// With what.
    pub arguments: Arguments<'a>,
    /// Where.
    pub site: Site,
    /// Attributes that were set.
    pub scope: Rc<Scope<'a>>,
}

/// Arguments of a call.
#[derive(Clone, Default)]
pub struct Arguments<'a> {
    /// By position.
    pub positional: Vec<Value<'a>>,
    /// By keyword.
    pub keywords: Vec<(Name, Value<'a>)>,
    /// Whether `*x` or `**x` of unknown content was among them.
    pub open: Option<Rc<Unknown>>,
}

impl<'a> Arguments<'a> {
    /// The argument of a keyword.
    pub fn keyword(&self, name: &str) -> Option<&Value<'a>> {
        let mut found = self.keywords.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value)
    }
    /// The argument at a position, or of a keyword.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value<'a>> {
        self.positional.get(position).or_else(|| self.keyword(name))
    }
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.positional.is_empty() && self.keywords.is_empty() && self.open.is_none()
    }
    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &Value<'a>> {
        self.positional
            .iter()
            .chain(self.keywords.iter().map(|(_, value)| value))
    }
}

/// A function.
pub struct Function<'a> {
    /// Its name; `<lambda>` for a lambda.
    pub name: Name,
    /// Names of the functions and classes that it stands in.
    pub path: Vec<Name>,
    /// Its code.
    pub code: Code<'a>,
    /// Where it is defined.
    pub site: Site,
    /// Names around it.
    pub env: Rc<Env<'a>>,
    /// Values of the defaults, by parameter.
    pub defaults: Vec<(Name, Value<'a>)>,
    /// How it is bound as a method.
    pub binding: Binding,
    /// The class whose body it stands in.
    pub owner: RefCell<Option<std::rc::Weak<Class<'a>>>>,
    /// Whether its body was looked at with parameters that are not known.
    pub visited: Cell<bool>,
    /// Whether a call of it was followed from the body of a module.
    pub followed: Cell<bool>,
}

/// A function's code.
#[derive(Clone, Copy)]
pub enum Code<'a> {
    /// `def`.
    Def(&'a StmtFunctionDef),
    /// `lambda`.
    Lambda(&'a ExprLambda),
}

/// How a function becomes a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// The instance comes first.
    Plain,
    /// `@staticmethod`.
    Static,
    /// `@classmethod`.
    Class,
    /// `@property`: reading it calls it.
    Property,
    /// Decorated by something that is not known.
    Unknown,
}

/// A method.
pub struct Method<'a> {
    /// What it was taken from.
    pub receiver: Value<'a>,
    /// Its name.
    pub name: Name,
    /// The function, where the files define it.
    pub function: Option<Rc<Function<'a>>>,
}

impl<'a> Value<'a> {
    /// Text.
    pub fn text(text: impl Into<Rc<str>>) -> Self {
        Value::Str(text.into())
    }
    /// Something outside.
    pub fn external(path: impl Into<Rc<str>>) -> Self {
        Value::External(path.into())
    }
    /// A list.
    pub fn list(items: Vec<Value<'a>>) -> Self {
        Value::List(Rc::new(RefCell::new(items)))
    }
    /// A dictionary.
    pub fn dict(entries: Vec<(Value<'a>, Value<'a>)>) -> Self {
        Value::Dict(Rc::new(RefCell::new(entries)))
    }
    /// A value that is not known.
    pub fn unknown(reason: impl Into<String>, site: Option<Site>) -> Self {
        Value::Unknown(Rc::new(Unknown {
            reason: reason.into(),
            site,
            ..Unknown::default()
        }))
    }
    /// Why it is not known, if it is not. What it holds inside may be unknown all the same.
    pub fn why_unknown(&self) -> Option<&Rc<Unknown>> {
        match self {
            Value::Unknown(why) => Some(why),
            _ => None,
        }
    }
    /// Text that it is.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }
    /// The dotted path of what it is, or of what it is an instance of, outside of the files.
    pub fn external_path(&self) -> Option<&str> {
        match self {
            Value::External(path) => Some(path),
            _ => None,
        }
    }
    /// The dotted path of the outside class that it is an instance of.
    pub fn instance_of(&self) -> Option<&str> {
        match self {
            Value::Instance(instance) => instance.class.external_path(),
            _ => None,
        }
    }
    /// Name of its Python type.
    pub fn type_name(&self) -> &str {
        match self {
            Value::None => "NoneType",
            Value::Ellipsis => "ellipsis",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Str(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Set(_) => "set",
            Value::Dict(_) => "dict",
            Value::Module(_) => "module",
            Value::External(_) => "object",
            Value::Class(_) => "type",
            Value::Member(member) => &member.enumeration,
            Value::Instance(instance) => match &instance.class {
                Value::Class(class) => &class.name,
                Value::External(path) => path.rsplit('.').next().unwrap_or(path),
                _ => "object",
            },
            Value::Function(_) => "function",
            Value::Method(_) => "method",
            Value::Unknown(_) => "object",
        }
    }
    /// Whether two values are the same as far as can be told: equal data, or one object.
    pub fn same(&self, other: &Value<'a>) -> bool {
        self.same_within(other, &mut MAX_COMPARED.clone())
    }

    fn same_within(&self, other: &Value<'a>, left: &mut usize) -> bool {
        use Value as V;
        // Shared parts may make a value larger than any memory.
        let Some(less) = left.checked_sub(1) else {
            return false;
        };
        *left = less;
        let all = |a: &[V<'a>], b: &[V<'a>], left: &mut usize| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_within(b, left))
        };
        match (self, other) {
            (V::None, V::None) | (V::Ellipsis, V::Ellipsis) => true,
            (V::Bool(a), V::Bool(b)) => a == b,
            (V::Int(a), V::Int(b)) => a == b,
            (V::Float(a), V::Float(b)) => a.to_bits() == b.to_bits(),
            (V::Str(a), V::Str(b)) => a == b,
            (V::Bytes(a), V::Bytes(b)) => a == b,
            (V::Tuple(a), V::Tuple(b)) => Rc::ptr_eq(a, b) || all(a, b, left),
            (V::List(a), V::List(b)) | (V::Set(a), V::Set(b)) => {
                Rc::ptr_eq(a, b) || all(&a.borrow(), &b.borrow(), left)
            }
            (V::Dict(a), V::Dict(b)) => {
                Rc::ptr_eq(a, b) || {
                    let (a, b) = (a.borrow(), b.borrow());
                    a.len() == b.len()
                        && a.iter().zip(b.iter()).all(|(a, b)| {
                            a.0.same_within(&b.0, left) && a.1.same_within(&b.1, left)
                        })
                }
            }
            (V::Module(a), V::Module(b)) => Rc::ptr_eq(a, b),
            (V::External(a), V::External(b)) => a == b,
            (V::Class(a), V::Class(b)) => Rc::ptr_eq(a, b),
            (V::Member(a), V::Member(b)) => Rc::ptr_eq(a, b),
            (V::Function(a), V::Function(b)) => Rc::ptr_eq(a, b),
            (V::Method(a), V::Method(b)) => {
                a.name == b.name && a.receiver.same_within(&b.receiver, left)
            }
            (V::Instance(a), V::Instance(b)) => Rc::ptr_eq(a, b) || a.same_within(b, left),
            (V::Unknown(a), V::Unknown(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether a value has at most so many parts.
    pub fn fits(&self, left: &mut usize) -> bool {
        let Some(less) = left.checked_sub(1) else {
            return false;
        };
        *left = less;
        match self {
            Value::List(items) | Value::Set(items) => items.borrow().iter().all(|v| v.fits(left)),
            Value::Tuple(items) => items.iter().all(|v| v.fits(left)),
            Value::Dict(entries) => {
                let entries = entries.borrow();
                entries.iter().all(|(k, v)| k.fits(left) && v.fits(left))
            }
            _ => true,
        }
    }
}

/// Parts of two values that are compared before they count as different.
const MAX_COMPARED: usize = 10_000;

impl<'a> Instance<'a> {
    fn same_within(&self, other: &Instance<'a>, left: &mut usize) -> bool {
        let (x, y) = (&self.arguments, &other.arguments);
        let mut same = |a: &Value<'a>, b: &Value<'a>| a.same_within(b, left);
        self.scope.is_empty()
            && other.scope.is_empty()
            && same(&self.class, &other.class)
            && x.open.is_none()
            && y.open.is_none()
            && x.positional.len() == y.positional.len()
            && x.keywords.len() == y.keywords.len()
            && x.positional
                .iter()
                .zip(&y.positional)
                .all(|(a, b)| same(a, b))
            && x.keywords
                .iter()
                .zip(&y.keywords)
                .all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1))
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(v) => write!(f, "{v}"),
            Value::Int(v) => write!(f, "{v}"),
            Value::Float(v) => write!(f, "{v:?}"),
            Value::Str(v) => write!(f, "{v:?}"),
            Value::Bytes(v) => write!(f, "b{v:?}"),
            Value::List(items) | Value::Set(items) => match items.try_borrow() {
                Ok(items) if items.len() < 64 => write!(f, "{:?}", &*items),
                _ => f.write_str("[…]"),
            },
            Value::Tuple(items) => write!(f, "tuple{items:?}"),
            Value::Dict(entries) => match entries.try_borrow() {
                Ok(entries) if entries.len() < 64 => write!(f, "dict{:?}", &*entries),
                _ => f.write_str("{…}"),
            },
            Value::Module(module) => write!(f, "<module {}>", module.name),
            Value::External(path) => write!(f, "<{path}>"),
            Value::Class(class) => write!(f, "<class {}>", class.name),
            Value::Member(member) => write!(f, "<{}.{}>", member.enumeration, member.name),
            Value::Instance(instance) => write!(f, "{:?}(…)", instance.class),
            Value::Function(function) => write!(f, "<function {}>", function.name),
            Value::Method(method) => write!(f, "<method {}>", method.name),
            Value::Unknown(why) => write!(f, "<unknown: {}>", why.reason),
            Value::None => f.write_str("None"),
            Value::Ellipsis => f.write_str("..."),
        }
    }
}
