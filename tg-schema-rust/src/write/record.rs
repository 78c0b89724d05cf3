//! The implementations of a record.

mod constructors;
mod descriptor;
mod partial;
mod view;
mod wire;

use super::default::expression;
use super::shape::{is_named, marker};
use super::text::{Text, quoted};
use crate::item::{FieldItem, Options, PresenceItem, RecordItem, Serde};
use constructors::{constructors, default_impl};
use descriptor::{defaults, descriptor};
use partial::partial;
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
    /// The index as text.
    number: String,
    /// The name as a literal.
    name: String,
    /// What the JSON text has before the value, as the end of a literal: `\"field\":"`.
    key: String,
    /// Number of the alias of the first named type in it.
    leaf: usize,
}

impl<'a> Written<'a> {
    fn of(field: &'a FieldItem, index: usize) -> Self {
        let number = index.to_string();
        let name = quoted(&field.name);
        let inside = name.get(1..name.len() - 1).unwrap_or_default();
        Written {
            codec: ["__C", &number].concat(),
            optional: (field.presence != PresenceItem::Required).then(|| ["__O", &number].concat()),
            default: match &field.presence {
                PresenceItem::Default(d) | PresenceItem::NullableDefault(d) => Some(
                    expression(&field.shape, field.encoding, d).unwrap_or_else(|| {
                        format!("__tg::default_value({})", quoted(&d.compact()))
                    }),
                ),
                PresenceItem::Required | PresenceItem::Optional => None,
            },
            index,
            number,
            key: ["\\\"", inside, "\\\":\""].concat(),
            name,
            leaf: 0,
            field,
        }
    }
    /// Marker that reads the field from JSON.
    fn reader(&self) -> &str {
        self.optional.as_deref().unwrap_or(&self.codec)
    }
    /// Marker that reads the field from Avro.
    fn avro(&self) -> &str {
        match (&self.optional, self.nullable()) {
            (Some(optional), true) => optional,
            _ => &self.codec,
        }
    }
    /// The JSON key behind a comma, as a literal.
    fn next_key(&self) -> [&str; 2] {
        ["\",", &self.key]
    }
    fn nullable(&self) -> bool {
        matches!(
            self.field.presence,
            PresenceItem::Optional | PresenceItem::NullableDefault(_)
        )
    }
}

/// What stands inside the `const _` block of a record, behind the aliases of its named types.
pub(crate) fn body(t: &mut Text, r: &RecordItem, o: &Options, extras: bool) {
    let fields = r.fields.iter().enumerate();
    let mut fields: Vec<Written<'_>> = fields.map(|(i, field)| Written::of(field, i)).collect();
    let mut leaf = 0;
    for f in &mut fields {
        f.leaf = leaf;
        let utf8 = f.field.encoding == Encoding::Utf8;
        let marker = marker(&f.field.shape, utf8, &mut leaf);
        t.put(&["type ", &f.codec, " = ", &marker, ";"]);
        if let Some(optional) = &f.optional {
            let unset = r.profile == Profile::PulsarRecord && is_named(&f.field.shape);
            let of = match f.field.presence {
                PresenceItem::Optional if unset => "OptUnset",
                PresenceItem::Optional => "Opt",
                PresenceItem::NullableDefault(_) => "OrNull",
                _ => "OrDefault",
            };
            t.put(&["type ", optional, " = __tg::", of, "<", &f.codec, ">;"]);
        }
    }
    if !fields.is_empty() {
        t.blank();
    }
    descriptor(t, r, &fields);
    defaults(t, &fields);
    t.blank();
    view::definition(t, &fields);
    t.blank();
    partial(t, r, &fields);
    t.blank();
    wire(t, r, &fields);
    t.blank();
    message(t, r);
    super::serde_impls(t, &r.ident, o.serde == Serde::Bridge);
    if extras {
        constructors(t, r, o, &fields);
    } else if o.default_impl {
        default_impl(t, r, &fields);
    }
}

/// `field: __f0` for each field: a literal made from the locals `__f0`, `__f1`, …
fn from_locals<'f>(fields: &'f [Written<'_>]) -> Vec<[&'f str; 3]> {
    fields
        .iter()
        .map(|f| [f.field.ident.as_str(), ": __f", f.number.as_str()])
        .collect()
}

fn message(t: &mut Text, r: &RecordItem) {
    let topics: Vec<String> = r
        .topic
        .iter()
        .chain(&r.other_topics)
        .map(|topic| quoted(&topic.to_string()))
        .collect();
    t.block_of(&["impl __tg::Message for ", &r.ident, " {"], &["}"], |t| {
        t.array("const TOPICS: &'static [&'static str] = &", &topics, ";");
        let schemas = "fn try_schemas() -> __tg::Rendered<&'static __tg::Schemas> {";
        t.block(schemas, "}", |t| {
            t.line("static SCHEMAS: __tg::OnceLock<__tg::Texts> = __tg::OnceLock::new();");
            t.line("let rendered = SCHEMAS.get_or_init(|| __tg::Schemas::of(&__DESCRIPTOR));");
            t.line("rendered.as_ref()");
        });
    });
}
