//! Constant data that describes a record, and its defaults.

use std::collections::BTreeSet;

use super::Written;
use crate::item::{PresenceItem, RecordItem, Shape};
use crate::write::text::{Text, quoted, quoted_list};
use tg_schema_model::{Encoding, Json, Profile};

/// Longer default expressions are left on one line.
const DEFAULT_WIDTH: usize = 50;

pub(super) fn descriptor(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
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
    let defaults: Vec<String> = fields
        .iter()
        .filter(|f| f.default.is_some())
        .map(|f| format!("__F{}", f.index))
        .collect();
    t.array("const __COST: usize = __tg::cost(&", &defaults, ");");
    let keys: Vec<String> = fields
        .iter()
        .map(|f| format!("__tg::key({})", f.literal(true)))
        .collect();
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
        t.array("fields: &", &keys, ",");
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
        let value = format!("<{} as __tg::Codec>::Value", f.codec);
        if default.chars().count() > DEFAULT_WIDTH {
            t.line("#[rustfmt::skip]");
        }
        t.block(format!("fn __d{}() -> {value} {{", f.index), "}", |t| {
            t.line(default)
        });
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
