//! Readers and writers on which implementations differ, or did: what each makes of one message. A case
//! whose answers change says that an implementation has changed.

use tg_schema_model::avro::{self, Rules, import};
use tg_schema_model::fingerprint::hex;
use tg_schema_model::{Diagnostics, Schema, Sources};
use tg_schema_tests::unhex;

use crate::Peer;
use crate::job::Job;

/// What one message is to everybody. An answer is `ok:` and the value as the reader would write it, or
/// `error:` and, of the peers, the kind of exception, of ours a part of the message.
pub struct Case {
    pub name: &'static str,
    reader: &'static str,
    writer: &'static str,
    message: &'static str,
    /// Whether all messages can be read: by us, by Java.
    compatible: (bool, bool),
    ours: &'static str,
    /// The same for the others; empty: as ours.
    java: &'static str,
    resolving: &'static str,
    fastavro: &'static str,
}

pub const CASES: &[Case] = &[
    // The specification wants the unqualified names of records to match, and so does Java's check of
    // schemas, which registries go by. Java's decoders do not look at the name of a record.
    Case {
        name: "record_names",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "int"}]}"#,
        writer: r#"{"type": "record", "name": "B", "fields": [{"name": "n", "type": "int"}]}"#,
        message: "02",
        compatible: (false, false),
        ours: "error:another name than the record A",
        java: "ok:02",
        resolving: "ok:02",
        fastavro: "error:SchemaResolutionError",
    },
    // The specification leaves the namespace out of it.
    Case {
        name: "namespaces",
        reader: r#"{"type": "record", "name": "x.A", "fields": [{"name": "e", "type":
            {"type": "enum", "name": "E", "symbols": ["P", "Q"]}}]}"#,
        writer: r#"{"type": "record", "name": "y.A", "fields": [{"name": "e", "type":
            {"type": "enum", "name": "E", "symbols": ["Q", "P"]}}]}"#,
        message: "00",
        compatible: (true, true),
        ours: "ok:02",
        java: "",
        resolving: "",
        fastavro: "",
    },
    // So does Java's check of schemas, but in a union its decoders look for the enum's full name.
    Case {
        name: "enums_of_another_namespace_in_a_union",
        reader: r#"{"type": "record", "name": "x.A", "fields": [{"name": "e", "type": ["null",
            {"type": "enum", "name": "E", "symbols": ["P", "Q"]}]}]}"#,
        writer: r#"{"type": "record", "name": "y.A", "fields": [{"name": "e", "type": ["null",
            {"type": "enum", "name": "E", "symbols": ["Q", "P"]}]}]}"#,
        message: "0200",
        compatible: (true, true),
        ours: "ok:0202",
        java: "error:AvroTypeException",
        resolving: "error:AvroTypeException",
        fastavro: "",
    },
    // Java renames the writer's fields before it compares, in records of the reader's own full name or
    // alias only; a field that is not renamed takes its default. Its check of schemas says that the
    // alias counts, and so do we.
    Case {
        name: "field_aliases_in_another_namespace",
        reader: r#"{"type": "record", "name": "x.A", "fields": [
            {"name": "n", "type": "int", "default": 7, "aliases": ["m"]}]}"#,
        writer: r#"{"type": "record", "name": "y.A", "fields": [{"name": "m", "type": "int"}]}"#,
        message: "02",
        compatible: (true, true),
        ours: "ok:02",
        java: "ok:0e",
        resolving: "ok:0e",
        fastavro: "ok:02",
    },
    // An alias without a dot is in the namespace of its own type. fastavro takes it in any.
    Case {
        name: "aliases_without_namespace",
        reader: r#"{"type": "record", "name": "x.A", "fields": [{"name": "e", "type":
            {"type": "enum", "name": "x.E", "symbols": ["P"], "aliases": ["F"]}}]}"#,
        writer: r#"{"type": "record", "name": "x.A", "fields": [{"name": "e", "type":
            {"type": "enum", "name": "y.F", "symbols": ["P"]}}]}"#,
        message: "00",
        compatible: (false, false),
        ours: "error:another name than the enum x.E",
        java: "error:AvroTypeException",
        resolving: "error:AvroTypeException",
        fastavro: "ok:00",
    },
    // Which of the two is it? We and Java refuse to guess; fastavro takes one.
    Case {
        name: "ambiguous_aliases",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "int", "aliases": ["m"]}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [
            {"name": "m", "type": "int"}, {"name": "n", "type": "int"}]}"#,
        message: "0204",
        compatible: (false, false),
        ours: "error:has several fields that this could be",
        java: "error:AvroRuntimeException",
        resolving: "error:AvroRuntimeException",
        fastavro: "ok:02",
    },
    // Java refuses every message of a writer that has such a record anywhere, even where the reader has
    // no use for it. We refuse those that have a value of it to read.
    Case {
        name: "ambiguous_aliases_elsewhere",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": ["null",
            {"type": "record", "name": "B", "fields": [{"name": "n", "type": "int", "aliases": ["m"]}]}]}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": ["null",
            {"type": "record", "name": "B", "fields": [
                {"name": "m", "type": "int"}, {"name": "n", "type": "int"}]}]}]}"#,
        message: "00",
        compatible: (false, false),
        ours: "ok:00",
        java: "error:AvroRuntimeException",
        resolving: "error:AvroRuntimeException",
        fastavro: "ok:00",
    },
    // The same where the reader knows the record by an alias.
    Case {
        name: "ambiguous_aliases_under_an_alias",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": ["null", {"type": "record",
            "name": "B", "aliases": ["C"], "fields": [{"name": "n", "type": "int", "aliases": ["m"]}]}]}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": ["null",
            {"type": "record", "name": "C", "fields": [
                {"name": "m", "type": "int"}, {"name": "n", "type": "int"}]}]}]}"#,
        message: "00",
        compatible: (false, false),
        ours: "ok:00",
        java: "error:AvroRuntimeException",
        resolving: "error:AvroRuntimeException",
        fastavro: "ok:00",
    },
    // The specification wants decimals to agree in precision and scale. Java and fastavro would read
    // 1.23 as 12.3.
    Case {
        name: "decimals",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "d", "type":
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 1}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "d", "type":
            {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}}]}"#,
        message: "027b",
        compatible: (false, true),
        ours: "error:decimal(9,2), which cannot be read as decimal(9,1)",
        java: "ok:027b",
        resolving: "ok:027b",
        fastavro: "ok:027b",
    },
    // Java keeps the octets, whatever they are, and writes them again.
    Case {
        name: "text_that_is_not_utf8",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "s", "type": "string"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "s", "type": "bytes"}]}"#,
        message: "02ff",
        compatible: (true, true),
        ours: "error:UTF-8",
        java: "ok:02ff",
        resolving: "ok:02ff",
        fastavro: "error:UnicodeDecodeError",
    },
    // Bytes that are read as what they are, bytes, need not be the text that the writer says they are. fastavro
    // decodes them nevertheless.
    Case {
        name: "bytes_from_text_that_is_not_utf8",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": "bytes"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": "string"}]}"#,
        message: "02ff",
        compatible: (true, true),
        ours: "ok:02ff",
        java: "",
        resolving: "",
        fastavro: "error:UnicodeDecodeError",
    },
    // Five thousand millions are no `int`, but a number that a `long` can hold: it is read as what it says. Java
    // loses the bits that an `int` has no room for.
    Case {
        name: "an_int_of_more_than_32_bits",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "long"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "int"}]}"#,
        message: "80c8afa025",
        compatible: (true, true),
        ours: "ok:80c8afa025",
        java: "ok:80c8afa005",
        resolving: "ok:80c8afa005",
        fastavro: "",
    },
    // 2^62 + 2^38 + 1 lies nearer to 2^62 + 2^39 than to 2^62. fastavro rounds to a double first, where the 1 is
    // lost, and then to the even neighbour.
    Case {
        name: "a_long_read_as_the_nearest_float",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "float"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "n", "type": "long"}]}"#,
        message: "82808080809080808001",
        compatible: (true, true),
        ours: "ok:0100805e",
        java: "",
        resolving: "",
        fastavro: "ok:0000805e",
    },
    // A byte that is neither true nor false says that the bytes are not what they are taken for. Java takes it for
    // false, fastavro for true.
    Case {
        name: "a_boolean_that_is_neither",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": "boolean"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "b", "type": "boolean"}]}"#,
        message: "40",
        compatible: (true, true),
        ours: "error:expected a boolean",
        java: "ok:00",
        resolving: "ok:00",
        fastavro: "ok:01",
    },
    // A message that says two things is refused here. The others take what comes last.
    Case {
        name: "a_key_that_comes_twice",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "m", "type": {"type": "map", "values": "long"}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "m", "type": {"type": "map", "values": "int"}}]}"#,
        message: "0402610202610400",
        compatible: (true, true),
        ours: "error:the key \"a\" is there twice",
        java: "ok:0202610400",
        resolving: "ok:0202610400",
        fastavro: "ok:0202610400",
    },
    // Java compares the number of items with the bytes that are left as if they had the size of the
    // reader's (AVRO-4241): three ints of one byte each cannot be three doubles.
    Case {
        name: "items_larger_than_the_writers",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items": "double"}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items": "int"}}]}"#,
        message: "0602040600",
        compatible: (true, true),
        ours: "ok:06000000000000f03f0000000000000040000000000000084000",
        java: "error:EOFException",
        resolving: "error:EOFException",
        fastavro: "ok:06000000000000f03f0000000000000040000000000000084000",
    },
    // fastavro compares what lists and maps hold before it knows whether they hold anything.
    Case {
        name: "empty_list_of_another_type",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items": "int"}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items": "string"}}]}"#,
        message: "00",
        compatible: (false, false),
        ours: "ok:00",
        java: "ok:00",
        resolving: "ok:00",
        fastavro: "error:SchemaResolutionError",
    },
    // ResolvingDecoder loses its way in records that lead to each other through lists, even where reader
    // and writer are one. What Java reads with since 1.12 does not.
    Case {
        name: "recursion",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items":
            {"type": "record", "name": "B", "fields": [{"name": "a", "type": "A"},
                {"name": "l", "type": {"type": "array", "items": "B"}}]}}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items":
            {"type": "record", "name": "B", "fields": [{"name": "a", "type": "A"},
                {"name": "l", "type": {"type": "array", "items": "B"}}]}}}]}"#,
        message: "02000200000000",
        compatible: (true, true),
        ours: "ok:02000200000000",
        java: "",
        resolving: "error:NullPointerException",
        fastavro: "",
    },
    // Java fails where a record leads to one that cannot be read and that leads back to it, and is then met once
    // more: even in messages that have no value of the other.
    Case {
        name: "a_circle_with_what_cannot_be_read",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items":
            {"type": "record", "name": "B", "fields": [{"name": "c", "type": {"type": "record", "name": "C", "fields": [
                {"name": "b", "type": {"type": "array", "items": "B"}}]}}, {"name": "n", "type": "int"}]}}},
            {"name": "m", "type": "C"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "l", "type": {"type": "array", "items":
            {"type": "record", "name": "B", "fields": [{"name": "c", "type": {"type": "record", "name": "C", "fields": [
                {"name": "b", "type": {"type": "array", "items": "B"}}]}}]}}},
            {"name": "m", "type": "C"}]}"#,
        message: "0000",
        compatible: (false, false),
        ours: "ok:0000",
        java: "error:NullPointerException",
        resolving: "error:NullPointerException",
        fastavro: "ok:0000",
    },
    // fastavro loses the definition where the writer has a bare reference and the reader an optional type.
    Case {
        name: "references_read_as_optional",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "e", "type": ["null",
            {"type": "enum", "name": "E", "symbols": ["P", "Q"]}]}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "x", "type":
            {"type": "enum", "name": "E", "symbols": ["Q", "P"]}}, {"name": "e", "type": "E"}]}"#,
        message: "0000",
        compatible: (true, true),
        ours: "ok:0202",
        java: "",
        resolving: "",
        fastavro: "error:TypeError",
    },
    // A symbol that the reader does not know is the enum's default, to all; the field's does not help.
    Case {
        name: "enum_defaults",
        reader: r#"{"type": "record", "name": "A", "fields": [
            {"name": "d", "type": {"type": "enum", "name": "D", "symbols": ["P", "Q"], "default": "Q"}}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [
            {"name": "d", "type": {"type": "enum", "name": "D", "symbols": ["P", "X", "Q"]}}]}"#,
        message: "02",
        compatible: (true, true),
        ours: "ok:02",
        java: "",
        resolving: "",
        fastavro: "",
    },
    // An old value without null is read where null may be, and the other way as long as there is one.
    Case {
        name: "optional_read_as_required",
        reader: r#"{"type": "record", "name": "A", "fields": [{"name": "s", "type": "string"}]}"#,
        writer: r#"{"type": "record", "name": "A", "fields": [{"name": "s", "type": ["null", "string"]}]}"#,
        message: "020261",
        compatible: (false, false),
        ours: "ok:0261",
        java: "",
        resolving: "",
        fastavro: "",
    },
];

impl Case {
    /// What the peers are asked.
    pub fn job(&self) -> Job {
        let mut sources = Sources::default();
        let file = import::File {
            path: vec!["reader".into()],
            source: sources.add("reader.avsc", self.reader),
        };
        let (mut schema, mut diagnostics) = (Schema::default(), Diagnostics::default());
        import::import(&[file], &sources, &mut schema, &mut diagnostics);
        let tree = |text| {
            avro::parse_with(text, Rules::Registered)
                .unwrap_or_else(|e| panic!("{}: {e}", self.name))
        };
        let name = tree(self.reader).name().map(|name| name.full());
        let record = schema.find_records(&name.unwrap_or_default())[0];
        let message = unhex(self.message).unwrap_or_default();
        let writer = tree(self.writer);
        Job::new(self.name.into(), schema, record, writer, vec![message])
    }

    /// What is not as the case says.
    pub fn problem(&self, peer: Peer, job: &Job, answer: &str) -> Option<String> {
        let message = &job.messages[0];
        let ours = job
            .resolve(message)
            .map(|value| format!("ok:{}", hex(&job.written(&value))));
        let as_said = match (self.ours.strip_prefix("error:"), &ours) {
            (Some(part), Err(message)) => message.contains(part),
            (None, Ok(value)) => value == self.ours,
            _ => false,
        };
        if !as_said || job.plan.is_compatible() != self.compatible.0 {
            return Some(format!(
                "ours is {ours:?}, problems {:?}",
                job.plan.problems
            ));
        }
        let theirs = match peer {
            Peer::Java => self.java,
            Peer::JavaResolvingDecoder => self.resolving,
            Peer::Fastavro => self.fastavro,
        };
        let theirs = if theirs.is_empty() { self.ours } else { theirs };
        let verdict = match (peer, self.compatible.1) {
            (Peer::Fastavro, _) => "-",
            (_, true) => "compatible",
            (_, false) => "incompatible",
        };
        let expected = format!("{verdict} {theirs}");
        (answer != expected).then(|| format!("expected {expected:?}, found {answer:?}"))
    }
}
