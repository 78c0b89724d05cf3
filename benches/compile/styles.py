"""The same structs in each style, as the source of a program that uses every one of them."""

from dataclasses import dataclass
from typing import Callable

# Kinds of fields, in turn. `nested` is another struct, in chains of five.
KINDS = [
    "string", "int", "long", "double", "bool", "optional_string", "strings", "longs", "nested", "optional_long",
]

RUST = {
    "string": "String", "int": "i32", "long": "i64", "double": "f64", "bool": "bool",
    "optional_string": "Option<String>", "optional_long": "Option<i64>", "strings": "Vec<String>",
    "longs": "BTreeMap<String, i64>",
}
TOML = {
    "string": "string", "int": "int", "long": "long", "double": "double", "bool": "boolean",
    "optional_string": "string?", "optional_long": "long?", "strings": "array<string>", "longs": "map<long>",
}
PROST = {
    "string": ("string", "String"), "int": ("int32", "i32"), "long": ("int64", "i64"), "double": ("double", "f64"),
    "bool": ("bool", "bool"), "optional_string": ("string, optional", "Option<String>"),
    "optional_long": ("int64, optional", "Option<i64>"), "strings": ("string, repeated", "Vec<String>"),
    "longs": ('btree_map = "string, int64"', "BTreeMap<String, i64>"),
}


def kinds(struct: int, fields: int) -> list[str]:
    """What the fields of a struct are; the first of a chain holds no other."""
    found = [KINDS[(struct + i) % len(KINDS)] for i in range(fields)]
    return ["string" if kind == "nested" and struct % 5 == 0 else kind for kind in found]


def rust_type(struct: int, kind: str) -> str:
    return f"S{struct - 1}" if kind == "nested" else RUST[kind]


def structs(count: int, fields: int, attribute: str, derives: str) -> str:
    out = ["use std::collections::BTreeMap;\n"]
    for struct in range(count):
        out.append(f"{attribute}#[derive({derives})]\npub struct S{struct} {{")
        out += [f"    pub f{i}: {rust_type(struct, kind)}," for i, kind in enumerate(kinds(struct, fields))]
        out.append("}\n")
    return "\n".join(out)


def prost_structs(count: int, fields: int) -> str:
    out = ["use std::collections::BTreeMap;\n"]
    for struct in range(count):
        out.append(f"#[derive(Clone, PartialEq, prost::Message)]\npub struct S{struct} {{")
        for i, kind in enumerate(kinds(struct, fields)):
            wire, rust = ("message, optional", f"Option<S{struct - 1}>") if kind == "nested" else PROST[kind]
            out.append(f'    #[prost({wire}, tag = "{i + 1}")]\n    pub f{i}: {rust},')
        out.append("}\n")
    return "\n".join(out)


def definitions(count: int, fields: int) -> str:
    out = []
    for struct in range(count):
        out.append(f"[record.S{struct}]\n[record.S{struct}.fields]")
        for i, kind in enumerate(kinds(struct, fields)):
            out.append(f'f{i} = "{f"S{struct - 1}" if kind == "nested" else TOML[kind]}"')
        out.append("")
    return "\n".join(out)


def program(count: int, path: str, helpers: str, calls: list[str]) -> str:
    """A `main` that makes each of the calls for each struct."""
    body = "\n".join(
        f"    n += {call}::<{path}S{struct}>(&input);" for struct in range(count) for call in calls
    )
    return f"""{helpers}
{LENGTH if calls else ""}
fn main() {{
    let input = std::env::args().nth(1).unwrap_or_default().into_bytes();
    let mut n = input.len();
{body}
    println!("{{n}}");
}}
"""


# What counts is not compiled again for each struct, in any style.
LENGTH = """fn length(bytes: Vec<u8>) -> usize {
    bytes.len()
}
"""
SERDE_JSON = """fn by_serde_json<T: serde::Serialize + serde::de::DeserializeOwned>(input: &[u8]) -> usize {
    let Ok(value) = serde_json::from_slice::<T>(input) else { return 0 };
    serde_json::to_vec(&value).map_or(0, length)
}
"""
OURS = """use tg_schema::Message;

fn by_json<T: Message>(input: &[u8]) -> usize {
    let Ok(value) = T::from_json(input) else { return 0 };
    value.to_json().map_or(0, length)
}

fn by_avro<T: Message>(input: &[u8]) -> usize {
    let Ok(value) = T::from_avro(input) else { return 0 };
    value.to_avro().map_or(0, length)
}
"""
BY_PROST = """fn by_prost<T: prost::Message + Default>(input: &[u8]) -> usize {
    let Ok(value) = T::decode(input) else { return 0 };
    length(value.encode_to_vec())
}
"""
BY_APACHE = """use apache_avro::AvroSchema;

fn by_apache<T: serde::Serialize + serde::de::DeserializeOwned + AvroSchema>(input: &[u8]) -> usize {
    let schema = T::get_schema();
    let reader = apache_avro::reader::datum::GenericDatumReader::builder(&schema).build().unwrap();
    let Ok(value) = reader.read_deser::<T>(&mut &input[..]) else { return 0 };
    let writer = apache_avro::writer::datum::GenericDatumWriter::builder(&schema).build().unwrap();
    writer.write_ser_to_vec(&value).map_or(0, length)
}
"""
PLAIN = "Clone, Debug, PartialEq"
SERDE = f"{PLAIN}, serde::Serialize, serde::Deserialize"

# Dependencies, by name; the one of ours is a path.
DEPENDENCIES = {
    "serde": 'serde = { version = "1", features = ["derive"] }',
    "serde_traits": 'serde = "1"',
    "serde_json": 'serde_json = "1"',
    "prost": 'prost = "0.14"',
    "apache-avro": 'apache-avro = { version = "0.22", features = ["derive"] }',
}


@dataclass(frozen=True)
class Style:
    name: str
    what: str
    dependencies: list[str]
    # The text of `messages.rs`; none where the generator writes it.
    messages: Callable[[int, int], str] | None
    helpers: str
    calls: list[str]


def styles() -> list[Style]:
    plain = lambda n, f: structs(n, f, "", PLAIN)
    derived = lambda n, f: structs(n, f, "", SERDE)
    annotated = lambda n, f: "use tg_schema::tg_schema;\n" + structs(n, f, "#[tg_schema]\n", PLAIN)
    apache = lambda n, f: structs(n, f, "", f"{SERDE}, apache_avro::AvroSchema")
    return [
        Style("plain", "plain structs", [], plain, "", []),
        Style("serde", "serde derives, with serde_json", ["serde", "serde_json"], derived, SERDE_JSON, ["by_serde_json"]),
        Style("gen", "tg-schema gen: JSON + Avro", ["ours"], None, OURS, ["by_json", "by_avro"]),
        Style(
            "gen_serde", "tg-schema gen: JSON + Avro, with serde_json", ["ours", "serde_traits", "serde_json"], None,
            OURS + SERDE_JSON, ["by_json", "by_avro", "by_serde_json"],
        ),
        Style("macro", "#[tg_schema]: JSON + Avro", ["ours_macro"], annotated, OURS, ["by_json", "by_avro"]),
        Style(
            "macro_serde", "#[tg_schema]: JSON + Avro, with serde_json", ["ours_macro", "serde_traits", "serde_json"],
            annotated, OURS + SERDE_JSON, ["by_json", "by_avro", "by_serde_json"],
        ),
        Style("prost", "prost derive: protocol buffers", ["prost"], lambda n, f: prost_structs(n, f), BY_PROST, ["by_prost"]),
        Style(
            "apache", "serde and apache-avro derives: Avro", ["serde", "apache-avro"], apache, BY_APACHE, ["by_apache"],
        ),
    ]
