//! Avro, fields in the order of the schema, straight into and out of one buffer.

use std::collections::BTreeMap;

use crate::messages::evolution::{Batch, Item};
use crate::messages::knowledge::{
    ChunkEmbeddings, DocumentEmbeddings, Metadata, Triple, Triples, Value,
};
use crate::messages::services::{ConfigKey, ConfigRequest, ConfigValue, TextCompletionRequest};

/// Strings from this length on are checked by the vectorized validator.
const LONG_TEXT: usize = 64;

/// A type with its Avro codec.
pub trait Avro: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(input: &mut Input) -> Option<Self>;
    /// Reads into what is there, and keeps its buffers.
    fn read_into(&mut self, input: &mut Input) -> Option<()> {
        *self = Self::read(input)?;
        Some(())
    }

    /// An array of them; `u8` is the exception, whose arrays are `bytes`.
    #[inline(always)]
    fn write_array(items: &[Self], out: &mut Vec<u8>) {
        if !items.is_empty() {
            write_count(items.len(), out);
            for item in items {
                item.write(out);
            }
        }
        out.push(0);
    }
    #[inline(always)]
    fn read_array(input: &mut Input) -> Option<Vec<Self>> {
        let mut items = Vec::new();
        while let Some(count) = input.block(1)? {
            items.reserve_exact(count);
            for _ in 0..count {
                items.push(Self::read(input)?);
            }
        }
        Some(items)
    }
    #[inline(always)]
    fn read_array_into(items: &mut Vec<Self>, input: &mut Input) -> Option<()> {
        let mut filled = 0;
        while let Some(count) = input.block(1)? {
            for _ in 0..count {
                match items.get_mut(filled) {
                    Some(item) => item.read_into(input)?,
                    None => items.push(Self::read(input)?),
                }
                filled += 1;
            }
        }
        items.truncate(filled);
        Some(())
    }
}

/// Reads a whole message.
pub fn decode<T: Avro>(bytes: &[u8]) -> Option<T> {
    let mut input = Input(bytes);
    let message = T::read(&mut input)?;
    input.0.is_empty().then_some(message)
}

/// Reads a whole message into one that is there.
pub fn decode_into<T: Avro>(message: &mut T, bytes: &[u8]) -> Option<()> {
    let mut input = Input(bytes);
    message.read_into(&mut input)?;
    input.0.is_empty().then_some(())
}

#[inline(always)]
pub fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    if value < 1 << 7 {
        out.push(value as u8);
    } else if value < 1 << 14 {
        out.extend_from_slice(&[value as u8 | 0x80, (value >> 7) as u8]);
    } else {
        let mut bytes = [0; 10];
        let mut length = 0;
        while value >= 1 << 7 {
            bytes[length] = value as u8 | 0x80;
            value >>= 7;
            length += 1;
        }
        bytes[length] = value as u8;
        out.extend_from_slice(&bytes[..=length]);
    }
}

#[inline(always)]
fn write_count(count: usize, out: &mut Vec<u8>) {
    write_varint((count as u64) << 1, out);
}

#[inline(always)]
pub fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    write_count(bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// What is still to be read.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    #[inline(always)]
    pub fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }
    #[inline(always)]
    pub fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }
    #[inline(always)]
    pub fn varint(&mut self) -> Option<u64> {
        match *self.0 {
            [a, ref rest @ ..] if a < 0x80 => {
                self.0 = rest;
                Some(u64::from(a))
            }
            [a, b, ref rest @ ..] if b < 0x80 => {
                self.0 = rest;
                Some(u64::from(a & 0x7f) | u64::from(b) << 7)
            }
            _ => self.long_varint(),
        }
    }
    #[cold]
    #[inline(never)]
    fn long_varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
    #[inline(always)]
    pub fn long(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }
    #[inline(always)]
    pub fn boolean(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
    /// Which branch of `["null", T]`: whether there is a T.
    #[inline(always)]
    pub fn present(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            2 => Some(true),
            _ => None,
        }
    }
    #[inline(always)]
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        self.take(length)
    }
    #[inline(always)]
    pub fn text(&mut self) -> Option<&'a str> {
        let bytes = self.bytes()?;
        if bytes.len() >= LONG_TEXT {
            simdutf8::basic::from_utf8(bytes).ok()
        } else {
            short_text(bytes)
        }
    }
    /// Items of the next block of an array or a map, which take at least `size` bytes each; `Some(None)` at
    /// the end.
    #[inline(always)]
    pub fn block(&mut self, size: usize) -> Option<Option<usize>> {
        let count = self.long()?;
        if count == 0 {
            return Some(None);
        }
        let count = match count < 0 {
            true => {
                self.long()?;
                count.unsigned_abs() as usize
            }
            false => count as usize,
        };
        (count <= self.0.len() / size).then_some(Some(count))
    }
    /// An array of doubles as it lies in the input, where it is one block.
    #[inline(always)]
    pub fn doubles(&mut self) -> Option<&'a [[u8; 8]]> {
        let Some(count) = self.block(8)? else {
            return Some(&[]);
        };
        let (doubles, _) = self.take(count * 8)?.as_chunks();
        self.block(8)?.is_none().then_some(doubles)
    }
}

/// Words of eight bytes that overlap instead of a loop with a rest; what is all ASCII is not looked at again.
#[allow(unsafe_code)]
#[inline(always)]
fn short_text(bytes: &[u8]) -> Option<&str> {
    fn word(bytes: &[u8], at: usize) -> u64 {
        bytes[at..]
            .first_chunk()
            .map_or(0, |word| u64::from_le_bytes(*word))
    }
    let length = bytes.len();
    let mut all = 0;
    if length >= 8 {
        let mut at = 0;
        while at + 8 < length {
            all |= word(bytes, at);
            at += 8;
        }
        all |= word(bytes, length - 8);
    } else {
        bytes.iter().for_each(|byte| all |= u64::from(*byte));
    }
    if all & 0x8080_8080_8080_8080 == 0 {
        // SAFETY: no byte has its highest bit set, and ASCII is UTF-8.
        return Some(unsafe { std::str::from_utf8_unchecked(bytes) });
    }
    std::str::from_utf8(bytes).ok()
}

impl Avro for u8 {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }
    fn read(input: &mut Input) -> Option<Self> {
        input.byte()
    }
    #[inline(always)]
    fn write_array(bytes: &[u8], out: &mut Vec<u8>) {
        write_bytes(bytes, out);
    }
    #[inline(always)]
    fn read_array(input: &mut Input) -> Option<Vec<u8>> {
        input.bytes().map(<[u8]>::to_vec)
    }
    #[inline(always)]
    fn read_array_into(bytes: &mut Vec<u8>, input: &mut Input) -> Option<()> {
        bytes.clear();
        bytes.extend_from_slice(input.bytes()?);
        Some(())
    }
}

impl Avro for f64 {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input
            .take(8)?
            .as_array()
            .map(|bytes| f64::from_le_bytes(*bytes))
    }
    #[inline(always)]
    fn write_array(values: &[f64], out: &mut Vec<u8>) {
        if !values.is_empty() {
            write_count(values.len(), out);
            let start = out.len();
            out.resize(start + values.len() * 8, 0);
            let (room, _) = out[start..].as_chunks_mut();
            for (bytes, value) in room.iter_mut().zip(values) {
                *bytes = value.to_le_bytes();
            }
        }
        out.push(0);
    }
    #[inline(always)]
    fn read_array(input: &mut Input) -> Option<Vec<f64>> {
        let mut values = Vec::new();
        f64::read_array_into(&mut values, input)?;
        Some(values)
    }
    #[inline(always)]
    fn read_array_into(values: &mut Vec<f64>, input: &mut Input) -> Option<()> {
        values.clear();
        while let Some(count) = input.block(8)? {
            let (doubles, _) = input.take(count * 8)?.as_chunks();
            values.extend(doubles.iter().map(|bytes| f64::from_le_bytes(*bytes)));
        }
        Some(())
    }
}

impl Avro for bool {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.boolean()
    }
}

impl Avro for i64 {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        write_varint((self << 1 ^ self >> 63) as u64, out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.long()
    }
}

impl Avro for i32 {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        i64::from(*self).write(out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        i32::try_from(input.long()?).ok()
    }
}

impl Avro for String {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.text().map(str::to_owned)
    }
    #[inline(always)]
    fn read_into(&mut self, input: &mut Input) -> Option<()> {
        let text = input.text()?;
        self.clear();
        self.push_str(text);
        Some(())
    }
}

impl<T: Avro> Avro for Vec<T> {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        T::write_array(self, out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        T::read_array(input)
    }
    #[inline(always)]
    fn read_into(&mut self, input: &mut Input) -> Option<()> {
        T::read_array_into(self, input)
    }
}

impl<T: Avro> Avro for Option<T> {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => {
                out.push(2);
                value.write(out);
            }
        }
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        Some(match input.present()? {
            false => None,
            true => Some(T::read(input)?),
        })
    }
    #[inline(always)]
    fn read_into(&mut self, input: &mut Input) -> Option<()> {
        match (input.present()?, self) {
            (false, place) => *place = None,
            (true, Some(value)) => value.read_into(input)?,
            (true, place) => *place = Some(T::read(input)?),
        }
        Some(())
    }
}

impl Avro for BTreeMap<String, String> {
    fn write(&self, out: &mut Vec<u8>) {
        if !self.is_empty() {
            write_count(self.len(), out);
            for (key, value) in self {
                key.write(out);
                value.write(out);
            }
        }
        out.push(0);
    }
    fn read(input: &mut Input) -> Option<Self> {
        let mut map = BTreeMap::new();
        while let Some(count) = input.block(2)? {
            for _ in 0..count {
                let key = String::read(input)?;
                map.insert(key, String::read(input)?);
            }
        }
        Some(map)
    }
}

/// Fields in the order of the schema.
macro_rules! records {
    ($($record:ident { $($field:ident),+ })+) => {$(
        impl Avro for $record {
            #[inline(always)]
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)+
            }
            #[inline(always)]
            fn read(input: &mut Input) -> Option<Self> {
                Some($record { $($field: Avro::read(input)?),+ })
            }
            #[inline(always)]
            fn read_into(&mut self, input: &mut Input) -> Option<()> {
                $(self.$field.read_into(input)?;)+
                Some(())
            }
        }
    )+};
}

records! {
    Value { value, is_uri, r#type }
    Triple { s, p, o }
    Metadata { id, user, collection, metadata }
    Triples { metadata, triples }
    ChunkEmbeddings { chunk, vectors }
    DocumentEmbeddings { metadata, chunks }
    ConfigKey { r#type, key }
    ConfigValue { r#type, key, value }
    ConfigRequest { operation, r#type, keys, values, config, key, value, version }
    TextCompletionRequest { system, prompt, streaming, metadata }
    Item { id, count, score, flag, name, tags, note, level }
    Batch { source, items }
}
