//! `Default`, `new` and the `with_` methods.

use super::Written;
use crate::item::{Options, PresenceItem, RecordItem, Shape};
use crate::write::shape::rust_type;
use crate::write::text::{Text, TypeText};

fn value_of(f: &Written<'_>) -> String {
    match f.field.presence {
        PresenceItem::Optional => "::core::option::Option::None".to_owned(),
        _ => format!("__d{}()", f.index),
    }
}

pub(super) fn default_impl(t: &mut Text, r: &RecordItem, fields: &[Written<'_>]) {
    t.blank();
    t.block(
        format!("impl ::core::default::Default for {} {{", r.ident),
        "}",
        |t| {
            t.block("fn default() -> Self {", "}", |t| {
                let parts: Vec<String> = fields
                    .iter()
                    .map(|f| format!("{}: {}", f.field.ident, value_of(f)))
                    .collect();
                t.literal("Self", &parts, "");
            });
        },
    );
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
    let plain = |f: &Written<'_>| f.field.ident.trim_start_matches("r#").to_owned();
    let parameter = |f: &Written<'_>| match &f.field.shape {
        Shape::String => TypeText::of(
            "impl ::core::convert::Into",
            vec![TypeText::path("::std::string::String")],
        ),
        shape => rust_type(shape, &o.crate_path),
    };
    let given = |f: &Written<'_>, name: &str| match &f.field.shape {
        Shape::String => format!("{name}.into()"),
        _ => name.to_owned(),
    };
    t.blank();
    t.block(format!("impl {} {{", r.ident), "}", |t| {
        if !required.is_empty() {
            t.doc("With the fields that have no default; the others by assignment or their `with_` methods.");
            let parameters: Vec<(String, TypeText)> =
                required.iter().map(|f| (format!("{}: ", f.field.ident), parameter(f))).collect();
            t.signature("pub fn new", &parameters, " -> Self {");
            let mut inside = Text::at(3);
            let parts: Vec<String> = fields
                .iter()
                .map(|f| match f.field.presence {
                    PresenceItem::Required => match given(f, &f.field.ident) {
                        same if same == f.field.ident => same,
                        value => format!("{}: {value}", f.field.ident),
                    },
                    _ => format!("{}: {}", f.field.ident, value_of(f)),
                })
                .collect();
            inside.literal("Self", &parts, "");
            t.out.push_str(&inside.out);
            t.line("}");
        }
        for (n, f) in others.iter().enumerate() {
            if n > 0 || !required.is_empty() {
                t.blank();
            }
            t.doc(&format!("The same with `{}`.", f.field.name));
            t.line("#[must_use]");
            let parameters = [("mut self".to_owned(), TypeText::path("")), ("value: ".to_owned(), parameter(f))];
            t.signature(&format!("pub fn with_{}", plain(f)), &parameters, " -> Self {");
            let mut inside = Text::at(3);
            let value = given(f, "value");
            inside.line(match f.field.presence {
                PresenceItem::Optional => format!("{} = ::core::option::Option::Some({value});", f.access()),
                _ => format!("{} = {value};", f.access()),
            });
            inside.line("self");
            t.out.push_str(&inside.out);
            t.line("}");
        }
    });
}
