//! A record from a deserializer.

use super::read::{absent, missing};
use super::{Default, Fill, Only, Record};
use crate::bridge::{Fail, RecordPlace, Res, Slot};
use crate::codec::{Codec, Opt, OptUnset, OrDefault, OrNull};
use crate::json::Seen;

/// `Wire::place` of every record.
pub(super) fn place<T: Record>(out: &mut Option<T>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
    let mut filling = Filling::<T> {
        record: T::blank(),
        seen: T::Seen::NONE,
        complete: false,
        defaults: false,
    };
    let result = f(Slot::Record(&T::TABLE.descriptor, &mut filling));
    if filling.complete {
        *out = Some(filling.record);
    }
    result
}

/// A record that is being filled.
struct Filling<T: Record> {
    record: T,
    seen: T::Seen,
    /// Whether all fields that have to come did.
    complete: bool,
    /// Whether a default stands for a null or for nothing.
    defaults: bool,
}
impl<T: Record> RecordPlace for Filling<T> {
    fn field(&mut self, i: usize, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        fill_one(&mut self.record, i, f, self.seen.words_mut())
    }
    fn finish(&mut self) -> Result<(), usize> {
        self.defaults = T::DEFAULTS && absent(&mut self.record, &self.seen);
        match missing(&self.seen, T::TABLE) {
            Some(i) => Err(i),
            None => {
                self.complete = true;
                Ok(())
            }
        }
    }
    fn cost(&self) -> usize {
        let defaults = match self.defaults {
            true => T::TABLE.cost(),
            false => 0,
        };
        defaults.saturating_add(size_of::<T>())
    }
}

/// The places of a record's fields, behind a pointer: what uses them is compiled once and not for each record.
trait Places {
    /// Shows one to a filler.
    fn show(&mut self, i: usize, filler: &mut Filler<'_>);
}
impl<T: Record> Places for T {
    fn show(&mut self, i: usize, filler: &mut Filler<'_>) {
        Only::fill(self, i, filler);
    }
}

/// Lets `f` fill field `i`, and marks it as seen if it had a value.
fn fill_one(
    places: &mut dyn Places,
    i: usize,
    f: &mut dyn FnMut(Slot<'_>) -> Res,
    seen: &mut [u64],
) -> Res {
    let mut filler = Filler {
        f,
        result: Err(Fail),
        came: false,
    };
    places.show(i, &mut filler);
    if filler.came
        && let Some(word) = seen.get_mut(i / 64)
    {
        *word |= 1 << (i % 64);
    }
    filler.result
}

struct Filler<'f> {
    f: &'f mut dyn FnMut(Slot<'_>) -> Res,
    result: Res,
    /// Whether there was a value.
    came: bool,
}
impl Filler<'_> {
    fn place<C: Codec>(&mut self, v: &mut C::Value) -> bool {
        let mut out = None;
        self.result = C::place(&mut out, self.f);
        if let Some(value) = out {
            *v = value;
            self.came = true;
        }
        true
    }
    /// Null is as good as no value.
    fn place_some<O: Codec<Value = Option<C::Value>>, C: Codec>(
        &mut self,
        v: &mut C::Value,
    ) -> bool {
        let mut out = None;
        self.result = O::place(&mut out, self.f);
        if let Some(Some(value)) = out {
            *v = value;
            self.came = true;
        }
        true
    }
}
impl Fill for Filler<'_> {
    fn field<C: Codec>(&mut self, _: usize, v: &mut C::Value) -> bool {
        self.place::<C>(v)
    }
    fn optional<C: Codec>(&mut self, _: usize, v: &mut Option<C::Value>) -> bool {
        self.place::<Opt<C>>(v)
    }
    fn instance<C: Codec>(&mut self, _: usize, v: &mut Option<C::Value>) -> bool {
        self.place::<OptUnset<C>>(v)
    }
    fn default<C: Codec>(&mut self, _: usize, v: &mut C::Value, _: Default<C>) -> bool {
        self.place_some::<OrDefault<C>, C>(v)
    }
    fn nullable<C: Codec>(&mut self, _: usize, v: &mut C::Value, _: Default<C>) -> bool {
        self.place_some::<OrNull<C>, C>(v)
    }
}
