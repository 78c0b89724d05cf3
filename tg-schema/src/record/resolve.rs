//! A record from Avro of another writer.

use tg_schema_model::avro::resolution::{NodeId, Plan, Step};

use super::read::{Failed, absent, ended, missing, went};
use super::{Default, Fill, Only, Record};
use crate::avro::{AvroReader, short};
use crate::codec::{Codec, OrNull, Wire};
use crate::error::Error;
use crate::json::Seen;

/// Takes a record of another writer, as a node of the plan says.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<T: Record>(
    v: &mut T,
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<(), Error> {
    let nests = T::TABLE.facts.nests;
    let Some((steps, read)) = r.steps(plan, node, T::TABLE.facts.cost, nests)? else {
        return v.read_avro_into(r);
    };
    let mut rest = r.rest();
    for step in steps {
        match *step {
            Step::Read {
                first,
                end,
                node: NodeId::SAME,
            } => {
                let mut failed = None;
                rest = match run(v, r, rest, first, end, &mut failed) {
                    Some(rest) => rest,
                    None => {
                        return match failed {
                            None => Err(r.foreign_plan()),
                            failed => ended(failed, &T::TABLE.keys),
                        };
                    }
                };
            }
            Step::Read { first, node, .. } => {
                r.go_on(rest);
                let mut foreign = Foreign {
                    r,
                    plan,
                    node,
                    failed: None,
                };
                if !Only::fill(v, first as usize, &mut foreign) {
                    return match foreign.failed {
                        None => Err(r.foreign_plan()),
                        failed => ended(failed, &T::TABLE.keys),
                    };
                }
                rest = r.rest();
            }
            Step::Skip(skip) => match short::skip(&plan.skips, skip, &mut rest) {
                Some(()) => {}
                None => {
                    r.go_on(rest);
                    r.pass(&plan.skips, skip, nests)?;
                    rest = r.rest();
                }
            },
        }
    }
    r.go_on(rest);
    if nests {
        r.leave();
    }
    let seen = T::Seen::of(read);
    if T::DEFAULTS && !seen.has_all(T::TABLE.keys.fields.len()) {
        absent(v, &seen);
    }
    match missing(&seen, T::TABLE) {
        None => Ok(()),
        Some(_) => Err(r.foreign_plan()),
    }
}

/// Fields of another writer's message that follow each other in the record as well, each as the reader would have
/// written it.
///
/// Where they begin is asked in the record's own code, where all these questions become one jump. From there on
/// they are read one after the other, with one more question behind each: whether it was the last.
struct Run<'r, 'a> {
    /// What is left of the message. The reader has it only where it reads: in memory, each field would wait for the
    /// one before.
    rest: &'a [u8],
    r: &'r mut AvroReader<'a>,
    /// The field to be read next.
    next: usize,
    /// The field behind the last.
    end: usize,
    failed: Failed,
}
impl<'a> Run<'_, 'a> {
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
impl Fill for Run<'_, '_> {
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

#[inline(always)]
fn run<'a, T: Record>(
    v: &mut T,
    r: &mut AvroReader<'a>,
    rest: &'a [u8],
    first: u32,
    end: u32,
    failed: &mut Failed,
) -> Option<&'a [u8]> {
    let mut run = Run {
        rest,
        r,
        next: first as usize,
        end: end as usize,
        failed: None,
    };
    let missed = v.each_mut(&mut run);
    if missed || run.failed.is_some() {
        *failed = run.failed;
        return None;
    }
    Some(run.rest)
}

/// A value that is not of a short form.
#[inline(never)]
fn other<C: Codec>(r: &mut AvroReader<'_>) -> Result<C::Value, Error> {
    C::read_avro(r)
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
