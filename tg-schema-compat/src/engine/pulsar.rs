//! The verdict of a Pulsar broker, for schemas of type AVRO and JSON alike: Java's `SchemaValidator`, and what
//! the broker does around it.
//!
//! The validator resolves the writer's schema with the reader's, aliases applied to the writer first, and looks
//! for errors in what comes out. It never compares names of records, nor symbols of enums. Where it throws
//! something else than a refusal, the broker answers with an error and nothing is registered either; the
//! verdict says so.
//!
//! ```
//! use tg_schema_compat::engine::avro::{Defaults, Graph};
//! use tg_schema_compat::engine::pulsar::{Strategy, can_read, check};
//!
//! let colors = |symbols: &str| {
//!     let text = format!(r#"{{"type": "enum", "name": "Color", "symbols": [{symbols}]}}"#);
//!     Graph::parse(&text, Defaults::Unchecked).unwrap()
//! };
//! let (one, two) = (colors(r#""RED""#), colors(r#""RED", "BLUE""#));
//! // The broker does not see that BLUE is unknown to a reader of the first schema.
//! assert!(can_read(&one, &two).unwrap().is_compatible());
//! assert!(check(Strategy::Full, &two, &[&one]).unwrap().is_none());
//! ```

mod alias;
mod flat;
mod grammar;
mod read;
mod resolver;
mod walk;

use std::borrow::Cow;
use std::fmt;

use tg_schema_model::Json;

use super::avro::{Defaults, Equality, Graph, Id, Refusal, Shape};
use super::stack::{self, Budget, TooLarge};
pub(crate) use alias::Aliases;
pub(crate) use read::{Reading, Refused};

/// Nodes of schemas of which a part is looked at by itself.
const MAX_COPIED: usize = 10_000;

/// Whether one schema reads what another wrote, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The validator finds no error.
    Compatible,
    /// It refuses.
    Incompatible {
        /// Every error, in the order of the reader's fields.
        errors: Vec<Mismatch>,
        /// Whether there are more than are listed.
        more: bool,
    },
    /// It throws.
    Throws(Thrown),
}

impl Verdict {
    /// Whether the reader reads all that the writer writes, to the broker.
    pub fn is_compatible(&self) -> bool {
        *self == Verdict::Compatible
    }
}

/// An error in the resolution of two schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// What kind of error.
    pub kind: Kind,
    /// The way to it, as `.field[]{}`: fields by the reader's name, items and values of containers.
    pub path: String,
    /// What the writer has: a type or a full name.
    pub found: String,
    /// What the reader has.
    pub expected: String,
    /// The field that has no default, for [`Kind::MissingRequiredField`].
    pub field: Option<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}, expecting {}", self.found, self.expected)?;
        match &self.field {
            Some(field) => write!(f, ", missing required field {field}"),
            None => Ok(()),
        }
    }
}

/// What disagrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Types of which one does not become the other.
    IncompatibleSchemaTypes,
    /// Names of enums or fixed types.
    NamesDontMatch,
    /// Sizes of fixed types.
    SizesDontMatch,
    /// A field that the writer does not have has no default.
    MissingRequiredField,
    /// The reader's union has no branch for a type of the writer.
    NoMatchingBranch,
}

impl Kind {
    /// Java's name for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::IncompatibleSchemaTypes => "INCOMPATIBLE_SCHEMA_TYPES",
            Kind::NamesDontMatch => "NAMES_DONT_MATCH",
            Kind::SizesDontMatch => "SIZES_DONT_MATCH",
            Kind::MissingRequiredField => "MISSING_REQUIRED_FIELD",
            Kind::NoMatchingBranch => "NO_MATCHING_BRANCH",
        }
    }
}

/// Why the validator throws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thrown {
    /// The reader's aliases give two fields of a writer's record one name.
    AmbiguousField {
        /// Full name of the record, the aliases applied.
        record: String,
        /// The name that two fields have then.
        field: String,
    },
    /// The reader's aliases give two branches of a writer's union one name.
    AmbiguousBranch {
        /// That name.
        name: String,
    },
    /// A default of the writer is no value of its field. It is checked only where aliases are applied.
    WriterDefault {
        /// The writer's record.
        record: String,
        /// Its field.
        field: String,
    },
    /// A default that the reader needs cannot be written.
    ReaderDefault {
        /// The reader's record.
        record: String,
        /// Its field.
        field: String,
    },
    /// A record contains itself, not in a union, array or map: no message of it ends.
    Endless {
        /// The record.
        record: String,
    },
    /// A record that cannot be read is met again inside a type that was resolved before that was known.
    HalfResolved {
        /// The reader's record.
        record: String,
    },
    /// Java's grammar of the two has holes: types that contain each other both directly and through arrays,
    /// maps or unions are put together wrongly there. Nothing is wrong with such schemas; each of their
    /// records needs a step in between, such as a union with null.
    BrokenGrammar,
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thrown::AmbiguousField { record, field } => write!(
                f,
                "aliases of the reader lead from two fields of the writer's {record} to {field:?}"
            ),
            Thrown::AmbiguousBranch { name } => write!(
                f,
                "aliases of the reader make two branches of a writer's union {name:?}"
            ),
            Thrown::WriterDefault { record, field } => {
                write!(
                    f,
                    "the writer's default of {record}.{field} is not of its type"
                )
            }
            Thrown::ReaderDefault { record, field } => {
                write!(
                    f,
                    "the reader's default of {record}.{field} cannot be written"
                )
            }
            Thrown::Endless { record } => {
                write!(f, "{record} contains itself without end")
            }
            Thrown::HalfResolved { record } => {
                write!(
                    f,
                    "{record} lacks a default, and is met again inside another type"
                )
            }
            Thrown::BrokenGrammar => f.write_str(
                "types that contain each other in several ways are too much for the broker's Avro \
                 library",
            ),
        }
    }
}

/// Whether `reader` reads all that `writer` writes, to the broker.
pub fn can_read(reader: &Graph, writer: &Graph) -> Result<Verdict, TooLarge> {
    stack::walk(|budget| {
        let renamed = alias::apply(writer, reader, budget);
        verdict(renamed, reader, budget)
    })
}

/// What a resolution of a writer's schema with the reader's names says.
fn verdict(
    writer: Resolved<Cow<'_, Graph>>,
    reader: &Graph,
    budget: &mut Budget,
) -> Result<Verdict, TooLarge> {
    let verdict = writer.and_then(|writer| {
        let resolution = resolver::resolve(&writer, reader, budget)?;
        Ok(walk::verdict(&resolution, &writer, reader, budget)?)
    });
    match verdict {
        Err(Stop::Throws(thrown)) => Ok(Verdict::Throws(thrown)),
        Err(Stop::TooLarge(limit)) => Err(limit),
        Ok(verdict) => Ok(verdict),
    }
}

/// What Avro's library for Java makes of them where it reads messages: the same, but where aliases that are applied once more
/// lead somewhere else.
pub(crate) fn can_read_messages(reader: &Graph, writer: &Graph) -> Result<Verdict, TooLarge> {
    stack::walk(|budget| {
        let renamed = alias::apply_to_read(writer, reader, budget);
        verdict(renamed.map(|(writer, _)| writer), reader, budget)
    })
}

/// The first symbol of the writer that readers with that library do not know in the enum that they take for the writer's, with its
/// place, where unions leave a choice: registries may have found it in another one.
pub(crate) fn unknown_symbol(reader: &Graph, writer: &Graph) -> Result<Option<String>, TooLarge> {
    let several = |shape: &Shape| {
        let Shape::Union(branches) = shape else {
            return false;
        };
        let named = branches.iter().map(|branch| reader.shape(*branch));
        named.filter(|shape| shape.name().is_some()).count() > 1
    };
    if !reader.shapes().any(several) {
        return Ok(None);
    }
    stack::walk(|budget| {
        let found = alias::apply_to_read(writer, reader, budget).and_then(|(writer, _)| {
            let resolution = resolver::resolve(&writer, reader, budget)?;
            Ok(walk::unknown_symbol(&resolution, &writer, reader, budget)?)
        });
        match found {
            Ok(found) => Ok(found),
            // Which is told by itself.
            Err(Stop::Throws(_)) => Ok(None),
            Err(Stop::TooLarge(limit)) => Err(limit),
        }
    })
}

/// How often that library replaces names of a writer's by those that have them as aliases; none where it throws then, and nothing
/// is read.
pub(crate) fn renames(reader: &Graph, writer: &Graph) -> Result<Option<u8>, TooLarge> {
    stack::walk(
        |budget| match alias::apply_to_read(writer, reader, budget) {
            Ok((_, times)) => Ok(Some(times)),
            Err(Stop::TooLarge(limit)) => Err(limit),
            Err(Stop::Throws(_)) => Ok(None),
        },
    )
}

/// Why a resolution ends early.
enum Stop {
    TooLarge(TooLarge),
    Throws(Thrown),
}

impl From<TooLarge> for Stop {
    fn from(limit: TooLarge) -> Self {
        Stop::TooLarge(limit)
    }
}

type Resolved<T> = Result<T, Stop>;

/// Whether a part of `reader` reads all that a part of `writer` writes, to the broker; none where that takes too long to say.
pub(crate) fn reads_part((reader, to): (&Graph, Id), (writer, from): (&Graph, Id)) -> Option<bool> {
    if reader.nodes.len().max(writer.nodes.len()) > MAX_COPIED {
        return None;
    }
    let part = |graph: &Graph, root| Graph {
        root,
        ..graph.clone()
    };
    let verdict = can_read(&part(reader, to), &part(writer, from));
    verdict.ok().map(|verdict| verdict == Verdict::Compatible)
}

/// What a broker asks of a new schema: the policy of a namespace or topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Strategy {
    /// No new schema is accepted.
    AlwaysIncompatible,
    /// Every schema is accepted.
    AlwaysCompatible,
    /// The new schema reads the latest one.
    Backward,
    /// The latest schema reads the new one.
    Forward,
    /// Both.
    Full,
    /// The new schema reads all before it.
    BackwardTransitive,
    /// All before it read the new schema.
    ForwardTransitive,
    /// Both.
    FullTransitive,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Strategy; 8] = [
        Strategy::AlwaysIncompatible,
        Strategy::AlwaysCompatible,
        Strategy::Backward,
        Strategy::Forward,
        Strategy::Full,
        Strategy::BackwardTransitive,
        Strategy::ForwardTransitive,
        Strategy::FullTransitive,
    ];

    /// The broker's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Strategy::AlwaysIncompatible => "ALWAYS_INCOMPATIBLE",
            Strategy::AlwaysCompatible => "ALWAYS_COMPATIBLE",
            Strategy::Backward => "BACKWARD",
            Strategy::Forward => "FORWARD",
            Strategy::Full => "FULL",
            Strategy::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Strategy::ForwardTransitive => "FORWARD_TRANSITIVE",
            Strategy::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// The strategy of that word. `UNDEFINED` is none: another policy decides then.
    pub fn from_word(word: &str) -> Option<Self> {
        Strategy::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether the new schema has to read old ones.
    pub const fn reads_old(self) -> bool {
        matches!(
            self,
            Strategy::Backward
                | Strategy::BackwardTransitive
                | Strategy::Full
                | Strategy::FullTransitive
        )
    }

    /// Whether old schemas have to read the new one.
    pub const fn read_by_old(self) -> bool {
        matches!(
            self,
            Strategy::Forward
                | Strategy::ForwardTransitive
                | Strategy::Full
                | Strategy::FullTransitive
        )
    }

    /// Whether all old schemas count, not only the latest.
    pub const fn is_transitive(self) -> bool {
        matches!(
            self,
            Strategy::BackwardTransitive | Strategy::ForwardTransitive | Strategy::FullTransitive
        )
    }
}

/// Why a broker does not accept a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// No schema is accepted beside those that there are.
    Never,
    /// The new schema does not read what the old one at `index` wrote.
    CannotRead {
        /// Which of the old schemas.
        index: usize,
        /// Why.
        verdict: Verdict,
    },
    /// The old schema at `index` does not read what the new one writes.
    CannotBeRead {
        /// Which of the old schemas.
        index: usize,
        /// Why.
        verdict: Verdict,
    },
}

/// What a broker with this strategy objects to in `new`, where `old` are the schemas of the topic, oldest
/// first. A topic without schemas takes any.
pub fn check(
    strategy: Strategy,
    new: &Graph,
    old: &[&Graph],
) -> Result<Option<Objection>, TooLarge> {
    if strategy == Strategy::AlwaysIncompatible && !old.is_empty() {
        return Ok(Some(Objection::Never));
    }
    let count = if strategy.is_transitive() {
        old.len()
    } else {
        1
    };
    for (index, old) in old.iter().enumerate().rev().take(count) {
        if strategy.reads_old() {
            let verdict = can_read(new, old)?;
            if !verdict.is_compatible() {
                return Ok(Some(Objection::CannotRead { index, verdict }));
            }
        }
        if strategy.read_by_old() {
            let verdict = can_read(old, new)?;
            if !verdict.is_compatible() {
                return Ok(Some(Objection::CannotBeRead { index, verdict }));
            }
        }
    }
    Ok(None)
}

/// Whether the broker takes `new` for the very schema that it holds as `old`, and stores no version of it.
/// Documentation, aliases and the default of an enum do not count.
pub fn is_known_as(new: &Graph, old: &Graph) -> Result<bool, TooLarge> {
    stack::walk(|budget| Equality::new(new, old).of(new.root, old.root, budget))
}

/// The type of a schema, as the broker knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaType {
    /// `AVRO`.
    Avro,
    /// `JSON`.
    Json,
}

/// Whether the broker takes this text for a schema of that type, and what it is then. Defaults are not
/// checked here.
///
/// ```
/// use tg_schema_compat::engine::pulsar::{SchemaType, accept};
///
/// let schema = r#"{"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}"#;
/// assert!(accept(SchemaType::Json, schema).unwrap_err().to_string().contains("JSON Schema"));
/// assert!(accept(SchemaType::Avro, r#"["null", "int"]"#).is_err());
/// ```
pub fn accept(ty: SchemaType, text: &str) -> Result<Graph, Refusal> {
    let graph = match Graph::parse(text, Defaults::Unchecked) {
        Err(refusal) if ty == SchemaType::Json && is_json_schema(text) => {
            return Err(Refusal::new(format!(
                "this is a JSON Schema; a schema of type JSON is the definition of an Avro record \
                 ({refusal})"
            )));
        }
        other => other?,
    };
    match (ty, graph.shape(graph.root)) {
        (SchemaType::Avro, Shape::Union(_)) => Err(Refusal::new(
            "the broker takes no union as a schema of type AVRO; wrap it in a record",
        )),
        _ => Ok(graph),
    }
}

/// Whether registering `text` later fails for a reason that its first registration does not meet: the lookup
/// of known schemas checks defaults, registration and compatibility check do not.
pub fn lookup_problem(text: &str) -> Option<Refusal> {
    match Graph::parse(text, Defaults::Unchecked) {
        Ok(_) => Graph::parse(text, Defaults::Checked).err(),
        Err(_) => None,
    }
}

fn is_json_schema(text: &str) -> bool {
    let tree = tg_schema_model::json::parse(text).unwrap_or(Json::Null);
    tree.get("$schema").is_some()
        || tree.get("properties").is_some()
        || tree.get("type").and_then(Json::as_str) == Some("object")
}
