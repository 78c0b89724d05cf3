//! One serializer a format for all types.

use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use super::budget::Budget;
use super::{Fail, MapView, RecordView, Ref, SeqView, Show, View};
use crate::codec::Wire;
use crate::descriptor::{Descriptor, Kind};

/// `Serialize::serialize` of every message type.
///
/// # Errors
/// What the serializer says, or a value that has no wire form.
pub fn serialize<T: Wire, S: Serializer>(value: &T, s: S) -> Result<S::Ok, S::Error> {
    run(&Budget::new(), &Whole(value), s)
}

struct Whole<'a, T>(&'a T);
impl<T: Wire> View for Whole<'_, T> {
    fn show(&self, f: &mut Show<'_>) {
        self.0.show(f);
    }
}

/// Serializes the one value that the view shows.
fn run<S: Serializer>(budget: &Budget, view: &dyn View, s: S) -> Result<S::Ok, S::Error> {
    let (mut s, mut out) = (Some(s), None);
    view.show(&mut |r| {
        if let Some(s) = s.take() {
            out = Some(put(budget, &r, s));
        }
    });
    out.unwrap_or_else(|| Err(S::Error::custom("the value did not show itself")))
}

struct Shown<'a>(&'a dyn View, &'a Budget);
impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        run(self.1, self.0, s)
    }
}
struct Item<'a>(&'a dyn SeqView, usize, &'a Budget);
impl View for Item<'_> {
    fn show(&self, f: &mut Show<'_>) {
        self.0.show(self.1, f);
    }
}
impl Serialize for Item<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        run(self.2, self, s)
    }
}
struct Held<'a>(&'a Ref<'a>, &'a Budget);
impl Serialize for Held<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        put(self.1, self.0, s)
    }
}
struct Octets<'a>(&'a [u8]);
impl Serialize for Octets<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_bytes(self.0)
    }
}

fn put<S: Serializer>(budget: &Budget, r: &Ref<'_>, s: S) -> Result<S::Ok, S::Error> {
    let human = s.is_human_readable();
    match *r {
        Ref::Bool(v) => s.serialize_bool(v),
        Ref::Int(v) => s.serialize_i32(v),
        Ref::Long(v) => s.serialize_i64(v),
        Ref::Float(v) if human && !v.is_finite() => Err(not_finite(f64::from(v))),
        Ref::Float(v) => s.serialize_f32(v),
        Ref::Double(v) if human && !v.is_finite() => Err(not_finite(v)),
        Ref::Double(v) => s.serialize_f64(v),
        Ref::Str(v) => s.serialize_str(v),
        Ref::Bytes(v) if human => s.serialize_str(&base64_simd::STANDARD.encode_to_string(v)),
        Ref::Text(v) if human => match std::str::from_utf8(v) {
            Ok(text) => s.serialize_str(text),
            Err(e) => Err(S::Error::custom(crate::codec::not_text(e.valid_up_to()))),
        },
        Ref::Bytes(v) | Ref::Text(v) => Octets(v).serialize(s),
        Ref::Date(v) if human => s.collect_str(&v),
        Ref::Date(v) => s.serialize_i32(v.days()),
        Ref::Time(v) if human => s.collect_str(&v),
        Ref::Time(v) => s.serialize_i32(v.millis()),
        Ref::TimestampMs(v) => {
            let millis = crate::codec::exact_millis(v).map_err(S::Error::custom)?;
            match v.ascii_millis() {
                Some(ascii) if human => s.serialize_str(&String::from_utf8_lossy(&ascii)),
                _ => s.serialize_i64(millis),
            }
        }
        Ref::TimestampUs(v) if human => {
            s.serialize_str(&String::from_utf8_lossy(&v.ascii_micros()))
        }
        Ref::TimestampUs(v) => s.serialize_i64(v.micros()),
        Ref::Uuid(v) if human => s.collect_str(&v),
        Ref::Uuid(v) => s.serialize_bytes(v.as_bytes()),
        Ref::Decimal(v, precision, scale) => {
            s.collect_str(&crate::codec::fitted(v, precision, scale).map_err(S::Error::custom)?)
        }
        Ref::None => s.serialize_none(),
        Ref::Some(v) => s.serialize_some(&Shown(v, budget)),
        Ref::Seq(v) => nested(budget, || seq(budget, v, s)),
        Ref::Map(v) => nested(budget, || map(budget, v, s)),
        Ref::Record(d, v) => nested(budget, || record(budget, d, v, s)),
        Ref::Symbol(d, i) => match d.enumeration() {
            Some(e) if e.open => s.serialize_str(e.symbols.get(i).copied().unwrap_or_default()),
            Some(e) => s.serialize_unit_variant(
                d.name,
                i as u32,
                e.symbols.get(i).copied().unwrap_or_default(),
            ),
            None => Err(S::Error::custom("not an enum")),
        },
        Ref::UnknownSymbol(text) => s.serialize_str(text),
    }
}

#[cold]
fn not_finite<E: serde::ser::Error>(v: f64) -> E {
    E::custom(crate::json::not_finite(v))
}

/// What `write` writes, one level deeper.
fn nested<T, E: serde::ser::Error>(
    budget: &Budget,
    write: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    budget.enter().map_err(E::custom)?;
    let out = write()?;
    budget.leave();
    Ok(out)
}

fn seq<S: Serializer>(budget: &Budget, v: &dyn SeqView, s: S) -> Result<S::Ok, S::Error> {
    let mut q = s.serialize_seq(Some(v.len()))?;
    for i in 0..v.len() {
        q.serialize_element(&Item(v, i, budget))?;
    }
    q.end()
}

fn map<S: Serializer>(budget: &Budget, v: &dyn MapView, s: S) -> Result<S::Ok, S::Error> {
    let mut q = s.serialize_map(Some(v.len()))?;
    let mut error = None;
    let _ = v.each(&mut |key, item| {
        q.serialize_entry(key, &Shown(item, budget)).map_err(|e| {
            error = Some(e);
            Fail
        })
    });
    match error {
        Some(e) => Err(e),
        None => q.end(),
    }
}

fn record<S: Serializer>(
    budget: &Budget,
    d: &'static Descriptor,
    v: &dyn RecordView,
    s: S,
) -> Result<S::Ok, S::Error> {
    let Kind::Record(r) = &d.kind else {
        return Err(S::Error::custom("not a record"));
    };
    let skip = s.is_human_readable();
    let mut count = 0;
    v.show_fields(&mut |r| count += usize::from(!(skip && matches!(r, Ref::None))));
    let mut q = s.serialize_struct(d.name, count)?;
    let mut fields = r.fields.iter();
    let mut result = Ok(());
    v.show_fields(&mut |r| {
        if let (Ok(()), Some(field)) = (&result, fields.next()) {
            result = match r {
                Ref::None if skip => q.skip_field(field.name),
                r => q.serialize_field(field.name, &Held(&r, budget)),
            };
        }
    });
    result?;
    q.end()
}
