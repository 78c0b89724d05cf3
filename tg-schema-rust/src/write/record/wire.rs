//! The codecs of a record: Avro and JSON, each written out field by field.

use super::{Written, made};
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::shape::{is_leaf, is_named};
use crate::write::text::Text;
use tg_schema_model::Profile;

pub(super) fn wire(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    // A record without named types, arrays and maps cannot recurse: it need not count its depth.
    let nests = fields.iter().any(|f| !is_leaf(&f.field.shape));
    let size = |f| match Written::nullable(f) {
        true => ["1", "", ""],
        false => ["<", f.codec.as_str(), " as __tg::Codec>::MIN_AVRO"],
    };
    let sizes: Vec<[&str; 3]> = fields.iter().map(size).collect();
    t.block_of(&["impl __tg::Wire for ", &r.ident, " {"], &["}"], |t| {
        t.array("const MIN_AVRO: usize = __tg::sum(&", &sizes, ");");
        t.blank();
        t.block("fn descriptor() -> &'static __tg::Descriptor {", "}", |t| {
            t.line("&__DESCRIPTOR")
        });

        let unused = |name: &'static str| if fields.is_empty() { "_" } else { name };
        let w = unused("__w");
        t.block(
            [
                "fn write_avro(&self, ",
                w,
                ": &mut __tg::AvroWriter) -> __tg::Result<()> {",
            ]
            .concat(),
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
                        let call = [codec, "::write_avro(&self.", &f.field.ident, ", __w)"];
                        t.chain(&call, &f.at());
                    }
                });
                t.line("__tg::Result::Ok(())");
            },
        );

        let reader = unused("__r");
        t.block(
            [
                "fn read_avro(",
                reader,
                ": &mut __tg::AvroReader<'_>) -> __tg::Result<Self> {",
            ]
            .concat(),
            "}",
            |t| {
                around(t, "__r", nests, |t| {
                    for f in fields {
                        let i = f.number.as_str();
                        let codec = if f.nullable() { f.reader() } else { &f.codec };
                        let read = ["let __f", i, " = ", codec, "::read_avro(__r)"];
                        t.chain(&read, &f.at());
                        if let PresenceItem::NullableDefault(_) = f.field.presence {
                            let value = ".unwrap_or_else(__d";
                            t.put(&["let __f", i, " = __f", i, value, i, ");"]);
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
                t.line(if fields.is_empty() {
                    "let __p = <__Partial as __tg::Partial<Self>>::empty();"
                } else {
                    "let mut __p = <__Partial as __tg::Partial<Self>>::empty();"
                });
                around(t, "__r", nests, |t| {
                    t.line(format!("let mut __o = __r.object::<{words}>()?;"));
                    if fields.is_empty() {
                        t.block("while __r.key(&mut __o, &__KEYS)?.is_some() {", "}", |t| {
                            t.line("__r.skip()?;")
                        });
                        return;
                    }
                    t.block(
                        "while let __tg::Option::Some(__i) = __r.key(&mut __o, &__KEYS)? {",
                        "}",
                        |t| {
                            t.block("match __i {", "}", |t| {
                                for f in fields {
                                    let i = f.number.as_str();
                                    let take = "::take_json(&mut __p.f";
                                    let at = ", __r).at(";
                                    let name = f.name.as_str();
                                    t.put(&[i, " => ", f.reader(), take, i, at, name, ")?,"]);
                                }
                                t.line("_ => __r.skip()?,");
                            });
                        },
                    );
                });
                t.line("__tg::Partial::finish(__p).map_err(|__i| __r.missing(&__KEYS, __i))");
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
        t.put(&[name, ".enter()?;"]);
    }
    inside(t);
    if nests {
        t.put(&[name, ".leave();"]);
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
            let sign = if i > 0 { "\"," } else { "\"{" };
            ["__w.raw(", sign, &f.key, ");"]
        } else {
            ["__w.key(&mut __first, ", "\",", &f.key, ");"]
        };
        if optional(f) {
            let open = [
                "if let __tg::Option::Some(__v) = &self.",
                &f.field.ident,
                " {",
            ];
            t.block_of(&open, &["}"], |t| {
                t.put(&key);
                t.chain(&[&f.codec, "::write_json(__v, __w)"], &f.at());
            });
        } else {
            t.put(&key);
            let call = [&*f.codec, "::write_json(&self.", &f.field.ident, ", __w)"];
            t.chain(&call, &f.at());
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
