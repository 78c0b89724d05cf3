//! A shape as the runtime's marker type, and as a Rust type.

use super::text::TypeText;
use crate::item::Shape;

/// The marker of a shape. `leaf` counts the named types of the item.
pub(crate) fn marker(shape: &Shape, utf8: bool, leaf: &mut usize) -> String {
    let around = |name: &str, s: &Shape, leaf: &mut usize| {
        ["__tg::", name, "<", &marker(s, utf8, leaf), ">"].concat()
    };
    let name = match shape {
        Shape::String => "__tg::Str",
        Shape::Boolean => "__tg::Bool",
        Shape::Int => "__tg::Int",
        Shape::Long => "__tg::Long",
        Shape::Float => "__tg::Float",
        Shape::Double => "__tg::Double",
        Shape::Bytes if utf8 => "__tg::Utf8",
        Shape::Bytes => "__tg::Base64",
        Shape::Date => "__tg::DateDay",
        Shape::TimeMs => "__tg::TimeOfDay",
        Shape::TimestampMs => "__tg::TimestampMillis",
        Shape::TimestampUs => "__tg::TimestampMicros",
        Shape::Uuid => "__tg::UuidText",
        Shape::Decimal { precision, scale } => return format!("__tg::Dec<{precision}, {scale}>"),
        Shape::Array(s) => return around("List", s, leaf),
        Shape::Map(s) => return around("MapOf", s, leaf),
        Shape::HashMap(s) => return around("HashMapOf", s, leaf),
        Shape::Optional(s) => return around("Opt", s, leaf),
        Shape::Boxed(s) => return around("Boxed", s, leaf),
        Shape::Named(_) => {
            *leaf += 1;
            return format!("__tg::Named<__T{}>", *leaf - 1);
        }
    };
    name.to_owned()
}

/// Whether no record, enum, array or map is inside.
pub(crate) fn is_leaf(shape: &Shape) -> bool {
    match shape {
        Shape::Array(_) | Shape::Map(_) | Shape::HashMap(_) | Shape::Named(_) => false,
        Shape::Optional(s) | Shape::Boxed(s) => is_leaf(s),
        _ => true,
    }
}

/// Fewest bytes that it takes in Avro; `None`: as many as the named type that it is.
pub(crate) fn least(shape: &Shape) -> Option<usize> {
    match shape {
        Shape::Float => Some(4),
        Shape::Double => Some(8),
        Shape::Boxed(s) => least(s),
        Shape::Named(_) => None,
        _ => Some(1),
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
pub(crate) fn rust_type<'a>(shape: &'a Shape, runtime: &str) -> TypeText<'a> {
    let logical = |name: &str| TypeText::path(format!("{runtime}::{name}"));
    let of = |path: &'static str, s: &'a Shape| TypeText::of(path, vec![rust_type(s, runtime)]);
    let map = |path: &'static str, s: &'a Shape| {
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
        Shape::Named(path) => TypeText::path(path.as_str()),
    }
}
