//! A record from Avro as a view that borrows from it.

use super::write::is_boolean;
use super::{Default, Record};
use crate::avro::AvroReader;
use crate::codec::{Codec, Opt, OptUnset, OrNull};
use crate::error::Error;
use crate::json::key_name;

/// Takes the Avro form, borrowing from it.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<'a, T: Record>(r: &mut AvroReader<'a>) -> Result<T::View<'a>, Error> {
    if T::TABLE.facts.nests {
        r.enter()?;
    }
    let mut views = Views {
        r,
        unset: T::TABLE.facts.can_be_unset,
    };
    let view = T::view(&mut views)?;
    let unset = views.unset;
    if T::TABLE.facts.nests {
        r.leave();
    }
    r.unset(unset);
    Ok(view)
}

/// Views the fields of a record one after the other.
pub struct Views<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    /// Whether the record can still be an unset instance of an old Record.
    unset: bool,
}

impl<'a> Views<'_, 'a> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take<C: Codec>(&mut self, key: &'static str) -> Result<C::View<'a>, Error> {
        match C::view_avro(self.r) {
            Ok(view) => Ok(view),
            Err(e) => Err(e.in_field(key_name(key))),
        }
    }
    /// A field that always has a value.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field<C: Codec>(&mut self, key: &'static str) -> Result<C::View<'a>, Error> {
        let view = self.take::<C>(key)?;
        self.unset = self.unset && C::is_unset_view(&view, self.r);
        Ok(view)
    }
    /// A field that may have none.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn optional<C: Codec>(&mut self, key: &'static str) -> Result<Option<C::View<'a>>, Error> {
        let view = self.take::<Opt<C>>(key)?;
        self.unset = self.unset
            && match &view {
                Some(view) => is_boolean::<C>() && C::is_unset_view(view, self.r),
                None => true,
            };
        Ok(view)
    }
    /// One of which an old Record may have written an unset instance.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn instance<C: Codec>(&mut self, key: &'static str) -> Result<Option<C::View<'a>>, Error> {
        let view = self.take::<OptUnset<C>>(key)?;
        self.unset = self.unset && view.is_none();
        Ok(view)
    }
    /// A field with a default.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn default<C: Codec>(
        &mut self,
        key: &'static str,
        d: Default<C>,
    ) -> Result<C::View<'a>, Error> {
        let again = self.unset.then(|| self.r.clone());
        let view = self.take::<C>(key)?;
        if let Some(mut again) = again {
            self.unset = C::read_avro(&mut again).is_ok_and(|v| C::is_same(&v, &d()));
        }
        Ok(view)
    }
    /// A field with a default, whose Avro type is a union with null.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn nullable<C: Codec>(
        &mut self,
        key: &'static str,
        d: Default<C>,
    ) -> Result<Option<C::View<'a>>, Error> {
        let again = self.unset.then(|| self.r.clone());
        let view = self.take::<OrNull<C>>(key)?;
        if let Some(mut again) = again {
            let value = OrNull::<C>::read_avro(&mut again);
            self.unset = value.is_ok_and(|v| v.is_none_or(|v| C::is_same(&v, &d())));
        }
        Ok(view)
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

/// Gives the value of a field of a view, by its row of the presence table.
pub struct Own;

impl Own {
    /// A field that always has a value.
    #[inline]
    pub fn field<C: Codec>(&self, v: C::View<'_>) -> C::Value {
        C::own(v)
    }
    /// A field that may have none.
    #[inline]
    pub fn optional<C: Codec>(&self, v: Option<C::View<'_>>) -> Option<C::Value> {
        v.map(C::own)
    }
    /// One of which an old Record may have written an unset instance.
    #[inline]
    pub fn instance<C: Codec>(&self, v: Option<C::View<'_>>) -> Option<C::Value> {
        v.map(C::own)
    }
    /// A field with a default.
    #[inline]
    pub fn default<C: Codec>(&self, v: C::View<'_>, _: Default<C>) -> C::Value {
        C::own(v)
    }
    /// A field with a default, whose Avro type is a union with null.
    #[inline]
    pub fn nullable<C: Codec>(&self, v: Option<C::View<'_>>, d: Default<C>) -> C::Value {
        v.map_or_else(d, C::own)
    }
}
