//! A record from Avro of another writer.

use tg_schema_model::avro::resolution::{Gap, Node, NodeId, Plan, Promotion, Run};

use super::read::{Failed, absent, missing, stop, went};
use super::{Default, Fill, Only, Record};
use crate::avro::{AvroReader, short};
use crate::codec::{Codec, OrNull, Wire, each};
use crate::error::Error;
use crate::json::Seen;

/// Takes records of another writer that follow each other, as a node of the plan says; of an error, the index of its
/// record too.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(never))]
pub(super) fn avro<T: Record>(
    items: &mut [T],
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<(), (usize, Error)> {
    // Of a union, each record says its branch.
    let together = match plan.nodes.get(node.0 as usize) {
        Some(Node::Union(_)) => 1,
        _ => items.len().max(1),
    };
    let mut done = 0;
    for items in items.chunks_mut(together) {
        if let Err((i, e)) = alike(items, r, plan, node) {
            return Err((done + i, e));
        }
        done += items.len();
    }
    Ok(())
}

/// The same of records that are all read in the same way.
#[inline(always)]
fn alike<T: Record>(
    items: &mut [T],
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<(), (usize, Error)> {
    let how = match r.follow(plan, node) {
        Ok(Node::Same) => return each(items, |v| v.read_avro_into(r)),
        Ok(how) => how,
        Err(e) => return Err((0, e)),
    };
    let Node::Record {
        read,
        runs,
        promoted,
        ..
    } = how
    else {
        return Err((0, r.foreign_plan()));
    };
    let (runs, promoted) = (&**runs, &**promoted);
    let seen = T::Seen::of(read);
    if missing(&seen, T::TABLE).is_some() {
        return Err((0, r.foreign_plan()));
    }
    let absents = T::DEFAULTS && !seen.has_all(T::TABLE.keys.fields.len());
    // Of records that nest none, it is enough to know that they could be entered.
    let entered = match T::TABLE.facts.nests {
        true => r.enter(),
        false => r.deeper(),
    };
    entered.map_err(|e| (0, e))?;
    let affordable = r.prepay(items.len(), T::TABLE.facts.cost);
    let (items, others) = items.split_at_mut(affordable.min(items.len()));
    let mut rest = r.rest();
    let mut items = items.iter_mut();
    while let Some(v) = items.next() {
        rest = match by_runs(v, r, rest, plan, runs, promoted) {
            Ok(rest) => rest,
            Err(e) => return Err((affordable - items.len() - 1, e)),
        };
        if absents {
            absent(v, &seen);
        }
    }
    r.go_on(rest);
    if !others.is_empty() {
        return Err((affordable, Error::too_many(r.offset())));
    }
    if T::TABLE.facts.nests {
        r.leave();
    }
    Ok(())
}

/// Takes a record by its runs; what is left behind it.
#[inline(always)]
fn by_runs<'a, T: Record>(
    v: &mut T,
    r: &mut AvroReader<'a>,
    mut rest: &'a [u8],
    plan: &Plan,
    runs: &[Run],
    promoted: &[Option<Promotion>],
) -> Result<&'a [u8], Error> {
    for run in runs {
        let Run {
            gap,
            first,
            end,
            node,
            plain,
        } = *run;
        if !plain {
            if gap != Gap::Nothing {
                rest = match short::gap(gap, rest) {
                    Some(rest) => rest,
                    None => r.pass(rest, &plan.skips, gap, T::TABLE.facts.nests)?,
                };
            }
            if node != NodeId::SAME {
                r.go_on(rest);
                foreign(v, r, plan, first, node)?;
                rest = r.rest();
                continue;
            }
            if first == Run::NONE {
                continue;
            }
        }
        let mut reading = Reading {
            rest,
            r,
            next: first as usize,
            end: end as usize,
            promoted,
            failed: None,
        };
        if v.each_mut(&mut reading) {
            return Err(r.foreign_plan());
        }
        if let Some(failed) = reading.failed {
            return Err(stop(failed, &T::TABLE.keys));
        }
        rest = reading.rest;
    }
    Ok(rest)
}

/// Fields of another writer's message that follow each other in the record as well, each as the reader would have
/// written it.
///
/// Where they begin is asked in the record's own code, where all these questions become one jump. From there on
/// they are read one after the other, with one more question behind each: whether it was the last.
struct Reading<'r, 'a> {
    /// What is left of the message. The reader has it only where it reads: in memory, each field would wait for the
    /// one before.
    rest: &'a [u8],
    r: &'r mut AvroReader<'a>,
    /// The field to be read next.
    next: usize,
    /// The field behind the last.
    end: usize,
    /// Fields that hold a number of another type.
    promoted: &'r [Option<Promotion>],
    failed: Failed,
}
impl<'a> Reading<'_, 'a> {
    /// Goes on behind field `i`, unless it was the last.
    #[inline(always)]
    fn goes_on(&mut self, i: usize) -> bool {
        self.next = i + 1;
        i + 1 != self.end
    }
    /// Reads by the reader.
    #[inline(always)]
    fn read(
        &mut self,
        i: usize,
        read: impl FnOnce(&mut AvroReader<'a>) -> Result<(), Error>,
    ) -> bool {
        self.r.go_on(self.rest);
        let result = read(self.r);
        self.rest = self.r.rest();
        went(&mut self.failed, i, result) && self.goes_on(i)
    }
    #[inline(always)]
    fn take<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        if C::IS_PROMOTED
            && let Some(Some(of)) = self.promoted.get(i)
        {
            return self.promote::<C>(i, v, *of);
        }
        match C::short_avro(&mut self.rest) {
            Some(value) => {
                *v = value;
                self.goes_on(i)
            }
            None if C::SHORT => self.read(i, |r| {
                *v = other::<C>(r)?;
                Ok(())
            }),
            None => self.read(i, |r| C::read_avro_into(v, r)),
        }
    }
}
impl Reading<'_, '_> {
    /// Reads a number of another type.
    #[inline(always)]
    fn promote<C: Codec>(&mut self, i: usize, v: &mut C::Value, of: Promotion) -> bool {
        match C::short_promoted(of, self.rest) {
            Some((value, length)) if length <= self.rest.len() => {
                *v = value;
                self.rest = &self.rest[length..];
                self.goes_on(i)
            }
            _ => self.read(i, |r| C::promote_avro_into(v, r, of)),
        }
    }
}
impl Fill for Reading<'_, '_> {
    #[inline(always)]
    fn wants(&self, i: usize) -> bool {
        i == self.next
    }
    by_codec! { avro }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        match short::index(&mut self.rest, 2) {
            Some(0) => {
                *v = d();
                self.goes_on(i)
            }
            Some(_) => self.take::<C>(i, v),
            None => self.read(i, |r| {
                OrNull::<C>::read_avro(r).map(|value| *v = value.unwrap_or_else(d))
            }),
        }
    }
}

/// A value that is not of a short form.
#[inline(never)]
fn other<C: Codec>(r: &mut AvroReader<'_>) -> Result<C::Value, Error> {
    C::read_avro(r)
}

/// Takes field `i`, which is not as the reader would have written it.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(never))]
fn foreign<T: Record>(
    v: &mut T,
    r: &mut AvroReader<'_>,
    plan: &Plan,
    i: u32,
    node: NodeId,
) -> Result<(), Error> {
    let mut foreign = Foreign {
        r,
        plan,
        node,
        failed: None,
    };
    if Only::fill(v, i as usize, &mut foreign) {
        return Ok(());
    }
    Err(match foreign.failed {
        None => r.foreign_plan(),
        Some(failed) => stop(failed, &T::TABLE.keys),
    })
}

/// A field of another writer's message that is not as the reader would have written it.
struct Foreign<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    plan: &'r Plan,
    node: NodeId,
    failed: Failed,
}
impl Foreign<'_, '_> {
    #[inline(always)]
    fn take<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        let result = C::resolve_avro_into(v, self.r, self.plan, self.node);
        went(&mut self.failed, i, result)
    }
}
impl Fill for Foreign<'_, '_> {
    by_codec! { avro }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        match OrNull::<C>::resolve_avro(self.r, self.plan, self.node) {
            Ok(value) => {
                *v = value.unwrap_or_else(d);
                true
            }
            Err(e) => went(&mut self.failed, i, Err(e)),
        }
    }
}
