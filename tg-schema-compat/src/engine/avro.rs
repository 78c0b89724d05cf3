//! Avro schemas as the Java library sees them: a graph of types, and which texts it refuses to read.
//!
//! Registries ask that library, so its view is theirs, also where it differs from the specification: names
//! may be used before they are defined, a definition may be repeated word by word, comments are skipped.
//! Logical types are properties like any other.
//!
//! ```
//! use tg_schema_compat::engine::avro::{Defaults, Graph};
//!
//! let graph = Graph::parse(r#"{"type": "array", "items": "int"}"#, Defaults::Checked).unwrap();
//! assert_eq!(graph.node(graph.root).shape.word(), "ARRAY");
//! let refusal = Graph::parse(r#"["int", "int"]"#, Defaults::Checked).unwrap_err();
//! assert_eq!(refusal.to_string(), "the union has int twice");
//! ```

mod default;
mod equality;
mod letters;
mod logical;
mod name;
mod parse;
mod print;
mod resolve;
mod text;

use std::collections::HashMap;
use std::fmt;

use tg_schema_model::Json;
use tg_schema_model::avro::{Kind, Name, Order, Schema};

pub(crate) use default::{Check, Misfit, Why, encodes, is_valid, misfit};
pub(crate) use equality::Equality;
pub use text::MAX_JSON_DEPTH;
pub(crate) use text::{same, spanned};

use super::stack::{TooLarge, walk};

/// A schema: its types, and which of them it is.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Every place of the text where a type stands, and nothing twice: what is only named is the place of
    /// its definition.
    pub nodes: Vec<Node>,
    /// The type that the schema is.
    pub root: Id,
}

/// A type of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub usize);

/// One type.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub shape: Shape,
    /// Attributes that the specification does not name, and those of logical types; sorted by name.
    pub properties: Vec<(String, Json)>,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A type without parts.
    Primitive(Kind),
    /// Named fields.
    Record(Record),
    /// Named symbols.
    Enum(Enum),
    /// A given number of bytes.
    Fixed(Fixed),
    /// Items of one type.
    Array(Id),
    /// Values of one type under string keys.
    Map(Id),
    /// One of several types.
    Union(Vec<Id>),
    /// A name whose definition has not been met; none are left in a graph that was read.
    Unresolved(String),
}

/// A record.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its full name.
    pub name: Name,
    /// Former names, full.
    pub aliases: Vec<Name>,
    /// Its fields in order.
    pub fields: Vec<Field>,
    /// Their places by name.
    pub(crate) index: HashMap<String, usize>,
    /// Whether any of them has former names.
    pub(crate) aliased: bool,
    /// Whether the fields are yet to come, while a graph is made.
    pub(crate) open: bool,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Id,
    /// What a reader takes where the writer has no such field.
    pub default: Option<Json>,
    /// Former names, each once.
    pub aliases: Vec<String>,
    /// How records are sorted by it.
    pub order: Order,
    /// Other attributes, sorted by name.
    pub properties: Vec<(String, Json)>,
}

/// An enum.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its full name.
    pub name: Name,
    /// Former names, full.
    pub aliases: Vec<Name>,
    /// Its symbols in order.
    pub symbols: Vec<String>,
    /// What a reader makes of a symbol that it does not know.
    pub default: Option<String>,
}

/// A given number of bytes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// Its full name.
    pub name: Name,
    /// Former names, full.
    pub aliases: Vec<Name>,
    /// Bytes.
    pub size: u32,
}

/// Whether a parser checks that defaults are of their field's type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Defaults {
    /// It does, as for a schema that is new to a registry with Confluent's interface.
    #[default]
    Checked,
    /// It does not, as in the compatibility check of a Pulsar broker.
    Unchecked,
}

/// Why a text is no schema to the Java library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// JSON pointer to the place in the text; empty for the whole of it, or where several places disagree.
    pub path: String,
    /// What is wrong there.
    pub message: String,
}

impl Refusal {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Refusal {
            path: String::new(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<TooLarge> for Refusal {
    fn from(limit: TooLarge) -> Self {
        Refusal::new(limit.to_string())
    }
}

impl Graph {
    /// Reads a text as Java's `Schema.Parser` does.
    pub fn parse(text: &str, defaults: Defaults) -> Result<Self, Refusal> {
        Graph::of_json(&text::read(text)?, defaults)
    }

    /// The graph of a tree of the model.
    pub fn of(schema: &Schema, defaults: Defaults) -> Result<Self, Refusal> {
        Graph::of_json(&schema.to_json(), defaults)
    }

    /// The graph of a schema's JSON form.
    pub fn of_json(json: &Json, defaults: Defaults) -> Result<Self, Refusal> {
        walk(|budget| match parse::read(json, defaults, budget) {
            Err(parse::Stop::TooLarge(limit)) => Err(limit),
            Err(parse::Stop::Refused(refusal)) => Ok(Err(refusal)),
            Ok(graph) => Ok(Ok(graph)),
        })?
    }

    /// The type at `id`.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0]
    }

    /// What the type at `id` is.
    pub fn shape(&self, id: Id) -> &Shape {
        &self.node(id).shape
    }

    /// What each type is.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = &Shape> {
        self.nodes.iter().map(|node| &node.shape)
    }

    /// Whether a type or a field has former names.
    pub(crate) fn has_aliases(&self) -> bool {
        self.nodes.iter().any(|node| match &node.shape {
            Shape::Record(record) => {
                !record.aliases.is_empty() || record.fields.iter().any(|f| !f.aliases.is_empty())
            }
            shape => !shape.aliases().is_empty(),
        })
    }

    /// Whether no type can lead to itself, because each is made of types before it.
    pub(crate) fn is_plain(&self) -> bool {
        let before = |id: usize, part: &Id| part.0 < id;
        self.nodes
            .iter()
            .enumerate()
            .all(|(id, node)| match &node.shape {
                Shape::Record(record) => record.fields.iter().all(|f| before(id, &f.ty)),
                Shape::Array(part) | Shape::Map(part) => before(id, part),
                Shape::Union(branches) => branches.iter().all(|part| before(id, part)),
                _ => true,
            })
    }

    /// Whether null is among the values of the type at `id`, and the other types that they may have.
    pub fn branches(&self, id: Id) -> (bool, Vec<Id>) {
        let is_null = |id: &Id| matches!(self.shape(*id), Shape::Primitive(Kind::Null));
        match self.shape(id) {
            Shape::Union(branches) => (
                branches.iter().any(is_null),
                branches.iter().copied().filter(|id| !is_null(id)).collect(),
            ),
            _ => (false, vec![id]),
        }
    }

    /// Whether the type at `id` has other values than null.
    pub(crate) fn holds(&self, id: Id) -> bool {
        let others = self.branches(id).1;
        others
            .iter()
            .any(|id| !matches!(self.shape(*id), Shape::Primitive(Kind::Null)))
    }

    /// Whether the type at `id` is a union with null in it.
    pub fn is_nullable(&self, id: Id) -> bool {
        self.branches(id).0
    }

    /// The type at `id` as Avro's interface language writes it: `array<long>?`, `union { int, string }`.
    pub fn type_text(&self, id: Id) -> String {
        let mut text = String::new();
        self.write_type(id, 0, &mut text);
        text
    }

    fn write_type(&self, id: Id, depth: usize, out: &mut String) {
        const MAX_DEPTH: usize = 16;
        const MAX_BYTES: usize = 1_000;
        if depth > MAX_DEPTH || out.len() > MAX_BYTES {
            return out.push('…');
        }
        let around = |word: &str, part: Id, out: &mut String| {
            out.push_str(word);
            out.push('<');
            self.write_type(part, depth + 1, out);
            out.push('>');
        };
        match self.shape(id) {
            Shape::Array(part) => around("array", *part, out),
            Shape::Map(part) => around("map", *part, out),
            Shape::Union(_) => match self.branches(id) {
                (true, others) if others.len() == 1 => {
                    for other in others {
                        self.write_type(other, depth + 1, out);
                    }
                    out.push('?');
                }
                (nullable, others) => {
                    out.push_str(if nullable { "union { null" } else { "union { " });
                    for (at, other) in others.into_iter().enumerate() {
                        if nullable || at > 0 {
                            out.push_str(", ");
                        }
                        self.write_type(other, depth + 1, out);
                    }
                    out.push_str(" }");
                }
            },
            shape => match shape.name() {
                Some(name) => out.push_str(&name.name),
                None => out.push_str(&shape.label()),
            },
        }
    }

    /// The types directly inside the one at `id`.
    pub fn parts(&self, id: Id) -> Vec<Id> {
        match self.shape(id) {
            Shape::Record(r) => r.fields.iter().map(|f| f.ty).collect(),
            Shape::Array(part) | Shape::Map(part) => vec![*part],
            Shape::Union(branches) => branches.clone(),
            _ => Vec::new(),
        }
    }
}

impl Shape {
    /// The name of its type, as in messages of the Java library: `RECORD`, `INT`.
    pub fn word(&self) -> &'static str {
        match self {
            Shape::Primitive(kind) => match kind {
                Kind::Null => "NULL",
                Kind::Boolean => "BOOLEAN",
                Kind::Int => "INT",
                Kind::Long => "LONG",
                Kind::Float => "FLOAT",
                Kind::Double => "DOUBLE",
                Kind::Bytes => "BYTES",
                Kind::String => "STRING",
            },
            Shape::Record(_) | Shape::Unresolved(_) => "RECORD",
            Shape::Enum(_) => "ENUM",
            Shape::Fixed(_) => "FIXED",
            Shape::Array(_) => "ARRAY",
            Shape::Map(_) => "MAP",
            Shape::Union(_) => "UNION",
        }
    }

    /// The name of a record, enum or fixed.
    pub fn name(&self) -> Option<&Name> {
        match self {
            Shape::Record(r) => Some(&r.name),
            Shape::Enum(e) => Some(&e.name),
            Shape::Fixed(f) => Some(&f.name),
            _ => None,
        }
    }

    /// The former names of a record, enum or fixed.
    pub fn aliases(&self) -> &[Name] {
        match self {
            Shape::Record(r) => &r.aliases,
            Shape::Enum(e) => &e.aliases,
            Shape::Fixed(f) => &f.aliases,
            _ => &[],
        }
    }

    /// What tells branches of a union apart: the full name, else the type's.
    pub fn label(&self) -> String {
        match self.name() {
            Some(name) => name.full(),
            None => self.word().to_lowercase(),
        }
    }

    pub(crate) fn same_type(&self, other: &Shape) -> bool {
        match (self, other) {
            (Shape::Primitive(a), Shape::Primitive(b)) => a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Record {
    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(self.place(name)?)
    }
    /// The place of the field of that name among all.
    pub fn place(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }
}
