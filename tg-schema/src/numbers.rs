//! Lists of numbers as they lie in a message.

use std::fmt;
use std::marker::PhantomData;

use crate::avro::AvroReader;
use crate::codec::{Blank, list_cost};
use crate::error::Error;

/// The items of an `array<double>` or `array<float>` in a view: little-endian bytes of the message, read
/// when they are asked for.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use tg_schema::{Message, tg_schema};
///
/// #[tg_schema]
/// struct Reading {
///     values: Vec<f64>,
/// }
///
/// let bytes = Reading { values: vec![1.5, -2.0] }.to_avro()?;
/// let reading = Reading::view(&bytes)?;
/// assert_eq!(reading.values.get(1), Some(-2.0));
/// assert_eq!(reading.values.iter().sum::<f64>(), -0.5);
/// assert_eq!(reading.values.to_vec(), [1.5, -2.0]);
/// # }
/// # Ok::<(), tg_schema::Error>(())
/// ```
#[derive(Clone)]
pub struct Numbers<'a, T> {
    blocks: Blocks<'a>,
    len: usize,
    item: PhantomData<T>,
}

/// Writers put a list into one block; readers have to take any number of them.
#[derive(Clone)]
enum Blocks<'a> {
    One(&'a [u8]),
    /// Each with the number of items up to its end.
    Many(Vec<(usize, &'a [u8])>),
}

/// Appends the numbers of little-endian bytes; `number` gives that of one. What is left of less than a number
/// is passed over. The compiler makes one copy of it.
#[inline]
pub(crate) fn extend_numbers<T, const N: usize>(
    out: &mut Vec<T>,
    bytes: &[u8],
    number: impl Fn([u8; N]) -> T,
) {
    let (chunks, _) = bytes.as_chunks::<N>();
    out.extend(chunks.iter().map(|chunk| number(*chunk)));
}

/// A number that Avro writes as its little-endian bytes: `f32` and `f64`.
pub trait Number: sealed::Sealed + Copy {}

mod sealed {
    pub trait Sealed: Copy {
        /// Bytes of one.
        const SIZE: usize;
        /// The number of [`Sealed::SIZE`] bytes.
        fn of(bytes: &[u8]) -> Option<Self>;
        /// Appends all numbers of the bytes.
        fn append(bytes: &[u8], out: &mut Vec<Self>);
    }
}

macro_rules! number {
    ($number:ty, $size:literal) => {
        impl Number for $number {}
        impl sealed::Sealed for $number {
            const SIZE: usize = $size;
            #[inline]
            fn of(bytes: &[u8]) -> Option<Self> {
                bytes.first_chunk().map(|b| Self::from_le_bytes(*b))
            }
            fn append(bytes: &[u8], out: &mut Vec<Self>) {
                extend_numbers(out, bytes, Self::from_le_bytes);
            }
        }
    };
}
number!(f32, 4);
number!(f64, 8);

impl<T> Blank for Numbers<'_, T> {
    #[inline(always)]
    fn blank() -> Self {
        Numbers {
            blocks: Blocks::One(&[]),
            len: 0,
            item: PhantomData,
        }
    }
}

impl<'a, T: Number> Numbers<'a, T> {
    #[inline]
    pub(crate) fn read(&mut self, r: &mut AvroReader<'a>) -> Result<(), Error> {
        let n = r.block()?;
        if n == 0 {
            return Ok(());
        }
        // A blank list has no memory that would have to be given free.
        std::mem::forget(std::mem::replace(
            &mut self.blocks,
            Blocks::One(Self::block(r, n)?),
        ));
        self.len = n;
        let mut n = r.next_block()?;
        while n != 0 {
            let block = Self::block(r, n)?;
            self.add(n, block);
            n = r.next_block()?;
        }
        Ok(())
    }
    #[inline]
    fn block(r: &mut AvroReader<'a>, n: usize) -> Result<&'a [u8], Error> {
        // Counted as the owned list would be, so that both accept the same messages.
        r.numbers(n, T::SIZE, list_cost::<T>())
    }
    #[cold]
    fn add(&mut self, n: usize, block: &'a [u8]) {
        let before = self.len;
        self.len += n;
        match &mut self.blocks {
            Blocks::One(first) => {
                self.blocks = Blocks::Many(vec![(before, first), (self.len, block)]);
            }
            Blocks::Many(blocks) => blocks.push((self.len, block)),
        }
    }
    /// The pieces in order.
    fn pieces(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        let (one, many) = match &self.blocks {
            Blocks::One(block) => (Some(*block), &[][..]),
            Blocks::Many(blocks) => (None, blocks.as_slice()),
        };
        one.into_iter().chain(many.iter().map(|(_, block)| *block))
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
    /// The bytes of all of them, where the message has them in one piece, as nearly every message has.
    pub fn as_le_bytes(&self) -> Option<&'a [u8]> {
        match &self.blocks {
            Blocks::One(block) => Some(block),
            Blocks::Many(_) => None,
        }
    }
    /// The number at an index.
    pub fn get(&self, index: usize) -> Option<T> {
        if index >= self.len {
            return None;
        }
        let (block, at) = match &self.blocks {
            Blocks::One(block) => (*block, index),
            Blocks::Many(blocks) => {
                let i = blocks.partition_point(|(end, _)| *end <= index);
                let (end, block) = *blocks.get(i)?;
                (block, index + block.len() / T::SIZE - end)
            }
        };
        T::of(block.get(at * T::SIZE..)?)
    }
    /// All of them in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.pieces()
            .flat_map(|block| block.chunks_exact(T::SIZE).filter_map(T::of))
    }
    /// All of them in order.
    pub fn to_vec(&self) -> Vec<T> {
        let mut out = Vec::with_capacity(self.len);
        for block in self.pieces() {
            T::append(block, &mut out);
        }
        out
    }
}

impl<T: Number + PartialEq> PartialEq for Numbers<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}
impl<T: Number + fmt::Debug> fmt::Debug for Numbers<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    #[test]
    fn blocks_are_one_list() {
        let number = |v: f64| v.to_le_bytes();
        let mut bytes = vec![4];
        bytes.extend([number(1.0), number(2.0)].as_flattened());
        // A block that says its size, then one more.
        bytes.extend([1, 16]);
        bytes.extend(number(3.0));
        bytes.push(2);
        bytes.extend(number(4.0));
        bytes.push(0);
        let r = &mut AvroReader::new(&bytes, Limits::DEFAULT);
        let mut numbers = Numbers::<f64>::blank();
        numbers.read(r).unwrap();
        assert!(r.finish().is_ok());
        assert_eq!(numbers.to_vec(), [1.0, 2.0, 3.0, 4.0]);
        let got: Vec<f64> = (0..).map_while(|i| numbers.get(i)).collect();
        assert_eq!((numbers.len(), got), (4, numbers.to_vec()));
        assert_eq!(
            (numbers.get(usize::MAX), numbers.as_le_bytes()),
            (None, None)
        );
        assert_eq!(format!("{numbers:?}"), "[1.0, 2.0, 3.0, 4.0]");

        let mut empty = Numbers::<f32>::blank();
        empty
            .read(&mut AvroReader::new(&[0], Limits::DEFAULT))
            .unwrap();
        assert!(empty.is_empty() && empty.get(0).is_none() && empty.to_vec().is_empty());
        assert_eq!(empty.as_le_bytes(), Some(&[][..]));

        for cut in 0..bytes.len() {
            let r = &mut AvroReader::new(&bytes[..cut], Limits::DEFAULT);
            assert!(Numbers::<f64>::blank().read(r).is_err());
        }
    }

    #[test]
    fn numbers_are_read_little_endian() {
        let doubles = [0.0, -1.5, f64::MIN_POSITIVE, f64::MAX];
        let bytes = doubles.map(f64::to_le_bytes).concat();
        let mut out = vec![1.0];
        extend_numbers(&mut out, &bytes, f64::from_le_bytes);
        extend_numbers(&mut out, &bytes[..11], f64::from_le_bytes);
        extend_numbers(&mut out, &[], f64::from_le_bytes);
        assert_eq!(out, [&[1.0], &doubles[..], &doubles[..1]].concat());
        let mut out = Vec::new();
        extend_numbers(&mut out, &1.5f32.to_le_bytes(), f32::from_le_bytes);
        assert_eq!(out, [1.5f32]);
    }
}
