//! The implementations of a record.

use super::default::expression;
use super::shape::{is_leaf, is_named, marker};
use super::text::{Text, TypeText, quoted, quoted_list};
use crate::item::{FieldItem, Options, PresenceItem, RecordItem, Serde, Shape};
use tg_schema_model::{Encoding, Profile};

/// Longer default expressions are left on one line.
const DEFAULT_WIDTH: usize = 50;

/// A field with what the text says of it again and again.
struct Written<'a> {
    field: &'a FieldItem,
    /// Alias of its marker.
    codec: String,
    /// Alias of the marker of the optional, for rows that read null.
    optional: Option<String>,
    /// Expression of the default.
    default: Option<String>,
    index: usize,
}

impl Written<'_> {
    /// Marker that reads the field from JSON.
    fn reader(&self) -> &str {
        self.optional.as_deref().unwrap_or(&self.codec)
    }
    fn access(&self) -> String {
        format!("self.{}", self.field.ident)
    }
    fn at(&self) -> String {
        format!(".at({})", quoted(&self.field.name))
    }
    fn literal(&self, comma: bool) -> String {
        quoted(&format!(
            "{}\"{}\":",
            if comma { "," } else { "{" },
            self.field.name
        ))
    }
    fn nullable(&self) -> bool {
        matches!(
            self.field.presence,
            PresenceItem::Optional | PresenceItem::NullableDefault(_)
        )
    }
}

/// What stands inside the `const _` block of a record, behind the aliases of its named types.
pub(crate) fn body(r: &RecordItem, o: &Options, extras: bool) -> String {
    let mut leaf = 0;
    let fields: Vec<Written<'_>> = r
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| Written {
            field,
            codec: format!("__C{index}"),
            optional: (field.presence != PresenceItem::Required).then(|| format!("__O{index}")),
            default: match &field.presence {
                PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => Some(
                    expression(&field.shape, field.encoding, d).unwrap_or_else(|| {
                        format!("__tg::default_value({})", quoted(&d.compact()))
                    }),
                ),
                PresenceItem::Required | PresenceItem::Optional => None,
            },
            index,
        })
        .collect();

    let mut t = Text::at(1);
    for f in &fields {
        let marker = marker(
            &f.field.shape,
            f.field.encoding == Encoding::Utf8,
            &mut leaf,
        );
        t.line(format!("type {} = {marker};", f.codec));
        if let Some(optional) = &f.optional {
            let unset = r.profile == Profile::PulsarRecord && is_named(&f.field.shape);
            let of = match f.field.presence {
                PresenceItem::Optional if unset => "OptUnset",
                PresenceItem::Optional => "Opt",
                _ => "OrNull",
            };
            t.line(format!("type {optional} = __tg::{of}<{}>;", f.codec));
        }
    }
    if !fields.is_empty() {
        t.blank();
    }
    descriptor(&mut t, r, &fields);
    defaults(&mut t, &fields);
    t.blank();
    partial(&mut t, r, &fields);
    t.blank();
    wire(&mut t, r, &fields);
    t.blank();
    bridge(&mut t, r, &fields);
    message(&mut t, r);
    super::serde_impls(&mut t, &r.ident, o.serde == Serde::Bridge);
    if extras {
        constructors(&mut t, r, o, &fields);
    } else if o.default_impl {
        default_impl(&mut t, r, &fields);
    }
    t.out
}

fn descriptor(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    for f in fields {
        let i = f.index;
        t.block(
            format!("const __F{i}: __tg::FieldDescriptor = __tg::FieldDescriptor {{"),
            "};",
            |t| field_descriptor(t, f),
        );
    }
    t.block(
        "static __DESCRIPTOR: __tg::Descriptor = __tg::Descriptor {",
        "};",
        |t| {
            t.line(format!("name: {},", quoted(&r.name)));
            t.line(format!(
                "namespace: {},",
                quoted(r.namespace.as_deref().unwrap_or(""))
            ));
            t.line(format!("doc: {},", quoted(r.doc.as_deref().unwrap_or(""))));
            t.array("aliases: &", &quoted_list(&r.aliases), ",");
            t.line(format!(
                "deprecated: {},",
                quoted(r.deprecated.as_deref().unwrap_or(""))
            ));
            t.block(
                "kind: __tg::Kind::Record(__tg::RecordDescriptor {",
                "}),",
                |t| {
                    let constants: Vec<String> =
                        fields.iter().map(|f| format!("__F{}", f.index)).collect();
                    t.array("fields: &", &constants, ",");
                    let names: Vec<String> = r.fields.iter().map(|f| f.name.clone()).collect();
                    t.array("names: &", &quoted_list(&names), ",");
                    if r.profile == Profile::PulsarRecord {
                        t.line("profile: __tg::Profile::PulsarRecord,");
                    }
                    if !r.reserved.is_empty() {
                        t.array("reserved: &", &quoted_list(&r.reserved), ",");
                    }
                    if r.pulsar.sorted_fields {
                        t.line("sorted_fields: true,");
                    }
                    if r.pulsar.repeat_definitions {
                        t.line("repeat_definitions: true,");
                    }
                    t.line("..__tg::RECORD");
                },
            );
        },
    );
    let literals: Vec<String> = fields.iter().map(|f| f.literal(true)).collect();
    let aliases: Vec<String> = fields
        .iter()
        .flat_map(|f| {
            f.field
                .aliases
                .iter()
                .map(|a| format!("({}, {})", quoted(a), f.index))
        })
        .collect();
    t.block("static __KEYS: __tg::Keys = __tg::Keys {", "};", |t| {
        t.array("literals: &", &literals, ",");
        t.array("aliases: &", &aliases, ",");
    });
}

fn field_descriptor(t: &mut Text, f: &Written<'_>) {
    let field = f.field;
    t.line(format!("name: {},", quoted(&field.name)));
    t.line(format!("ty: <{} as __tg::Codec>::TYPE,", f.codec));
    let (row, default) = match &field.presence {
        PresenceItem::Required => (None, None),
        PresenceItem::Default(d) => (Some("Default"), Some(d)),
        PresenceItem::Optional => (Some("Optional"), None),
        PresenceItem::NullableDefault(d) => (Some("NullableDefault"), Some(d)),
    };
    if let Some(row) = row {
        t.line(format!("presence: __tg::PresenceDescriptor::{row},"));
    }
    if let Some(d) = default {
        t.line(format!("default: {},", quoted(&d.compact())));
    }
    if field.encoding == Encoding::Utf8 {
        t.line("encoding: __tg::Encoding::Utf8,");
    }
    if let Some(doc) = &field.doc {
        t.line(format!("doc: {},", quoted(doc)));
    }
    if !field.aliases.is_empty() {
        t.array("aliases: &", &quoted_list(&field.aliases), ",");
    }
    if let Some(why) = &field.deprecated {
        t.line(format!("deprecated: {},", quoted(why)));
    }
    if let Some(required) = field.pulsar.required {
        t.line(format!(
            "required: ::core::option::Option::Some({required}),"
        ));
    }
    if field.pulsar.required_default {
        t.line("required_default: true,");
    }
    if let Some(raw) = &field.pulsar.raw {
        t.line(format!("raw: {},", quoted(raw)));
    }
    t.line("..__tg::FIELD");
}

fn defaults(t: &mut Text, fields: &[Written<'_>]) {
    for f in fields {
        let Some(default) = &f.default else { continue };
        t.blank();
        let value = format!("<{} as __tg::Codec>::Value", f.codec);
        if default.chars().count() > DEFAULT_WIDTH {
            t.line("#[rustfmt::skip]");
        }
        t.block(format!("fn __d{}() -> {value} {{", f.index), "}", |t| {
            t.line(default)
        });
        if let (Shape::Named(_), PresenceItem::Default(d) | PresenceItem::NullableDefault(d)) =
            (&f.field.shape, &f.field.presence)
            && let Some(symbol) = d.as_str()
        {
            t.line(format!(
                "const _: () = __tg::assert_symbol::<{value}>({});",
                quoted(symbol)
            ));
        }
    }
}

fn partial(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.line("#[derive(Default)]");
    if fields.is_empty() {
        t.line("pub struct __Partial {}");
    } else {
        t.block("pub struct __Partial {", "}", |t| {
            for f in fields {
                t.line(format!(
                    "f{}: __tg::Option<<{} as __tg::Codec>::Value>,",
                    f.index,
                    f.reader()
                ));
            }
        });
    }
    t.blank();
    t.block(
        format!("impl __tg::Partial<{}> for __Partial {{", r.ident),
        "}",
        |t| {
            let (i, f) = if fields.is_empty() {
                ("_", "_")
            } else {
                ("__i", "__f")
            };
            t.block(
                format!(
                    "fn place(&mut self, {i}: usize, {f}: &mut __tg::Fill<'_>) -> __tg::Res {{"
                ),
                "}",
                |t| {
                    if fields.is_empty() {
                        return t.line("__tg::Res::Err(__tg::Fail)");
                    }
                    t.block("match __i {", "}", |t| {
                        for f in fields {
                            t.line(format!(
                                "{i} => {c}::place(&mut self.f{i}, __f),",
                                i = f.index,
                                c = f.reader()
                            ));
                        }
                        t.line("_ => __tg::Res::Err(__tg::Fail),");
                    });
                },
            );
            t.block(
                format!("fn finish(self) -> __tg::Finished<{}> {{", r.ident),
                "}",
                |t| {
                    for f in fields {
                        let i = f.index;
                        match &f.field.presence {
                            PresenceItem::Required => {
                                t.line(format!("let __f{i} = self.f{i}.ok_or({i}usize)?;"))
                            }
                            PresenceItem::Optional => {
                                t.line(format!("let __f{i} = self.f{i}.flatten();"))
                            }
                            PresenceItem::Default(_) | PresenceItem::NullableDefault(_) => {
                                t.line(format!(
                                    "let __f{i} = self.f{i}.flatten().unwrap_or_else(__d{i});"
                                ));
                            }
                        }
                    }
                    made(t, r, fields);
                },
            );
        },
    );
}

/// `Ok(Record { … })` from the locals `__f0`, `__f1`, …
fn made(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    let parts: Vec<String> = fields
        .iter()
        .map(|f| format!("{}: __f{}", f.field.ident, f.index))
        .collect();
    t.literal(
        &format!("::core::result::Result::Ok({}", r.ident),
        &parts,
        ")",
    );
}

fn wire(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
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
                t.line(if fields.is_empty() {
                    "let __p = __Partial::default();"
                } else {
                    "let mut __p = __Partial::default();"
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
                                    let i = f.index;
                                    let call = format!(
                                        "{}::take_json(&mut __p.f{i}, __r){}?",
                                        f.reader(),
                                        f.at()
                                    );
                                    t.line(format!("{i} => {call},"));
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

fn bridge(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.block(
        format!("impl __tg::RecordView for {} {{", r.ident),
        "}",
        |t| {
            if fields.is_empty() {
                t.line("fn show_field(&self, _: usize, _: &mut __tg::Show<'_>) {}");
                return;
            }
            t.block(
                "fn show_field(&self, __i: usize, __f: &mut __tg::Show<'_>) {",
                "}",
                |t| {
                    let shown = |f: &Written<'_>| {
                        let codec = if f.field.presence == PresenceItem::Optional {
                            f.reader()
                        } else {
                            &f.codec
                        };
                        format!("{codec}::show(&{}, __f)", f.access())
                    };
                    if let [f] = fields {
                        return t.block("if __i == 0 {", "}", |t| t.line(format!("{};", shown(f))));
                    }
                    t.block("match __i {", "}", |t| {
                        for f in fields {
                            t.line(format!("{} => {},", f.index, shown(f)));
                        }
                        t.line("_ => {}");
                    });
                },
            );
        },
    );
    t.blank();
    t.block(format!("impl __tg::Record for {} {{", r.ident), "}", |t| {
        t.line("type Partial = __Partial;")
    });
    t.blank();
}

fn message(t: &mut Text, r: &RecordItem) {
    let topics: Vec<String> = r
        .topic
        .iter()
        .chain(&r.other_topics)
        .map(|topic| quoted(&topic.to_string()))
        .collect();
    t.block(format!("impl __tg::Message for {} {{", r.ident), "}", |t| {
        t.array("const TOPICS: &'static [&'static str] = &", &topics, ";");
        t.block("fn schemas() -> &'static __tg::Schemas {", "}", |t| {
            t.line("static SCHEMAS: __tg::OnceLock<__tg::Schemas> = __tg::OnceLock::new();");
            t.line("SCHEMAS.get_or_init(|| __tg::Schemas::of(&__DESCRIPTOR))");
        });
    });
}

fn value_of(f: &Written<'_>) -> String {
    match f.field.presence {
        PresenceItem::Optional => "::core::option::Option::None".to_owned(),
        _ => format!("__d{}()", f.index),
    }
}

fn default_impl(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.blank();
    t.block(
        format!("impl ::core::default::Default for {} {{", r.ident),
        "}",
        |t| {
            t.block("fn default() -> Self {", "}", |t| {
                let parts: Vec<String> = fields
                    .iter()
                    .map(|f| format!("{}: {}", f.field.ident, value_of(f)))
                    .collect();
                t.literal("Self", &parts, "");
            });
        },
    );
}

/// `Default`, or `new` with the required fields, and a `with_` method for every other field.
fn constructors(t: &mut Text, r: &RecordItem, o: &Options, fields: &[Written<'_>]) {
    let (required, others): (Vec<_>, Vec<_>) = fields
        .iter()
        .partition(|f| f.field.presence == PresenceItem::Required);
    if required.is_empty()
        && !others
            .iter()
            .all(|f| f.field.presence == PresenceItem::Optional)
    {
        default_impl(t, r, fields);
    }
    if fields.is_empty() {
        return;
    }
    let plain = |f: &Written<'_>| f.field.ident.trim_start_matches("r#").to_owned();
    let parameter = |f: &Written<'_>| match &f.field.shape {
        Shape::String => TypeText::of(
            "impl ::core::convert::Into",
            vec![TypeText::path("::std::string::String")],
        ),
        shape => super::shape::rust_type(shape, &o.crate_path),
    };
    let given = |f: &Written<'_>, name: &str| match &f.field.shape {
        Shape::String => format!("{name}.into()"),
        _ => name.to_owned(),
    };
    t.blank();
    t.block(format!("impl {} {{", r.ident), "}", |t| {
        if !required.is_empty() {
            t.doc("With the fields that have no default; the others by assignment or their `with_` methods.");
            let parameters: Vec<(String, TypeText)> =
                required.iter().map(|f| (format!("{}: ", f.field.ident), parameter(f))).collect();
            t.signature("pub fn new", &parameters, " -> Self {");
            let mut inside = Text::at(3);
            let parts: Vec<String> = fields
                .iter()
                .map(|f| match f.field.presence {
                    PresenceItem::Required => match given(f, &f.field.ident) {
                        same if same == f.field.ident => same,
                        value => format!("{}: {value}", f.field.ident),
                    },
                    _ => format!("{}: {}", f.field.ident, value_of(f)),
                })
                .collect();
            inside.literal("Self", &parts, "");
            t.out.push_str(&inside.out);
            t.line("}");
        }
        for (n, f) in others.iter().enumerate() {
            if n > 0 || !required.is_empty() {
                t.blank();
            }
            t.doc(&format!("The same with `{}`.", f.field.name));
            t.line("#[must_use]");
            let parameters = [("mut self".to_owned(), TypeText::path("")), ("value: ".to_owned(), parameter(f))];
            t.signature(&format!("pub fn with_{}", plain(f)), &parameters, " -> Self {");
            let mut inside = Text::at(3);
            let value = given(f, "value");
            inside.line(match f.field.presence {
                PresenceItem::Optional => format!("{} = ::core::option::Option::Some({value});", f.access()),
                _ => format!("{} = {value};", f.access()),
            });
            inside.line("self");
            t.out.push_str(&inside.out);
            t.line("}");
        }
    });
}
