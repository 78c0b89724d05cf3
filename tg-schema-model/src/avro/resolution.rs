//! Schema resolution: a writer's schema and a reader's record into a plan by which bytes are read.
//!
//! A message may be written with another version of its schema than the one that it is read with. The
//! two are compared once, by [`compile`]; what comes out is a [`Plan`], small instructions that are
//! carried out on the bytes of each message without a look at either schema.
//!
//! What resolves to what:
//!
//! * a type to the same type, and `int` to `long`, `float` and `double`, `long` to `float` and
//!   `double`, `float` to `double`, `string` and `bytes` to each other;
//! * lists and maps by what they hold;
//! * a record by its fields, whatever their order: a reader's field takes the writer's field of its
//!   name or of one of its aliases, else its default; the writer's other fields are jumped over;
//! * an enum by its symbols; one that the reader does not know becomes the enum's default;
//! * `T` to `T?`, and `T?` to `T` as long as there is a value;
//! * a union of the writer's by the branch that each value is of.
//!
//! Records and enums must have the same name, namespaces aside, or the reader's must have the writer's
//! full name as an alias. Logical types do not matter, but two decimals must have the same precision
//! and scale.
//!
//! What cannot be read is no error here. It becomes [`Node::Fail`] at its place, which only messages
//! meet that hold such a value, and is listed in [`Plan::problems`]. Where there are none every message
//! of the writer's can be read: [`Plan::is_compatible`].

mod graph;
mod memory;
mod name;
mod pair;
mod place;
mod problem;
mod promotion;
mod reduction;
mod run;
mod size;
mod skip;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{AvroError, Schema, render};
use crate::schema::{self, RecordId};

pub use problem::Problem;
pub(super) use size::Size;
pub(super) use skip::{Finished, Skips};

/// Instructions, steps and fields that a plan is made of or that it takes to make it. Schemas that
/// people write have some thousands.
pub const MAX_SIZE: usize = 1 << 20;
/// Problems that a plan lists one by one; the last one then says that there are more.
pub const MAX_PROBLEMS: usize = 1_000;

/// How messages of one writer are read as messages of one record: see [`compile`].
///
/// Whoever carries it out starts with the node [`Plan::root`] and the reader's record. Nodes say how
/// the next bytes become a value of the type that the reader has at that place; they do not repeat the
/// type. A record can lead to itself, so depth has to be limited as for any reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How values are read; the first is always [`Node::Same`].
    pub nodes: Vec<Node>,
    /// How values are jumped over; the first is always [`Skip::Nothing`].
    pub skips: Vec<Skip>,
    /// How the message itself is read.
    pub root: NodeId,
    /// All places where the two schemas do not fit, each once, as far as [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// Nodes whose values are never without bytes.
    filled: Vec<bool>,
    /// Symbols of the writer's that a node has no symbol for.
    unknown: BTreeMap<(u32, u32), String>,
}

/// Index into [`Plan::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Index into [`Plan::skips`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SkipId(pub u32);

/// How one value of the reader's type is read from the writer's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// As if the reader had written it. That includes `int` read as `long`, and `string` and `bytes`
    /// read as each other; bytes that are no UTF-8 are the reader's to find.
    Same,
    /// The reader has `float` or `double`, the bytes are an `int`.
    Int,
    /// The reader has `float` or `double`, the bytes are a `long`.
    Long,
    /// The reader has `double`, the bytes are a `float`.
    Float,
    /// A record. A field of the reader's that no step reads takes its default, or has no value where it is
    /// optional; a field that has neither is never left out.
    Record {
        /// In the order of the bytes.
        steps: Box<[Step]>,
        /// Which fields of the reader's the steps read: the bits of 64 fields each, as far as there are any.
        read: Box<[u64]>,
        /// The steps as they are carried out the fastest.
        runs: Box<[Run]>,
        /// How each field within the runs is read, as far as the last that is not read as if the reader had
        /// written it.
        forms: Box<[Form]>,
    },
    /// A list, each item read by that node.
    Array(NodeId),
    /// A map, each value read by that node.
    Map(NodeId),
    /// An enum: the index in the bytes, looked up here. `None`: the reader does not know the symbol and
    /// has no default, so the message cannot be read ([`Plan::unknown_symbol`] names it). An index
    /// beyond the end is an error of the bytes.
    Enum(Box<[Option<Symbol>]>),
    /// The reader has an optional type: no value, and no bytes for it.
    None,
    /// The reader has an optional type: a value, read by that node, and no bytes that say so.
    Some(NodeId),
    /// The writer has a union: the index of a branch, then the value by the node of that branch. The
    /// reader's type stays the same. An index beyond the end is an error of the bytes.
    Union(Box<[NodeId]>),
    /// Whoever comes here cannot go on: index into [`Plan::problems`].
    Fail(u32),
}

/// What comes next in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Fields of the reader's that the writer has in the reader's order: one, or as many as there are if each
    /// is read as if the reader had written it. For a field that is optional, or nullable with a default, the
    /// node reads the optional type; no value then means what null means in that field.
    Read {
        /// Index of the first in the fields of the reader's record.
        first: u32,
        /// Index behind the last.
        end: u32,
        /// How each is read.
        node: NodeId,
    },
    /// Bytes that the reader has no field for. Two of these never follow each other if both are of a
    /// fixed size.
    Skip(SkipId),
}

/// Steps that are taken as one: bytes that are jumped over, then fields of the reader's that the writer has in the
/// reader's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What is in front of the fields.
    pub gap: Gap,
    /// Index of the first field; [`Run::NONE`] if there is none.
    pub first: u32,
    /// Index behind the last.
    pub end: u32,
    /// How the first is read, where it is not read as if the reader had written it and not in [`Node::Record`]'s
    /// `forms`. It is the only one, unless `same` says that there are branches.
    pub node: NodeId,
    /// Branches of a union that the node is: bit `i` where the value of branch `i` is read as if the reader had written
    /// it. Of any other node, and of branches beyond the bits, there are none.
    pub same: u32,
    /// What is to be done in front of the fields, at a glance.
    pub front: Front,
}

/// What is to be done in front of the fields of a [`Run`]: its parts say it as well, and take longer to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// Nothing: there is no gap, and the node is [`NodeId::SAME`].
    Nothing,
    /// Only that many variable-length integers are to be jumped over: they are the gap, there are fields, and the node
    /// is [`NodeId::SAME`].
    Varints(u32),
    /// Something else.
    Other,
}

impl Run {
    /// The index of no field.
    pub const NONE: u32 = u32::MAX;
}

/// A [`Skip`] at hand, if it is a short one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// No bytes.
    Nothing,
    /// That many bytes.
    Fixed(u32),
    /// That many variable-length integers.
    Varints(u32),
    /// A length and as many bytes.
    Prefixed,
    /// Any other.
    Other(SkipId),
}

/// How a field within a run is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As if the reader had written it.
    Same,
    /// A number of another type.
    Number(Promotion),
    /// By that node: a record, an enum, a list, a map or an optional value. Other types have nodes too, where the
    /// writer has a union; their fields are runs of their own.
    Node(NodeId),
}

/// A number that is written as another type than `float` or `double`, which the reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// As [`Node::Int`].
    Int,
    /// As [`Node::Long`].
    Long,
    /// As [`Node::Float`].
    Float,
}

/// A symbol of the reader's enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its index.
    pub index: u32,
    /// The writer's symbol is another one, and this the default that stands for it.
    pub unknown: bool,
}

/// How a value of the writer's is jumped over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// No bytes. This is the only form of values that are always without bytes, so a block of any
    /// number of them is over at once: see [`Plan::is_empty_skip`].
    Nothing,
    /// That many bytes.
    Fixed(u32),
    /// One variable-length integer.
    Varint,
    /// A length and as many bytes.
    Prefixed,
    /// Blocks of items. A block whose count is negative says its size in bytes and may be jumped over
    /// whole.
    Array(SkipId),
    /// Blocks of entries, each a key (a length and as many bytes) and a value.
    Map(SkipId),
    /// One after the other.
    Record(Box<[SkipId]>),
    /// The index of a branch, then its value.
    Union(Box<[SkipId]>),
}

impl NodeId {
    /// The node that is [`Node::Same`].
    pub const SAME: NodeId = NodeId(0);
}

impl SkipId {
    /// The skip that is [`Skip::Nothing`].
    pub const NOTHING: SkipId = SkipId(0);
}

impl Plan {
    /// How the value is read.
    ///
    /// # Panics
    /// If the index is not one of this plan.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// How the value is jumped over.
    ///
    /// # Panics
    /// If the index is not one of this plan.
    pub fn skip(&self, id: SkipId) -> &Skip {
        &self.skips[id.0 as usize]
    }

    /// Whether every message of the writer's can be read, as far as the schemas say: Avro's rule of
    /// schema compatibility for this reader and writer. Values can still be beyond the reader's types,
    /// such as bytes read as `string` that are no UTF-8, or a year 10000 in a `date`.
    pub fn is_compatible(&self) -> bool {
        self.problems.is_empty()
    }

    /// Whether messages are read as if the reader had written them: the plan says nothing more.
    pub fn is_same(&self) -> bool {
        self.root == NodeId::SAME
    }

    /// Whether values that are jumped over in this way never have any bytes. A block of those must not
    /// be gone through: its count may be any number. Every other value has a byte at least, so that
    /// the input bounds their number, or has no end, which the limit of depth finds.
    pub fn is_empty_skip(&self, id: SkipId) -> bool {
        self.skips.get(id.0 as usize) == Some(&Skip::Nothing)
    }

    /// Whether values that are read in this way always have a byte at least, so that the number of
    /// bytes that are left bounds their number. For [`NodeId::SAME`] that is for the reader's type to
    /// say; the answer is `false`, as it is for [`Node::Fail`], which should be met before room is made
    /// for the items that lead to it.
    pub fn has_bytes(&self, id: NodeId) -> bool {
        self.filled.get(id.0 as usize).copied().unwrap_or(false)
    }

    /// The name of the symbol that the writer has at an index and the node has none for.
    pub fn unknown_symbol(&self, node: NodeId, index: u32) -> Option<&str> {
        self.unknown.get(&(node.0, index)).map(String::as_str)
    }
}

/// Compares a writer's schema with the record that its messages are read as.
///
/// The reader is the Avro schema of the record ([`render::schema`]), the presence of each field
/// included: `T?` is `["null", T]` with the default null.
///
/// # Errors
/// Where the plan would be larger than [`MAX_SIZE`], where types lie deeper inside each other than
/// [`super::MAX_DEPTH`], and where the writer's schema refers to a type that it does not define.
/// Schemas that do not fit are no error, see [`Plan::problems`].
///
/// # Example
/// ```
/// # use tg_schema_model::{Field, Presence, Record, RecordId, Schema, Type};
/// use tg_schema_model::avro::{self, resolution};
///
/// # let field = |name: &str, ty, presence| Field {
/// #     name: name.into(), ty, presence, encoding: Default::default(), doc: None,
/// #     aliases: vec![], deprecated: None, pulsar: Default::default(), origin: None,
/// #     span: Default::default(), type_span: Default::default(),
/// #     default_span: Default::default(), places: Default::default(),
/// # };
/// # let record = Record {
/// #     name: "Order".into(),
/// #     fields: vec![
/// #         field("id", Type::Long, Presence::Required),
/// #         field("note", Type::String, Presence::Optional),
/// #     ],
/// #     ..Record::default()
/// # };
/// # let schema = Schema { records: vec![record], ..Schema::default() };
/// // record Order { id: long, note: string? }
/// let writer = avro::parse(r#"{"type": "record", "name": "Order", "fields": [
///     {"name": "id", "type": ["int", "string"]}]}"#)?;
/// let plan = resolution::compile(&writer, &schema, RecordId(0))?;
/// assert!(!plan.is_compatible());
/// assert_eq!(plan.problems[0].path, "Order.id");
/// assert_eq!(plan.problems[0].message, "the writer has string, which cannot be read as long");
/// # Ok::<(), avro::AvroError>(())
/// ```
pub fn compile(
    writer: &Schema,
    reader: &schema::Schema,
    record: RecordId,
) -> Result<Plan, AvroError> {
    if reader.records.get(record.0).is_none() {
        return Err(error("the reader's record is not one of its schema"));
    }
    if render::nests_too_deep(reader, record) {
        return Err(error(format!(
            "the reader's record holds more than {} types inside each other",
            super::MAX_DEPTH
        )));
    }
    let reader = render::schema(reader, record);
    pair::plan(&reader, writer)
}

/// The plan is refused as a whole.
fn error(message: impl Into<String>) -> AvroError {
    AvroError {
        path: String::new(),
        message: message.into(),
    }
}
