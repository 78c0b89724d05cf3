//! What peers with other habits read and write, and what brokers ask of a history.

use tg_schema_compat::engine::avro::{Defaults, Graph};
use tg_schema_compat::engine::json::{Effect, Kind, Party, Peer, Verdict, can_read};
use tg_schema_compat::engine::pulsar::{self, Objection, SchemaType, Strategy};
use tg_schema_gen::load::from_texts;
use tg_schema_model::{RecordId, Schema};

fn schema(text: &str) -> Schema {
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.to_owned())]);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{text}: {:?}",
        loaded.diagnostics
    );
    loaded.schema
}

fn read(reader: (&str, Peer), writer: (&str, Peer)) -> Verdict {
    let (r, w) = (schema(reader.0), schema(writer.0));
    let party = |schema, peer| Party {
        schema,
        record: RecordId(0),
        peer,
    };
    can_read(party(&r, reader.1), party(&w, writer.1)).unwrap()
}

fn fields(text: &str) -> String {
    format!("[record.R.fields]\n{text}\n")
}

const RECORD: &str = "profile = \"pulsar-record\"\n";

/// The one finding of a verdict.
fn only(verdict: &Verdict) -> (Effect, Kind, &str) {
    match verdict.findings.as_slice() {
        [one] => (one.effect, one.kind, one.path.as_str()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn explicit_nulls() {
    let (old, new) = (
        fields("a = \"int?\""),
        fields("a = { type = \"int\", default = 3 }"),
    );
    let verdict = read((&new, Peer::Tg), (&old, Peer::LegacyNull));
    assert!(verdict.is_safe());
    assert_eq!(only(&verdict), (Effect::Fills, Kind::Null, "a"));
    let required = fields("a = \"int\"");
    let verdict = read((&required, Peer::Tg), (&old, Peer::LegacyNull));
    assert_eq!(only(&verdict), (Effect::Refuses, Kind::Null, "a"));
    let verdict = read((&required, Peer::Tg), (&old, Peer::Tg));
    assert_eq!(only(&verdict), (Effect::Refuses, Kind::Missing, "a"));
}

#[test]
fn readers_that_check_nothing() {
    let (text, number) = (fields("a = \"string?\""), fields("a = \"int?\""));
    let verdict = read((&number, Peer::LegacyNull), (&text, Peer::Tg));
    assert_eq!(only(&verdict), (Effect::Misreads, Kind::Untyped, "a"));
    assert!(!verdict.is_compatible());
    let more = fields("a = \"int?\"\nb = \"int\"");
    let verdict = read((&more, Peer::LegacyNull), (&number, Peer::Tg));
    assert_eq!(only(&verdict), (Effect::Refuses, Kind::Missing, "b"));
    assert!(
        read(
            (&fields("a = \"double\""), Peer::LegacyNull),
            (&fields("a = \"int\""), Peer::Tg)
        )
        .is_safe()
    );
}

#[test]
fn python_records_as_readers() {
    let old = fields("a = \"int?\"\nd = \"double?\"");
    let python =
        |reader: &str, writer: &str| read((reader, Peer::PythonRecord), (writer, Peer::Tg));
    // Whole numbers are taken where fractions are meant, not the other way round, and in any range.
    assert!(python(&old, &fields("a = \"long?\"\nd = \"int?\"")).is_safe());
    let verdict = python(&old, &fields("a = \"double?\"\nd = \"double?\""));
    assert_eq!(only(&verdict), (Effect::Refuses, Kind::Form, "a"));
    // A missing required field is None.
    let verdict = python(&fields("a = \"int\""), &fields("b = \"int?\""));
    assert_eq!(verdict.findings[0].effect, Effect::Fills);
    assert!(verdict.is_safe());
    // Aliases are not known: the value is passed over.
    let verdict = python(
        &old,
        &fields("z = { type = \"int?\", aliases = [\"a\"] }\nd = \"double?\""),
    );
    assert_eq!(only(&verdict), (Effect::Ignores, Kind::Renamed, "z"));
    // Enums inside containers are never read.
    let colors = "[enum.C]\nsymbols = [\"RED\"]\n";
    let list = format!("{}{colors}", fields("c = \"array<C>\""));
    assert_eq!(
        only(&python(&list, &list)),
        (Effect::Refuses, Kind::Symbol, "c[]")
    );
    let single = format!("{}{colors}", fields("c = \"C?\""));
    assert!(python(&single, &single).is_safe());
    // base64 is text to a Record.
    let bytes = fields("b = \"bytes?\"");
    assert_eq!(
        only(&python(&bytes, &bytes)),
        (Effect::Misreads, Kind::Encoding, "b")
    );
    let text = fields("b = { type = \"bytes?\", encoding = \"utf8\" }");
    assert!(python(&text, &text).is_safe());
    // Keys that the constructor takes for itself.
    let swallowed = fields("required = \"boolean?\"");
    assert_eq!(
        only(&python(&old, &swallowed)),
        (Effect::Misreads, Kind::Swallowed, "required")
    );
}

#[test]
fn python_records_as_writers() {
    let old = format!(
        "{RECORD}[record.R.fields]\ne = \"E?\"\nc = \"C?\"\n[record.E.fields]\nkind = \"string?\"\n\
         [enum.C]\nsymbols = [\"RED\", \"BLUE\"]\npulsar = {{ values = [1, 2] }}\n"
    );
    let python = |reader: &str| read((reader, Peer::Tg), (&old, Peer::PythonRecord));
    assert!(python(&old).is_safe());
    assert!(!python(&old).has(Effect::Loses));
    // Without the profile an unset sub-record arrives as a present one, and numbers are no symbols.
    let plain = old
        .replace(RECORD, "")
        .replace("pulsar = { values = [1, 2] }", "");
    let verdict = python(&plain);
    assert!(
        verdict
            .findings
            .iter()
            .any(|f| f.effect == Effect::Loses && f.kind == Kind::Unset)
    );
    assert!(
        verdict
            .findings
            .iter()
            .any(|f| f.effect == Effect::Refuses && f.kind == Kind::Symbol)
    );
    // No default helps there: a number is no unknown symbol to a reader that knows no numbers.
    let default = plain.replace("\"BLUE\"]", "\"BLUE\"]\ndefault = \"RED\"");
    assert!(!python(&default).is_compatible());
    // Numbers that mean other symbols now.
    let renumbered = old.replace("[1, 2]", "[2, 1]");
    let verdict = python(&renumbered);
    assert_eq!(only(&verdict), (Effect::Misreads, Kind::Symbol, "c"));
    // A field that an old instance does not have: no longer unset, and refused for lack of it.
    let more = old.replace("kind = \"string?\"", "kind = \"string?\"\nn = \"int\"");
    assert!(!python(&more).is_compatible());
}

#[test]
fn what_a_broker_asks() {
    let record = |fields: &str| {
        let text = format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#);
        Graph::parse(&text, Defaults::Unchecked).unwrap()
    };
    // A name that goes and comes back: each step is fine.
    let first = record(r#"{"name":"b","type":["null","int"],"default":null}"#);
    let second = record("");
    let third = record(r#"{"name":"b","type":["null","string"],"default":null}"#);
    let history = [&first, &second];
    assert_eq!(pulsar::check(Strategy::Full, &second, &[&first]), Ok(None));
    assert_eq!(pulsar::check(Strategy::Full, &third, &history), Ok(None));
    let objection = pulsar::check(Strategy::FullTransitive, &third, &history).unwrap();
    assert!(matches!(
        objection,
        Some(Objection::CannotRead { index: 0, .. })
    ));
    let objection = pulsar::check(Strategy::ForwardTransitive, &third, &history).unwrap();
    assert!(matches!(
        objection,
        Some(Objection::CannotBeRead { index: 0, .. })
    ));
    assert_eq!(
        pulsar::check(Strategy::AlwaysCompatible, &third, &[&first]),
        Ok(None)
    );
    assert_eq!(
        pulsar::check(Strategy::AlwaysIncompatible, &third, &[&first]),
        Ok(Some(Objection::Never))
    );
    for strategy in Strategy::ALL {
        assert_eq!(pulsar::check(strategy, &third, &[]), Ok(None));
        assert_eq!(Strategy::from_word(strategy.as_str()), Some(strategy));
    }
    let required = record(r#"{"name":"b","type":"int"}"#);
    let backward = pulsar::check(Strategy::Backward, &required, &[&second]).unwrap();
    assert!(matches!(
        backward,
        Some(Objection::CannotRead { index: 0, .. })
    ));
    assert_eq!(
        pulsar::check(Strategy::Forward, &required, &[&second]),
        Ok(None)
    );
}

#[test]
fn what_a_broker_takes() {
    let record =
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":null}]}"#;
    assert!(pulsar::accept(SchemaType::Avro, record).is_ok());
    assert!(pulsar::accept(SchemaType::Json, record).is_ok());
    let later = pulsar::lookup_problem(record).unwrap();
    assert!(later.to_string().contains("default"), "{later}");
    assert_eq!(pulsar::lookup_problem(&record.replace("null", "1")), None);
    let draft = r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#;
    assert!(
        pulsar::accept(SchemaType::Json, draft)
            .unwrap_err()
            .message
            .contains("JSON Schema")
    );
    assert!(pulsar::accept(SchemaType::Avro, draft).is_err());
    assert!(pulsar::accept(SchemaType::Avro, r#"["null","int"]"#).is_err());
    assert!(pulsar::accept(SchemaType::Json, r#"["null","int"]"#).is_ok());
    let refusal = pulsar::accept(
        SchemaType::Json,
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"R"}}]}"#,
    );
    let refusal = refusal.unwrap_err();
    assert_eq!(refusal.path, "/fields/0/type");
    assert!(refusal.message.contains("bare name"), "{refusal}");
}

#[test]
fn an_open_enum_of_a_record_has_its_symbols_and_no_others() {
    let (open, closed) = (
        fields("c = \"C\"") + "[enum.C]\nsymbols = [\"RED\"]\nopen = true\n",
        fields("c = \"C\"") + "[enum.C]\nsymbols = [\"RED\"]\n",
    );
    let unknown = (Effect::Refuses, Kind::Symbol, "c");
    for (writer, taken) in [
        (Peer::Tg, false),
        (Peer::LegacyNull, false),
        (Peer::PythonRecord, true),
    ] {
        let verdict = read((&closed, Peer::Tg), (&open, writer));
        assert_eq!(verdict.is_safe(), taken, "{writer:?}");
        assert!(taken || only(&verdict) == unknown, "{verdict:?}");
    }
    // What others send it refuses.
    let verdict = read((&closed, Peer::PythonRecord), (&open, Peer::Tg));
    assert_eq!(only(&verdict), unknown);
}

#[test]
fn a_field_that_a_reader_has_under_another_name_is_renamed() {
    let (old, new) = (
        fields("z = { type = \"int?\", aliases = [\"a\"] }"),
        fields("a = \"int?\""),
    );
    for peer in [Peer::LegacyNull, Peer::PythonRecord] {
        let verdict = read((&old, peer), (&new, Peer::Tg));
        assert_eq!(only(&verdict), (Effect::Ignores, Kind::Renamed, "a"));
    }
    assert!(read((&old, Peer::Tg), (&new, Peer::Tg)).findings.is_empty());
}

#[test]
fn maps_and_records_that_refer_to_each_other() {
    let node = |text: &str| format!("[record.Node.fields]\n{text}\n");
    let (map, record) = (
        node("i = \"map<Node>\""),
        node("i = \"Node?\"\nr = \"map<Node>\""),
    );
    for peer in Peer::ALL {
        let backward = read((&record, Peer::Tg), (&map, peer));
        assert!(!backward.findings.is_empty(), "{peer:?}");
        let forward = read((&map, peer), (&record, Peer::Tg));
        assert!(!forward.findings.is_empty(), "{peer:?}");
    }
    let verdict = read((&record, Peer::Tg), (&map, Peer::Tg));
    let refused = |f: &&tg_schema_compat::engine::json::Finding| f.effect == Effect::Refuses;
    let mut refused = verdict.findings.iter().filter(refused);
    assert!(refused.any(|f| (f.kind, f.path.as_str()) == (Kind::Missing, "r")));
}

/// What is found beneath another record is told of that; where the same is found elsewhere, it is found there too.
#[test]
fn a_record_of_two_places_of_which_one_is_in_another_record() {
    let leaf = "[record.Leaf.fields]\nd = \"bytes\"\n";
    let reader = format!("[record.N.fields]\na = \"N?\"\nl = \"Leaf\"\n{leaf}");
    let writer = format!(
        "[record.N.fields]\na = \"Alt\"\nl = \"Leaf\"\n[record.Alt.fields]\nl = \"Leaf\"\n{leaf}"
    );
    let verdict = read((&reader, Peer::LegacyNull), (&writer, Peer::Tg));
    let misread = verdict.findings.iter();
    let misread = misread.filter(|f| f.effect == Effect::Misreads);
    let misread: Vec<&str> = misread.map(|f| f.path.as_str()).collect();
    assert_eq!(misread, ["a.l.d", "l.d"]);
}

/// The default instance of a record that has itself does not end: null is sent.
#[test]
fn python_records_that_have_themselves() {
    let old = format!("[record.P]\n{RECORD}[record.P.fields]\nb = \"P?\"\ns = \"string?\"\n");
    let verdict = read((&old, Peer::Tg), (&old, Peer::PythonRecord));
    assert!(verdict.is_safe() && verdict.findings.is_empty());
    let new = "[record.P.fields]\nb = \"Q\"\ns = \"string?\"\n[record.Q.fields]\ns = \"string?\"\n";
    let verdict = read((new, Peer::Tg), (&old, Peer::PythonRecord));
    let mut refused = verdict.findings.iter();
    assert!(refused.any(|f| (f.effect, f.kind, &*f.path) == (Effect::Refuses, Kind::Null, "b")));
}
