//! A record from Avro of another writer.

use tg_schema_model::avro::resolution::{NodeId, Plan, Step};

use super::read::{Failed, absent, missing, went};
use super::{Default, Fill, Only, Record};
use crate::avro::AvroReader;
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
    let Some(steps) = r.steps(plan, node, T::TABLE.facts.cost)? else {
        return v.read_avro_into(r);
    };
    let mut seen = T::Seen::NONE;
    for step in steps {
        match *step {
            Step::Read { field, node } => {
                let i = field as usize;
                let mut filler = Resolving {
                    r,
                    plan,
                    node,
                    failed: None,
                };
                if !Only::fill(v, i, &mut filler) {
                    return Err(match filler.failed {
                        Some((i, e)) => e.in_field(T::TABLE.keys.name(i)),
                        None => r.foreign_plan(),
                    });
                }
                seen.mark(i);
            }
            Step::Skip(skip) => r.skip(&plan.skips, skip)?,
        }
    }
    r.leave();
    if T::DEFAULTS {
        absent(v, &seen);
    }
    match missing(&seen, T::TABLE) {
        None => Ok(()),
        Some(_) => Err(r.foreign_plan()),
    }
}

/// A field of another writer's message.
struct Resolving<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    plan: &'r Plan,
    node: NodeId,
    failed: Failed,
}
impl Resolving<'_, '_> {
    #[inline(always)]
    fn take<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        let result = C::resolve_avro_into(v, self.r, self.plan, self.node);
        went(&mut self.failed, i, result)
    }
}
impl Fill for Resolving<'_, '_> {
    by_codec! {}
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, _: Default<C>) -> bool {
        self.take::<C>(i, v)
    }
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
