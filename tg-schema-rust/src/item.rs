//! One annotated Rust item, between `read` (Rust text → item) and `write` (item → Rust text).
//!
//! A [`Shape`] is what the wire needs to know of a Rust type; the names of other types stay as they
//! are written, because a macro sees one item at a time.

use std::borrow::Cow;

use tg_schema_model::{
    Check, Encoding, FieldPulsar, Json, Places, Profile, RecordPulsar, Span, Topic, Value,
};

/// A struct or an enum.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A struct with named fields.
    Record(RecordItem<'a>),
    /// An enum of unit variants.
    Enum(EnumItem),
}

/// A struct that is a record on the wire.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordItem<'a> {
    /// Rust identifier, escaped where Rust needs it.
    pub ident: String,
    /// Name on the wire.
    pub name: Cow<'a, str>,
    /// Avro namespace.
    pub namespace: Option<Cow<'a, str>>,
    /// Documentation.
    pub doc: Option<Cow<'a, str>>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Field names that must not come back.
    pub reserved: Vec<String>,
    /// Wire habits.
    pub profile: Profile,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// The old declaration's extras.
    pub pulsar: RecordPulsar,
    /// Topic that it travels on.
    pub topic: Option<Topic>,
    /// Further topics, where definitions name several.
    pub other_topics: Vec<Topic>,
    /// `#[non_exhaustive]`, by an option of the attribute or beside it.
    pub non_exhaustive: bool,
    /// What is required of its changes.
    pub check: Option<Box<Check>>,
    /// Fields in wire order.
    pub fields: Vec<FieldItem<'a>>,
    /// Fewest bytes in Avro, where the types of all fields are known.
    pub least: Option<usize>,
    /// Place of the name.
    pub span: Span,
    /// Place of the topic.
    pub topic_span: Span,
    /// Further places.
    pub places: Places,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldItem<'a> {
    /// Rust identifier, escaped where Rust needs it.
    pub ident: Cow<'a, str>,
    /// Name on the wire.
    pub name: Cow<'a, str>,
    /// Type without the outermost `Option` of an optional field.
    pub shape: Shape,
    /// Row of the presence table.
    pub presence: PresenceItem,
    /// How bytes travel in JSON. Effective value, profile considered.
    pub encoding: Encoding,
    /// Documentation.
    pub doc: Option<Cow<'a, str>>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// The old declaration's extras.
    pub pulsar: FieldPulsar,
    /// Place of the name.
    pub span: Span,
    /// Place of the type.
    pub type_span: Span,
    /// Place of the default.
    pub default_span: Span,
    /// Further places.
    pub places: Places,
}

/// A row of the presence table; defaults as wire JSON of the field's type.
#[derive(Clone, Debug, PartialEq)]
pub enum PresenceItem {
    /// Always there.
    Required,
    /// Absent or null reads as this.
    Default(Json),
    /// `Option`.
    Optional,
    /// As `Default`, and the Avro type is a union with null.
    NullableDefault(Json),
}

/// What the wire needs to know of a Rust type.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// `String`.
    String,
    /// `bool`.
    Boolean,
    /// `i32`.
    Int,
    /// `i64`.
    Long,
    /// `f32`.
    Float,
    /// `f64`.
    Double,
    /// `Vec<u8>`.
    Bytes,
    /// `tg_schema::Date`.
    Date,
    /// `tg_schema::Time`.
    TimeMs,
    /// `tg_schema::Timestamp` in milliseconds.
    TimestampMs,
    /// `tg_schema::Timestamp` in microseconds.
    TimestampUs,
    /// `tg_schema::Uuid`.
    Uuid,
    /// `tg_schema::Decimal`.
    Decimal {
        /// Significant digits.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// `Vec<T>`.
    Array(Box<Shape>),
    /// `BTreeMap<String, T>`.
    Map(Box<Shape>),
    /// `HashMap<String, T>`.
    HashMap(Box<Shape>),
    /// `Option<T>` inside a list or map.
    Optional(Box<Shape>),
    /// `Box<T>`.
    Boxed(Box<Shape>),
    /// Another struct or enum, by the path as written. `write` speaks of the n-th `Named` of an item
    /// (fields in order, depth first, every occurrence counts) by the alias `Tn`.
    Named(String),
}

/// An enum of unit variants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnumItem {
    /// Rust identifier.
    pub ident: String,
    /// Name on the wire.
    pub name: String,
    /// Avro namespace.
    pub namespace: Option<String>,
    /// Documentation.
    pub doc: Option<String>,
    /// Former names.
    pub aliases: Vec<String>,
    /// Variants in wire order, without the one that keeps unknown symbols.
    pub symbols: Vec<SymbolItem>,
    /// Index of the default symbol.
    pub default: Option<usize>,
    /// Rust identifier of the `Variant(String)` that keeps an unknown symbol.
    pub open: Option<String>,
    /// Python values, one a symbol.
    pub values: Vec<Value>,
    /// `#[non_exhaustive]`, by an option of the attribute or beside it.
    pub non_exhaustive: bool,
    /// Place of the name.
    pub span: Span,
    /// Further places.
    pub places: Places,
}

/// A variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SymbolItem {
    /// Rust identifier.
    pub ident: String,
    /// Symbol on the wire.
    pub name: String,
    /// Documentation.
    pub doc: Option<String>,
    /// Place of the name.
    pub span: Span,
}

/// How to write Rust for an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Path of the runtime crate, e.g. `::tg_schema`.
    pub crate_path: String,
    /// Serde implementations.
    pub serde: Serde,
    /// `#[non_exhaustive]` on generated types.
    pub non_exhaustive: bool,
    /// For annotated structs: implement `Default` too.
    pub default_impl: bool,
}

/// Which serde implementations are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serde {
    /// One-line implementations over the runtime's bridge.
    #[default]
    Bridge,
    /// None.
    None,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            crate_path: "::tg_schema".into(),
            serde: Serde::Bridge,
            non_exhaustive: false,
            default_impl: false,
        }
    }
}
