//! A shape as the runtime's marker type, and as a Rust type.

use super::text::TypeText;
use crate::item::Shape;

/// The marker of a shape. `leaf` counts the named types of the item.
pub(crate) fn marker(shape: &Shape, utf8: bool, leaf: &mut usize) -> String {
    let name = match shape {
        Shape::String => "Str",
        Shape::Boolean => "Bool",
        Shape::Int => "Int",
        Shape::Long => "Long",
        Shape::Float => "Float",
        Shape::Double => "Double",
        Shape::Bytes if utf8 => "Utf8",
        Shape::Bytes => "Base64",
        Shape::Date => "DateDay",
        Shape::TimeMs => "TimeOfDay",
        Shape::TimestampMs => "TimestampMillis",
        Shape::TimestampUs => "TimestampMicros",
        Shape::Uuid => "UuidText",
        Shape::Decimal { precision, scale } => return format!("__tg::Dec<{precision}, {scale}>"),
        Shape::Array(s) => return format!("__tg::List<{}>", marker(s, utf8, leaf)),
        Shape::Map(s) => return format!("__tg::MapOf<{}>", marker(s, utf8, leaf)),
        Shape::HashMap(s) => return format!("__tg::HashMapOf<{}>", marker(s, utf8, leaf)),
        Shape::Optional(s) => return format!("__tg::Opt<{}>", marker(s, utf8, leaf)),
        Shape::Boxed(s) => return format!("__tg::Boxed<{}>", marker(s, utf8, leaf)),
        Shape::Named(_) => {
            *leaf += 1;
            return format!("__tg::Named<__T{}>", *leaf - 1);
        }
    };
    format!("__tg::{name}")
}

/// Whether no record, enum, array or map is inside.
pub(crate) fn is_leaf(shape: &Shape) -> bool {
    match shape {
        Shape::Array(_) | Shape::Map(_) | Shape::HashMap(_) | Shape::Named(_) => false,
        Shape::Optional(s) | Shape::Boxed(s) => is_leaf(s),
        _ => true,
    }
}

/// Whether it is a named type, through boxes.
pub(crate) fn is_named(shape: &Shape) -> bool {
    match shape {
        Shape::Named(_) => true,
        Shape::Boxed(s) => is_named(s),
        _ => false,
    }
}

/// Paths of the named types in the order of their aliases.
pub(crate) fn leaves<'a>(shape: &'a Shape, out: &mut Vec<&'a str>) {
    match shape {
        Shape::Array(s)
        | Shape::Map(s)
        | Shape::HashMap(s)
        | Shape::Optional(s)
        | Shape::Boxed(s) => leaves(s, out),
        Shape::Named(path) => out.push(path),
        _ => {}
    }
}

/// The Rust type of a shape.
pub(crate) fn rust_type(shape: &Shape, runtime: &str) -> TypeText {
    let logical = |name: &str| TypeText::path(format!("{runtime}::{name}"));
    let of = |path: &str, s: &Shape| TypeText::of(path, vec![rust_type(s, runtime)]);
    let map = |path: &str, s: &Shape| {
        TypeText::of(
            path,
            vec![
                TypeText::path("::std::string::String"),
                rust_type(s, runtime),
            ],
        )
    };
    match shape {
        Shape::String => TypeText::path("::std::string::String"),
        Shape::Boolean => TypeText::path("bool"),
        Shape::Int => TypeText::path("i32"),
        Shape::Long => TypeText::path("i64"),
        Shape::Float => TypeText::path("f32"),
        Shape::Double => TypeText::path("f64"),
        Shape::Bytes => TypeText::of("::std::vec::Vec", vec![TypeText::path("u8")]),
        Shape::Date => logical("Date"),
        Shape::TimeMs => logical("Time"),
        Shape::TimestampMs | Shape::TimestampUs => logical("Timestamp"),
        Shape::Uuid => logical("Uuid"),
        Shape::Decimal { .. } => logical("Decimal"),
        Shape::Array(s) => of("::std::vec::Vec", s),
        Shape::Map(s) => map("::std::collections::BTreeMap", s),
        Shape::HashMap(s) => map("::std::collections::HashMap", s),
        Shape::Optional(s) => of("::core::option::Option", s),
        Shape::Boxed(s) => of("::std::boxed::Box", s),
        Shape::Named(path) => TypeText::path(path.clone()),
    }
}
