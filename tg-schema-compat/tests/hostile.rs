//! Schemas that are made to take forever, to nest without end, or to be misread: answers within the stated
//! limits, or errors that name them.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::avro::{Defaults, Graph, MAX_JSON_DEPTH};
use tg_schema_compat::engine::json::{self, Party, Peer};
use tg_schema_compat::engine::stack::{MAX_LEVELS, TooLarge};
use tg_schema_compat::engine::{confluent, pulsar, rust};
use tg_schema_compat::loss;
use tg_schema_compat::version::{Message, Version};
use tg_schema_model::{
    Enum, EnumId, Field, MAX_SYMBOLS, Presence, Record, RecordId, Schema, Symbol, Type,
};

fn read(text: &str) -> Graph {
    Graph::parse(text, Defaults::Unchecked).unwrap()
}

fn refusal(text: &str) -> String {
    Graph::parse(text, Defaults::Unchecked)
        .unwrap_err()
        .to_string()
}

fn nested(levels: usize) -> String {
    let open = r#"{"type":"array","items":"#;
    format!("{}\"int\"{}", open.repeat(levels), "}".repeat(levels))
}

/// Records of which each has fields of the next, `width` of them.
fn ladder(levels: usize, width: usize, last: &str) -> String {
    let mut types = vec![format!(
        r#"{{"type":"record","name":"R{levels}","fields":[{{"name":"v","type":"{last}"}}]}}"#
    )];
    for level in (0..levels).rev() {
        let fields: Vec<String> = (0..width)
            .map(|at| format!(r#"{{"name":"f{at}","type":"R{}"}}"#, level + 1))
            .collect();
        types.push(format!(
            r#"{{"type":"record","name":"R{level}","fields":[{}]}}"#,
            fields.join(",")
        ));
    }
    format!("[{}]", types.join(","))
}

#[test]
fn nesting() {
    let deepest = read(&nested(MAX_JSON_DEPTH));
    assert!(
        confluent::can_read(&deepest, &deepest)
            .unwrap()
            .is_compatible()
    );
    assert!(
        pulsar::can_read(&deepest, &deepest)
            .unwrap()
            .is_compatible()
    );
    assert_eq!(loss::between(&deepest, &deepest).unwrap(), []);
    assert!(pulsar::is_known_as(&deepest, &deepest).unwrap());
    let message = refusal(&nested(MAX_JSON_DEPTH + 1));
    assert!(message.contains("1000"), "{message}");
    for text in [
        nested(100_000),
        "[".repeat(100_000),
        format!("{{\"type\":{}", "[".repeat(100_000)),
    ] {
        assert!(refusal(&text).contains("not JSON"), "{}", refusal(&text));
    }
}

#[test]
fn long_texts() {
    let fields: Vec<String> = (0..1_000_000)
        .map(|at| format!(r#"{{"name":"f{at}","type":"int"}}"#))
        .collect();
    let text = format!(
        r#"{{"type":"record","name":"R","fields":[{}]}}"#,
        fields.join(",")
    );
    assert!(refusal(&text).contains("at most 4194304"));
    assert!(refusal(&" ".repeat(100_000_000)).contains("100000000 bytes"));
    let text = format!(
        r#"{{"type":"record","name":"R","fields":[{}]}}"#,
        fields[..100_000].join(",")
    );
    let graph = read(&text);
    assert!(confluent::can_read(&graph, &graph).unwrap().is_compatible());
    assert!(pulsar::can_read(&graph, &graph).unwrap().is_compatible());
    let other = read(&text.replace(r#""int""#, r#""string""#));
    let verdict = confluent::can_read(&graph, &other).unwrap();
    assert_eq!(
        (verdict.incompatibilities.len(), verdict.more),
        (confluent::MAX_LISTED, true)
    );
    let pulsar::Verdict::Incompatible { errors, more } = pulsar::can_read(&graph, &other).unwrap()
    else {
        panic!("incompatible");
    };
    assert_eq!((errors.len(), more), (1_000, true));
}

#[test]
fn enums_of_many_symbols() {
    let text = |count: usize| {
        let symbols: Vec<String> = (0..count).map(|at| format!("\"S{at}\"")).collect();
        let symbols = symbols.join(",");
        format!(r#"{{"type":"enum","name":"E","symbols":[{symbols}]}}"#)
    };
    read(&text(MAX_SYMBOLS));
    assert_eq!(
        refusal(&text(MAX_SYMBOLS + 1)),
        "E has 20001 symbols; at most 20000 are read"
    );
}

#[test]
fn types_that_double_at_each_level() {
    let (old, new) = (read(&ladder(60, 2, "int")), read(&ladder(60, 2, "string")));
    assert!(confluent::can_read(&old, &old).unwrap().is_compatible());
    // Each level repeats what is wrong below: two to the sixtieth times.
    let verdict = confluent::can_read(&old, &new).unwrap();
    assert_eq!((verdict.incompatibilities.len(), verdict.more), (61, false));
    assert!(pulsar::can_read(&old, &old).unwrap().is_compatible());
    assert!(!pulsar::can_read(&old, &new).unwrap().is_compatible());
    assert_eq!(loss::between(&old, &new).unwrap(), []);
}

#[test]
fn long_chains_of_names() {
    // The first field leads into a chain whose records are defined in the fields after it.
    let chain = |levels: usize, last: &str| {
        let mut fields = vec![r#"{"name":"first","type":"R0"}"#.to_owned()];
        for at in 0..levels {
            let next = if at + 1 == levels {
                last.to_owned()
            } else {
                format!("R{}", at + 1)
            };
            fields.push(format!(
                r#"{{"name":"f{at}","type":{{"type":"record","name":"R{at}","fields":[{{"name":"n","type":["null","{next}"]}}]}}}}"#
            ));
        }
        read(&format!(
            r#"{{"type":"record","name":"Root","fields":[{}]}}"#,
            fields.join(",")
        ))
    };
    // Three levels for each: the record, its field, the branch.
    let (old, new) = (chain(MAX_LEVELS / 4, "int"), chain(MAX_LEVELS / 4, "long"));
    assert!(confluent::can_read(&new, &old).unwrap().is_compatible());
    assert!(pulsar::can_read(&new, &old).unwrap().is_compatible());
    assert!(!confluent::can_read(&old, &new).unwrap().is_compatible());
    assert!(!pulsar::can_read(&old, &new).unwrap().is_compatible());
    let (old, new) = (chain(MAX_LEVELS, "int"), chain(MAX_LEVELS, "long"));
    assert_eq!(confluent::can_read(&new, &old), Err(TooLarge::Deep));
    assert_eq!(pulsar::can_read(&new, &old), Err(TooLarge::Deep));
    assert!(TooLarge::Deep.to_string().contains("10000"));
}

#[test]
fn unions_of_many_plain_types() {
    let union = |ty: &str| {
        let records = (0..1_500).map(|at| {
            format!(r#"{{"type":"record","name":"R{at}","fields":[{{"name":"a","type":"{ty}"}}]}}"#)
        });
        read(&format!("[{}]", records.collect::<Vec<_>>().join(",")))
    };
    let (old, new) = (union("int"), union("long"));
    // A branch is compared with those of another name without a look at what is in them.
    assert!(confluent::can_read(&new, &old).unwrap().is_compatible());
    let verdict = confluent::can_read(&old, &new).unwrap();
    let first = verdict.incompatibilities.first().unwrap();
    assert_eq!(first.location, "/0");
    assert!(
        first.message.contains("lacking writer type: RECORD"),
        "{first:?}"
    );
}

#[test]
fn findings_of_two_versions_end() {
    let version = |ty: &str, count: usize| {
        let fields = (0..count).map(|at| format!(r#"{{"name":"f{at}","type":"{ty}"}}"#));
        let fields: Vec<String> = fields.collect();
        let text = format!(
            r#"{{"type":"record","name":"R","fields":[{}]}}"#,
            fields.join(",")
        );
        Version::of_schema("", Message::new("R", text.as_str(), text.as_str()))
    };
    let compare = |count| {
        let (old, new) = (version("int", count), version("long", count));
        check(&new, &[old], &Options::default())
    };
    assert_eq!(compare(1_000).unwrap().records[0].findings.len(), 1_000);
    let problem = compare(10_001).unwrap_err().to_string();
    assert!(problem.contains("more than 10000 findings"), "{problem}");
}

#[test]
fn unions_of_records_in_circles() {
    let union = |count: usize, field: &str| {
        let names: Vec<String> = (0..count).map(|at| format!("\"R{at}\"")).collect();
        let records: Vec<String> = (0..count)
            .map(|at| {
                format!(
                    r#"{{"type":"record","name":"R{at}","fields":[{{"name":"{field}{at}","type":[{}]}}]}}"#,
                    names.join(",")
                )
            })
            .collect();
        read(&format!("[{}]", records.join(",")))
    };
    let (old, new) = (union(40, "a"), union(40, "b"));
    assert!(confluent::can_read(&old, &old).unwrap().is_compatible());
    assert!(!confluent::can_read(&old, &new).unwrap().is_compatible());
    assert!(pulsar::can_read(&old, &old).unwrap().is_compatible());
    assert!(!pulsar::can_read(&old, &new).unwrap().is_compatible());
    let (old, new) = (union(400, "a"), union(400, "b"));
    let limit = Err(TooLarge::Long);
    assert!(matches!(
        confluent::can_read(&old, &new),
        Ok(_) | Err(TooLarge::Long)
    ));
    let broker = pulsar::can_read(&old, &new).map(|verdict| verdict.is_compatible());
    assert!(broker == Ok(false) || broker == limit, "{broker:?}");
}

#[test]
fn defaults_that_need_each_other() {
    let text = r#"{"type":"record","name":"A","fields":[{"name":"a","type":"A","default":{}}]}"#;
    let (empty, endless) = (
        read(r#"{"type":"record","name":"A","fields":[]}"#),
        read(text),
    );
    assert!(Graph::parse(text, Defaults::Checked).is_err());
    let verdict = pulsar::can_read(&endless, &empty).unwrap();
    assert!(matches!(
        verdict,
        pulsar::Verdict::Throws(pulsar::Thrown::ReaderDefault { .. })
    ));
    // Each default fills in two of the next: never written out.
    let records: Vec<String> = (0..40)
        .rev()
        .map(|at| {
            let ty = if at == 39 { "int".to_owned() } else { format!("R{}", at + 1) };
            let default = if at == 39 { "0" } else { "{}" };
            format!(
                r#"{{"type":"record","name":"R{at}","fields":[{{"name":"a","type":"{ty}","default":{default}}},{{"name":"b","type":"{ty}","default":{default}}}]}}"#
            )
        })
        .collect();
    let wide = read(&format!(
        r#"{{"type":"record","name":"A","fields":[{}]}}"#,
        records
            .iter()
            .enumerate()
            .map(|(at, r)| format!(r#"{{"name":"f{at}","type":{r},"default":{{}}}}"#))
            .collect::<Vec<_>>()
            .join(",")
    ));
    assert_eq!(pulsar::can_read(&wide, &empty), Err(TooLarge::Long));
}

#[test]
fn names_that_mean_each_other() {
    let text = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]},{"type":"record","name":"B","fields":[{"name":"a","type":"A"}]}]"#;
    let circle = read(text);
    assert!(
        confluent::can_read(&circle, &circle)
            .unwrap()
            .is_compatible()
    );
    let verdict = pulsar::can_read(&circle, &circle).unwrap();
    // No message of either ends, and Java's grammar of them does not either.
    assert!(matches!(
        verdict,
        pulsar::Verdict::Throws(pulsar::Thrown::Endless { .. })
    ));
    let other = read(&text.replace("\"b\"", "\"c\""));
    assert!(!pulsar::can_read(&circle, &other).unwrap().is_compatible());
}

fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        presence,
        ..Field::new(name, ty)
    }
}

fn record(name: &str, fields: Vec<Field>) -> Record {
    Record {
        name: name.into(),
        fields,
        ..Record::default()
    }
}

#[test]
fn large_definitions() {
    let fields = |ty: Type| {
        (0..1_000_000).map(move |at| field(&format!("f{at}"), ty.clone(), Presence::Required))
    };
    let schema = |ty: Type| Schema {
        records: vec![record("R", fields(ty).collect())],
        ..Schema::default()
    };
    let (old, new) = (schema(Type::String), schema(Type::Int));
    let party = |schema| Party {
        schema,
        record: RecordId(0),
        peer: Peer::Tg,
    };
    let verdict = json::can_read(party(&new), party(&old)).unwrap();
    assert_eq!(
        (verdict.findings.len(), verdict.more),
        (json::MAX_LISTED, true)
    );
    let changes = rust::compare(
        (&rust::Types::of(&old), RecordId(0)),
        (&rust::Types::of(&new), RecordId(0)),
        Default::default(),
    );
    assert_eq!(changes.grade(), rust::Grade::Breaking);

    let symbols = (0..200_000).map(|at| Symbol {
        name: format!("S{at}"),
        ..Symbol::default()
    });
    let colors = Enum {
        name: "E".into(),
        symbols: symbols.collect(),
        ..Enum::default()
    };
    let schema = Schema {
        records: vec![record(
            "R",
            vec![field("e", Type::Enum(EnumId(0)), Presence::Required)],
        )],
        enums: vec![colors],
        ..Schema::default()
    };
    assert!(
        json::can_read(party(&schema), party(&schema))
            .unwrap()
            .is_safe()
    );

    // A chain of records without end, and one that is too long.
    let chain = |count: usize| Schema {
        records: (0..count)
            .map(|at| {
                record(
                    &format!("R{at}"),
                    vec![field(
                        "next",
                        Type::Record(RecordId((at + 1) % count)),
                        Presence::Optional,
                    )],
                )
            })
            .collect(),
        ..Schema::default()
    };
    let (short, long) = (chain(1_000), chain(20_000));
    assert!(
        json::can_read(party(&short), party(&short))
            .unwrap()
            .is_safe()
    );
    assert_eq!(
        json::can_read(party(&long), party(&long)),
        Err(TooLarge::Deep)
    );
    let same = rust::compare(
        (&rust::Types::of(&long), RecordId(0)),
        (&rust::Types::of(&long), RecordId(0)),
        Default::default(),
    );
    assert_eq!(same.findings, []);
}
