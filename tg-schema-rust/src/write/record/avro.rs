//! Avro of a record: written, and read in each of the ways there are.

use super::wire::around;
use super::{Written, made, view};
use crate::item::{PresenceItem, RecordItem};
use crate::write::text::Text;

pub(super) fn functions(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    write(t, fields, nests);
    read(t, r, fields, nests);
    read_into(t, fields, nests);
    view::functions(t, r, fields, nests);
    resolve(t, r, fields);
}

/// The name of a parameter that a record without fields has no use for.
pub(super) fn unused(fields: &[Written<'_>], name: &'static str) -> &'static str {
    if fields.is_empty() { "_" } else { name }
}

fn write(t: &mut Text, fields: &[Written<'_>], nests: bool) {
    let w = unused(fields, "__w");
    t.block(
        format!("fn write_avro(&self, {w}: &mut __tg::AvroWriter) -> __tg::Result<()> {{"),
        "}",
        |t| {
            around(t, "__w", nests, |t| {
                for f in fields {
                    if let PresenceItem::NullableDefault(_) = f.field.presence {
                        t.line("__w.branch(true);");
                    }
                    let codec = match f.field.presence {
                        PresenceItem::Optional => f.reader(),
                        _ => &f.codec,
                    };
                    t.chain(
                        &format!("{codec}::write_avro(&{}, __w)", f.access()),
                        &format!("{}?;", f.at()),
                    );
                }
            });
            t.line("__tg::Result::Ok(())");
        },
    );
}

fn read(t: &mut Text, r: &RecordItem, fields: &[Written<'_>], nests: bool) {
    let reader = unused(fields, "__r");
    t.block(
        format!("fn read_avro({reader}: &mut __tg::AvroReader<'_>) -> __tg::Result<Self> {{"),
        "}",
        |t| {
            around(t, "__r", nests, |t| {
                for f in fields {
                    let i = f.index;
                    t.chain(
                        &format!("let __f{i} = {}::read_avro(__r)", f.avro()),
                        &format!("{}?;", f.at()),
                    );
                    if let PresenceItem::NullableDefault(_) = f.field.presence {
                        t.line(format!("let __f{i} = __f{i}.unwrap_or_else(__d{i});"));
                    }
                }
            });
            made(t, r, fields);
        },
    );
}

fn read_into(t: &mut Text, fields: &[Written<'_>], nests: bool) {
    let reader = unused(fields, "__r");
    t.line("#[inline]");
    t.block(
        format!("fn read_avro_into(&mut self, {reader}: &mut __tg::AvroReader<'_>) -> __tg::Result<()> {{"),
        "}",
        |t| {
            around(t, "__r", nests, |t| {
                for f in fields {
                    let (codec, place) = (&f.codec, f.access());
                    let into = format!("{codec}::read_avro_into(&mut {place}, __r)");
                    match f.field.presence {
                        PresenceItem::Optional => t.chain(
                            &format!("{}::read_avro_into(&mut {place}, __r)", f.avro()),
                            &format!("{}?;", f.at()),
                        ),
                        PresenceItem::NullableDefault(_) => {
                            t.line(format!("if __r.branch(){}? {{", f.at()));
                            t.indented(|t| t.chain(&into, &format!("{}?;", f.at())));
                            t.line("} else {");
                            t.line(format!("    {place} = __d{}();", f.index));
                            t.line("}");
                        }
                        _ => t.chain(&into, &format!("{}?;", f.at())),
                    }
                }
            });
            t.line("__tg::Result::Ok(())");
        },
    );
}

/// Opens `resolve_avro`; records and enums have it.
pub(in crate::write) fn resolve_signature(t: &mut Text, inside: impl FnOnce(&mut Text)) {
    t.line("#[inline]");
    t.line("fn resolve_avro(");
    t.indented(|t| {
        t.line("__r: &mut __tg::AvroReader<'_>,");
        t.line("__p: &__tg::Plan,");
        t.line("__n: __tg::NodeId,");
    });
    t.block(") -> __tg::Result<Self> {", "}", inside);
}

fn resolve(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    resolve_signature(t, |t| {
        let open = "let __tg::Option::Some(__s) = __r.steps(__p, __n, __COST)? else {";
        t.block(open, "};", |t| t.line("return Self::read_avro(__r);"));
        for f in fields {
            t.line(format!("let mut __f{} = __tg::Option::None;", f.index));
        }
        t.block("for __s in __s {", "}", |t| {
            if fields.is_empty() {
                return t.line("__r.step(__p, __s)?;");
            }
            t.block("match __r.step(__p, __s)? {", "}", |t| {
                for f in fields {
                    let i = f.index;
                    let value = match f.field.presence {
                        PresenceItem::Default(_) => {
                            format!(
                                "__tg::Option::Some({}::resolve_avro(__r, __p, __n){}?)",
                                f.codec,
                                f.at()
                            )
                        }
                        _ => format!("{}::resolve_avro(__r, __p, __n){}?", f.avro(), f.at()),
                    };
                    let arm = format!("({i}, __n) => __f{i} = __tg::Option::Some({value}),");
                    if !t.fits(&arm) {
                        t.line("#[rustfmt::skip]");
                    }
                    t.line(arm);
                }
                t.line("_ => {}");
            });
        });
        t.line("__r.leave();");
        for f in fields {
            let i = f.index;
            match f.field.presence {
                PresenceItem::Required => t.let_else(
                    &format!("__f{i}"),
                    &format!("__f{i}"),
                    "return __tg::Result::Err(__r.foreign_plan());",
                ),
                PresenceItem::Optional => t.line(format!("let __f{i} = __f{i}.flatten();")),
                _ => t.line(format!(
                    "let __f{i} = __f{i}.flatten().unwrap_or_else(__d{i});"
                )),
            }
        }
        made(t, r, fields);
    });
}
