//! The fields of a record, a line for each, as `__tg::record!` reads them.

use std::collections::BTreeSet;

use super::{Written, braces};
use crate::item::{FieldItem, PresenceItem, Shape};
use crate::write::text::{Text, quoted, quoted_list};
use tg_schema_model::{Encoding, Json};

/// `[0] name: optional<__tg::Str> = "name" ",\"name\":"; { doc: "…", }`
pub(super) fn line(t: &mut Text, f: &Written<'_>) {
    let says = says(f.field);
    let (or, is, default) = match &f.default {
        Some(default) => (" or __d", " = ", default.as_str()),
        None => ("", "", ""),
    };
    let number = if or.is_empty() { "" } else { &f.number };
    let row = [
        "[",
        &f.number,
        "] ",
        &f.field.ident,
        ": ",
        f.row,
        "<",
        &f.codec,
        "> = ",
        &f.name,
        " ",
        &f.key,
    ];
    let rest = [or, number, is, default, "; ", &braces(&says)];
    t.loose(&[&row[..], &rest[..]].concat());
}

/// What the field's descriptor says beside name, type and presence.
fn says(field: &FieldItem) -> String {
    let mut says = Vec::new();
    let mut say = |what: &str, value: &str| says.push([what, value, ","].concat());
    if let PresenceItem::Default(d) | PresenceItem::NullableDefault(d) = &field.presence {
        say("default: ", &quoted(&d.compact()));
    }
    if field.encoding == Encoding::Utf8 {
        say("encoding: ", "__tg::Encoding::Utf8");
    }
    if let Some(doc) = &field.doc {
        say("doc: ", &quoted(doc));
    }
    if !field.aliases.is_empty() {
        say("aliases: ", &list(&quoted_list(&field.aliases)));
    }
    if let Some(why) = &field.deprecated {
        say("deprecated: ", &quoted(why));
    }
    if let Some(required) = field.pulsar.required {
        let value = if required { "true" } else { "false" };
        say("required: ", &["__tg::Option::Some(", value, ")"].concat());
    }
    if field.pulsar.required_default {
        say("required_default: ", "true");
    }
    if let Some(raw) = &field.pulsar.raw {
        say("raw: ", &quoted(raw));
    }
    says.join(" ")
}

/// `&["a", "b"]`
pub(super) fn list(items: &[String]) -> String {
    ["&[", &items.join(", "), "]"].concat()
}

/// Fails the build where a default names no symbol of its enum.
pub(super) fn assertions(t: &mut Text, fields: &[Written<'_>]) {
    for f in fields {
        if let PresenceItem::Default(d) | PresenceItem::NullableDefault(d) = &f.field.presence {
            let mut found = BTreeSet::new();
            symbols(&f.field.shape, d, f.leaf, &mut found);
            for (leaf, symbol) in found {
                let symbol = quoted(symbol);
                t.line(format!(
                    "const _: () = __tg::assert_symbol::<__T{leaf}>({symbol});"
                ));
            }
        }
    }
}

/// The symbols in a default, each with the number of its type's alias.
fn symbols<'j>(shape: &Shape, json: &'j Json, leaf: usize, out: &mut BTreeSet<(usize, &'j str)>) {
    match (shape, json) {
        (Shape::Named(_), Json::String(symbol)) => {
            out.insert((leaf, symbol));
        }
        (Shape::Array(s), Json::Array(items)) => {
            items.iter().for_each(|j| symbols(s, j, leaf, out));
        }
        (Shape::Map(s) | Shape::HashMap(s), Json::Object(entries)) => {
            entries.iter().for_each(|(_, j)| symbols(s, j, leaf, out));
        }
        (Shape::Optional(s) | Shape::Boxed(s), json) => symbols(s, json, leaf, out),
        _ => {}
    }
}
