//! What values cost in memory, and the defaults of a record.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Default, Record, Table, Visit};
use crate::codec::Codec;
use crate::descriptor::{Kind, PresenceDescriptor};

/// Adds up what the fields of a record have in memory.
struct Heap(usize);

impl Visit for Heap {
    fn field<C: Codec>(&mut self, _: &'static str, v: &C::Value) -> bool {
        self.0 = self.0.saturating_add(C::heap(v));
        true
    }
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool {
        match v {
            Some(v) => self.field::<C>(key, v),
            None => true,
        }
    }
}

/// Adds up what the defaults of a record have in memory.
struct Defaults(Heap);

impl Visit for Defaults {
    fn field<C: Codec>(&mut self, _: &'static str, _: &C::Value) -> bool {
        true
    }
    fn optional<C: Codec>(&mut self, _: &'static str, _: &Option<C::Value>) -> bool {
        true
    }
    fn default<C: Codec>(&mut self, key: &'static str, _: &C::Value, d: Default<C>) -> bool {
        self.0.field::<C>(key, &d())
    }
}

/// Bytes of memory that the fields of a record have beside those of its type.
pub(super) fn heap<T: Record>(record: &T) -> usize {
    let mut heap = Heap(0);
    record.each(&mut heap);
    heap.0
}

/// What the defaults of one record cost, measured when it is asked for first: a record or a map in a default may be much larger
/// than its text.
#[derive(Debug)]
pub struct Measured(AtomicUsize);

const UNKNOWN: usize = 0;
const BEGUN: usize = usize::MAX;

impl Measured {
    /// Not yet.
    pub const fn unknown() -> Self {
        Measured(AtomicUsize::new(UNKNOWN))
    }

    /// Bytes of memory that the defaults of `T` cost. Those that are made of records of the same type are read by the
    /// measure of their text.
    pub fn of<T: Record>(&self) -> usize {
        let known = self
            .0
            .compare_exchange(UNKNOWN, BEGUN, Ordering::Relaxed, Ordering::Relaxed);
        match known {
            Ok(_) => {
                let mut defaults = Defaults(Heap(0));
                T::blank().each(&mut defaults);
                let cost = defaults.0.0.clamp(T::TABLE.facts.cost, BEGUN - 1);
                self.0.store(cost, Ordering::Relaxed);
                cost
            }
            Err(BEGUN) => T::TABLE.facts.cost,
            Err(cost) => cost,
        }
    }
}

impl Table {
    /// Bytes of memory that the defaults may cost.
    #[inline(always)]
    pub(super) fn cost(&self) -> usize {
        match self.facts.measured {
            None => self.facts.cost,
            Some(measure) => measure(),
        }
    }

    /// The same where another writer's message has all fields: null alone stands for a default then.
    #[inline(always)]
    pub(super) fn cost_of(&self, partly: bool) -> usize {
        match self.facts.measured {
            None => self.facts.cost,
            Some(measure) if partly || self.has_nullable() => measure(),
            Some(_) => 0,
        }
    }

    fn has_nullable(&self) -> bool {
        let Kind::Record(record) = &self.descriptor.kind else {
            return false;
        };
        let mut fields = record.fields.iter();
        fields.any(|field| matches!(field.presence, PresenceDescriptor::NullableDefault))
    }
}
