//! The flattening of a grammar: sequences inside sequences are copied into one, and where one of them is not
//! ready yet, the place is remembered and filled afterwards. What is filled may have such places itself, and
//! those are forgotten: the holes that this module looks for.

use std::collections::{HashMap, HashSet};

use super::grammar::{Grammar, Symbol, SymbolId};
use crate::engine::stack::{Budget, TooLarge};

/// Places of all flattened sequences together. Grammars that take more are not looked at.
const MAX_PLACES: usize = 2_000_000;

/// A flat symbol: what stands in a place, if anything.
#[derive(Clone, Debug)]
enum Flat {
    Leaf,
    Error,
    /// Parts: one of [`Flattening::lists`].
    Sequence(usize),
    Repeat(usize),
    Alternative(Vec<usize>),
    Adjust(usize),
    /// Never looked at.
    Skip,
}

/// A place that is to be filled.
#[derive(Clone, Copy)]
struct Fixup {
    list: usize,
    at: usize,
}

struct Flattening<'g, 'b> {
    grammar: &'g Grammar,
    /// Flat symbols.
    flats: Vec<Flat>,
    /// What stands in the places of sequences and repeaters: one of `flats`, or nothing yet.
    lists: Vec<Vec<Option<usize>>>,
    /// The flat symbol of each sequence.
    known: HashMap<SymbolId, usize>,
    /// Places that wait for a sequence, by its list; for sequences that are being flattened.
    waiting: HashMap<usize, Vec<Fixup>>,
    sizes: HashMap<SymbolId, usize>,
    places: usize,
    budget: &'b mut Budget,
}

/// Whether Java meets a hole before it meets an error.
pub(super) fn has_hole(grammar: &Grammar, budget: &mut Budget) -> Result<bool, TooLarge> {
    let mut flattening = Flattening {
        grammar,
        flats: vec![Flat::Leaf, Flat::Error, Flat::Skip],
        lists: Vec::new(),
        known: HashMap::new(),
        waiting: HashMap::new(),
        sizes: HashMap::new(),
        places: 0,
        budget,
    };
    let Some(root) = flattening.list(&[grammar.root])? else {
        return Ok(false);
    };
    if !flattening.copy(&[grammar.root], root)? {
        return Ok(false);
    }
    flattening.meets_hole(root)
}

impl Flattening<'_, '_> {
    fn add(&mut self, flat: Flat) -> usize {
        self.flats.push(flat);
        self.flats.len() - 1
    }

    /// A new list with room for these symbols. None: there would be too many places.
    fn list(&mut self, parts: &[SymbolId]) -> Result<Option<usize>, TooLarge> {
        let mut size = 0_usize;
        for part in parts {
            size = size.saturating_add(self.size(*part)?);
        }
        self.places = self.places.saturating_add(size);
        if self.places > MAX_PLACES {
            return Ok(None);
        }
        self.lists.push(vec![None; size]);
        Ok(Some(self.lists.len() - 1))
    }

    /// Places that a symbol takes inside a sequence.
    fn size(&mut self, symbol: SymbolId) -> Result<usize, TooLarge> {
        let Symbol::Sequence(parts) = self.grammar.symbol(symbol) else {
            return Ok(1);
        };
        if let Some(known) = self.sizes.get(&symbol) {
            return Ok(*known);
        }
        self.budget.enter()?;
        let mut size = 0_usize;
        for part in parts {
            size = size.saturating_add(self.size(*part)?);
        }
        self.budget.leave();
        self.sizes.insert(symbol, size);
        Ok(size)
    }

    /// The flat form of a symbol. None: too many places.
    fn flat(&mut self, symbol: SymbolId) -> Result<Option<usize>, TooLarge> {
        self.budget.enter()?;
        let grammar = self.grammar;
        let flat = match grammar.symbol(symbol) {
            Symbol::Leaf => Some(0),
            Symbol::Error => Some(1),
            Symbol::Skip(inner) => self.flat(*inner)?.map(|_| 2),
            Symbol::Adjust(inner) => {
                let inner = self.flat(*inner)?;
                inner.map(|inner| self.add(Flat::Adjust(inner)))
            }
            Symbol::Alternative(parts) => {
                let mut flats = Vec::with_capacity(parts.len());
                for part in parts {
                    let Some(flat) = self.flat(*part)? else {
                        return Ok(None);
                    };
                    flats.push(flat);
                }
                Some(self.add(Flat::Alternative(flats)))
            }
            Symbol::Repeat(parts) => match self.list(parts)? {
                Some(list) if self.copy(parts, list)? => Some(self.add(Flat::Repeat(list))),
                _ => None,
            },
            Symbol::Sequence(parts) => self.sequence(symbol, parts)?,
        };
        self.budget.leave();
        Ok(flat)
    }

    fn sequence(
        &mut self,
        symbol: SymbolId,
        parts: &[SymbolId],
    ) -> Result<Option<usize>, TooLarge> {
        if let Some(known) = self.known.get(&symbol) {
            return Ok(Some(*known));
        }
        let Some(list) = self.list(parts)? else {
            return Ok(None);
        };
        let flat = self.add(Flat::Sequence(list));
        self.known.insert(symbol, flat);
        self.waiting.insert(list, Vec::new());
        if !self.copy(parts, list)? {
            return Ok(None);
        }
        for fixup in self.waiting.get(&list).cloned().unwrap_or_default() {
            self.transfer(list, fixup)?;
        }
        self.waiting.remove(&list);
        Ok(Some(flat))
    }

    /// Flattens symbols into a list. False: too many places.
    fn copy(&mut self, parts: &[SymbolId], list: usize) -> Result<bool, TooLarge> {
        let mut at = 0;
        for part in parts {
            let Some(flat) = self.flat(*part)? else {
                return Ok(false);
            };
            let Some(Flat::Sequence(inner)) = self.flats.get(flat) else {
                if let Some(place) = self.lists.get_mut(list).and_then(|l| l.get_mut(at)) {
                    *place = Some(flat);
                }
                at += 1;
                continue;
            };
            let (inner, here) = (*inner, Fixup { list, at });
            match self.waiting.get_mut(&inner) {
                Some(waiting) => waiting.push(here),
                None => {
                    self.transfer(inner, here)?;
                    self.inherit(inner, here)?;
                }
            }
            at += self.lists.get(inner).map_or(0, Vec::len);
        }
        Ok(true)
    }

    /// Copies what stands in a list.
    fn transfer(&mut self, from: usize, to: Fixup) -> Result<(), TooLarge> {
        let places = self.lists.get(from).cloned().unwrap_or_default();
        self.budget.spend(places.len())?;
        let target = self.lists.get_mut(to.list).and_then(|l| l.get_mut(to.at..));
        for (slot, place) in target.into_iter().flatten().zip(places) {
            *slot = place;
        }
        Ok(())
    }

    /// Holes of a list that was copied are holes of the copy.
    fn inherit(&mut self, from: usize, to: Fixup) -> Result<(), TooLarge> {
        for waiting in self.waiting.values_mut() {
            self.budget.spend(waiting.len())?;
            for at in 0..waiting.len() {
                if let Some(fixup) = waiting.get(at).filter(|fixup| fixup.list == from) {
                    let copy = Fixup {
                        list: to.list,
                        at: fixup.at + to.at,
                    };
                    waiting.push(copy);
                }
            }
        }
        Ok(())
    }

    /// Looks for errors as Java does, depth first, and stops at the first one or at a hole.
    fn meets_hole(&mut self, root: usize) -> Result<bool, TooLarge> {
        let mut seen = HashSet::new();
        let places = |list: usize| self.lists.get(list).into_iter().flatten().rev().copied();
        let mut open: Vec<Option<usize>> = places(root).collect();
        while let Some(place) = open.pop() {
            self.budget.step()?;
            let Some(flat) = place else {
                return Ok(true);
            };
            match self.flats.get(flat) {
                Some(Flat::Error) => return Ok(false),
                Some(Flat::Leaf | Flat::Skip) | None => continue,
                _ if !seen.insert(flat) => continue,
                Some(Flat::Sequence(list) | Flat::Repeat(list)) => open.extend(places(*list)),
                Some(Flat::Alternative(parts)) => {
                    open.extend(parts.iter().rev().map(|part| Some(*part)));
                }
                Some(Flat::Adjust(inner)) => open.push(Some(*inner)),
            }
        }
        Ok(false)
    }
}
