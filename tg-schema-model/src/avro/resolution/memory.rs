//! How much memory a plan takes.

use super::{Node, Plan, Problem, Skip};

impl Plan {
    /// Bytes that the plan takes in memory, near enough to bound what is kept of many.
    pub fn memory(&self) -> usize {
        /// What a map takes for an entry beside it.
        const ENTRY: usize = 32;
        let nodes = self.nodes.iter().map(|node| match node {
            Node::Record {
                steps,
                read,
                runs,
                forms,
            } => slice(steps) + slice(read) + slice(runs) + slice(forms),
            Node::Enum(symbols) => slice(symbols),
            Node::Union(branches) => slice(branches),
            _ => 0,
        });
        let skips = self.skips.iter().map(|skip| match skip {
            Skip::Record(parts) | Skip::Union(parts) => slice(parts),
            _ => 0,
        });
        let problems = self.problems.iter().map(
            |Problem {
                 path,
                 message,
                 help,
             }| {
                piece(path.capacity()) + piece(message.capacity()) + piece(help.capacity())
            },
        );
        let unknown = self
            .unknown
            .values()
            .map(|name| size_of::<((u32, u32), String)>() + ENTRY + piece(name.capacity()));
        size_of::<Plan>()
            + piece(self.nodes.capacity() * size_of::<Node>())
            + nodes.sum::<usize>()
            + piece(self.skips.capacity() * size_of::<Skip>())
            + skips.sum::<usize>()
            + piece(self.problems.capacity() * size_of::<Problem>())
            + problems.sum::<usize>()
            + piece(self.filled.capacity())
            + unknown.sum::<usize>()
    }

    /// Gives back the room that was made for more.
    pub(super) fn shrink(&mut self) {
        self.nodes.shrink_to_fit();
        self.skips.shrink_to_fit();
        self.problems.shrink_to_fit();
    }
}

fn slice<T>(items: &[T]) -> usize {
    piece(size_of_val(items))
}

/// What an allocator takes for so many bytes: a few beside them, in steps, and never less than two steps.
fn piece(bytes: usize) -> usize {
    const BESIDE: usize = 8;
    const STEP: usize = 16;
    match bytes {
        0 => 0,
        _ => (bytes + BESIDE).next_multiple_of(STEP).max(2 * STEP),
    }
}
