//! The limits, for formats that have none of their own.

use std::cell::Cell;

use crate::limits::Limits;

/// What one value may still cost.
pub(super) struct Budget {
    depth: Cell<u32>,
    items: Cell<usize>,
    memory: Cell<usize>,
}

impl Budget {
    pub(super) fn new() -> Self {
        let Limits {
            depth,
            items,
            memory,
        } = Limits::DEFAULT;
        Budget {
            depth: Cell::new(depth),
            items: Cell::new(items),
            memory: Cell::new(memory),
        }
    }
    /// Enters a record, array or map.
    pub(super) fn enter(&self) -> Result<(), &'static str> {
        let left = self.depth.get().checked_sub(1);
        self.depth
            .set(left.ok_or("values are nested deeper than Limits::DEPTH allows")?);
        Ok(())
    }
    pub(super) fn leave(&self) {
        self.depth.set(self.depth.get() + 1);
    }
    /// Counts an item of `size` bytes.
    pub(super) fn item(&self, size: usize) -> Result<(), &'static str> {
        let left = self.items.get().checked_sub(1);
        self.items.set(left.ok_or(TOO_MANY)?);
        self.spend(size)
    }
    /// Counts bytes of memory.
    pub(super) fn spend(&self, bytes: usize) -> Result<(), &'static str> {
        let left = self.memory.get().checked_sub(bytes);
        self.memory.set(left.ok_or(TOO_MANY)?);
        Ok(())
    }
}

const TOO_MANY: &str = "more items than Limits::ITEMS or Limits::MEMORY allows";
