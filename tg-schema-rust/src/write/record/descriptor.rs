//! Constant data that describes a record, and its defaults.

use std::collections::BTreeSet;

use super::Written;
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::text::{Text, quoted, quoted_list};
use tg_schema_model::{Encoding, Json, Profile};

/// Longer default expressions are left on one line.
const DEFAULT_WIDTH: usize = 50;

pub(super) fn descriptor(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    let open = "static __DESCRIPTOR: __tg::Descriptor = __tg::Descriptor {";
    t.block(open, "};", |t| {
        t.put(&["name: ", &quoted(&r.name), ","]);
        let namespace = r.namespace.as_deref().unwrap_or("");
        t.put(&["namespace: ", &quoted(namespace), ","]);
        t.put(&["doc: ", &quoted(r.doc.as_deref().unwrap_or("")), ","]);
        t.array("aliases: &", &quoted_list(&r.aliases), ",");
        let deprecated = r.deprecated.as_deref().unwrap_or("");
        t.put(&["deprecated: ", &quoted(deprecated), ","]);
        let open = "kind: __tg::Kind::Record(__tg::RecordDescriptor {";
        t.block(open, "}),", |t| record_descriptor(t, r, fields));
    });
    let keys: Vec<[&str; 4]> = fields
        .iter()
        .map(|f| {
            let [comma, key] = f.next_key();
            ["__tg::key(", comma, key, ")"]
        })
        .collect();
    let aliases: Vec<String> = fields
        .iter()
        .flat_map(|f| {
            let aliases = f.field.aliases.iter();
            aliases.map(|a| format!("({}, {})", quoted(a), f.index))
        })
        .collect();
    t.block("static __KEYS: __tg::Keys = __tg::Keys {", "};", |t| {
        t.array("fields: &", &keys, ",");
        t.array("aliases: &", &aliases, ",");
        t.array("order: &", &order(fields), ",");
    });
}

/// Indices of the fields in the order of their names. Up to so many are found faster without.
fn order(fields: &[Written<'_>]) -> Vec<String> {
    const MANY: usize = 64;
    if fields.len() <= MANY {
        return Vec::new();
    }
    let mut order: Vec<&Written<'_>> = fields.iter().collect();
    order.sort_by_key(|f| f.field.name.as_str());
    order.iter().map(|f| f.number.clone()).collect()
}

fn record_descriptor(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    match fields {
        [] => t.line("fields: &[],"),
        [f] => t.block("fields: &[__tg::FieldDescriptor {", "}],", |t| {
            field_descriptor(t, f);
        }),
        _ => t.block("fields: &[", "],", |t| {
            for f in fields {
                t.block("__tg::FieldDescriptor {", "},", |t| field_descriptor(t, f));
            }
        }),
    }
    let names: Vec<&str> = fields.iter().map(|f| f.name.as_str()).collect();
    t.array("names: &", &names, ",");
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
}

fn field_descriptor(t: &mut Text, f: &Written<'_>) {
    let field = f.field;
    t.put(&["name: ", &f.name, ","]);
    t.put(&["ty: <", &f.codec, " as __tg::Codec>::TYPE,"]);
    let (row, default) = match &field.presence {
        PresenceItem::Required => (None, None),
        PresenceItem::Default(d) => (Some("Default"), Some(d)),
        PresenceItem::Optional => (Some("Optional"), None),
        PresenceItem::NullableDefault(d) => (Some("NullableDefault"), Some(d)),
    };
    if let Some(row) = row {
        t.put(&["presence: __tg::PresenceDescriptor::", row, ","]);
    }
    if let Some(d) = default {
        t.put(&["default: ", &quoted(&d.compact()), ","]);
    }
    if field.encoding == Encoding::Utf8 {
        t.line("encoding: __tg::Encoding::Utf8,");
    }
    if let Some(doc) = &field.doc {
        t.put(&["doc: ", &quoted(doc), ","]);
    }
    if !field.aliases.is_empty() {
        t.array("aliases: &", &quoted_list(&field.aliases), ",");
    }
    if let Some(why) = &field.deprecated {
        t.put(&["deprecated: ", &quoted(why), ","]);
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
        t.put(&["raw: ", &quoted(raw), ","]);
    }
    t.line("..__tg::FIELD");
}

/// The symbols in a default, each with the number of its type's alias: those of no enum fail the build.
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

pub(super) fn defaults(t: &mut Text, fields: &[Written<'_>]) {
    for f in fields {
        let Some(default) = &f.default else { continue };
        t.blank();
        if default.chars().count() > DEFAULT_WIDTH {
            t.line("#[rustfmt::skip]");
        }
        let value = " as __tg::Codec>::Value {";
        let open = ["fn __d", &f.number, "() -> <", &f.codec, value];
        t.block_of(&open, &["}"], |t| t.line(default));
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
