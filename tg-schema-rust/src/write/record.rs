//! The implementations of a record.

pub(super) mod avro;
mod bridge;
mod constructors;
mod descriptor;
mod json;
mod view;
mod wire;

use super::default::expression;
use super::shape::{is_named, marker};
use super::text::{Text, quoted};
use crate::item::{FieldItem, Options, PresenceItem, RecordItem, Serde};
use bridge::{bridge, partial};
use constructors::{constructors, default_impl};
use descriptor::{defaults, descriptor};
use tg_schema_model::{Encoding, Profile};
use wire::wire;

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
    /// Number of the alias of the first named type in it.
    leaf: usize,
}

impl Written<'_> {
    /// Marker that reads the field from JSON.
    fn reader(&self) -> &str {
        self.optional.as_deref().unwrap_or(&self.codec)
    }
    /// Marker that reads the field from Avro.
    fn avro(&self) -> &str {
        if self.nullable() {
            self.reader()
        } else {
            &self.codec
        }
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
    let mut fields: Vec<Written<'_>> = r
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
            leaf: 0,
        })
        .collect();

    let mut t = Text::at(1);
    let mut leaf = 0;
    for f in &mut fields {
        f.leaf = leaf;
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
    view::definition(&mut t, r, &fields);
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

fn message(t: &mut Text, r: &RecordItem) {
    let topics: Vec<String> = r
        .topic
        .iter()
        .chain(&r.other_topics)
        .map(|topic| quoted(&topic.to_string()))
        .collect();
    t.block(format!("impl __tg::Message for {} {{", r.ident), "}", |t| {
        t.array("const TOPICS: &'static [&'static str] = &", &topics, ";");
        let schemas = "fn try_schemas() -> __tg::Rendered<&'static __tg::Schemas> {";
        t.block(schemas, "}", |t| {
            t.line("static SCHEMAS: __tg::OnceLock<__tg::Texts> = __tg::OnceLock::new();");
            t.line("let rendered = SCHEMAS.get_or_init(|| __tg::Schemas::of(&__DESCRIPTOR));");
            t.line("rendered.as_ref()");
        });
    });
}
