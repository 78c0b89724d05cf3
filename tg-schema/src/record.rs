//! What every record does alike: generated code names the fields, and all else is here.
//!
//! A record shows its fields in wire order, to a [`Visit`]or as they are and to a [`Fill`]er as places. All
//! ways of writing it, of reading it and of comparing it are written once over these two; the compiler
//! makes of each what the record would have as code of its own. A record is read in its place: a blank one
//! is there first, and nothing is moved.

/// Fields without a default, by what `take` does with a codec.
macro_rules! by_codec {
    () => {
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn field<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
            self.take::<C>(i, v)
        }
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn optional<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
            self.take::<crate::codec::Opt<C>>(i, v)
        }
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn instance<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
            self.take::<crate::codec::OptUnset<C>>(i, v)
        }
    };
    // In Avro a field with a default is written as any other.
    (avro) => {
        by_codec! {}
        #[cfg_attr(debug_assertions, inline)]
        #[cfg_attr(not(debug_assertions), inline(always))]
        fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, _: Default<C>) -> bool {
            self.take::<C>(i, v)
        }
    };
}

mod cost;
mod described;
mod filling;
mod macros;
mod read;
mod resolve;
mod view;
mod write;

pub use cost::Measured;
pub use described::{FACTS, Facts, Table, least, row};
pub use view::{Views, own, viewed};
pub(crate) use write::Shown;

use std::slice::from_mut;
use tg_schema_model::avro::resolution::{NodeId, Plan};

use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::codec::{Blank, Codec, Wire};
use crate::descriptor::Descriptor;
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter, Seen};

/// How a field without a value reads: the function that gives its default.
pub type Default<C> = fn() -> <C as Codec>::Value;

/// A record. Implemented by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no wire form",
    label = "not a type that a message can hold",
    note = "put `#[tg_schema]` on the definition of `{Self}`, or use a type of the table: String, bool, i32, i64, f32, f64, Vec<u8>, Vec<T>, BTreeMap<String, T>, HashMap<String, T>, Option<T>, Box<T>, tg_schema::{{Date, Time, Timestamp, Uuid, Decimal}}",
    note = "a type alias is not seen through: write the type out"
)]
pub trait Record: Blank + Sized + 'static {
    /// The record with its texts, bytes and numbers borrowed from a message.
    type View<'a>: Blank;
    /// Which of its fields were seen.
    type Seen: Seen;
    /// All that is known of it.
    const TABLE: &'static Table;
    /// Fewest bytes that it takes in Avro.
    const MIN_AVRO: usize;
    /// Whether a field has a default.
    const DEFAULTS: bool = false;

    /// Shows each field until the visitor says no; whether it never did.
    fn each<V: Visit>(&self, v: &mut V) -> bool;
    /// Shows each field's place until the filler says no; whether it never did.
    fn each_mut<V: Fill>(&mut self, v: &mut V) -> bool;
    /// Shows the place of each field of a view until the filler says no; whether it never did.
    fn view<'a>(view: &mut Self::View<'a>, v: &mut Views<'_, 'a>) -> bool;
    /// Puts the record of a view into a blank one, and takes what the view has.
    fn own_into(view: &mut Self::View<'_>, out: &mut Self);
}

/// What is done with each field of a record: a method for each row of the presence table. A key is
/// `,"name":`. The answer is whether to go on.
pub trait Visit {
    /// A field that always has a value.
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> bool;
    /// A field that may have none.
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool;
    /// One of which an old Record may have written an unset instance.
    fn instance<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool {
        self.optional::<C>(key, v)
    }
    /// A field with a default.
    fn default<C: Codec>(&mut self, key: &'static str, v: &C::Value, _: Default<C>) -> bool {
        self.field::<C>(key, v)
    }
    /// A field with a default, whose Avro type is a union with null.
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value, d: Default<C>) -> bool {
        self.default::<C>(key, v, d)
    }
}

/// What is done with the place of each field of a record, by its index; as [`Visit`].
pub trait Fill {
    /// Whether it is shown the field.
    #[inline(always)]
    fn wants(&self, _: usize) -> bool {
        true
    }
    /// A field that always has a value.
    fn field<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool;
    /// A field that may have none.
    fn optional<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool;
    /// One of which an old Record may have written an unset instance.
    fn instance<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool;
    /// A field with a default.
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool;
    /// A field with a default, whose Avro type is a union with null.
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool;
}

impl<T: Record> Wire for T {
    type View<'a> = T::View<'a>;
    const MIN_AVRO: usize = T::MIN_AVRO;

    #[inline]
    fn descriptor() -> &'static Descriptor {
        &T::TABLE.descriptor
    }
    #[inline]
    fn write_avro(&self, w: &mut AvroWriter) -> Result<(), Error> {
        write::avro(self, w)
    }
    #[inline]
    fn read_avro_into(&mut self, r: &mut AvroReader<'_>) -> Result<(), Error> {
        read::avro(self, r)
    }
    #[inline]
    fn view_avro_into<'a>(view: &mut Self::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error> {
        view::avro::<T>(view, r)
    }
    #[inline]
    fn own_into(view: &mut Self::View<'_>, out: &mut Self) {
        <T as Record>::own_into(view, out);
    }
    fn heap(&self) -> usize {
        cost::heap(self)
    }
    #[inline]
    fn resolve_avro_into(
        &mut self,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error> {
        Self::resolve_avro_items(from_mut(self), r, plan, node).map_err(|(_, e)| e)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn resolve_avro_here<'a>(
        &mut self,
        r: &mut AvroReader<'a>,
        rest: &'a [u8],
        plan: &Plan,
        node: NodeId,
    ) -> Result<&'a [u8], Error> {
        resolve::here(self, r, rest, plan, node)
    }
    #[inline]
    fn resolve_avro_items(
        items: &mut [Self],
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), (usize, Error)> {
        resolve::avro(items, r, plan, node)
    }
    #[inline]
    fn write_json(&self, w: &mut JsonWriter) -> Result<(), Error> {
        write::json(self, w)
    }
    #[inline]
    fn read_json_into(&mut self, r: &mut JsonReader<'_>) -> Result<(), Error> {
        read::json(self, r)
    }
    fn show(&self, f: &mut dyn FnMut(Ref<'_>)) {
        f(Ref::Record(&T::TABLE.descriptor, &Shown(self)));
    }
    fn place(out: &mut Option<Self>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        filling::place(out, f)
    }
    fn is_unset(&self) -> bool {
        T::TABLE.facts.can_be_unset && self.each(&mut write::Unset)
    }
}

/// A filler for one field alone.
struct Only<'v, V> {
    i: usize,
    filler: &'v mut V,
    /// Whether there is such a field, and it is filled.
    filled: bool,
}

impl<'v, V: Fill> Only<'v, V> {
    /// Fills field `i` of a record; whether there is one, and it was.
    #[inline(always)]
    fn fill<T: Record>(record: &mut T, i: usize, filler: &'v mut V) -> bool {
        let mut only = Only {
            i,
            filler,
            filled: false,
        };
        record.each_mut(&mut only);
        only.filled
    }
    /// Fills the field that it is.
    #[inline]
    fn hit(&mut self, fill: impl FnOnce(&mut V) -> bool) -> bool {
        self.filled = fill(self.filler);
        false
    }
}

/// Whether a field is the one is asked in the record's own code, where all these questions become one jump. They do
/// so because nothing is asked with the field at hand.
impl<V: Fill> Fill for Only<'_, V> {
    #[inline(always)]
    fn wants(&self, i: usize) -> bool {
        i == self.i
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        self.hit(|f| f.field::<C>(i, v))
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
        self.hit(|f| f.optional::<C>(i, v))
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn instance<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
        self.hit(|f| f.instance::<C>(i, v))
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        self.hit(|f| f.default::<C>(i, v, d))
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        self.hit(|f| f.nullable::<C>(i, v, d))
    }
}
