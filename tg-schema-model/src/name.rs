//! Identifiers: what is legal, what collides, what was meant.
//!
//! One place decides what a wire name becomes in Rust and in Python, so that the checks and every writer
//! agree: [`rust_field`], [`rust_fields`], [`rust_type`], [`rust_variant`], [`rust_variants`], [`rust_constant`], [`rust_module`],
//! [`python_ident`].

mod case;
mod field;
mod ident;
mod nearest;
mod type_word;

pub use case::{screaming_snake, snake, upper_camel};
pub use field::{rust_fields, rust_variants};
pub use ident::{
    is_identifier, is_python_keyword, is_rust_keyword, python_ident, rust_constant, rust_field,
    rust_ident, rust_module, rust_type, rust_variant,
};
pub(crate) use ident::{is_plain_field, is_plain_type};
pub use nearest::nearest;
pub use type_word::suggest_type;

/// Whether `name` is a legal Avro name: an ASCII letter or `_`, then letters, digits and `_`.
pub fn is_avro_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether `namespace` is a legal Avro namespace: names with dots between them. The empty text is none.
pub fn is_avro_namespace(namespace: &str) -> bool {
    namespace.split('.').all(is_avro_name)
}

/// Whether `name` is a legal Avro full name: a name, or a namespace, a dot and a name.
pub fn is_avro_full_name(name: &str) -> bool {
    is_avro_namespace(name)
}

/// Names of Avro's own types, which no named type without namespace may take.
pub fn is_avro_primitive(name: &str) -> bool {
    matches!(
        name,
        "null"
            | "boolean"
            | "int"
            | "long"
            | "float"
            | "double"
            | "bytes"
            | "string"
            | "record"
            | "error"
            | "enum"
            | "array"
            | "map"
            | "fixed"
            | "union"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn avro_names() {
        for name in ["a", "_", "A_1", "__x9"] {
            assert!(is_avro_name(name), "{name}");
        }
        for name in ["", "1a", "a-b", "a.b", "año", " a"] {
            assert!(!is_avro_name(name), "{name}");
        }
        assert!(is_avro_full_name("a.b.C") && is_avro_full_name("C"));
        for name in ["", ".a", "a.", "a..b", "a.1"] {
            assert!(!is_avro_namespace(name), "{name}");
        }
        assert!(is_avro_primitive("string") && !is_avro_primitive("String"));
    }
}
