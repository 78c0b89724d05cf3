//! Avro: a record into its Avro schema; any Avro schema text into a tree and back.
//!
//! The tree holds all of the specification, because writers' schemas are not ours: fixed types, any
//! union, any logical type, documentation, aliases, defaults, sort order and unknown attributes.
//!
//! * [`parse`] reads a text by the specification, [`parse_with`] also what registries hold in practice;
//! * [`Schema::to_json`] writes a tree back, [`Schema::canonical`] its Parsing Canonical Form;
//! * [`schema`], [`text`] and [`canonical_text`] render a record of the model, and
//!   [`schema_of_enum`] an enum; [`default_is_portable`] and its like answer what validation asks;
//! * [`mod@import`] reads schema files into the model;
//! * [`resolution`] compares a writer's schema with a record, into a plan by which its bytes are read;
//! * [`peek`] makes a plan by which some fields are read and nothing else.

mod canonical;
mod check;
mod default;
mod direct;
mod error;
pub mod import;
mod logical;
mod parse;
pub mod peek;
pub mod render;
pub mod resolution;
mod write;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::json::Json;

pub use check::default_problem;
pub(crate) use default::{Defaults, Notation};
pub use default::{default_is_complete, default_is_portable, default_json};
pub use error::AvroError;
pub use logical::Logical;
pub use parse::{MAX_DEPTH, MAX_NAME_BYTES, MAX_TEXT_BYTES, Rules, parse, parse_with};
pub use render::{canonical_text, nests_too_deep, schema, schema_of_enum, text, text_of_enum};

/// An Avro schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schema {
    /// A type without parts, perhaps with a logical type.
    Primitive(Primitive),
    /// Named fields.
    Record(Record),
    /// Named symbols.
    Enum(Enum),
    /// A given number of bytes.
    Fixed(Fixed),
    /// Items of one type.
    Array(Array),
    /// Values of one type under string keys.
    Map(Map),
    /// One of several types.
    Union(Vec<Schema>),
    /// A record, enum or fixed that was defined before (or is being defined), by its full name.
    Ref(Name),
}

/// Which primitive type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// No value.
    Null,
    /// True or false.
    Boolean,
    /// 32-bit signed integer.
    Int,
    /// 64-bit signed integer.
    Long,
    /// 32-bit IEEE 754.
    Float,
    /// 64-bit IEEE 754.
    Double,
    /// Octets.
    Bytes,
    /// UTF-8 text.
    String,
}

/// Attributes that the specification does not name, in the order of the text.
pub type Properties = Vec<(String, Json)>;

/// A type without parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Primitive {
    /// Which one.
    pub kind: Kind,
    /// What its values stand for. A logical type that is unknown or does not fit `kind` has no
    /// meaning and stays in `properties`.
    pub logical: Option<Logical>,
    /// Other attributes.
    pub properties: Properties,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names as written: without a dot they are in the namespace of `name`.
    pub aliases: Vec<String>,
    /// Fields in wire order.
    pub fields: Vec<Field>,
    /// Other attributes.
    pub properties: Properties,
}

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Its type.
    pub schema: Schema,
    /// What a reader takes where the writer has no such field, in Avro's JSON encoding.
    pub default: Option<Json>,
    /// How records are sorted by it.
    pub order: Option<Order>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Other attributes.
    pub properties: Properties,
}

/// How records are sorted by a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Order {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
    /// Not at all.
    Ignore,
}

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names as written.
    pub aliases: Vec<String>,
    /// Symbols in wire order.
    pub symbols: Vec<String>,
    /// What a reader makes of a symbol that it does not know.
    pub default: Option<String>,
    /// Other attributes.
    pub properties: Properties,
}

/// A given number of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Its name.
    pub name: Name,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names as written.
    pub aliases: Vec<String>,
    /// Bytes.
    pub size: u32,
    /// What its values stand for.
    pub logical: Option<Logical>,
    /// Other attributes.
    pub properties: Properties,
}

/// Items of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Array {
    /// The type.
    pub items: Box<Schema>,
    /// Other attributes.
    pub properties: Properties,
}

/// Values of one type under string keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    /// The type.
    pub values: Box<Schema>,
    /// Other attributes.
    pub properties: Properties,
}

/// A full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Everything before the last dot. `None`: the null namespace.
    pub namespace: Option<String>,
    /// What follows the last dot.
    pub name: String,
}

impl Name {
    /// A name in a namespace; an empty namespace is the null namespace.
    pub fn new(namespace: Option<&str>, name: impl Into<String>) -> Self {
        Name {
            namespace: namespace.filter(|ns| !ns.is_empty()).map(str::to_owned),
            name: name.into(),
        }
    }
    /// A full name as it is written: split at its last dot.
    pub fn from_full(full: &str) -> Self {
        match full.rsplit_once('.') {
            Some((namespace, name)) => Name::new(Some(namespace), name),
            None => Name::new(None, full),
        }
    }
    /// What `written` means inside `enclosing`: a name with a dot is full, another one is in the
    /// enclosing namespace.
    pub fn resolve(written: &str, enclosing: Option<&str>) -> Self {
        if written.contains('.') {
            Name::from_full(written)
        } else {
            Name::new(enclosing, written)
        }
    }
    /// `namespace.name`.
    pub fn full(&self) -> String {
        crate::schema::full_name(self.namespace.as_deref(), &self.name)
    }
    /// How a reference is written inside `enclosing`: the bare name where that means the same.
    pub fn written_in(&self, enclosing: Option<&str>) -> Cow<'_, str> {
        if self.namespace.as_deref() == enclosing {
            Cow::Borrowed(&self.name)
        } else {
            Cow::Owned(self.full())
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.full())
    }
}

impl Kind {
    /// Every primitive type.
    pub const ALL: [Kind; 8] = [
        Kind::Null,
        Kind::Boolean,
        Kind::Int,
        Kind::Long,
        Kind::Float,
        Kind::Double,
        Kind::Bytes,
        Kind::String,
    ];
    /// Its name in a schema.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Int => "int",
            Kind::Long => "long",
            Kind::Float => "float",
            Kind::Double => "double",
            Kind::Bytes => "bytes",
            Kind::String => "string",
        }
    }
    /// The primitive type of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
    /// Whether a value of this type becomes one of another type in reading: Avro's promotions. No type is
    /// promoted to itself.
    pub const fn promotes_to(self, to: Kind) -> bool {
        matches!(
            (self, to),
            (Kind::Int, Kind::Long | Kind::Float | Kind::Double)
                | (Kind::Long, Kind::Float | Kind::Double)
                | (Kind::Float, Kind::Double)
                | (Kind::String, Kind::Bytes)
                | (Kind::Bytes, Kind::String)
        )
    }
}

impl Order {
    /// The value of `order`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Ascending => "ascending",
            Order::Descending => "descending",
            Order::Ignore => "ignore",
        }
    }
}

impl From<Kind> for Schema {
    fn from(kind: Kind) -> Self {
        Schema::Primitive(Primitive {
            kind,
            logical: None,
            properties: Vec::new(),
        })
    }
}

impl Schema {
    /// A primitive type that stands for something.
    pub fn logical(kind: Kind, logical: Logical) -> Self {
        Schema::Primitive(Primitive {
            kind,
            logical: Some(logical),
            properties: Vec::new(),
        })
    }
    /// An array.
    pub fn array(items: Schema) -> Self {
        Schema::Array(Array {
            items: Box::new(items),
            properties: Vec::new(),
        })
    }
    /// A map.
    pub fn map(values: Schema) -> Self {
        Schema::Map(Map {
            values: Box::new(values),
            properties: Vec::new(),
        })
    }
    /// `["null", schema]`.
    pub fn nullable(schema: Schema) -> Self {
        Schema::Union(vec![Kind::Null.into(), schema])
    }
    /// The name of a record, enum, fixed or reference.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Schema::Record(r) => Some(&r.name),
            Schema::Enum(e) => Some(&e.name),
            Schema::Fixed(f) => Some(&f.name),
            Schema::Ref(name) => Some(name),
            _ => None,
        }
    }
    /// Whether this is the primitive type `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Schema::Primitive(p) if p.kind == Kind::Null)
    }
    /// The schemas directly inside, in the order of the text.
    pub fn parts(&self) -> Vec<&Schema> {
        match self {
            Schema::Record(r) => r.fields.iter().map(|f| &f.schema).collect(),
            Schema::Array(a) => vec![&*a.items],
            Schema::Map(m) => vec![&*m.values],
            Schema::Union(branches) => branches.iter().collect(),
            Schema::Primitive(_) | Schema::Enum(_) | Schema::Fixed(_) | Schema::Ref(_) => {
                Vec::new()
            }
        }
    }
    /// Every record, enum and fixed that is defined in this schema, by name.
    pub fn definitions(&self) -> BTreeMap<&Name, &Schema> {
        let mut found = BTreeMap::new();
        let mut open = vec![self];
        while let Some(schema) = open.pop() {
            if let (Some(name), false) = (schema.name(), matches!(schema, Schema::Ref(_))) {
                found.insert(name, schema);
            }
            open.extend(schema.parts());
        }
        found
    }
}
