//! Our schema texts beside those that are registered: a verdict for each class.
//!
//! Pure: texts go in that someone fetched ([`read`]), and verdicts come out ([`compare`](compare())).
//! What a client wrote depends on its age, so texts that differ in the order of fields, in the order of
//! keys or in the repetition of definitions are told from those that say something else.

mod compare;
mod difference;
mod finding;
mod flat;
mod read;
mod report;
mod text;

use std::fmt;

use tg_schema_model::Json;

pub use compare::compare;
pub use finding::{errors, notes};
pub use read::{read, read_tree};
pub use report::{json, markdown, text};

/// A class and the text that its definition gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Name in the schema, with its namespace.
    pub name: String,
    /// What tells it from another class of this name: where it stands.
    pub place: String,
    /// The exact text to register.
    pub text: String,
}

impl Class {
    /// Of a text; its name is in it.
    pub fn new(place: impl Into<String>, name: &str, text: impl Into<String>) -> Self {
        let text = text.into();
        let tree = text::parse(&text).ok();
        let name = tree.map_or(name.to_owned(), |tree| flat::name(&tree));
        Class {
            name,
            place: place.into(),
            text,
        }
    }
}

/// What was registered, as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Where it came from: file or address, and topic where one is known.
    pub origin: String,
    /// The topic, where the form says it.
    pub topic: Option<String>,
    /// The version of the topic's schema, where the form says it.
    pub version: Option<u64>,
    /// What the broker takes the schema for, `JSON` or `AVRO`, where the form says it.
    pub kind: Option<String>,
    /// The schema.
    pub schema: Fetched,
}

impl Registered {
    /// What was there, of a topic and version that are not known.
    pub fn new(origin: &str, schema: Fetched) -> Self {
        Registered {
            origin: origin.to_owned(),
            topic: None,
            version: None,
            kind: None,
            schema,
        }
    }
    /// What was there and could not be read.
    pub fn unreadable(origin: &str, why: impl Into<String>) -> Self {
        Registered::new(origin, Fetched::Unreadable(why.into()))
    }
}

/// The schema of something that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// A text, with the name of the type in it.
    Schema {
        /// With the namespace.
        name: String,
        /// Byte for byte where the form keeps it, else in one line.
        text: String,
        /// The same as a tree.
        tree: Json,
    },
    /// Bytes, strings and their like, which have no text.
    Primitive(String),
    /// A schema of a kind that is no Avro schema, such as `KEY_VALUE` or `PROTOBUF_NATIVE`.
    Other(String),
    /// Not a schema in any known form, and why.
    Unreadable(String),
}

/// How a registered text compares with ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same schema, written in one of the ways of the clients.
    Equal(Adjustments),
    /// Another schema.
    Differs(Difference),
}

/// What sets two texts of one schema apart. Nothing where they are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Adjustments {
    /// The texts differ in white space or in the spelling of strings only.
    pub layout: bool,
    /// Definitions are written again where ours refers to them.
    pub repeated: bool,
    /// The keys of objects are in another order.
    pub keys: bool,
    /// Fields are sorted by name.
    pub sorted: bool,
}

impl fmt::Display for Adjustments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("equal")?;
        let mut parts = Vec::new();
        if self.sorted {
            parts.push("after sorting");
        }
        if self.repeated {
            parts.push("with repeated definitions");
        }
        if self.keys {
            parts.push("with keys in another order");
        }
        match parts.is_empty() {
            true => Ok(()),
            false => write!(f, " {}", parts.join(" and ")),
        }
    }
}

/// The first difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON pointer into our text.
    pub pointer: String,
    /// What stands there in ours, where anything does.
    pub ours: Option<Json>,
    /// What is registered there, where anything is.
    pub registered: Option<Json>,
}

/// A class beside one registered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Where the registered text came from.
    pub origin: String,
    /// What came out.
    pub verdict: Verdict,
}

/// What was found out about a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class.
    pub name: String,
    /// Where it stands.
    pub place: String,
    /// With every registered text of its name; none where there is none.
    pub comparisons: Vec<Comparison>,
}

impl Answer {
    /// The first text that differs.
    pub fn difference(&self) -> Option<(&Comparison, &Difference)> {
        self.comparisons.iter().find_map(|c| match &c.verdict {
            Verdict::Differs(d) => Some((c, d)),
            Verdict::Equal(_) => None,
        })
    }
}

/// Everything that was found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// One for each class, in their order.
    pub answers: Vec<Answer>,
    /// Registered texts of names that no class has: origin and name.
    pub unclaimed: Vec<(String, String)>,
    /// Topics whose schema has no text: origin and type.
    pub primitive: Vec<(String, String)>,
    /// What could not be read: origin and reason.
    pub unreadable: Vec<(String, String)>,
}

impl Report {
    /// Whether every text that was found is the class's own, and all could be read.
    pub fn is_clean(&self) -> bool {
        self.unreadable.is_empty() && self.answers.iter().all(|a| a.difference().is_none())
    }
}
