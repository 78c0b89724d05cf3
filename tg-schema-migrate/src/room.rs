//! Room for what a thread makes, taken in few pieces.
//!
//! The allocator of glibc grows the heap of a thread by a page whenever one is needed, and asks the system for
//! each: thousands of times for the trees of a code base, while no other thread can get memory. What was taken
//! once is kept, and costs nothing before it is used.

use std::hint::black_box;

/// A piece in bytes. Those of more than 32 MiB are always given back to the system.
const PIECE: usize = 24 << 20;

/// Lets the heap of this thread grow ahead of its use.
pub(crate) fn ahead() {
    // The first piece is mapped by itself. That it is given back tells the allocator that such pieces come and
    // go, and the next ones are parts of the heap.
    drop(piece(PIECE + PIECE / 4));
    drop((piece(PIECE), piece(PIECE)));
}

/// Memory that nobody writes to; none where there is none.
fn piece(size: usize) -> Vec<u8> {
    let mut piece = Vec::new();
    let _ = piece.try_reserve_exact(size);
    black_box(piece)
}
