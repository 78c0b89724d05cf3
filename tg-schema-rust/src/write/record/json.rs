//! JSON of a record: written in order, read in order as long as the keys come so, else in any.

use super::wire::around;
use super::{Written, made};
use crate::item::{PresenceItem, RecordItem};
use crate::write::text::Text;

pub(super) fn functions(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    t.block(
        "fn write_json(&self, __w: &mut __tg::JsonWriter) -> __tg::Result<()> {",
        "}",
        |t| {
            around(t, "__w", nests, |t| write_json(t, fields));
            t.line("__tg::Result::Ok(())");
        },
    );

    t.block(
        "fn read_json(__r: &mut __tg::JsonReader<'_>) -> __tg::Result<Self> {",
        "}",
        |t| {
            let words = fields.len().div_ceil(64).max(1);
            for f in fields {
                t.line(format!("let mut __f{} = __tg::Option::None;", f.index));
            }
            around(t, "__r", nests, |t| {
                t.line(format!("let mut __o = __r.object::<{words}>()?;"));
                if fields.is_empty() {
                    t.block(
                        "while __r.key(&mut __o, &__KEYS)? != __tg::END {",
                        "}",
                        |t| t.line("__r.skip()?;"),
                    );
                    return;
                }
                for f in fields {
                    let i = f.index;
                    let open = format!("if __r.next_is(&mut __o, &__KEYS, {i}) {{");
                    t.block(open, "}", |t| {
                        t.chain(
                            &format!("__f{i} = __tg::Option::Some({}::read_json(__r)", f.reader()),
                            &format!("{}?);", f.at()),
                        );
                    });
                }
                t.block("loop {", "}", |t| {
                    t.block("match __r.key(&mut __o, &__KEYS)? {", "}", |t| {
                        for f in fields {
                            let i = f.index;
                            let call = format!(
                                "__f{i} = __tg::Option::Some({}::read_json(__r){}?)",
                                f.reader(),
                                f.at()
                            );
                            t.line(format!("{i} => {call},"));
                        }
                        t.line("__tg::END => break,");
                        t.line("_ => __r.skip()?,");
                    });
                });
            });
            for f in fields {
                let i = f.index;
                match f.field.presence {
                    PresenceItem::Required => {
                        t.let_else(
                            &format!("__f{i}"),
                            &format!("__f{i}"),
                            &format!("return __tg::Result::Err(__r.missing(&__KEYS, {i}));"),
                        );
                    }
                    PresenceItem::Optional => t.line(format!("let __f{i} = __f{i}.flatten();")),
                    _ => t.line(format!(
                        "let __f{i} = __f{i}.flatten().unwrap_or_else(__d{i});"
                    )),
                }
            }
            made(t, r, fields);
        },
    );
}

fn write_json(t: &mut Text, fields: &[Written<'_>]) {
    if fields.is_empty() {
        return t.line("__w.raw(\"{}\");");
    }
    let optional = |f: &Written<'_>| f.field.presence == PresenceItem::Optional;
    // Before the first key that is always written, the comma is decided while writing.
    let mut certain = !optional(&fields[0]);
    if !certain {
        t.line("let mut __first = true;");
    }
    for (i, f) in fields.iter().enumerate() {
        let key = if certain {
            format!("__w.raw({});", f.literal(i > 0))
        } else {
            format!("__w.key(&mut __first, {});", f.literal(true))
        };
        if optional(f) {
            t.block(
                format!("if let __tg::Option::Some(__v) = &{} {{", f.access()),
                "}",
                |t| {
                    t.line(&key);
                    t.chain(
                        &format!("{}::write_json(__v, __w)", f.codec),
                        &format!("{}?;", f.at()),
                    );
                },
            );
        } else {
            t.line(&key);
            t.chain(
                &format!("{}::write_json(&{}, __w)", f.codec, f.access()),
                &format!("{}?;", f.at()),
            );
            certain = true;
        }
    }
    t.line(if certain {
        "__w.raw(\"}\");"
    } else {
        "__w.close(__first);"
    });
}
