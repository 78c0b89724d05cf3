//! Blocks of arrays and maps: how many items they claim, and whether that can be.

use super::AvroReader;
use crate::codec::{At, make_room};
use crate::error::{Error, ErrorKind};

impl<'a> AvroReader<'a> {
    /// Head of a block: its number of items, 0 at the end. A negative count carries the block's size.
    #[inline]
    pub fn block(&mut self) -> Result<usize, Error> {
        let v = self.varint()?;
        match (v % 2, usize::try_from(v / 2)) {
            (0, Ok(n)) => Ok(n),
            _ => self.sized_block(v),
        }
    }
    /// Head of a block behind another. Nearly always there is none: lists are written in one block.
    #[inline]
    pub(crate) fn next_block(&mut self) -> Result<usize, Error> {
        match *self.rest {
            [0, ref tail @ ..] => {
                self.rest = tail;
                Ok(0)
            }
            _ => self.other_block(),
        }
    }
    #[inline(never)]
    fn other_block(&mut self) -> Result<usize, Error> {
        self.block()
    }
    /// A block of which this number was read, which is negative or too large.
    #[cold]
    #[inline(never)]
    fn sized_block(&mut self, v: u64) -> Result<usize, Error> {
        if v.is_multiple_of(2) {
            return Err(self.error(ErrorKind::Limit, "a block has too many items"));
        }
        let size = self.length()?;
        if size <= self.rest.len()
            && let Some(count) = (v / 2).checked_add(1).and_then(|n| usize::try_from(n).ok())
        {
            return Ok(count);
        }
        Err(self.error(
            ErrorKind::Syntax,
            "expected the size of a block within the input",
        ))
    }
    /// Checks a block of `n` items, each at least `least` bytes on the wire and `size` in memory.
    #[inline]
    pub fn reserve(&mut self, n: usize, least: usize, size: usize) -> Result<(), Error> {
        if n.checked_mul(least)
            .is_none_or(|bytes| bytes > self.rest.len())
        {
            return Err(self.too_short(n));
        }
        self.count(n, size)
    }
    /// The bytes of a block of `n` numbers, each `size` bytes on the wire and `cost` in memory.
    #[inline]
    pub(crate) fn numbers(
        &mut self,
        n: usize,
        size: usize,
        cost: usize,
    ) -> Result<&'a [u8], Error> {
        let bytes = n.checked_mul(size);
        let Some((head, tail)) = bytes.and_then(|n| self.rest.split_at_checked(n)) else {
            return Err(self.too_short(n));
        };
        self.count(n, cost)?;
        self.rest = tail;
        Ok(head)
    }
    /// Counts `n` items, each `size` bytes in memory.
    #[inline]
    fn count(&mut self, n: usize, size: usize) -> Result<(), Error> {
        match (
            self.items.checked_sub(n),
            n.checked_mul(size).and_then(|m| self.memory.checked_sub(m)),
        ) {
            (Some(items), Some(memory)) => {
                (self.items, self.memory) = (items, memory);
                Ok(())
            }
            _ => Err(Error::too_many(self.offset())),
        }
    }
    #[cold]
    #[inline(never)]
    fn too_short(&self, n: usize) -> Error {
        self.error(
            ErrorKind::End,
            format!("a block claims {n} items, more than the rest of the input can hold"),
        )
    }
    /// Appends the `n` items of a block of booleans.
    #[inline(never)]
    pub(crate) fn booleans(&mut self, n: usize, out: &mut Vec<bool>) -> Result<(), Error> {
        let Some((bytes, rest)) = self.rest.split_at_checked(n) else {
            return Err(self.short(n));
        };
        make_room(out, n);
        if bytes.iter().fold(0, |all, byte| all | byte) < 2 {
            out.extend(bytes.iter().map(|byte| *byte == 1));
            self.rest = rest;
            return Ok(());
        }
        // One of them is none.
        for _ in 0..n {
            let item = self.boolean().item(out.len())?;
            out.push(item);
        }
        Ok(())
    }
}
