//! What one message may cost to read or write.

use crate::error::Error;

/// Limits of a reader or writer.
///
/// Hostile bytes can claim billions of items, nest without end, or make few bytes unfold into large
/// structures. Every codec counts against these numbers and gives an error that names the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Records, arrays and maps inside each other.
    pub depth: u32,
    /// Items of all arrays and maps of one message together.
    pub items: usize,
    /// Bytes of memory that all items of all arrays and maps of one message together may cost, the room in
    /// which they grow included, the boxes of values that can be in themselves, and the defaults that stand for what is
    /// absent or null. The text of strings and bytes that were sent is not counted: it is never longer than the message.
    pub memory: usize,
}

impl Limits {
    /// Default of [`Limits::depth`].
    pub const DEPTH: u32 = 128;
    /// Default of [`Limits::items`].
    pub const ITEMS: usize = 4_194_304;
    /// Default of [`Limits::memory`].
    pub const MEMORY: usize = 268_435_456;

    /// The default limits.
    pub const DEFAULT: Limits = Limits {
        depth: Self::DEPTH,
        items: Self::ITEMS,
        memory: Self::MEMORY,
    };
}

/// How much deeper values may nest.
#[derive(Clone, Copy)]
pub(crate) struct Depth(u32);

impl Depth {
    pub(crate) fn of(limits: Limits) -> Self {
        Depth(limits.depth)
    }
    #[inline]
    pub(crate) fn enter(&mut self, offset: Option<usize>) -> Result<(), Error> {
        match self.0.checked_sub(1) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(Error::too_deep(offset)),
        }
    }
    /// Whether one more level is left.
    #[inline]
    pub(crate) fn is_left(self) -> bool {
        self.0 > 0
    }
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.0 += 1;
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}
