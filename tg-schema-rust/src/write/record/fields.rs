//! The fields of a record, a line for each, as `__tg::record!` reads them.

use std::collections::BTreeSet;

use super::{Written, number};
use crate::item::{FieldItem, PresenceItem, Shape};
use crate::write::text::{Entries, Text, escape, quote, quoted, quoted_list};
use tg_schema_model::{Encoding, Json};

/// `[0] name: optional<__tg::Str> = "name" ",\"name\":"; { doc: "…", }`
pub(super) fn line(t: &mut Text, f: &Written<'_>) {
    t.loosely(&["["], |out| {
        number(f.index, out);
        for piece in ["] ", &f.field.ident, ": ", f.row, "<"] {
            out.push_str(piece);
        }
        f.codec(out);
        // The name, and what the JSON text has before the value.
        out.push_str("> = ");
        quote(&f.field.name, out);
        out.push_str(" \",\\\"");
        escape(&f.field.name, out);
        out.push_str("\\\":\"");
        if let Some(default) = &f.default {
            for piece in [" or __d", &default.number, " = ", &default.expression] {
                out.push_str(piece);
            }
        }
        out.push_str("; ");
        Entries::write(out, |says| self::says(f.field, says));
    });
}

/// What the field's descriptor says beside name, type and presence.
fn says(field: &FieldItem, says: &mut Entries<'_>) {
    if let PresenceItem::Default(d) | PresenceItem::NullableDefault(d) = &field.presence {
        says.say_text("default: ", &d.compact());
    }
    if field.encoding == Encoding::Utf8 {
        says.say(&["encoding: __tg::Encoding::Utf8"]);
    }
    if let Some(doc) = &field.doc {
        says.say_text("doc: ", doc);
    }
    if !field.aliases.is_empty() {
        says.say(&["aliases: ", &list(&quoted_list(&field.aliases))]);
    }
    if let Some(why) = &field.deprecated {
        says.say_text("deprecated: ", why);
    }
    if let Some(required) = field.pulsar.required {
        let value = if required { "true" } else { "false" };
        says.say(&["required: __tg::Option::Some(", value, ")"]);
    }
    if field.pulsar.required_default {
        says.say(&["required_default: true"]);
    }
    if let Some(raw) = &field.pulsar.raw {
        says.say_text("raw: ", raw);
    }
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
