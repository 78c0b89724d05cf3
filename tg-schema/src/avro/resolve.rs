//! Messages of another writer: the steps of a plan, carried out on bytes.

use tg_schema_model::avro::resolution::{Gap, Node, NodeId, Plan, Promotion, Skip, SkipId};

use super::AvroReader;
use super::short::{self, behind};
use crate::error::{Error, ErrorKind};
use crate::json::Real;

impl<'a> AvroReader<'a> {
    /// How the value is read, once it is known of which branch of the writer's union it is.
    #[inline]
    pub(crate) fn follow<'p>(&mut self, plan: &'p Plan, node: NodeId) -> Result<&'p Node, Error> {
        self.reach(plan, node).map(|(_, node)| node)
    }
    /// As [`AvroReader::follow`], with the id of the node.
    #[inline]
    pub(crate) fn reach<'p>(
        &mut self,
        plan: &'p Plan,
        node: NodeId,
    ) -> Result<(NodeId, &'p Node), Error> {
        match plan.nodes.get(node.0 as usize) {
            Some(Node::Union(branches)) => match self.short_branch(plan, branches) {
                Some(found) => Ok(found),
                None => self.follow_branches(plan, node),
            },
            Some(Node::Fail(_)) | None => self.follow_branches(plan, node),
            Some(found) => Ok((node, found)),
        }
    }
    /// A branch that can be read, the way that most are written.
    #[inline(never)]
    fn short_branch<'p>(
        &mut self,
        plan: &'p Plan,
        branches: &[NodeId],
    ) -> Option<(NodeId, &'p Node)> {
        let mut rest = self.rest();
        let node = *branches.get(short::index(&mut rest, branches.len())?)?;
        match plan.nodes.get(node.0 as usize)? {
            Node::Union(_) | Node::Fail(_) => None,
            found => {
                self.go_on(rest);
                Some((node, found))
            }
        }
    }
    #[inline(never)]
    fn follow_branches<'p>(
        &mut self,
        plan: &'p Plan,
        mut node: NodeId,
    ) -> Result<(NodeId, &'p Node), Error> {
        // A branch is never a union itself: the loop ends.
        loop {
            match plan.nodes.get(node.0 as usize) {
                Some(Node::Union(branches)) => {
                    let n = self.foreign_index(branches.len(), "branches")?;
                    match branches.get(n) {
                        Some(branch) => node = *branch,
                        None => return Err(self.foreign_plan()),
                    }
                }
                Some(Node::Fail(problem)) => {
                    return Err(match plan.problems.get(*problem as usize) {
                        // The place is the error's own to say.
                        Some(p) => {
                            self.error(ErrorKind::Resolution, format!("{} ({})", p.message, p.help))
                        }
                        None => self.foreign_plan(),
                    });
                }
                Some(found) => return Ok((node, found)),
                None => return Err(self.foreign_plan()),
            }
        }
    }
    /// The index of a branch or symbol of the writer's.
    pub(super) fn foreign_index(&mut self, count: usize, what: &str) -> Result<usize, Error> {
        let n = self.long()?;
        match usize::try_from(n) {
            Ok(i) if i < count => Ok(i),
            _ => Err(self.error(
                ErrorKind::Type,
                format!("expected the index of one of the writer's {count} {what}, found {n}"),
            )),
        }
    }
    /// The plan was made for another type.
    #[cold]
    #[inline(never)]
    pub(crate) fn foreign_plan(&self) -> Error {
        self.error(
            ErrorKind::Resolution,
            "the plan was made for another type than the one that is read",
        )
    }
    /// The writer's form is the reader's.
    #[inline]
    pub(crate) fn same(&mut self, plan: &Plan, node: NodeId) -> Result<(), Error> {
        match node {
            NodeId::SAME => Ok(()),
            _ => self.same_branch(plan, node),
        }
    }
    #[inline(never)]
    fn same_branch(&mut self, plan: &Plan, node: NodeId) -> Result<(), Error> {
        match self.follow(plan, node)? {
            Node::Same => Ok(()),
            _ => Err(self.foreign_plan()),
        }
    }
    /// A `float` or `double` of the reader's.
    #[inline]
    pub(crate) fn promoted<T: Real>(&mut self, plan: &Plan, node: NodeId) -> Result<T, Error> {
        match self.follow(plan, node)? {
            Node::Same => T::read(self),
            Node::Int => self.promote(Promotion::Int),
            Node::Long => self.promote(Promotion::Long),
            Node::Float => self.promote(Promotion::Float),
            _ => Err(self.foreign_plan()),
        }
    }
    /// A number that is written as another type.
    #[inline]
    pub(crate) fn promote<T: Real>(&mut self, of: Promotion) -> Result<T, Error> {
        match of {
            Promotion::Int => self.int().map(|n| T::of_long(i64::from(n))),
            Promotion::Long => self.long().map(T::of_long),
            Promotion::Float => self.float().map(T::of_float),
        }
    }
    /// Index of the reader's symbol; `None`: the writer's are the reader's, and nothing was read.
    pub(crate) fn resolve_symbol(
        &mut self,
        plan: &Plan,
        node: NodeId,
    ) -> Result<Option<usize>, Error> {
        let (node, symbols) = match self.reach(plan, node)? {
            (_, Node::Same) => return Ok(None),
            (node, Node::Enum(symbols)) => (node, symbols),
            _ => return Err(self.foreign_plan()),
        };
        let start = self.offset();
        let n = self.foreign_index(symbols.len(), "symbols")?;
        match symbols.get(n).copied().flatten() {
            Some(symbol) => {
                self.unknown_symbols += u64::from(symbol.unknown);
                Ok(Some(symbol.index as usize))
            }
            None => {
                let place = u32::try_from(n).unwrap_or(u32::MAX);
                let name = plan.unknown_symbol(node, place).unwrap_or_default();
                let message = format!(
                    "expected a symbol that the enum knows, found the writer's {name:?}; a default on the enum would read it"
                );
                Err(Error::new(ErrorKind::Symbol, message, Some(start)))
            }
        }
    }
    /// Jumps over a part of a record, which was entered if it `nests`; what is left behind it.
    #[inline(never)]
    pub(crate) fn pass(
        &mut self,
        rest: &'a [u8],
        skips: &[Skip],
        gap: Gap,
        nests: bool,
    ) -> Result<&'a [u8], Error> {
        self.go_on(rest);
        match gap {
            Gap::Nothing => {}
            Gap::Fixed(n) => self.take(n as usize).map(drop)?,
            Gap::Varints(n) => {
                for _ in 0..n {
                    self.long()?;
                }
            }
            Gap::Prefixed => self.bytes().map(drop)?,
            Gap::Other(id) if nests => self.skip(skips, id)?,
            Gap::Other(id) => {
                self.enter()?;
                self.skip(skips, id)?;
                self.leave();
            }
        }
        Ok(self.rest())
    }
    /// Jumps over a value of the writer's. Depth counts as in reading, so that what can be read can be
    /// jumped over; items do not, because nothing is kept of them.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn skip(&mut self, skips: &[Skip], id: SkipId) -> Result<(), Error> {
        match skips.get(id.0 as usize) {
            Some(Skip::Nothing) => Ok(()),
            Some(Skip::Fixed(n)) => self.take(*n as usize).map(drop),
            Some(Skip::Varint) => self.long().map(drop),
            Some(Skip::Prefixed) => self.bytes().map(drop),
            Some(skip) => self.skip_nested(skips, skip),
            None => Err(self.foreign_plan()),
        }
    }
    /// Passes over parts of short ways, up to the first that is not one; that one, of which nothing was read. What is
    /// left of the input stays in a register on the way: through memory, each part would wait for the one before.
    #[inline(always)]
    fn skip_flat<'p>(
        &mut self,
        skips: &[Skip],
        parts: &mut std::slice::Iter<'p, SkipId>,
    ) -> Option<&'p SkipId> {
        let mut rest = self.rest();
        let deeper = self.may_enter();
        let other = parts.find(|part| {
            let next = match skips.get(part.0 as usize) {
                // All of its parts, or none.
                Some(Skip::Record(parts)) if deeper => parts
                    .iter()
                    .try_fold(rest, |rest, part| behind(skips.get(part.0 as usize), rest)),
                skip => behind(skip, rest),
            };
            rest = next.unwrap_or(rest);
            next.is_none()
        });
        self.go_on(rest);
        other
    }
    /// What holds others. What does not is passed over in the loop over a record's or a list's parts.
    #[inline(never)]
    fn skip_nested(&mut self, skips: &[Skip], skip: &Skip) -> Result<(), Error> {
        match skip {
            Skip::Array(item) => self.skip_blocks(skips, *item, false),
            Skip::Map(item) => self.skip_blocks(skips, *item, true),
            Skip::Record(parts) => {
                self.enter()?;
                let mut parts = parts.iter();
                while let Some(part) = self.skip_flat(skips, &mut parts) {
                    self.skip(skips, *part)?;
                }
                self.leave();
                Ok(())
            }
            // A union is in no union, so that no way leads back to it but through what is counted.
            Skip::Union(branches) => {
                let n = self.foreign_index(branches.len(), "branches")?;
                match branches.get(n) {
                    Some(branch) => self.skip(skips, *branch),
                    None => Err(self.foreign_plan()),
                }
            }
            // What is of one part is above.
            _ => Err(self.foreign_plan()),
        }
    }
    #[inline(never)]
    fn skip_blocks(&mut self, skips: &[Skip], item: SkipId, keys: bool) -> Result<(), Error> {
        let size = match skips.get(item.0 as usize) {
            Some(Skip::Nothing) if !keys => Some(0),
            Some(Skip::Fixed(size)) if !keys => Some(*size as usize),
            _ => None,
        };
        let leaf = is_leaf(skips, item);
        if !leaf {
            self.enter()?;
        }
        loop {
            let n = self.long()?;
            if n == 0 {
                break;
            }
            if n < 0 {
                let size = self.long()?;
                match usize::try_from(size) {
                    Ok(size) => self.take(size).map(drop)?,
                    Err(_) => {
                        return Err(self.error(
                            ErrorKind::Syntax,
                            "expected the size of a block, found a negative number",
                        ));
                    }
                }
                continue;
            }
            // Those of one size are over at once; their number may be any where they have no bytes.
            if let Some(size) = size {
                let bytes = usize::try_from(n)
                    .unwrap_or(usize::MAX)
                    .saturating_mul(size);
                self.take(bytes)?;
                continue;
            }
            for _ in 0..n {
                if keys {
                    self.bytes()?;
                }
                self.skip(skips, item)?;
            }
        }
        if !leaf {
            self.leave();
        }
        Ok(())
    }
}

/// Whether no record, array or map can be in such a value.
fn is_leaf(skips: &[Skip], id: SkipId) -> bool {
    let holds = |id: SkipId| {
        matches!(
            skips.get(id.0 as usize),
            Some(Skip::Array(_) | Skip::Map(_) | Skip::Record(_) | Skip::Union(_))
        )
    };
    match skips.get(id.0 as usize) {
        Some(Skip::Union(branches)) => !branches.iter().any(|&branch| holds(branch)),
        _ => !holds(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn skipped(skips: &[Skip], id: u32, depth: u32, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let mut limits = Limits::DEFAULT;
        limits.depth = depth;
        let mut r = AvroReader::new(bytes, limits);
        r.skip(skips, SkipId(id)).map_err(|e| e.kind())?;
        assert!(r.enter().is_ok() || depth == 0);
        Ok(r.offset())
    }

    /// A record with an optional record of its own type, then a list of texts.
    fn chain() -> [Skip; 5] {
        [
            Skip::Nothing,
            Skip::Record([SkipId(2), SkipId(3)].into()),
            Skip::Union([SkipId(0), SkipId(1)].into()),
            Skip::Array(SkipId(4)),
            Skip::Prefixed,
        ]
    }

    #[test]
    fn depth_counts_records_and_what_may_hold_them() {
        let bytes = [2, 2, 0, 0, 2, 2, b'x', 0, 0];
        assert_eq!(skipped(&chain(), 1, 3, &bytes), Ok(bytes.len()));
        assert_eq!(skipped(&chain(), 1, 2, &bytes), Err(ErrorKind::Limit));
        assert_eq!(skipped(&chain(), 1, 128, &[2; 1000]), Err(ErrorKind::Limit));
        assert_eq!(skipped(&chain(), 3, 0, &bytes[4..8]), Ok(4));
        let lists = [Skip::Nothing, Skip::Array(SkipId(1))];
        assert_eq!(skipped(&lists, 1, 128, &[2; 1000]), Err(ErrorKind::Limit));
    }

    #[test]
    fn records_of_short_parts_are_passed_over_as_others_are() {
        let skips = [
            Skip::Nothing,
            Skip::Record([SkipId(2), SkipId(4), SkipId(2)].into()),
            Skip::Record([SkipId(3), SkipId(4), SkipId(5), SkipId(0)].into()),
            Skip::Prefixed,
            Skip::Varint,
            Skip::Fixed(2),
        ];
        let short = [&[4, b'a', b'b', 2][..], &[0; 2]].concat();
        let long = [&[0x80, 1][..], &[b'a'; 64], &[0x82, 1, 0, 0]].concat();
        for first in [&short, &long] {
            for last in [&short, &long] {
                let bytes = [&first[..], &[0xff, 3], last].concat();
                assert_eq!(skipped(&skips, 1, 2, &bytes), Ok(bytes.len()));
                assert_eq!(skipped(&skips, 1, 1, &bytes), Err(ErrorKind::Limit));
                for n in 0..bytes.len() {
                    assert_eq!(
                        skipped(&skips, 1, 2, &bytes[..n]),
                        Err(ErrorKind::End),
                        "{n}"
                    );
                }
            }
        }
    }

    #[test]
    fn any_number_of_items_without_bytes_is_over_at_once() {
        let mut bytes = vec![0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        bytes.push(0);
        let list = [Skip::Nothing, Skip::Array(SkipId(0))];
        assert_eq!(skipped(&list, 1, 1, &bytes), Ok(11));
        let map = [Skip::Nothing, Skip::Map(SkipId(0))];
        assert_eq!(skipped(&map, 1, 1, &bytes), Err(ErrorKind::End));
        let numbers = [Skip::Fixed(8), Skip::Array(SkipId(0))];
        assert_eq!(skipped(&numbers, 1, 1, &bytes), Err(ErrorKind::End));
        let two = [&[4][..], &[0; 16], &[0]].concat();
        assert_eq!(skipped(&numbers, 1, 0, &two), Ok(18));
        assert_eq!(skipped(&numbers, 1, 0, &two[..17]), Err(ErrorKind::End));
    }
}
