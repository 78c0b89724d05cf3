//! Items into Rust text: the implementations that make a type a message, and for definition files the
//! types themselves.
//!
//! The text comes out as rustfmt would leave it, except where a name or default makes a line too long:
//! such a block carries `#[rustfmt::skip]`. Everything private in it begins with two underscores.

mod default;
mod definition;
mod enumeration;
mod files;
mod lift;
mod record;
mod shape;
mod text;

pub use files::{FileOptions, files};
pub use lift::lift;

use crate::item::{Item, Options};
use text::Text;

/// What stands inside the `const _: () = { … };` block of an annotated item.
///
/// It speaks of the named types in the item's fields as `__T0`, `__T1`, … (in the order of [`leaves`]);
/// the caller puts these aliases in front.
pub fn body(item: &Item, options: &Options) -> String {
    with_use(options, &inside(item, options, false))
}

/// Paths of the named types in the fields of an item, in the order of their aliases.
pub fn leaves(item: &Item) -> Vec<&str> {
    let mut out = Vec::new();
    if let Item::Record(r) = item {
        for f in &r.fields {
            shape::leaves(&f.shape, &mut out);
        }
    }
    out
}

/// The type, its documentation, and its implementations.
pub fn item(item: &Item, options: &Options, traits: Traits) -> String {
    let mut t = Text::at(0);
    definition::write(&mut t, item, options, traits);
    t.blank();
    let mut aliases = Text::at(1);
    for (i, path) in leaves(item).iter().enumerate() {
        aliases.line(format!("type __T{i} = {path};"));
    }
    let text = with_use(
        options,
        &format!("{}{}", aliases.out, inside(item, options, true)),
    );
    let mut block = Text::at(0);
    block.line("const _: () = {");
    block.out.push_str(&text);
    block.line("};");
    if !block.tidy() {
        t.line("#[rustfmt::skip]");
    }
    t.out.push_str(&block.out);
    t.out
}

/// What a generated type can derive, known only from all the types in its fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// No float anywhere inside: `Eq` and `Hash`.
    pub eq: bool,
}

fn inside(item: &Item, options: &Options, extras: bool) -> String {
    match item {
        Item::Record(r) => record::body(r, options, extras),
        Item::Enum(e) => enumeration::body(e, options, extras),
    }
}

fn with_use(options: &Options, text: &str) -> String {
    let mut t = Text::at(1);
    t.line(format!("use {}::__private as __tg;", options.crate_path));
    // A blank line, because rustfmt sorts neighbours. What a record without fields, or an enum, has no use for would be warned of.
    match (
        text.contains("::write_avro(&") || text.contains("::read_json(__r)"),
        text.contains(".at(\""),
    ) {
        (true, true) => t.out.push_str("\n    use __tg::{At as _, Codec as _};\n"),
        (true, false) => t.out.push_str("\n    use __tg::Codec as _;\n"),
        _ => {}
    }
    t.blank();
    t.out.push_str(text);
    t.out
}

fn serde_impls(t: &mut Text, ident: &str, wanted: bool) {
    if !wanted {
        return;
    }
    t.blank();
    t.block(
        format!("impl __tg::serde::Serialize for {ident} {{"),
        "}",
        |t| {
            t.block(
                "fn serialize<S: __tg::serde::Serializer>(&self, s: S) -> __tg::Ser<S> {",
                "}",
                |t| {
                    t.line("__tg::serialize(self, s)");
                },
            );
        },
    );
    t.blank();
    t.block(format!("impl<'de> __tg::serde::Deserialize<'de> for {ident} {{"), "}", |t| {
        let open = "fn deserialize<D: __tg::serde::Deserializer<'de>>(d: D) -> __tg::De<'de, Self, D> {";
        t.block(open, "}", |t| t.line("__tg::deserialize(d)"));
    });
}
