//! The keys of a record while one of its objects is read.

use std::borrow::Cow;
use std::collections::HashSet;

/// Keys of a record, prepared for reading: names in wire order as `,"name":`, and aliases.
#[derive(Clone, Copy, Debug)]
pub struct Keys {
    /// `,"name":` of each field in wire order.
    pub literals: &'static [&'static str],
    /// Former names and the index of their field.
    pub aliases: &'static [(&'static str, usize)],
}

impl Keys {
    pub(super) fn name(&self, i: usize) -> &'static str {
        let literal = self.literals.get(i).copied().unwrap_or_default();
        literal
            .get(2..literal.len().saturating_sub(2))
            .unwrap_or_default()
    }
    /// Index of the field that is called `key`, looked for from `next` on; unknown keys give the number
    /// of fields.
    pub(super) fn find(&self, key: &str, next: usize) -> usize {
        let n = self.literals.len();
        let is = |i: &usize| {
            let literal = self.literals[*i].as_bytes();
            literal.len() == key.len() + 4 && literal[2..].starts_with(key.as_bytes())
        };
        (next.min(n)..n)
            .find(is)
            .or_else(|| (0..next.min(n)).find(is))
            .or_else(|| {
                self.aliases
                    .iter()
                    .find(|(alias, _)| *alias == key)
                    .map(|(_, i)| *i)
            })
            .unwrap_or(n)
    }
}

/// Where the reader stands in an object: which of up to 64 × `W` fields were seen.
#[derive(Debug)]
pub struct Object<'a, const W: usize> {
    pub(super) seen: [u64; W],
    pub(super) next: usize,
    pub(super) first: bool,
    /// Keys that no field has.
    pub(super) others: Option<HashSet<Cow<'a, str>>>,
}

impl<const W: usize> Object<'_, W> {
    /// Marks a field; false when it was seen before.
    #[inline]
    pub(super) fn mark(&mut self, i: usize) -> bool {
        match self.seen.get_mut(i / 64) {
            Some(word) => {
                let bit = 1u64 << (i % 64);
                let new = *word & bit == 0;
                *word |= bit;
                new
            }
            None => true,
        }
    }
}
