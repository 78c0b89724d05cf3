//! `Default`, `new` and the `with_` methods.

use super::Written;
use crate::item::{Options, PresenceItem, RecordItem, Shape};
use crate::write::shape::RustType;
use crate::write::text::{Parameter, Text};

/// `field: value` for what a field has from the beginning.
fn initial<'f>(f: &'f Written<'_>) -> [&'f str; 4] {
    let ident = &*f.field.ident;
    match &f.default {
        None => [ident, ": ", "::core::option::Option::None", ""],
        Some(default) => [ident, ": __d", &default.number, "()"],
    }
}

pub(super) fn default_impl(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.blank();
    let open = ["impl ::core::default::Default for ", &r.ident, " {"];
    t.block_of(&open, &["}"], |t| {
        t.block("fn default() -> Self {", "}", |t| {
            let parts: Vec<_> = fields.iter().map(initial).collect();
            t.literal("Self", &parts, "");
        });
    });
}

/// `Default`, or `new` with the required fields, and a `with_` method for every other field.
pub(super) fn constructors(t: &mut Text, r: &RecordItem, o: &Options, fields: &[Written<'_>]) {
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
    t.blank();
    t.block_of(&["impl ", &r.ident, " {"], &["}"], |t| {
        if !required.is_empty() {
            t.doc("With the fields that have no default; the others by assignment or their `with_` methods.");
            let parameters: Vec<Parameter<'_>> = required
                .iter()
                .map(|f| Parameter { name: &f.field.ident, ty: Some(given(f, o)) })
                .collect();
            t.signature(&["pub fn new"], &parameters, " -> Self {");
            let parts: Vec<[&str; 4]> = fields
                .iter()
                .map(|f| {
                    let ident = &*f.field.ident;
                    match (&f.field.presence, &f.field.shape) {
                        (PresenceItem::Required, Shape::String) => [ident, ": ", ident, ".into()"],
                        (PresenceItem::Required, _) => [ident, "", "", ""],
                        _ => initial(f),
                    }
                })
                .collect();
            t.deeper(|t| t.literal("Self", &parts, ""));
            t.line("}");
        }
        for (n, f) in others.iter().enumerate() {
            if n > 0 || !required.is_empty() {
                t.blank();
            }
            with(t, f, given(f, o));
        }
    });
}

/// The type of a parameter that becomes a field's value.
fn given<'a>(f: &Written<'a>, o: &'a Options) -> RustType<'a> {
    match &f.field.shape {
        Shape::String => RustType::IntoString,
        shape => RustType::Of(shape, &o.crate_path),
    }
}

/// The `with_` method of a field.
fn with(t: &mut Text, f: &Written<'_>, ty: RustType<'_>) {
    let ident = &*f.field.ident;
    t.doc_of(&["The same with `", &f.field.name, "`."]);
    t.line("#[must_use]");
    let parameters = [
        Parameter {
            name: "mut self",
            ty: None,
        },
        Parameter {
            name: "value",
            ty: Some(ty),
        },
    ];
    let plain = ident.trim_start_matches("r#");
    t.signature(&["pub fn with_", plain], &parameters, " -> Self {");
    t.deeper(|t| {
        let into = match f.field.shape {
            Shape::String => ".into()",
            _ => "",
        };
        let (open, close) = match f.field.presence {
            PresenceItem::Optional => ("::core::option::Option::Some(", ")"),
            _ => ("", ""),
        };
        t.put(&["self.", ident, " = ", open, "value", into, close, ";"]);
        t.line("self");
    });
    t.line("}");
}
