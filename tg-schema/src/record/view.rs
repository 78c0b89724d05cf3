//! A record from Avro as a view that borrows from it.

use super::read::{BEFORE, Failed, ended, went};
use super::write::is_boolean;
use super::{Default, Record, Table};
use crate::avro::AvroReader;
use crate::codec::{Codec, Opt, OptUnset, OrNull};
use crate::error::Error;

/// Takes the Avro form into a blank view, borrowing from it.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<'a, T: Record>(
    view: &mut T::View<'a>,
    r: &mut AvroReader<'a>,
) -> Result<(), Error> {
    let mut views = Views::new(r, T::TABLE);
    if views.failed.is_none() {
        T::view(view, &mut views);
    }
    views.end(T::TABLE)
}

/// Views the fields of a record one after the other.
pub struct Views<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    failed: Failed,
    /// Whether the record can still be an unset instance of an old Record.
    unset: bool,
    /// Whether there is a null that is read as a default once the view is made a record.
    defaults: bool,
}

impl<'r, 'a> Views<'r, 'a> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new(r: &'r mut AvroReader<'a>, table: &Table) -> Self {
        let mut failed = None;
        if table.facts.nests {
            went(&mut failed, BEFORE, r.enter());
        }
        Views {
            r,
            failed,
            unset: table.facts.can_be_unset,
            defaults: false,
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end(self, table: &Table) -> Result<(), Error> {
        if self.failed.is_some() {
            return ended(self.failed, &table.keys);
        }
        if self.defaults {
            self.r.spend(table.cost())?;
        }
        if table.facts.nests {
            self.r.leave();
        }
        self.r.unset(self.unset);
        Ok(())
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take<C: Codec>(&mut self, i: usize, view: &mut C::View<'a>) -> bool {
        let result = C::view_avro_into(view, self.r);
        went(&mut self.failed, i, result)
    }
    /// A field that always has a value.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field<C: Codec>(&mut self, i: usize, view: &mut C::View<'a>) -> bool {
        let went = self.take::<C>(i, view);
        self.unset = self.unset && C::is_unset_view(view, self.r);
        went
    }
    /// A field that may have none.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn optional<C: Codec>(&mut self, i: usize, view: &mut Option<C::View<'a>>) -> bool {
        let went = self.take::<Opt<C>>(i, view);
        self.unset = self.unset
            && match view {
                Some(view) => is_boolean::<C>() && C::is_unset_view(view, self.r),
                None => true,
            };
        went
    }
    /// One of which an old Record may have written an unset instance.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn instance<C: Codec>(&mut self, i: usize, view: &mut Option<C::View<'a>>) -> bool {
        let went = self.take::<OptUnset<C>>(i, view);
        self.unset = self.unset && view.is_none();
        went
    }
    /// A field with a default.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn default<C: Codec>(&mut self, i: usize, view: &mut C::View<'a>, d: Default<C>) -> bool {
        let again = self.unset.then(|| self.r.clone());
        let went = self.take::<C>(i, view);
        if let Some(mut again) = again {
            self.unset = C::read_avro(&mut again).is_ok_and(|v| C::is_same(&v, &d()));
        }
        went
    }
    /// A field with a default, whose Avro type is a union with null.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn nullable<C: Codec>(
        &mut self,
        i: usize,
        view: &mut Option<C::View<'a>>,
        d: Default<C>,
    ) -> bool {
        let again = self.unset.then(|| self.r.clone());
        let went = self.take::<OrNull<C>>(i, view);
        self.defaults |= view.is_none();
        if let Some(mut again) = again {
            let value = OrNull::<C>::read_avro(&mut again);
            self.unset = value.is_ok_and(|v| v.is_none_or(|v| C::is_same(&v, &d())));
        }
        went
    }
}

/// Types of the fields of a view, by their rows of the presence table.
#[allow(non_camel_case_types)]
pub mod viewed {
    use crate::codec::Codec;

    /// A field that always has a value.
    pub type field<'a, C> = <C as Codec>::View<'a>;
    /// A field that may have none.
    pub type optional<'a, C> = Option<<C as Codec>::View<'a>>;
    /// One of which an old Record may have written an unset instance.
    pub type instance<'a, C> = Option<<C as Codec>::View<'a>>;
    /// A field with a default.
    pub type default<'a, C> = <C as Codec>::View<'a>;
    /// A field with a default, whose Avro type is a union with null.
    pub type nullable<'a, C> = Option<<C as Codec>::View<'a>>;
}

/// Values of the fields of a view, by their rows of the presence table.
pub mod own {
    use super::Default;
    use crate::codec::{Codec, Opt};

    /// A field that always has a value.
    #[inline]
    pub fn field<C: Codec>(v: &mut C::View<'_>, out: &mut C::Value) {
        C::own_into(v, out);
    }
    /// A field that may have none.
    #[inline]
    pub fn optional<C: Codec>(v: &mut Option<C::View<'_>>, out: &mut Option<C::Value>) {
        Opt::<C>::own_into(v, out);
    }
    /// One of which an old Record may have written an unset instance.
    pub use optional as instance;
    /// A field with a default.
    #[inline]
    pub fn default<C: Codec>(v: &mut C::View<'_>, out: &mut C::Value, _: Default<C>) {
        C::own_into(v, out);
    }
    /// A field with a default, whose Avro type is a union with null.
    #[inline]
    pub fn nullable<C: Codec>(v: &mut Option<C::View<'_>>, out: &mut C::Value, d: Default<C>) {
        match v {
            Some(v) => C::own_into(v, out),
            None => *out = d(),
        }
    }
}
