//! The struct or enum itself.

use super::Traits;
use super::shape::RustType;
use super::text::{Text, quoted};
use crate::item::{FieldItem, Item, Options, PresenceItem};

/// Documentation, attributes, and the type.
pub(crate) fn write(t: &mut Text, item: &Item, o: &Options, traits: Traits) {
    match item {
        Item::Record(r) => {
            doc(t, r.doc.as_deref(), &["The record `", &r.name, "`."]);
            if let Some(why) = &r.deprecated {
                t.put(&["#[deprecated(note = ", &quoted(why), ")]"]);
            }
            // A derived `Default` where every field is an `Option`; other defaults are written out.
            let default = r
                .fields
                .iter()
                .all(|f| f.presence == PresenceItem::Optional);
            derive(t, false, default, traits.eq);
            if o.non_exhaustive {
                t.line("#[non_exhaustive]");
            }
            if r.fields.is_empty() {
                return t.put(&["pub struct ", &r.ident, " {}"]);
            }
            t.block_of(&["pub struct ", &r.ident, " {"], &["}"], |t| {
                for f in &r.fields {
                    doc(t, f.doc.as_deref(), &["The field `", &f.name, "`."]);
                    if let Some(why) = &f.deprecated {
                        t.put(&["#[deprecated(note = ", &quoted(why), ")]"]);
                    }
                    let ty = field_type(f, &o.crate_path);
                    t.typed(&["pub ", &f.ident, ": "], ty, ",");
                }
            });
        }
        Item::Enum(e) => {
            doc(t, e.doc.as_deref(), &["The enum `", &e.name, "`."]);
            derive(t, e.open.is_none(), e.default.is_some(), true);
            if o.non_exhaustive {
                t.line("#[non_exhaustive]");
            }
            t.block_of(&["pub enum ", &e.ident, " {"], &["}"], |t| {
                for (i, s) in e.symbols.iter().enumerate() {
                    doc(t, s.doc.as_deref(), &["The symbol `", &s.name, "`."]);
                    if e.default == Some(i) {
                        t.line("#[default]");
                    }
                    t.put(&[&s.ident, ","]);
                }
                if let Some(open) = &e.open {
                    t.doc("A symbol that this version of the definition does not know.");
                    t.put(&[open, "(::std::string::String),"]);
                }
            });
        }
    }
}

/// The type of a field.
pub(crate) fn field_type<'a>(f: &'a FieldItem, runtime: &'a str) -> RustType<'a> {
    match f.presence {
        PresenceItem::Optional => RustType::OptionOf(&f.shape, runtime),
        _ => RustType::Of(&f.shape, runtime),
    }
}

fn doc(t: &mut Text, doc: Option<&str>, otherwise: &[&str]) {
    match doc.filter(|d| !d.trim().is_empty()) {
        Some(doc) => t.doc(doc),
        None => t.doc_of(otherwise),
    }
}

fn derive(t: &mut Text, copy: bool, default: bool, eq: bool) {
    t.put(&[
        "#[derive(Clone",
        if copy { ", Copy" } else { "" },
        ", Debug, PartialEq",
        if eq { ", Eq, Hash" } else { "" },
        if default { ", Default" } else { "" },
        ")]",
    ]);
}
