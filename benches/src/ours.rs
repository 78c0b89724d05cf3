//! Every call of the library that is measured, each in one place.
//!
//! What the library does not offer yet is a `None` here and a "not built" in the report.

use tg_schema::Message;

/// Reads into a message that is there already.
pub type ReadInto<T> = fn(&mut T, &[u8]);
/// Reads without copying strings.
pub struct ReadView<T> {
    /// Reads, and drops what was read.
    pub run: fn(&[u8]),
    /// Whether what is read is this message.
    pub is: fn(&[u8], &T) -> bool,
}
/// Reads what another schema's writer wrote.
pub type ReadResolved<T> = Box<dyn Fn(&[u8]) -> T>;

#[inline]
pub fn avro_encode<T: Message>(message: &T, out: &mut Vec<u8>) {
    out.clear();
    message
        .encode_avro(out)
        .expect("the samples have an Avro form");
}

#[inline]
pub fn avro_decode<T: Message>(bytes: &[u8]) -> T {
    T::from_avro(bytes).expect("these bytes were written with this schema")
}

pub fn avro_reuse<T: Message>() -> Option<ReadInto<T>> {
    None
}

pub fn avro_view<T: Message>() -> Option<ReadView<T>> {
    None
}

/// `writer` is the text of the other schema; whatever is prepared once for it is prepared here.
pub fn avro_resolved<T: Message>(writer: &str) -> Option<ReadResolved<T>> {
    let _ = writer;
    None
}

#[inline]
pub fn json_encode<T: Message>(message: &T, out: &mut Vec<u8>) {
    out.clear();
    message
        .encode_json(out)
        .expect("the samples have a JSON form");
}

#[inline]
pub fn json_decode<T: Message>(bytes: &[u8]) -> T {
    T::from_json(bytes).expect("these bytes are JSON of this type")
}
