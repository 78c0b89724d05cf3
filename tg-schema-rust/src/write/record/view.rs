//! The view of a record: a struct that borrows from a message.

use super::Written;
use super::avro::unused;
use super::wire::{around, can_be_unset};
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::shape::is_named;
use crate::write::text::Text;
use tg_schema_model::Profile;

/// Type of the view of a record.
pub(super) fn name(r: &RecordItem, lifetime: &str) -> String {
    format!("__{}View<{lifetime}>", r.ident.trim_start_matches("r#"))
}

/// The struct.
pub(super) fn definition(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.block(format!("pub struct {} {{", name(r, "'a")), "}", |t| {
        for f in fields {
            let ty = format!("<{} as __tg::Codec>::View<'a>,", f.avro());
            t.line(format!("pub {}: {ty}", f.field.ident));
        }
        if fields.is_empty() {
            t.line("__message: ::core::marker::PhantomData<&'a ()>,");
        }
    });
}

/// Reading a view, and the message that one shows.
pub(super) fn functions(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    let reader = unused(fields, "__r");
    let view = format!("__{}View", r.ident.trim_start_matches("r#"));
    t.line("#[inline]");
    t.block(
        format!("fn view_avro<'a>({reader}: &mut __tg::AvroReader<'a>) -> __tg::Result<Self::View<'a>> {{"),
        "}",
        |t| {
            let profile = r.profile == Profile::PulsarRecord;
            let unset = profile && can_be_unset(fields);
            if unset {
                t.line("let mut __unset = true;");
            }
            around(t, "__r", nests, |t| {
                for f in fields {
                    read(t, f, unset);
                }
            });
            if unset {
                t.line("__r.unset(__unset);");
            } else if profile && !fields.is_empty() {
                t.line("__r.unset(false);");
            }
            let value = |f: &Written<'_>| format!("{}: __f{}", f.field.ident, f.index);
            let mut parts: Vec<String> = fields.iter().map(value).collect();
            if fields.is_empty() {
                parts.push("__message: ::core::marker::PhantomData".into());
            }
            t.literal(&format!("::core::result::Result::Ok({view}"), &parts, ")");
        },
    );
    let shown = unused(fields, "__v");
    t.line("#[inline]");
    t.block(
        format!("fn own({shown}: Self::View<'_>) -> Self {{"),
        "}",
        |t| {
            for f in fields {
                let i = f.index;
                let own = format!("let __f{i} = {}::own(__v.{})", f.avro(), f.field.ident);
                match f.field.presence {
                    PresenceItem::NullableDefault(_) => {
                        t.chain(&own, &format!(".unwrap_or_else(__d{i});"));
                    }
                    _ => t.line(format!("{own};")),
                }
            }
            made_plainly(t, r, fields);
        },
    );
}

/// One field, and whether the record can still be an unset instance once it is read.
fn read(t: &mut Text, f: &Written<'_>, unset: bool) {
    let i = f.index;
    let again = unset && f.default.is_some() && !is_comparable(&f.field.shape);
    if again {
        t.line("let mut __again = __r.clone();");
    }
    t.chain(
        &format!("let __f{i} = {}::view_avro(__r)", f.avro()),
        &format!("{}?;", f.at()),
    );
    if !unset {
        return;
    }
    match f.field.presence {
        PresenceItem::Required if is_named(&f.field.shape) => t.line("__unset &= __r.was_unset();"),
        PresenceItem::Required => t.line(format!("__unset &= !__f{i};")),
        PresenceItem::Optional if f.field.shape == Shape::Boolean => {
            t.line(format!("__unset &= !__f{i}.unwrap_or(false);"));
        }
        PresenceItem::Optional => t.line(format!("__unset &= __f{i}.is_none();")),
        PresenceItem::Default(_) | PresenceItem::NullableDefault(_) if again => {
            // A list, map or record: compared as a whole, and only where it decides.
            let nullable = f.nullable();
            t.block("if __unset {", "}", |t| {
                t.line(format!(
                    "let __v = {}::read_avro(&mut __again){}?;",
                    f.avro(),
                    f.at()
                ));
                t.line(match nullable {
                    true => format!("__unset = __v.is_none_or(|__v| __v == __d{i}());"),
                    false => format!("__unset = __v == __d{i}();"),
                });
            });
        }
        PresenceItem::Default(_) => t.line(format!("__unset &= __f{i} == __d{i}();")),
        PresenceItem::NullableDefault(_) => t.line(format!(
            "__unset &= __f{i}.as_ref().is_none_or(|__v| *__v == __d{i}());"
        )),
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

/// `Record { … }` from the locals `__f0`, `__f1`, …
fn made_plainly(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    let parts: Vec<String> = fields
        .iter()
        .map(|f| format!("{}: __f{}", f.field.ident, f.index))
        .collect();
    t.literal(&r.ident, &parts, "");
}
