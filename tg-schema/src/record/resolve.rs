//! A record from Avro of another writer.

use std::slice::from_mut;

use tg_schema_model::avro::resolution::{Form, Front, Gap, Node, NodeId, Plan, Promotion, Run};

use super::read::{Failed, absent, missing, stop, went};
use super::{Default, Fill, Only, Record};
use crate::avro::{AvroReader, short};
use crate::codec::{Blank, Codec, OrNull, Wire, each};
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
    let Some(Node::Record {
        read, runs, forms, ..
    }) = plan.nodes.get(node.0 as usize)
    else {
        return each(items, |v| by_branch(v, r, plan, node));
    };
    // Not looked for again at each record.
    let (runs, forms) = (&**runs, &**forms);
    let seen = T::Seen::of(read);
    let partly = !seen.has_all(T::TABLE.keys.fields.len());
    if partly && missing(&seen, T::TABLE).is_some() {
        return Err((0, r.foreign_plan()));
    }
    if !r.affords(items.len(), T::TABLE.cost_of(partly)) {
        return first_ones(items, r, plan, node);
    }
    // Of records that nest none, it is enough to know that they could be entered.
    let entered = match T::TABLE.facts.nests {
        true => r.enter(),
        false => r.deeper(),
    };
    entered.map_err(|e| (0, e))?;
    let mut rest = r.rest();
    // By index: where the next one lies, no register is needed for.
    let mut i = 0;
    while let Some(v) = items.get_mut(i) {
        rest = match by_runs(v, r, rest, plan, runs, forms) {
            Ok(rest) => rest,
            Err(e) => return Err((i, e)),
        };
        if T::DEFAULTS && partly {
            absent(v, &seen);
        }
        i += 1;
    }
    r.go_on(rest);
    if T::TABLE.facts.nests {
        r.leave();
    }
    Ok(())
}

/// Takes a record that is a field of the one that is read. One that holds no others, and whose fields are one run, is
/// read where it stands: a call of [`avro`] would cost about as much as all of its fields.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn here<'a, T: Record>(
    v: &mut T,
    r: &mut AvroReader<'a>,
    rest: &'a [u8],
    plan: &Plan,
    node: NodeId,
) -> Result<&'a [u8], Error> {
    if !T::TABLE.facts.nests
        && let Some(Node::Record {
            read, runs, forms, ..
        }) = plan.nodes.get(node.0 as usize)
        && let [run] = **runs
        && run.front == Front::Nothing
    {
        let seen = T::Seen::of(read);
        let partly = !seen.has_all(T::TABLE.keys.fields.len());
        if !(partly && missing(&seen, T::TABLE).is_some())
            && r.may_enter()
            && r.affords(1, T::TABLE.cost_of(partly))
        {
            let rest = run_of::<T, true>(v, r, rest, plan, run, forms)?;
            if T::DEFAULTS && partly {
                absent(v, &seen);
            }
            return Ok(rest);
        }
    }
    // Also what cannot be read, for the error.
    r.go_on(rest);
    avro(from_mut(v), r, plan, node).map_err(|(_, e)| e)?;
    Ok(r.rest())
}

/// Takes a record that says its branch of a union.
#[cold]
#[inline(never)]
fn by_branch<T: Record>(
    v: &mut T,
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<(), Error> {
    match r.reach(plan, node)? {
        (_, Node::Same) => v.read_avro_into(r),
        (node, Node::Record { .. }) => avro(from_mut(v), r, plan, node).map_err(|(_, e)| e),
        _ => Err(r.foreign_plan()),
    }
}

/// Takes as many of the records as there is memory for, which is an error if nothing else is one.
#[cold]
#[inline(never)]
fn first_ones<T: Record>(
    items: &mut [T],
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<(), (usize, Error)> {
    let count = r.affordable(T::TABLE.cost()).min(items.len());
    let (items, _) = items.split_at_mut(count);
    avro(items, r, plan, node)?;
    Err((count, Error::too_many(r.offset())))
}

/// Takes a record by its runs; what is left behind it.
#[inline(always)]
fn by_runs<'a, T: Record>(
    v: &mut T,
    r: &mut AvroReader<'a>,
    mut rest: &'a [u8],
    plan: &Plan,
    runs: &[Run],
    forms: &[Form],
) -> Result<&'a [u8], Error> {
    for run in runs {
        let Run {
            gap,
            mut first,
            node,
            ..
        } = *run;
        match run.front {
            Front::Nothing => {}
            Front::Varints(n) => rest = behind_varints(r, rest, plan, n)?,
            Front::Other => {
                if let Gap::Varints(n) = gap {
                    rest = behind_varints(r, rest, plan, n)?;
                } else if gap != Gap::Nothing {
                    rest = match short::gap(gap, rest) {
                        Some(rest) => rest,
                        None => r.pass(rest, &plan.skips, gap, T::TABLE.facts.nests)?,
                    };
                }
                if node != NodeId::SAME && !short::branch(&mut rest, run.same) {
                    r.go_on(rest);
                    foreign(v, r, plan, first, node)?;
                    rest = r.rest();
                    first += 1;
                    if first == run.end {
                        continue;
                    }
                }
                if first == Run::NONE {
                    continue;
                }
            }
        }
        let run = Run { first, ..*run };
        rest = run_of::<T, false>(v, r, rest, plan, run, forms)?;
    }
    Ok(rest)
}

/// Jumps over numbers; what is left behind them.
#[inline(always)]
fn behind_varints<'a>(
    r: &mut AvroReader<'a>,
    mut rest: &'a [u8],
    plan: &Plan,
    count: u32,
) -> Result<&'a [u8], Error> {
    for _ in 0..count {
        rest = match short::behind_varint(rest) {
            Some(rest) => rest,
            None => r.pass(rest, &plan.skips, Gap::Varints(1), false)?,
        };
    }
    Ok(rest)
}

/// Takes the fields of a run; what is left behind them.
#[inline(always)]
fn run_of<'a, T: Record, const HERE: bool>(
    v: &mut T,
    r: &mut AvroReader<'a>,
    rest: &'a [u8],
    plan: &Plan,
    run: Run,
    forms: &[Form],
) -> Result<&'a [u8], Error> {
    let mut reading = Reading::<HERE> {
        rest,
        r,
        next: run.first as usize,
        end: run.end as usize,
        plan,
        forms,
        failed: None,
    };
    if v.each_mut(&mut reading) {
        return Err(reading.r.foreign_plan());
    }
    match reading.failed {
        None => Ok(reading.rest),
        Some(failed) => Err(stop(failed, &T::TABLE.keys)),
    }
}

/// Fields of another writer's message that follow each other in the record as well, each as the reader would have
/// written it.
///
/// Where they begin is asked in the record's own code, where all these questions become one jump. From there on
/// they are read one after the other, with one more question behind each: whether it was the last.
///
/// Those of a record that is read `HERE`, as a field of another, are of a type of their own: their code is called from
/// every such place, while that of records by themselves has one caller, whose registers it shares.
struct Reading<'r, 'a, const HERE: bool> {
    /// What is left of the message. The reader has it only where it reads: in memory, each field would wait for the
    /// one before.
    rest: &'a [u8],
    r: &'r mut AvroReader<'a>,
    /// The field to be read next.
    next: usize,
    /// The field behind the last.
    end: usize,
    plan: &'r Plan,
    /// How each field is read.
    forms: &'r [Form],
    failed: Failed,
}
impl<'a, const HERE: bool> Reading<'_, 'a, HERE> {
    /// The node that the field is read by, if it has one.
    #[inline(always)]
    fn node(&self, i: usize) -> Option<NodeId> {
        match self.forms.get(i) {
            Some(Form::Node(node)) => Some(*node),
            _ => None,
        }
    }
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
            && let Some(Form::Number(of)) = self.forms.get(i)
        {
            return self.promote::<C>(i, v, *of);
        }
        if C::HELD
            && let Some(node) = self.node(i)
        {
            return match C::resolve_avro_here(v, self.r, self.rest, self.plan, node) {
                Ok(rest) => {
                    self.rest = rest;
                    self.goes_on(i)
                }
                Err(e) => went(&mut self.failed, i, Err(e)),
            };
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
impl<const HERE: bool> Reading<'_, '_, HERE> {
    /// Reads a number of another type.
    #[inline(always)]
    fn promote<C: Codec>(&mut self, i: usize, v: &mut C::Value, of: Promotion) -> bool {
        match C::short_promoted(of, self.rest) {
            Some((value, length)) if length <= self.rest.len() => {
                *v = value;
                self.rest = &self.rest[length..];
                self.goes_on(i)
            }
            _ => self.read(i, |r| {
                *v = other_number::<C>(r, of)?;
                Ok(())
            }),
        }
    }
}
impl<const HERE: bool> Fill for Reading<'_, '_, HERE> {
    #[inline(always)]
    fn wants(&self, i: usize) -> bool {
        i == self.next
    }
    by_codec! { avro }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        if let Some(node) = self.node(i) {
            let plan = self.plan;
            return self.read(i, |r| {
                OrNull::<C>::resolve_avro(r, plan, node).map(|value| *v = value.unwrap_or_else(d))
            });
        }
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

/// A number of another type that is not of a short form. As [`other`], it takes no place to put it: the addresses of
/// all such places would be kept for it, and each field would load its own.
#[cold]
#[inline(never)]
fn other_number<C: Codec>(r: &mut AvroReader<'_>, of: Promotion) -> Result<C::Value, Error> {
    let mut value = C::Value::blank();
    C::promote_avro_into(&mut value, r, of)?;
    Ok(value)
}

/// A value that is not of a short form.
#[cold]
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
