//! What a type says of itself: constant data, and the model's tree made from it.

use tg_schema_model::{Encoding, Profile};

/// A record or enum as constant data.
#[derive(Clone, Copy, Debug)]
pub struct Descriptor {
    /// Name without namespace.
    pub name: &'static str,
    /// Avro namespace; empty: none.
    pub namespace: &'static str,
    /// Documentation; empty: none.
    pub doc: &'static str,
    /// Former names.
    pub aliases: &'static [&'static str],
    /// Why it should not be used any more; empty: it may.
    pub deprecated: &'static str,
    /// Fields or symbols.
    pub kind: Kind,
}

/// Fields or symbols.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A record.
    Record(RecordDescriptor),
    /// An enum.
    Enum(EnumDescriptor),
}

/// What a record adds.
#[derive(Clone, Copy, Debug)]
pub struct RecordDescriptor {
    /// Fields in wire order.
    pub fields: &'static [FieldDescriptor],
    /// Names of the fields alone, for serde formats that want them ahead.
    pub names: &'static [&'static str],
    /// Wire habits.
    pub profile: Profile,
    /// Field names that must not come back.
    pub reserved: &'static [&'static str],
    /// Registered fields are sorted by name.
    pub sorted_fields: bool,
    /// Registered definitions are repeated in full.
    pub repeat_definitions: bool,
}

/// What an enum adds.
#[derive(Clone, Copy, Debug)]
pub struct EnumDescriptor {
    /// Symbols in wire order.
    pub symbols: &'static [&'static str],
    /// What an unknown symbol reads as: index into `symbols`.
    pub default: Option<usize>,
    /// Whether an unknown symbol is kept.
    pub open: bool,
    /// Python values of the symbols; empty: none.
    pub values: &'static [PythonValue],
}

/// The value of a Python enum member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PythonValue {
    /// An `int`.
    Int(i64),
    /// A `str`.
    Str(&'static str),
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FieldDescriptor {
    /// Name on the wire.
    pub name: &'static str,
    /// Type without the outermost `?`.
    pub ty: TypeDescriptor,
    /// Row of the presence table.
    pub presence: PresenceDescriptor,
    /// Default as wire JSON; empty where the row has none.
    pub default: &'static str,
    /// How bytes travel in JSON.
    pub encoding: Encoding,
    /// Documentation; empty: none.
    pub doc: &'static str,
    /// Former names.
    pub aliases: &'static [&'static str],
    /// Why it should not be used any more; empty: it may.
    pub deprecated: &'static str,
    /// `required=` of an old declaration.
    pub required: Option<bool>,
    /// `required_default=True` of an old declaration.
    pub required_default: bool,
    /// Registered `type` verbatim; empty: as the type says.
    pub raw: &'static str,
}

/// Row of the presence table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceDescriptor {
    /// Always there.
    Required,
    /// Absent or null reads as the default.
    Default,
    /// May be absent.
    Optional,
    /// As `Default`; the Avro type is a union with null.
    NullableDefault,
}

/// A type expression.
#[derive(Clone, Copy, Debug)]
pub enum TypeDescriptor {
    /// `string`
    String,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `date`
    Date,
    /// `time_ms`
    TimeMs,
    /// `timestamp_ms`
    TimestampMs,
    /// `timestamp_us`
    TimestampUs,
    /// `uuid`
    Uuid,
    /// `decimal(p,s)`
    Decimal(u8, u8),
    /// `array<T>`
    Array(&'static TypeDescriptor),
    /// `map<T>`
    Map(&'static TypeDescriptor),
    /// `T?` inside an array or map.
    Optional(&'static TypeDescriptor),
    /// A record or enum.
    Named(fn() -> &'static Descriptor),
}

/// A record or enum with nothing said.
pub const DESCRIPTOR: Descriptor = Descriptor {
    name: "",
    namespace: "",
    doc: "",
    aliases: &[],
    deprecated: "",
    kind: Kind::Enum(ENUM),
};
/// A field with nothing said.
pub const FIELD: FieldDescriptor = FieldDescriptor {
    name: "",
    ty: TypeDescriptor::String,
    presence: PresenceDescriptor::Required,
    default: "",
    encoding: Encoding::Base64,
    doc: "",
    aliases: &[],
    deprecated: "",
    required: None,
    required_default: false,
    raw: "",
};
/// A record with nothing said.
pub const RECORD: RecordDescriptor = RecordDescriptor {
    fields: &[],
    names: &[],
    profile: Profile::Plain,
    reserved: &[],
    sorted_fields: false,
    repeat_definitions: false,
};
/// An enum with nothing said.
pub const ENUM: EnumDescriptor = EnumDescriptor {
    symbols: &[],
    default: None,
    open: false,
    values: &[],
};
