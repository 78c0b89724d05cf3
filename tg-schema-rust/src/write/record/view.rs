//! The view of a record: a struct that borrows from a message.

use super::wire::{can_be_unset, enter, leave};
use super::{Written, from_locals};
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::shape::is_named;
use crate::write::text::Text;
use tg_schema_model::Profile;

/// The struct.
pub(super) fn definition(t: &mut Text, fields: &[Written<'_>]) {
    t.block("pub struct __View<'a> {", "}", |t| {
        for f in fields {
            t.put(&[
                "pub ",
                &f.field.ident,
                ": <",
                f.avro(),
                " as __tg::Codec>::View<'a>,",
            ]);
        }
        if fields.is_empty() {
            t.line("__message: ::core::marker::PhantomData<&'a ()>,");
        }
    });
}

/// Reading a view, and the message that one shows.
pub(super) fn functions(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    t.line("#[inline]");
    let reader = if fields.is_empty() { "_" } else { "__r" };
    let open = [
        "fn view_avro<'a>(",
        reader,
        ": &mut __tg::AvroReader<'a>) -> __tg::Result<Self::View<'a>> {",
    ];
    t.block_of(&open, &["}"], |t| {
        let profile = r.profile == Profile::PulsarRecord;
        let unset = profile && can_be_unset(fields);
        if unset {
            t.line("let mut __unset = true;");
        }
        enter(t, "__r", nests);
        for f in fields {
            read(t, f, unset);
        }
        leave(t, "__r", nests);
        if unset {
            t.line("__r.unset(__unset);");
        } else if profile && !fields.is_empty() {
            t.line("__r.unset(false);");
        }
        let mut values = from_locals(fields);
        if fields.is_empty() {
            values.push(["__message: ::core::marker::PhantomData", "", ""]);
        }
        t.literal("__tg::Result::Ok(__View", &values, ")");
    });
    let view = if fields.is_empty() { "_" } else { "__v" };
    t.line("#[inline]");
    t.block_of(
        &["fn own(", view, ": Self::View<'_>) -> Self {"],
        &["}"],
        |t| {
            let values: Vec<String> = fields.iter().map(owned).collect();
            t.literal(&r.ident, &values, "");
        },
    );
}

/// `field: Marker::own(__v.field)`.
fn owned(f: &Written<'_>) -> String {
    let ident = f.field.ident.as_str();
    let own = [ident, ": ", f.avro(), "::own(__v.", ident, ")"].concat();
    match f.field.presence {
        PresenceItem::NullableDefault(_) => [&own, ".unwrap_or_else(__d", &f.number, ")"].concat(),
        _ => own,
    }
}

/// One field, and whether the record can still be an unset instance once it is read.
fn read(t: &mut Text, f: &Written<'_>, unset: bool) {
    let i = f.number.as_str();
    let again = unset && f.default.is_some() && !is_comparable(&f.field.shape);
    if again {
        t.line("let mut __again = __r.clone();");
    }
    t.put(&[
        "let __f",
        i,
        " = __tg::tri!(__r.view::<",
        f.avro(),
        ">(",
        &f.name,
        "));",
    ]);
    if !unset {
        return;
    }
    match f.field.presence {
        PresenceItem::Required if is_named(&f.field.shape) => t.line("__unset &= __r.was_unset();"),
        PresenceItem::Required => t.put(&["__unset &= !__f", i, ";"]),
        PresenceItem::Optional if f.field.shape == Shape::Boolean => {
            t.put(&["__unset &= !__f", i, ".unwrap_or(false);"]);
        }
        PresenceItem::Optional => t.put(&["__unset &= __f", i, ".is_none();"]),
        PresenceItem::Default(_) | PresenceItem::NullableDefault(_) if again => {
            // A list, map or record: compared as a whole, and only where it decides.
            let nullable = f.nullable();
            t.block("if __unset {", "}", |t| {
                t.put(&[
                    "let __v = __tg::tri!(__again.field::<",
                    f.avro(),
                    ">(",
                    &f.name,
                    "));",
                ]);
                match nullable {
                    true => t.put(&["__unset = __v.is_none_or(|__v| __v == __d", i, "());"]),
                    false => t.put(&["__unset = __v == __d", i, "();"]),
                }
            });
        }
        PresenceItem::Default(_) => t.put(&["__unset &= __f", i, " == __d", i, "();"]),
        PresenceItem::NullableDefault(_) => {
            let is = ".as_ref().is_none_or(|__v| *__v == __d";
            t.put(&["__unset &= __f", i, is, i, "());"]);
        }
    }
}

/// Whether a view and an owned value can be compared as they are.
fn is_comparable(shape: &Shape) -> bool {
    match shape {
        Shape::Array(_) | Shape::Map(_) | Shape::HashMap(_) | Shape::Named(_) | Shape::Boxed(_) => {
            false
        }
        Shape::Optional(s) => is_comparable(s),
        _ => true,
    }
}
