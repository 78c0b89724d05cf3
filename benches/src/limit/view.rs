//! Messages that borrow from the bytes they were read from.
//!
//! serde's derive is there for the peer that can borrow as well.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::avro::Input;

/// A record that borrows.
pub trait View<'a>: Sized {
    fn read(input: &mut Input<'a>) -> Option<Self>;
}

/// Reads a whole message.
pub fn view<'a, T: View<'a>>(bytes: &'a [u8]) -> Option<T> {
    let mut input = Input(bytes);
    let message = T::read(&mut input)?;
    input.0.is_empty().then_some(message)
}

impl<'a> View<'a> for &'a str {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        input.text()
    }
}

impl<'a> View<'a> for &'a [u8] {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        input.bytes()
    }
}

/// An array of doubles: little-endian, as it lies there.
impl<'a> View<'a> for &'a [[u8; 8]] {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        input.doubles()
    }
}

impl View<'_> for bool {
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.boolean()
    }
}

impl View<'_> for i64 {
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.long()
    }
}

impl<'a, T: View<'a>> View<'a> for Option<T> {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        Some(match input.present()? {
            false => None,
            true => Some(T::read(input)?),
        })
    }
}

impl<'a, T: View<'a>> View<'a> for Vec<T> {
    #[inline(always)]
    fn read(input: &mut Input<'a>) -> Option<Self> {
        let mut items = Vec::new();
        while let Some(count) = input.block(1)? {
            items.reserve_exact(count);
            for _ in 0..count {
                items.push(T::read(input)?);
            }
        }
        Some(items)
    }
}

impl<'a> View<'a> for BTreeMap<&'a str, &'a str> {
    fn read(input: &mut Input<'a>) -> Option<Self> {
        let mut map = BTreeMap::new();
        while let Some(count) = input.block(2)? {
            for _ in 0..count {
                let key = input.text()?;
                map.insert(key, input.text()?);
            }
        }
        Some(map)
    }
}

macro_rules! views {
    ($($(#[$meta:meta])* $record:ident { $($field:ident: $type:ty),+ })+) => {$(
        #[derive(Clone, Debug, PartialEq)]
        $(#[$meta])*
        pub struct $record<'a> {
            $(pub $field: $type,)+
        }

        impl<'a> View<'a> for $record<'a> {
            #[inline(always)]
            fn read(input: &mut Input<'a>) -> Option<Self> {
                Some($record { $($field: View::read(input)?),+ })
            }
        }
    )+};
}

views! {
    #[derive(Deserialize)]
    Value { value: &'a str, is_uri: bool, r#type: &'a str }
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    Triple { s: Value<'a>, p: Value<'a>, o: Value<'a> }
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    Metadata { id: &'a str, user: &'a str, collection: &'a str, metadata: Vec<Triple<'a>> }
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    Triples { metadata: Metadata<'a>, triples: Vec<Triple<'a>> }
    ChunkEmbeddings { chunk: &'a [u8], vectors: Vec<&'a [[u8; 8]]> }
    DocumentEmbeddings { metadata: Metadata<'a>, chunks: Vec<ChunkEmbeddings<'a>> }
    #[derive(Deserialize)]
    ConfigKey { r#type: &'a str, key: &'a str }
    #[derive(Deserialize)]
    ConfigValue { r#type: &'a str, key: &'a str, value: &'a str }
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    ConfigRequest {
        operation: &'a str,
        r#type: Option<&'a str>,
        keys: Option<Vec<ConfigKey<'a>>>,
        values: Option<Vec<ConfigValue<'a>>>,
        config: Option<BTreeMap<&'a str, &'a str>>,
        key: Option<&'a str>,
        value: Option<&'a str>,
        version: Option<i64>
    }
    #[derive(Deserialize)]
    #[serde(bound(deserialize = "'de: 'a"))]
    TextCompletionRequest {
        system: &'a str,
        prompt: &'a str,
        streaming: bool,
        metadata: Option<BTreeMap<&'a str, &'a str>>
    }
}

impl DocumentEmbeddings<'_> {
    /// Whether its chunks are those of the message.
    pub fn is(&self, message: &crate::messages::knowledge::DocumentEmbeddings) -> bool {
        let doubles = |raw: &&[[u8; 8]]| raw.iter().map(|raw| f64::from_le_bytes(*raw)).collect();
        self.chunks.len() == message.chunks.len()
            && self
                .chunks
                .iter()
                .zip(&message.chunks)
                .all(|(view, chunk)| {
                    view.chunk == chunk.chunk
                        && view.vectors.iter().map(doubles).collect::<Vec<Vec<f64>>>()
                            == chunk.vectors
                })
    }
}
