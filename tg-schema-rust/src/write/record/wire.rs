//! The codecs of a record, field by field. Everything that is not a matter of its fields is in the runtime.

use super::{Written, from_locals, view};
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::resolve_avro;
use crate::write::shape::{is_leaf, is_named};
use crate::write::text::Text;
use tg_schema_model::Profile;

pub(super) fn wire(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    // A record without named types, arrays and maps cannot recurse: it need not count its depth.
    let nests = fields.iter().any(|f| !is_leaf(&f.field.shape));
    let depth = if nests { "true" } else { "false" };
    let sizes: Vec<[&str; 3]> = fields
        .iter()
        .map(|f| match f.nullable() {
            true => ["1", "", ""],
            false => ["<", &f.codec, " as __tg::Codec>::MIN_AVRO"],
        })
        .collect();
    t.block_of(&["impl __tg::Wire for ", &r.ident, " {"], &["}"], |t| {
        t.line("type View<'a> = __View<'a>;");
        t.array("const MIN_AVRO: usize = __tg::sum(&", &sizes, ");");
        t.blank();
        t.block("fn descriptor() -> &'static __tg::Descriptor {", "}", |t| {
            t.line("&__DESCRIPTOR");
        });
        t.line("#[inline]");
        let open = "fn write_avro(&self, __w: &mut __tg::AvroWriter) -> __tg::Result<()> {";
        t.block(open, "}", |t| {
            t.put(&["__w.record(self, ", depth, ")"]);
        });
        read(t, r, fields, nests);
        read_into(t, fields, nests);
        view::functions(t, r, fields, nests);
        t.line("#[inline]");
        resolve_avro(t, "__tg::resolve_record(__r, __p, __n)");
        t.line("#[inline]");
        let open = "fn write_json(&self, __w: &mut __tg::JsonWriter) -> __tg::Result<()> {";
        t.block(open, "}", |t| {
            t.put(&["__w.record(self, ", depth, ")"]);
        });
        read_json(t, fields, nests);
        t.block("fn show(&self, __f: &mut __tg::Show<'_>) {", "}", |t| {
            t.line("__tg::show_record(self, __f);");
        });
        let open =
            "fn place(__out: &mut __tg::Option<Self>, __f: &mut __tg::Fill<'_>) -> __tg::Res {";
        t.block(open, "}", |t| t.line("__tg::fill_record(__out, __f)"));
        if r.profile == Profile::PulsarRecord {
            is_unset(t, fields);
        }
    });
}

/// Counts a level of depth where there is something to count.
pub(super) fn enter(t: &mut Text, name: &str, nests: bool) {
    if nests {
        t.put(&["__tg::tri!(", name, ".enter());"]);
    }
}
/// Leaves what [`enter`] entered.
pub(super) fn leave(t: &mut Text, name: &str, nests: bool) {
    if nests {
        t.put(&[name, ".leave();"]);
    }
}

fn read(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    let reader = if fields.is_empty() { "_" } else { "__r" };
    let open = [
        "fn read_avro(",
        reader,
        ": &mut __tg::AvroReader<'_>) -> __tg::Result<Self> {",
    ];
    t.block_of(&open, &["}"], |t| {
        enter(t, "__r", nests);
        for f in fields {
            let i = f.number.as_str();
            let read = " = __tg::tri!(__r.field::<";
            match f.field.presence {
                PresenceItem::NullableDefault(_) => {
                    t.put(&["let __f", i, read, f.avro(), ">(", &f.name, "));"]);
                    t.put(&["let __f", i, " = __f", i, ".unwrap_or_else(__d", i, ");"]);
                }
                _ => t.put(&["let __f", i, read, f.avro(), ">(", &f.name, "));"]),
            }
        }
        leave(t, "__r", nests);
        let made = ["__tg::Result::Ok(", &r.ident].concat();
        t.literal(&made, &from_locals(fields), ")");
    });
}

fn read_into(t: &mut Text, fields: &[Written<'_>], nests: bool) {
    let reader = if fields.is_empty() { "_" } else { "__r" };
    t.line("#[inline]");
    let open = [
        "fn read_avro_into(&mut self, ",
        reader,
        ": &mut __tg::AvroReader<'_>) -> __tg::Result<()> {",
    ];
    t.block_of(&open, &["}"], |t| {
        enter(t, "__r", nests);
        for f in fields {
            let place = [", &mut self.", &f.field.ident];
            let [comma, place] = place;
            match f.field.presence {
                PresenceItem::NullableDefault(_) => t.put(&[
                    "__tg::tri!(__r.nullable_into::<",
                    &f.codec,
                    ">(",
                    &f.name,
                    comma,
                    place,
                    ", __d",
                    &f.number,
                    "));",
                ]),
                _ => t.put(&[
                    "__tg::tri!(__r.field_into::<",
                    f.avro(),
                    ">(",
                    &f.name,
                    comma,
                    place,
                    "));",
                ]),
            }
        }
        leave(t, "__r", nests);
        t.line("__tg::Result::Ok(())");
    });
}

fn read_json(t: &mut Text, fields: &[Written<'_>], nests: bool) {
    let open = "fn read_json(__r: &mut __tg::JsonReader<'_>) -> __tg::Result<Self> {";
    t.block(open, "}", |t| {
        let words = fields.len().div_ceil(64).max(1).to_string();
        let depth = if nests { "true" } else { "false" };
        if fields.is_empty() {
            t.line("let __p = <__Partial as __tg::Partial<Self>>::empty();");
            t.line("let __o = __tg::tri!(__r.object::<1>(false));");
        } else {
            t.line("let mut __p = <__Partial as __tg::Partial<Self>>::empty();");
            t.put(&[
                "let mut __o = __tg::tri!(__r.object::<",
                &words,
                ">(",
                depth,
                "));",
            ]);
        }
        for f in fields {
            let i = f.number.as_str();
            t.put(&[
                "__tg::tri!(__r.next::<",
                f.reader(),
                ", ",
                &words,
                ">(&mut __o, &__KEYS, ",
                i,
                ", &mut __p.f",
                i,
                "));",
            ]);
        }
        t.put(&[
            "__r.in_any_order(__o, __p, ",
            if fields.is_empty() { "false" } else { depth },
            ")",
        ]);
    });
}

/// Whether there is no field that says otherwise: one that is required and neither a boolean nor a record.
pub(super) fn can_be_unset(fields: &[Written<'_>]) -> bool {
    let never = |f: &Written<'_>| {
        f.field.presence == PresenceItem::Required
            && !is_named(&f.field.shape)
            && f.field.shape != Shape::Boolean
    };
    !fields.is_empty() && !fields.iter().any(never)
}

fn is_unset(t: &mut Text, fields: &[Written<'_>]) {
    if !can_be_unset(fields) {
        return;
    }
    t.block("fn is_unset(&self) -> bool {", "}", |t| {
        t.line("let mut __unset = true;");
        for f in fields {
            let ident = f.field.ident.as_str();
            match f.field.presence {
                PresenceItem::Required => {
                    t.put(&["__unset &= ", &f.codec, "::is_unset(&self.", ident, ");"]);
                }
                PresenceItem::Optional if f.field.shape == Shape::Boolean => {
                    t.put(&["__unset &= !self.", ident, ".unwrap_or(false);"]);
                }
                PresenceItem::Optional => t.put(&["__unset &= self.", ident, ".is_none();"]),
                PresenceItem::Default(_) | PresenceItem::NullableDefault(_) => {
                    t.put(&["__unset &= self.", ident, " == __d", &f.number, "();"]);
                }
            }
        }
        t.line("__unset");
    });
}
