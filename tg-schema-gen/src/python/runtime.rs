//! The part of the package that is the same for every schema.

use super::HEADER;

/// Modules and packages that the root has already.
pub(super) const NAMES: &[&str] = &["errors", "pubsub", "topic", "wire"];

/// Path inside the package, and text.
const FILES: &[(&str, &str)] = &[
    ("errors.py", include_str!("runtime/errors.py")),
    ("pubsub.py", include_str!("runtime/pubsub.py")),
    ("topic.py", include_str!("runtime/topic.py")),
    ("wire/__init__.py", include_str!("runtime/wire/__init__.py")),
    (
        "wire/avro_reader.py",
        include_str!("runtime/wire/avro_reader.py"),
    ),
    (
        "wire/avro_writer.py",
        include_str!("runtime/wire/avro_writer.py"),
    ),
    ("wire/float32.py", include_str!("runtime/wire/float32.py")),
    (
        "wire/json_reader.py",
        include_str!("runtime/wire/json_reader.py"),
    ),
    (
        "wire/json_writer.py",
        include_str!("runtime/wire/json_writer.py"),
    ),
    ("wire/kind.py", include_str!("runtime/wire/kind.py")),
    ("wire/limits.py", include_str!("runtime/wire/limits.py")),
    ("wire/logical.py", include_str!("runtime/wire/logical.py")),
    ("wire/naming.py", include_str!("runtime/wire/naming.py")),
    ("wire/record.py", include_str!("runtime/wire/record.py")),
    ("wire/strict.py", include_str!("runtime/wire/strict.py")),
];

/// The files, and the mark that says the package is typed.
pub(super) fn files() -> impl Iterator<Item = (String, String)> {
    let sources = FILES
        .iter()
        .map(|(path, text)| ((*path).to_owned(), format!("{HEADER}\n{text}")));
    sources.chain([("py.typed".to_owned(), String::new())])
}
