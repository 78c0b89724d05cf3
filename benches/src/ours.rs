//! Every call of the library that is measured, each in one place.

use tg_schema::{Message, Peek, Peeked, Resolution, View};

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

/// Reads into a message that is there already.
#[inline]
pub fn avro_reuse<T: Message>(message: &mut T, bytes: &[u8]) {
    message
        .decode_into(bytes)
        .expect("these bytes were written with this schema");
}

/// Reads without copying strings.
#[inline]
pub fn avro_view<T: Message>(bytes: &[u8]) -> View<'_, T> {
    let Ok(view) = T::view(bytes) else {
        panic!("these bytes were written with this schema")
    };
    view
}

/// `writer` is the text of the other schema; whatever is prepared once for it is prepared here.
pub fn avro_resolved<T: Message>(writer: &str) -> impl Fn(&[u8]) -> T + use<T> {
    let resolution = Resolution::<T>::of(writer).expect("the writer's schema is a schema");
    move |bytes| {
        resolution
            .decode(bytes)
            .expect("these bytes were written with the writer's schema")
    }
}

/// One field, looked for here.
pub fn avro_peek<T: Message>(field: &str) -> impl Fn(&'static [u8]) -> Peeked<'static> + 'static {
    let peek = Peek::of::<T>(&[field]).expect("the shape has the field");
    move |bytes| {
        let [value] = peek
            .read_array(bytes)
            .expect("these bytes were written with this schema");
        value
    }
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
