//! A shape as the runtime's marker type, and as a Rust type.

use crate::item::Shape;

/// Writes the marker of a shape. `leaf` counts the named types of the item.
pub(crate) fn marker(shape: &Shape, utf8: bool, leaf: &mut usize, out: &mut String) {
    out.push_str(match shape {
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
        Shape::Decimal { precision, scale } => {
            return out.push_str(&format!("__tg::Dec<{precision}, {scale}>"));
        }
        Shape::Array(_) => "__tg::List<",
        Shape::Map(_) => "__tg::MapOf<",
        Shape::HashMap(_) => "__tg::HashMapOf<",
        Shape::Optional(_) => "__tg::Opt<",
        Shape::Boxed(_) => "__tg::Boxed<",
        Shape::Named(_) => {
            out.push_str("__tg::Named<__T");
            out.push_str(&leaf.to_string());
            out.push('>');
            return *leaf += 1;
        }
    });
    if let Some(inner) = inside(shape) {
        marker(inner, utf8, leaf, out);
        out.push('>');
    }
}

/// What a shape is wrapped around.
fn inside(shape: &Shape) -> Option<&Shape> {
    match shape {
        Shape::Array(s)
        | Shape::Map(s)
        | Shape::HashMap(s)
        | Shape::Optional(s)
        | Shape::Boxed(s) => Some(s),
        _ => None,
    }
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
    match (shape, inside(shape)) {
        (_, Some(inner)) => leaves(inner, out),
        (Shape::Named(path), _) => out.push(path),
        _ => {}
    }
}

/// How many named types are inside.
pub(crate) fn count_leaves(shape: &Shape) -> usize {
    match (shape, inside(shape)) {
        (_, Some(inner)) => count_leaves(inner),
        (Shape::Named(_), _) => 1,
        _ => 0,
    }
}

/// A Rust type as it is written: a path and its generic arguments.
#[derive(Clone, Copy)]
pub(crate) enum RustType<'a> {
    /// One without arguments.
    Plain(&'static str),
    /// That of a shape, with the path of the runtime crate.
    Of(&'a Shape, &'a str),
    /// `Option` of that.
    OptionOf(&'a Shape, &'a str),
    /// What becomes a string.
    IntoString,
}

const STRING: &str = "::std::string::String";

impl<'a> RustType<'a> {
    /// The path, in two pieces.
    pub(crate) fn path(self) -> [&'a str; 2] {
        let (shape, runtime) = match self {
            RustType::Plain(path) => return [path, ""],
            RustType::OptionOf(..) => return ["::core::option::Option", ""],
            RustType::IntoString => return ["impl ::core::convert::Into", ""],
            RustType::Of(shape, runtime) => (shape, runtime),
        };
        let path = match shape {
            Shape::String => STRING,
            Shape::Boolean => "bool",
            Shape::Int => "i32",
            Shape::Long => "i64",
            Shape::Float => "f32",
            Shape::Double => "f64",
            Shape::Date => return [runtime, "::Date"],
            Shape::TimeMs => return [runtime, "::Time"],
            Shape::TimestampMs | Shape::TimestampUs => return [runtime, "::Timestamp"],
            Shape::Uuid => return [runtime, "::Uuid"],
            Shape::Decimal { .. } => return [runtime, "::Decimal"],
            Shape::Bytes | Shape::Array(_) => "::std::vec::Vec",
            Shape::Map(_) => "::std::collections::BTreeMap",
            Shape::HashMap(_) => "::std::collections::HashMap",
            Shape::Optional(_) => "::core::option::Option",
            Shape::Boxed(_) => "::std::boxed::Box",
            Shape::Named(path) => path,
        };
        [path, ""]
    }

    /// The generic arguments.
    pub(crate) fn arguments(self) -> impl Iterator<Item = RustType<'a>> {
        let (first, second) = match self {
            RustType::Plain(_) => (None, None),
            RustType::IntoString => (Some(RustType::Plain(STRING)), None),
            RustType::OptionOf(shape, runtime) => (Some(RustType::Of(shape, runtime)), None),
            RustType::Of(shape, runtime) => {
                let inner = inside(shape).map(|inner| RustType::Of(inner, runtime));
                match shape {
                    Shape::Bytes => (Some(RustType::Plain("u8")), None),
                    Shape::Map(_) | Shape::HashMap(_) => (Some(RustType::Plain(STRING)), inner),
                    _ => (inner, None),
                }
            }
        };
        first.into_iter().chain(second)
    }
}
