//! The codecs of a record, each written out field by field.

use super::{Written, avro, json, view};
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::shape::{is_leaf, is_named};
use crate::write::text::Text;
use tg_schema_model::Profile;

pub(super) fn wire(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    // A record without named types, arrays and maps cannot recurse: it need not count its depth.
    let nests = fields.iter().any(|f| !is_leaf(&f.field.shape));
    let sizes: Vec<String> = fields
        .iter()
        .map(|f| {
            if f.nullable() {
                "1".to_owned()
            } else {
                format!("<{} as __tg::Codec>::MIN_AVRO", f.codec)
            }
        })
        .collect();
    t.block(format!("impl __tg::Wire for {} {{", r.ident), "}", |t| {
        t.line(format!("type View<'a> = {};", view::name(r, "'a")));
        t.array("const MIN_AVRO: usize = __tg::sum(&", &sizes, ");");
        t.blank();
        t.block("fn descriptor() -> &'static __tg::Descriptor {", "}", |t| {
            t.line("&__DESCRIPTOR")
        });

        avro::functions(t, r, fields, nests);
        json::functions(t, r, fields, nests);

        t.block("fn show(&self, __f: &mut __tg::Show<'_>) {", "}", |t| {
            t.line("__f(__tg::Ref::Record(&__DESCRIPTOR, self));");
        });
        t.block(
            "fn place(__out: &mut __tg::Option<Self>, __f: &mut __tg::Fill<'_>) -> __tg::Res {",
            "}",
            |t| {
                t.line("__tg::fill_record(__out, __f)");
            },
        );
        if r.profile == Profile::PulsarRecord {
            is_unset(t, fields);
        }
    });
}

/// What `inside` writes, between `enter` and `leave` where depth counts.
pub(super) fn around(t: &mut Text, name: &str, nests: bool, inside: impl FnOnce(&mut Text)) {
    if nests {
        t.line(format!("{name}.enter()?;"));
    }
    inside(t);
    if nests {
        t.line(format!("{name}.leave();"));
    }
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
            match f.field.presence {
                PresenceItem::Required => t.line(format!(
                    "__unset &= {}::is_unset(&{});",
                    f.codec,
                    f.access()
                )),
                PresenceItem::Optional if f.field.shape == Shape::Boolean => {
                    t.line(format!("__unset &= !{}.unwrap_or(false);", f.access()));
                }
                PresenceItem::Optional => t.line(format!("__unset &= {}.is_none();", f.access())),
                PresenceItem::Default(_) | PresenceItem::NullableDefault(_) => {
                    t.line(format!("__unset &= {} == __d{}();", f.access(), f.index));
                }
            }
        }
        t.line("__unset");
    });
}
