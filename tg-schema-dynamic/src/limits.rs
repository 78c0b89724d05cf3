//! How much a message may ask of its reader, whoever wrote it.

/// Records, arrays and maps inside one another, the message itself included.
pub const DEPTH: usize = 128;
/// Items of all arrays and maps of one message together. Items can be zero bytes long, so the length
/// of the input does not bound them. In JSON text every value counts.
pub const ITEMS: usize = 4_194_304;
/// Bytes of memory for the values that a message makes, beside the text and octets that it carries
/// itself.
pub const MEMORY: usize = 268_435_456;

/// Limits of one reader or writer. Going over one of them is an error, never an abort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// See [`DEPTH`]. Holds for writing too, where JSON goes no deeper than
    /// [`tg_schema_model::value::MAX_DEPTH`]. Each level takes stack, so a much greater depth needs a
    /// thread with a greater stack.
    pub depth: usize,
    /// See [`ITEMS`].
    pub items: usize,
    /// See [`MEMORY`].
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            depth: DEPTH,
            items: ITEMS,
            memory: MEMORY,
        }
    }
}

impl Limits {
    /// The same with another depth.
    #[must_use]
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }
    /// The same with another number of items.
    #[must_use]
    pub fn items(mut self, items: usize) -> Self {
        self.items = items;
        self
    }
    /// The same with another amount of memory.
    #[must_use]
    pub fn memory(mut self, memory: usize) -> Self {
        self.memory = memory;
        self
    }
}
