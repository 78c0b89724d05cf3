//! A record whose fields come one by one, in any order: of JSON, of another writer, of a serde format.

use super::Written;
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
        t.line("#[inline]");
        t.block("fn empty() -> Self {", "}", |t| {
            let none = fields
                .iter()
                .map(|f| ["f", &f.number, ": __tg::Option::None"]);
            t.literal("Self", &none.collect::<Vec<_>>(), "");
        });
        pick(t, fields);
        t.line("#[inline]");
        let open = ["fn finish(self) -> __tg::Finished<", &r.ident, "> {"];
        t.block_of(&open, &["}"], |t| {
            for f in fields {
                if f.field.presence == PresenceItem::Required {
                    let i = f.number.as_str();
                    let open = ["let __tg::Option::Some(__f", i, ") = self.f", i, " else {"];
                    t.block_of(&open, &["};"], |t| {
                        t.put(&["return __tg::Finished::Err(", i, ");"]);
                    });
                }
            }
            let values = fields.iter().map(|f| {
                let (ident, i) = (f.field.ident.as_str(), f.number.as_str());
                match &f.field.presence {
                    PresenceItem::Required => [ident, ": __f", i, "", "", ""],
                    PresenceItem::Optional => [ident, ": self.f", i, ".flatten()", "", ""],
                    _ => [
                        ident,
                        ": self.f",
                        i,
                        ".flatten().unwrap_or_else(__d",
                        i,
                        ")",
                    ],
                }
            });
            let before = ["__tg::Finished::Ok(", &r.ident].concat();
            t.literal(&before, &values.collect::<Vec<_>>(), ")");
        });
    });
    t.blank();
    let open = ["impl __tg::Record for ", &r.ident, " {"];
    t.block_of(&open, &["}"], |t| {
        t.line("type Partial = __Partial;");
        t.line("const KEYS: &'static __tg::Keys = &__KEYS;");
        let cost = cost(fields);
        if cost > 0 {
            t.put(&["const COST: usize = ", &cost.to_string(), ";"]);
        }
        if fields.is_empty() {
            let each = "fn each<__V: __tg::Visit>(&self, _: &mut __V) -> __tg::Result<()> {";
            return t.block(each, "}", |t| t.line("__tg::Result::Ok(())"));
        }
        t.line("#[inline]");
        let each = "fn each<__V: __tg::Visit>(&self, __v: &mut __V) -> __tg::Result<()> {";
        t.block(each, "}", |t| {
            for f in fields {
                let visit = match &f.field.presence {
                    PresenceItem::Optional => "optional",
                    PresenceItem::NullableDefault(_) => "nullable",
                    _ => "field",
                };
                let [comma, key] = f.next_key();
                t.put(&[
                    "__tg::tri!(__v.",
                    visit,
                    "::<",
                    &f.codec,
                    ">(",
                    comma,
                    key,
                    ", &self.",
                    &f.field.ident,
                    "));",
                ]);
            }
            t.line("__tg::Result::Ok(())");
        });
    });
}

/// Bytes of memory that the defaults may cost.
fn cost(fields: &[Written<'_>]) -> usize {
    // A value takes more than its text, a list of short texts most.
    const FACTOR: usize = 16;
    let default = |f: &Written<'_>| match &f.field.presence {
        PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => d.compact().len(),
        PresenceItem::Required | PresenceItem::Optional => 0,
    };
    fields.iter().map(default).sum::<usize>() * FACTOR
}

fn pick(t: &mut Text, fields: &[Written<'_>]) {
    if fields.is_empty() {
        let open = "fn pick<__P: __tg::Pick>(&mut self, _: usize, __p: __P) -> __P::Out {";
        return t.block(open, "}", |t| t.line("__p.other()"));
    }
    t.line("#[inline]");
    let open = "fn pick<__P: __tg::Pick>(&mut self, __i: usize, __p: __P) -> __P::Out {";
    t.block(open, "}", |t| {
        if let [f] = fields {
            t.block("if __i == 0 {", "} else {", |t| {
                t.put(&["__p.field::<", f.reader(), ">(&mut self.f0)"]);
            });
            t.deeper(|t| t.line("__p.other()"));
            return t.line("}");
        }
        t.block("match __i {", "}", |t| {
            for f in fields {
                let i = f.number.as_str();
                t.put(&[i, " => __p.field::<", f.reader(), ">(&mut self.f", i, "),"]);
            }
            t.line("_ => __p.other(),");
        });
    });
}
