//! The codecs of a record: Avro and JSON, each written out field by field.

use super::{Written, made};
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
        t.array("const MIN_AVRO: usize = __tg::sum(&", &sizes, ");");
        t.blank();
        t.block("fn descriptor() -> &'static __tg::Descriptor {", "}", |t| {
            t.line("&__DESCRIPTOR")
        });

        let unused = |name: &'static str| if fields.is_empty() { "_" } else { name };
        let w = unused("__w");
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

        let reader = unused("__r");
        t.block(
            format!("fn read_avro({reader}: &mut __tg::AvroReader<'_>) -> __tg::Result<Self> {{"),
            "}",
            |t| {
                around(t, "__r", nests, |t| {
                    for f in fields {
                        let i = f.index;
                        let codec = if f.nullable() { f.reader() } else { &f.codec };
                        t.chain(
                            &format!("let __f{i} = {codec}::read_avro(__r)"),
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
                                &format!(
                                    "__f{i} = __tg::Option::Some({}::read_json(__r)",
                                    f.reader()
                                ),
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
                            t.line(format!("let __tg::Option::Some(__f{i}) = __f{i} else {{"));
                            t.line(format!(
                                "    return __tg::Result::Err(__r.missing(&__KEYS, {i}));"
                            ));
                            t.line("};");
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
fn around(t: &mut Text, name: &str, nests: bool, inside: impl FnOnce(&mut Text)) {
    if nests {
        t.line(format!("{name}.enter()?;"));
    }
    inside(t);
    if nests {
        t.line(format!("{name}.leave();"));
    }
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

fn is_unset(t: &mut Text, fields: &[Written<'_>]) {
    let never = |f: &Written<'_>| {
        f.field.presence == PresenceItem::Required
            && !is_named(&f.field.shape)
            && f.field.shape != Shape::Boolean
    };
    if fields.is_empty() || fields.iter().any(never) {
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
