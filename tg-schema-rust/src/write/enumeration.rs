//! The implementations of an enum.

use super::text::{Text, quoted, quoted_list};
use crate::item::{EnumItem, Options, Serde};
use tg_schema_model::Value;

/// What stands inside the `const _` block of an enum.
pub(crate) fn body(t: &mut Text, e: &EnumItem, o: &Options, extras: bool) {
    let names: Vec<String> = e.symbols.iter().map(|s| quoted(&s.name)).collect();
    t.array("const __SYMBOLS: &[&str] = &", &names, ";");
    t.block(
        "static __DESCRIPTOR: __tg::Descriptor = __tg::Descriptor {",
        "};",
        |t| {
            t.line(format!("name: {},", quoted(&e.name)));
            t.line(format!(
                "namespace: {},",
                quoted(e.namespace.as_deref().unwrap_or(""))
            ));
            t.line(format!("doc: {},", quoted(e.doc.as_deref().unwrap_or(""))));
            t.array("aliases: &", &quoted_list(&e.aliases), ",");
            t.line("deprecated: \"\",");
            t.block(
                "kind: __tg::Kind::Enum(__tg::EnumDescriptor {",
                "}),",
                |t| {
                    t.line("symbols: __SYMBOLS,");
                    if let Some(i) = e.default {
                        t.line(format!("default: ::core::option::Option::Some({i}),"));
                    }
                    if e.open.is_some() {
                        t.line("open: true,");
                    }
                    if !e.values.is_empty() {
                        t.array(
                            "values: &",
                            &e.values.iter().map(python_value).collect::<Vec<_>>(),
                            ",",
                        );
                    }
                    t.line("..__tg::ENUM");
                },
            );
        },
    );
    t.blank();
    t.block(
        format!("impl __tg::Enumeration for {} {{", e.ident),
        "}",
        |t| {
            t.line("const SYMBOLS: &'static [&'static str] = __SYMBOLS;");
            t.block("fn descriptor() -> &'static __tg::Descriptor {", "}", |t| {
                t.line("&__DESCRIPTOR")
            });
            t.block(
                "fn index(&self) -> ::core::result::Result<usize, &str> {",
                "}",
                |t| {
                    t.block("match self {", "}", |t| {
                        for (i, s) in e.symbols.iter().enumerate() {
                            let ok = " => ::core::result::Result::Ok(";
                            t.put(&["Self::", &s.ident, ok, &i.to_string(), "),"]);
                        }
                        if let Some(open) = &e.open {
                            t.line(format!(
                                "Self::{open}(__s) => ::core::result::Result::Err(__s),"
                            ));
                        }
                    });
                },
            );
            let i = if e.symbols.len() > 1 { "__i" } else { "_" };
            t.block(format!("fn from_index({i}: usize) -> Self {{"), "}", |t| {
                let Some((last, firsts)) = e.symbols.split_last() else {
                    return;
                };
                if firsts.is_empty() {
                    return t.line(format!("Self::{}", last.ident));
                }
                t.block("match __i {", "}", |t| {
                    for (i, s) in firsts.iter().enumerate() {
                        t.put(&[&i.to_string(), " => Self::", &s.ident, ","]);
                    }
                    t.line(format!("_ => Self::{},", last.ident));
                });
            });
            if let Some(open) = &e.open {
                t.block("fn unknown(__s: &str) -> __tg::Option<Self> {", "}", |t| {
                    t.line(format!(
                        "__tg::Option::Some(Self::{open}(::core::convert::Into::into(__s)))"
                    ));
                });
            }
        },
    );
    t.blank();
    t.put(&["__tg::enumeration!(", &e.ident, ");"]);
    super::serde_impls(t, &e.ident, o.serde == Serde::Bridge);
    if extras {
        t.blank();
        t.block(format!("impl {} {{", e.ident), "}", |t| {
            t.doc("The symbol on the wire.");
            t.block("pub fn as_str(&self) -> &str {", "}", |t| {
                t.line("__tg::symbol(self)")
            });
        });
        t.blank();
        t.block(
            format!("impl ::core::fmt::Display for {} {{", e.ident),
            "}",
            |t| {
                t.line(
                    "fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {",
                );
                t.line("    f.write_str(self.as_str())");
                t.line("}");
            },
        );
    }
}

fn python_value(v: &Value) -> String {
    match v {
        Value::Long(n) => format!("__tg::PythonValue::Int({n})"),
        Value::Int(n) => format!("__tg::PythonValue::Int({n})"),
        Value::String(s) => format!("__tg::PythonValue::Str({})", quoted(s)),
        other => format!("__tg::PythonValue::Str({})", quoted(&format!("{other:?}"))),
    }
}
