//! Any serde format without serde's derives on each type.
//!
//! A value shows itself as a [`Ref`], a value to be is a [`Slot`]; both are erased, so what a message
//! type costs to compile does not grow with the formats that are used. Formats for people (JSON,
//! `is_human_readable`) get the wire contract: absent `None`, base64 or text, RFC 3339. Binary formats
//! get every field in order.
//!
//! This is the side road: what is read here is what a serde format wrote. The habits of old producers that
//! the Pulsar profile reads (unset sub-records above all) are known to `Message::from_json` alone. A format
//! for people that writes structs as bare sequences cannot leave out what is absent; use its map form.

mod budget;
mod de;
mod ser;

pub use de::deserialize;
pub use ser::serialize;

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

use crate::descriptor::Descriptor;

/// The real error is kept by the (de)serializer.
#[derive(Debug)]
pub struct Fail;
/// Result of a step: on the way in, whether there was a value at all.
pub type Res<T = bool> = Result<T, Fail>;

/// What a value shows itself to.
pub type Show<'a> = dyn FnMut(Ref<'_>) + 'a;
/// What fills a place.
pub type Fill<'a> = dyn FnMut(Slot<'_>) -> Res + 'a;

/// A value that can be shown.
pub trait View {
    /// Calls `f` with the value once.
    fn show(&self, f: &mut dyn FnMut(Ref<'_>));
}
/// Items in order.
pub trait SeqView {
    /// Their number.
    fn len(&self) -> usize;
    /// Shows item `i`.
    fn show(&self, i: usize, f: &mut dyn FnMut(Ref<'_>));
}
/// Entries in bytewise order of their keys.
pub trait MapView {
    /// Their number.
    fn len(&self) -> usize;
    /// Calls `f` with each, until it fails.
    fn each(&self, f: &mut dyn FnMut(&str, &dyn View) -> Res<()>) -> Res<()>;
}
/// A record whose fields can be shown.
pub trait RecordView {
    /// Shows each field in wire order.
    fn show_fields(&self, f: &mut dyn FnMut(Ref<'_>));
}

/// A value on its way out.
pub enum Ref<'a> {
    /// `boolean`
    Bool(bool),
    /// `int`
    Int(i32),
    /// `long`
    Long(i64),
    /// `float`
    Float(f32),
    /// `double`
    Double(f64),
    /// `string`
    Str(&'a str),
    /// `bytes` as base64
    Bytes(&'a [u8]),
    /// `bytes` as text
    Text(&'a [u8]),
    /// `date`
    Date(Date),
    /// `time_ms`
    Time(Time),
    /// `timestamp_ms`
    TimestampMs(Timestamp),
    /// `timestamp_us`
    TimestampUs(Timestamp),
    /// `uuid`
    Uuid(Uuid),
    /// `decimal(p,s)` with its precision and scale
    Decimal(Decimal, u8, u8),
    /// No value.
    None,
    /// A value of an optional.
    Some(&'a dyn View),
    /// `array<T>`
    Seq(&'a dyn SeqView),
    /// `map<T>`
    Map(&'a dyn MapView),
    /// A record.
    Record(&'static Descriptor, &'a dyn RecordView),
    /// A symbol by index.
    Symbol(&'static Descriptor, usize),
    /// A symbol that an open enum does not know.
    UnknownSymbol(&'a str),
}

/// An optional to fill.
pub trait OptPlace {
    /// There is no value.
    fn none(&mut self);
    /// There is one.
    fn some(&mut self, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;
}
/// An array to fill.
pub trait SeqPlace {
    /// Bytes of memory that an item may cost.
    fn item_size(&self) -> usize;
    /// Adds the item that `f` fills, if there is one.
    fn push(&mut self, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;
}
/// A map to fill.
pub trait MapPlace {
    /// Bytes of memory that an entry may cost, its key apart.
    fn item_size(&self) -> usize;
    /// Adds an entry; false when the key is there already.
    fn insert(&mut self, key: String, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;
}
/// A record to fill.
pub trait RecordPlace {
    /// Fills field `i`.
    fn field(&mut self, i: usize, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;
    /// All fields that came are in; the index of a required one that did not.
    fn finish(&mut self) -> Result<(), usize>;
    /// Bytes of memory that a finished record and its defaults may cost.
    fn cost(&self) -> usize;
}
/// An enum to fill.
pub trait SymbolPlace {
    /// A symbol by index.
    fn symbol(&mut self, i: usize);
    /// Text that is no symbol; false if the enum is not open.
    fn unknown(&mut self, text: &str) -> bool;
}

/// A value on its way in.
pub enum Slot<'a> {
    /// `boolean`
    Bool(&'a mut Option<bool>),
    /// `int`
    Int(&'a mut Option<i32>),
    /// `long`
    Long(&'a mut Option<i64>),
    /// `float`
    Float(&'a mut Option<f32>),
    /// `double`
    Double(&'a mut Option<f64>),
    /// `string`
    Str(&'a mut Option<String>),
    /// `bytes` as base64
    Bytes(&'a mut Option<Vec<u8>>),
    /// `bytes` as text
    Text(&'a mut Option<Vec<u8>>),
    /// `date`
    Date(&'a mut Option<Date>),
    /// `time_ms`
    Time(&'a mut Option<Time>),
    /// `timestamp_ms`
    TimestampMs(&'a mut Option<Timestamp>),
    /// `timestamp_us`
    TimestampUs(&'a mut Option<Timestamp>),
    /// `uuid`
    Uuid(&'a mut Option<Uuid>),
    /// `decimal(p,s)`
    Decimal(&'a mut Option<Decimal>, u8, u8),
    /// `T?`
    Opt(&'a mut dyn OptPlace),
    /// A field with a default: written plainly, and formats for people may say null.
    OrNull(&'a mut dyn OptPlace),
    /// `array<T>`
    Seq(&'a mut dyn SeqPlace),
    /// `map<T>`
    Map(&'a mut dyn MapPlace),
    /// A record.
    Record(&'static Descriptor, &'a mut dyn RecordPlace),
    /// An enum.
    Symbol(&'static Descriptor, &'a mut dyn SymbolPlace),
}
