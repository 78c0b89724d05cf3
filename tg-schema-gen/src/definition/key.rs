//! Which keys a definition may have, table by table.
//!
//! The one list of them: the reader refuses what is not here, and a test holds the editors' JSON
//! Schema (`schemas/definition.schema.json`) to it.

/// Keys of a file.
pub const FILE: &[&str] = &[
    "doc",
    "namespace",
    "profile",
    "record",
    "enum",
    "topic",
    "unresolved",
    "check",
];
/// Keys of a record.
pub const RECORD: &[&str] = &[
    "doc",
    "namespace",
    "aliases",
    "reserved",
    "profile",
    "deprecated",
    "pulsar",
    "origin",
    "unresolved",
    "check",
    "fields",
];
/// Keys of a field that is written as a table.
pub const FIELD: &[&str] = &[
    "type",
    "default",
    "doc",
    "aliases",
    "deprecated",
    "nullable",
    "encoding",
    "pulsar",
    "origin",
];
/// Keys of an enum.
pub const ENUM: &[&str] = &[
    "symbols",
    "default",
    "doc",
    "namespace",
    "aliases",
    "open",
    "pulsar",
    "origin",
];
/// Keys of a topic.
pub const TOPIC: &[&str] = &["record", "address", "doc", "legacy", "origin"];
/// Keys of a record's `pulsar` table.
pub const RECORD_PULSAR: &[&str] = &["sorted_fields", "repeat_definitions"];
/// Keys of a field's `pulsar` table.
pub const FIELD_PULSAR: &[&str] = &["required", "required_default", "raw"];
/// Keys of an enum's `pulsar` table.
pub const ENUM_PULSAR: &[&str] = &["values"];
/// Keys of an `origin` table.
pub const ORIGIN: &[&str] = &["place", "expression", "verdict", "note", SCOPE, SHADOWED_BY];
/// The function or class that an old class stood in.
pub const SCOPE: &str = "scope";
/// The place of the later class that took the name of an old one.
pub const SHADOWED_BY: &str = "shadowed_by";
/// Keys of the `origin` table of a field: also what old producers send where nothing is set, and what it was
/// before it was tightened.
pub const FIELD_ORIGIN: &[&str] = &[
    "place",
    "expression",
    "verdict",
    "note",
    "unset",
    "type",
    "default",
    "nullable",
];
/// Keys of an item of `unresolved`, beside the one that says what it is.
pub const UNRESOLVED: &[&str] = &["place", "expression", "reason"];
/// The old address of a topic.
pub const LEGACY: &str = "legacy";
/// How many fields a class has that was left open.
pub const FIELDS: &str = "fields";
/// Keys that an item of `unresolved` in a file has besides.
pub const FILE_UNRESOLVED: &[&str] = &[LEGACY, SCOPE, SHADOWED_BY, FIELDS];
/// Keys of a record's `check` table.
pub const CHECK: &[&str] = &["require", "allow"];
/// Keys of a file's `check` table.
pub const FILE_CHECK: &[&str] = &["allow"];
/// Keys of an item of `allow` in a record.
pub const ALLOW: &[&str] = &["rule", "path", "old", "new", "reason", "until"];
/// Keys of an item of `allow` in a file: also the record.
pub const FILE_ALLOW: &[&str] = &["record", "rule", "path", "old", "new", "reason", "until"];
/// The key that an item of the array form has besides.
pub const NAME: &str = "name";
/// Values of `profile`.
pub const PROFILES: &[&str] = &["plain", "pulsar-record"];
/// Values of `encoding`.
pub const ENCODINGS: &[&str] = &["base64", "utf8"];

/// What to write instead of a key that other schema languages have, for fields.
pub(crate) fn field_advice(key: &str) -> Option<&'static str> {
    Some(match key {
        "optional" | "null" => "write a `?` after the type: `type = \"T?\"`",
        "required" => "a type without `?` is required; there is no key for it",
        "description" | "comment" | "docs" => "the text of a field is `doc`",
        "alias" | "previously" => "former names are a list: `aliases = [\"old\"]`",
        "items" | "values" => {
            "the type says what is inside: `type = \"array<T>\"` or `type = \"map<T>\"`"
        }
        "symbols" => "an enum stands by itself under `[enum.Name]`; the field's type is its name",
        _ => return None,
    })
}
