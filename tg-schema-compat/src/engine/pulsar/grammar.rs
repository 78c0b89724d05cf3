//! The grammar by which Java reads: symbols in sequences that contain each other. Only its shape is made here,
//! to see what its flattening does to it.

use std::collections::HashMap;

use super::resolver::{Action, ActionId, Adjust, Resolution};
use crate::engine::avro::{Equality, Graph, Id, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// One of [`Grammar::symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SymbolId(pub usize);

/// A symbol.
#[derive(Clone, Debug)]
pub(super) enum Symbol {
    /// One that has no parts that matter.
    Leaf,
    /// Something that cannot be read.
    Error,
    /// Several, one after the other; in Java's order, which is from the last to the first.
    Sequence(Vec<SymbolId>),
    /// Several, any number of times.
    Repeat(Vec<SymbolId>),
    /// One of several.
    Alternative(Vec<SymbolId>),
    /// Another one, for a chosen branch.
    Adjust(SymbolId),
    /// Another one, which is flattened and never looked at.
    Skip(SymbolId),
}

/// The grammar of two schemas.
pub(super) struct Grammar {
    pub symbols: Vec<Symbol>,
    pub root: SymbolId,
    /// Whether a sequence contains itself in any way.
    recursive: bool,
}

impl Grammar {
    pub(super) fn of(
        resolution: &Resolution,
        writer: &Graph,
        reader: &Graph,
        budget: &mut Budget,
    ) -> Result<Self, TooLarge> {
        let mut maker = Maker {
            resolution,
            writer,
            reader,
            symbols: vec![Symbol::Leaf, Symbol::Error],
            adjusts: HashMap::new(),
            plain: HashMap::new(),
            recursive: false,
            budget,
        };
        let root = maker.action(resolution.root)?;
        Ok(Grammar {
            symbols: maker.symbols,
            root,
            recursive: maker.recursive,
        })
    }

    /// Whether Java meets a hole in the flattened grammar before it meets an error.
    pub(super) fn flattened_badly(&self, budget: &mut Budget) -> Result<bool, TooLarge> {
        match self.recursive {
            true => super::flat::has_hole(self, budget),
            false => Ok(false),
        }
    }

    pub(super) fn symbol(&self, id: SymbolId) -> &Symbol {
        self.symbols.get(id.0).unwrap_or(&Symbol::Leaf)
    }
}

const LEAF: SymbolId = SymbolId(0);
const ERROR: SymbolId = SymbolId(1);

/// Whose schema a type is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Writer,
    Reader,
}

/// A record that is read as it is, and its symbol.
type Plain = (Side, Id, SymbolId);

struct Maker<'r, 'b> {
    resolution: &'r Resolution,
    writer: &'r Graph,
    reader: &'r Graph,
    symbols: Vec<Symbol>,
    adjusts: HashMap<ActionId, SymbolId>,
    /// Records that are read as they are, by name; equal ones of both sides have one symbol.
    plain: HashMap<String, Vec<Plain>>,
    recursive: bool,
    budget: &'b mut Budget,
}

impl<'r> Maker<'r, '_> {
    fn add(&mut self, symbol: Symbol) -> SymbolId {
        self.symbols.push(symbol);
        SymbolId(self.symbols.len() - 1)
    }

    fn sequence(&mut self, parts: Vec<SymbolId>) -> SymbolId {
        self.add(Symbol::Sequence(parts))
    }

    fn graph(&self, side: Side) -> &'r Graph {
        match side {
            Side::Writer => self.writer,
            Side::Reader => self.reader,
        }
    }

    fn action(&mut self, id: ActionId) -> Result<SymbolId, TooLarge> {
        self.budget.enter()?;
        let resolution = self.resolution;
        let symbol = match resolution.actions.get(id.0) {
            None | Some(Action::Error(..)) => ERROR,
            Some(Action::Read(1)) => LEAF,
            Some(Action::Read(count)) => self.sequence(vec![LEAF; *count]),
            Some(Action::Enum(..)) => self.sequence(vec![LEAF; 2]),
            Some(Action::Skip(ty)) => {
                let skipped = self.simple(Side::Writer, *ty)?;
                self.add(Symbol::Skip(skipped))
            }
            Some(Action::Container(part, sign)) => {
                let part = self.action(*part)?;
                self.container(part, *sign == "{}")
            }
            Some(Action::SameUnion(ty)) => self.simple(Side::Reader, *ty)?,
            Some(Action::WriterUnion(branches)) => {
                let mut parts = Vec::with_capacity(branches.len());
                for branch in branches {
                    parts.push(self.action(*branch)?);
                }
                let parts = self.add(Symbol::Alternative(parts));
                self.sequence(vec![parts, LEAF])
            }
            Some(Action::ReaderUnion(chosen)) => {
                let chosen = self.action(*chosen)?;
                let adjust = self.add(Symbol::Adjust(chosen));
                self.sequence(vec![adjust, LEAF])
            }
            Some(Action::Record(adjust)) => self.adjust(id, adjust)?,
        };
        self.budget.leave();
        Ok(symbol)
    }

    fn container(&mut self, part: SymbolId, keyed: bool) -> SymbolId {
        let parts = match keyed {
            true => vec![part, LEAF],
            false => vec![part],
        };
        let repeat = self.add(Symbol::Repeat(parts));
        self.sequence(vec![repeat, LEAF])
    }

    fn adjust(&mut self, id: ActionId, adjust: &Adjust) -> Result<SymbolId, TooLarge> {
        if let Some(known) = self.adjusts.get(&id) {
            self.recursive = true;
            return Ok(*known);
        }
        let symbol = self.sequence(Vec::new());
        self.adjusts.insert(id, symbol);
        let mut parts = vec![LEAF];
        for (action, _) in &adjust.fields {
            parts.push(self.action(*action)?);
        }
        for ty in &adjust.defaults {
            parts.push(LEAF);
            parts.push(self.simple(Side::Reader, *ty)?);
            parts.push(LEAF);
        }
        self.fill(symbol, parts);
        Ok(symbol)
    }

    /// Java fills the parts of a sequence from its end.
    fn fill(&mut self, symbol: SymbolId, mut parts: Vec<SymbolId>) {
        parts.reverse();
        if let Some(slot) = self.symbols.get_mut(symbol.0) {
            *slot = Symbol::Sequence(parts);
        }
    }

    /// A type that is read, or passed over, as it was written.
    fn simple(&mut self, side: Side, id: Id) -> Result<SymbolId, TooLarge> {
        self.budget.enter()?;
        let symbol = match self.graph(side).shape(id) {
            Shape::Primitive(_) | Shape::Unresolved(_) => LEAF,
            Shape::Enum(_) | Shape::Fixed(_) => self.sequence(vec![LEAF, LEAF]),
            &Shape::Array(part) => {
                let part = self.simple(side, part)?;
                self.container(part, false)
            }
            &Shape::Map(part) => {
                let part = self.simple(side, part)?;
                self.container(part, true)
            }
            Shape::Union(branches) => {
                let branches = branches.clone();
                let mut parts = Vec::with_capacity(branches.len());
                for branch in branches {
                    parts.push(self.simple(side, branch)?);
                }
                let parts = self.add(Symbol::Alternative(parts));
                self.sequence(vec![parts, LEAF])
            }
            Shape::Record(record) => {
                let types: Vec<Id> = record.fields.iter().map(|f| f.ty).collect();
                let name = record.name.full();
                self.record(side, id, name, &types)?
            }
        };
        self.budget.leave();
        Ok(symbol)
    }

    fn record(
        &mut self,
        side: Side,
        id: Id,
        name: String,
        types: &[Id],
    ) -> Result<SymbolId, TooLarge> {
        for (other_side, other, symbol) in self.plain.get(&name).cloned().unwrap_or_default() {
            let (left, right) = (self.graph(side), self.graph(other_side));
            let same = side == other_side && id == other;
            if same || Equality::new(left, right).of(id, other, self.budget)? {
                self.recursive = true;
                return Ok(symbol);
            }
        }
        let symbol = self.sequence(Vec::new());
        self.plain.entry(name).or_default().push((side, id, symbol));
        let mut parts = vec![LEAF];
        for ty in types {
            parts.push(self.simple(side, *ty)?);
        }
        self.fill(symbol, parts);
        Ok(symbol)
    }
}
