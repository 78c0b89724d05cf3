//! Items into Rust text: the implementations that make a type a message, and for definition files the
//! types themselves.
//!
//! The text comes out as rustfmt would leave it, except where a name or default makes a line too long:
//! such a block carries `#[rustfmt::skip]`. Everything private in it begins with two underscores.

mod default;
mod definition;
mod enumeration;
mod files;
pub(crate) mod lift;
mod record;
mod shape;
mod text;

pub use files::{Bound, FileOptions, Files, Piece, files};
pub use lift::lift;

use crate::item::{Item, Options};
use text::Text;
use tg_schema_model::Schema;

/// What stands inside the `const _: () = { … };` block of an annotated item.
///
/// It speaks of the named types in the item's fields as `__T0`, `__T1`, … (in the order of [`leaves`]), and
/// of the fields' markers as `__C0`, `__C1`, …; the caller puts these aliases in front.
pub fn body(item: &Item, options: &Options) -> String {
    let mut t = Text::at(1);
    imports(&mut t, options);
    inside(&mut t, item, options, false);
    t.out
}

/// Paths of the named types in the fields of an item, in the order of their aliases.
pub fn leaves<'i>(item: &'i Item<'_>) -> Vec<&'i str> {
    let mut out = Vec::new();
    if let Item::Record(r) = item {
        for f in &r.fields {
            shape::leaves(&f.shape, &mut out);
        }
    }
    out
}

/// The Rust types of the fields of each record, as they are written: by record, then by field.
pub fn field_types(schema: &Schema, options: &Options) -> Vec<Vec<String>> {
    let lifting = lift::Lifting::of(schema);
    let of = |id| match lifting.item(&tg_schema_model::Item::Record(id)) {
        Some(Item::Record(record)) => record
            .fields
            .iter()
            .map(|f| definition::field_type(f, &options.crate_path).text())
            .collect(),
        _ => Vec::new(),
    };
    schema.record_ids().map(of).collect()
}

/// Markers of the fields of an item, by these aliases: what the runtime takes their types for.
pub fn codecs(item: &Item) -> Vec<String> {
    match item {
        Item::Record(r) => record::codecs(r),
        Item::Enum(_) => Vec::new(),
    }
}

/// The type, its documentation, and its implementations.
fn item(t: &mut Text, item: &Item, options: &Options, traits: Traits) {
    definition::write(t, item, options, traits);
    t.blank();
    t.item(|t| {
        t.block("const _: () = {", "};", |t| {
            imports(t, options);
            for (i, path) in leaves(item).iter().enumerate() {
                t.put(&["type __T", &i.to_string(), " = ", path, ";"]);
            }
            inside(t, item, options, true);
        });
    });
}

/// What a generated type can derive, known only from all the types in its fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// No float anywhere inside: `Eq` and `Hash`.
    pub eq: bool,
}

fn inside(t: &mut Text, item: &Item, options: &Options, extras: bool) {
    match item {
        Item::Record(r) => record::body(t, r, options, extras),
        Item::Enum(e) => enumeration::body(t, e, options, extras),
    }
}

fn imports(t: &mut Text, options: &Options) {
    t.put(&["use ", &options.crate_path, "::__private as __tg;"]);
    t.blank();
}

fn serde_impls(t: &mut Text, ident: &str, wanted: bool) {
    if wanted {
        t.put(&["__tg::serde_impls!(", ident, ");"]);
    }
}
