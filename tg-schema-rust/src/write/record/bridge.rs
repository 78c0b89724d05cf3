//! What serde needs: a record's fields by index, on their way out and in.

use super::{Written, made};
use crate::item::{PresenceItem, RecordItem};
use crate::write::text::Text;

pub(super) fn partial(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    if fields.is_empty() {
        t.line("pub struct __Partial {}");
    } else {
        t.block("pub struct __Partial {", "}", |t| {
            for f in fields {
                let value = " as __tg::Codec>::Value>,";
                t.put(&["f", &f.number, ": __tg::Option<<", f.reader(), value]);
            }
        });
    }
    t.blank();
    let open = ["impl __tg::Partial<", &r.ident, "> for __Partial {"];
    t.block_of(&open, &["}"], |t| {
        t.block("fn empty() -> Self {", "}", |t| {
            let none = fields
                .iter()
                .map(|f| ["f", &f.number, ": __tg::Option::None"]);
            t.literal("Self", &none.collect::<Vec<_>>(), "");
        });
        place(t, fields);
        let open = ["fn finish(self) -> __tg::Finished<", &r.ident, "> {"];
        t.block_of(&open, &["}"], |t| {
            for f in fields {
                let i = f.number.as_str();
                match &f.field.presence {
                    PresenceItem::Required => {
                        t.put(&["let __f", i, " = self.f", i, ".ok_or(", i, "usize)?;"]);
                    }
                    PresenceItem::Optional => t.put(&["let __f", i, " = self.f", i, ".flatten();"]),
                    PresenceItem::Default(_) | PresenceItem::NullableDefault(_) => {
                        let value = ".flatten().unwrap_or_else(__d";
                        t.put(&["let __f", i, " = self.f", i, value, i, ");"]);
                    }
                }
            }
            made(t, r, fields);
        });
    });
}

fn place(t: &mut Text, fields: &[Written<'_>]) {
    let (i, f) = if fields.is_empty() {
        ("_", "_")
    } else {
        ("__i", "__f")
    };
    let parameters = [i, ": usize, ", f, ": &mut __tg::Fill<'_>"];
    let open = [
        &["fn place(&mut self, "],
        &parameters[..],
        &[") -> __tg::Res {"],
    ]
    .concat();
    t.block_of(&open, &["}"], |t| {
        if fields.is_empty() {
            return t.line("__tg::Res::Err(__tg::Fail)");
        }
        t.block("match __i {", "}", |t| {
            for f in fields {
                let i = f.number.as_str();
                t.put(&[i, " => ", f.reader(), "::place(&mut self.f", i, ", __f),"]);
            }
            t.line("_ => __tg::Res::Err(__tg::Fail),");
        });
    });
}

pub(super) fn bridge<'f>(t: &mut Text, r: &RecordItem, fields: &'f [Written<'_>]) {
    let open = ["impl __tg::RecordView for ", &r.ident, " {"];
    t.block_of(&open, &["}"], |t| {
        if fields.is_empty() {
            return t.line("fn show_field(&self, _: usize, _: &mut __tg::Show<'_>) {}");
        }
        let open = "fn show_field(&self, __i: usize, __f: &mut __tg::Show<'_>) {";
        t.block(open, "}", |t| {
            let codec = |f: &'f Written<'_>| match &f.field.presence {
                PresenceItem::Optional => f.reader(),
                _ => &f.codec,
            };
            if let [f] = fields {
                return t.block("if __i == 0 {", "}", |t| {
                    t.put(&[codec(f), "::show(&self.", &f.field.ident, ", __f);"]);
                });
            }
            t.block("match __i {", "}", |t| {
                for f in fields {
                    let show = "::show(&self.";
                    t.put(&[&f.number, " => ", codec(f), show, &f.field.ident, ", __f),"]);
                }
                t.line("_ => {}");
            });
        });
    });
    t.blank();
    let open = ["impl __tg::Record for ", &r.ident, " {"];
    t.block_of(&open, &["}"], |t| t.line("type Partial = __Partial;"));
    t.blank();
}
