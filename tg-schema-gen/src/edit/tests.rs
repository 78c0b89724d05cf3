//! Texts before and after.

mod comments;
mod enumeration;
mod field;
mod json;
mod rust;

use tg_schema_model::edit::Edit;
use tg_schema_model::json::patch::Patch;
use tg_schema_model::{EnumId, Field, Json, Presence, RecordId, Schema, Sources, Type, Value};

use super::{Inexpressible, apply, texts, texts_of_each};
use crate::load::{Loaded, from_texts};

/// Each of several groups has its own edits, and one that makes of the text a schema that is none has a reason.
#[test]
fn changes_of_one_schema_are_proven_together() {
    let mut sources = Sources::default();
    let text = r#"{"type": "record", "name": "R", "fields": [
        {"name": "a", "type": "int"}, {"name": "b", "type": "int"}, {"name": "c", "type": "int"}]}"#;
    let source = sources.add("r.avsc".to_owned(), text.to_owned());
    let patch = |path: &str, value: Json| {
        vec![Edit::SetSchema {
            source,
            patches: vec![Patch::set(path, value)],
        }]
    };
    let groups = [
        patch("/fields/0/default", Json::int(1)),
        patch("/fields/1/type", Json::str("nothing")),
        patch("/fields/2/default", Json::int(3)),
        // Another one of the same field.
        patch("/fields/2/default", Json::int(4)),
    ];
    let groups: Vec<&[Edit]> = groups.iter().map(Vec::as_slice).collect();
    let found = texts_of_each(&Schema::default(), &sources, &groups);
    let [a, b, c, again] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        b.as_ref()
            .is_err_and(|wrong| wrong.0.contains("the text would be wrong"))
    );
    for (edits, value) in [(a, "1"), (c, "3"), (again, "4")] {
        let after = apply(text, edits.as_ref().unwrap()).unwrap();
        assert!(after.contains(&format!(r#""default": {value}"#)), "{after}");
        assert_eq!(after.matches("default").count(), 1);
    }
}

fn load(text: &str) -> Loaded {
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    loaded
}

fn edited(text: &str, edits: impl Fn(&Loaded) -> Vec<Edit>) -> Result<String, Inexpressible> {
    let loaded = load(text);
    let made = edits(&loaded);
    let found = texts(&loaded.schema, &loaded.sources, &made)?;
    json::as_in_toml(text, &edits);
    let edits = made;
    let result = apply(text, &found).expect("edits that do not overlap");
    // Nothing is left to do.
    let again = load(&result);
    let missing = edits.iter().filter(|e| matches!(e, Edit::SetField { .. }));
    for edit in missing {
        assert_eq!(
            texts(&again.schema, &again.sources, std::slice::from_ref(edit)),
            Ok(Vec::new())
        );
    }
    Ok(result)
}

fn set(change: impl Fn(&mut Field)) -> impl Fn(&Loaded) -> Vec<Edit> {
    move |loaded| {
        let mut field = loaded.schema.record(RecordId(0)).fields[0].clone();
        change(&mut field);
        vec![Edit::SetField {
            record: RecordId(0),
            field: Box::new(field),
        }]
    }
}

fn optional(field: &mut Field) {
    field.presence = Presence::Optional;
}

fn default(field: &mut Field) {
    field.presence = Presence::Default(Value::Int(7));
}

#[test]
fn aliases_and_symbols() {
    let alias = |_: &Loaded| {
        vec![Edit::AddRecordAlias {
            record: RecordId(0),
            alias: "x.Old".into(),
        }]
    };
    for (text, expected) in [
        (
            "[record.R]\naliases = [\"a.B\"] # former\n[record.R.fields]\na = \"int\"\n",
            "[record.R]\naliases = [\"a.B\", \"x.Old\"] # former\n[record.R.fields]\na = \"int\"\n",
        ),
        (
            "# All.\n\n[record.R.fields]\na = \"int\"\n",
            "# All.\n\n[record.R]\naliases = [\"x.Old\"]\n\n[record.R.fields]\na = \"int\"\n",
        ),
        (
            "[record.R]\ndoc = \"R.\"\n[record.R.fields]\na = \"int\"\n",
            "[record.R]\ndoc = \"R.\"\naliases = [\"x.Old\"]\n[record.R.fields]\na = \"int\"\n",
        ),
    ] {
        assert_eq!(edited(text, alias).expect(text), expected);
    }
    let symbols = |symbols: &'static [&'static str]| {
        move |_: &Loaded| {
            vec![Edit::SetSymbols {
                enumeration: EnumId(0),
                symbols: symbols.iter().map(|s| (*s).to_owned()).collect(),
                values: Vec::new(),
            }]
        }
    };
    let text = "[enum.E]\nsymbols = [\n  \"A\", # first\n  \"B\",\n]\n";
    for (is, expected) in [
        (
            &["A", "C", "D", "B"][..],
            "[enum.E]\nsymbols = [\n  \"A\", # first\n  \"C\",\n  \"D\",\n  \"B\",\n]\n",
        ),
        (
            &["Z", "A", "B", "C"],
            "[enum.E]\nsymbols = [\n  \"Z\",\n  \"A\", # first\n  \"B\",\n  \"C\",\n]\n",
        ),
        (&["B"], "[enum.E]\nsymbols = [\n  # first\n  \"B\",\n]\n"),
        (
            &["B", "A"],
            "[enum.E]\nsymbols = [\n  \"B\",\n  \"A\", # first\n]\n",
        ),
    ] {
        assert_eq!(edited(text, symbols(is)).expect(text), expected);
        // Lines may end as they do on Windows.
        let (text, expected) = (text.replace('\n', "\r\n"), expected.replace('\n', "\r\n"));
        assert_eq!(edited(&text, symbols(is)).expect(&text), expected);
    }
    for (text, is, expected) in [
        (
            "[enum.E]\nsymbols = [ # all\n  # The first.\n  \"X\", # first\n  \"Z\" # zed\n  # The end.\n]\n",
            &["W", "X", "Y", "Z", "Q"][..],
            "[enum.E]\nsymbols = [ # all\n  \"W\",\n  # The first.\n  \"X\", # first\n  \"Y\",\n  \"Z\", # zed\n  \
             \"Q\"\n  # The end.\n]\n",
        ),
        (
            "[enum.E]\nsymbols = [\n  \"X\", # first\n  \"Z\" # zed\n]\n",
            &["Z", "Y", "X"],
            "[enum.E]\nsymbols = [\n  \"Z\", # zed\n  \"Y\",\n  \"X\", # first\n]\n",
        ),
        (
            "[enum.E]\nsymbols = [\n  \"X\", \"Z\",\n]\n",
            &["Z", "X"],
            "[enum.E]\nsymbols = [\"Z\", \"X\"]\n",
        ),
    ] {
        assert_eq!(edited(text, symbols(is)).expect(text), expected);
    }
    let mixed = "[enum.E]\nsymbols = [\n  \"X\", \"Z\", # both\n]\n";
    assert!(edited(mixed, symbols(&["Z", "X"])).is_err());
}

#[test]
fn comments_go_with_the_symbols_that_they_are_of() {
    let symbols = |is: &'static [&'static str]| {
        move |_: &Loaded| {
            let symbols = is.iter().map(|name| (*name).to_owned()).collect();
            vec![Edit::SetSymbols {
                enumeration: EnumId(0),
                symbols,
                values: Vec::new(),
            }]
        }
    };
    for (text, is, expected) in [
        (
            "[enum.E]\nsymbols = [\"X\", # x\n  \"Y\", # y\n  \"Z\"]\n",
            &["Z", "X", "Y"][..],
            "[enum.E]\nsymbols = [\n  \"Z\",\n  \"X\", # x\n  \"Y\", # y\n]\n",
        ),
        (
            "[enum.E]\nsymbols = [\n  \"X\", \"Y\",\n  # of z\n  \"Z\"\n]\n",
            &["Z", "X", "N", "Y"],
            "[enum.E]\nsymbols = [\n  # of z\n  \"Z\",\n  \"X\",\n  \"N\",\n  \"Y\",\n]\n",
        ),
        (
            "[enum.E]\nsymbols = [\n  \"X\", \"G\",\n  \"Z\" # z\n]\n",
            &["Z", "X"],
            "[enum.E]\nsymbols = [\n  \"Z\", # z\n  \"X\",\n]\n",
        ),
    ] {
        assert_eq!(edited(text, symbols(is)).expect(text), expected);
    }
    for text in [
        "[enum.E]\nsymbols = [\n  \"X\", \"Z\", # both\n]\n",
        "[enum.E]\nsymbols = [ \"X\", \"Z\",\n  # behind all\n]\n",
        "[enum.E]\nsymbols = [ \"X\", \"G\", # of what goes\n  \"Z\" ]\n",
    ] {
        let refused = edited(text, symbols(&["Z", "X"])).expect_err(text);
        assert!(refused.to_string().contains("by hand"), "{refused}");
    }
}

#[test]
fn what_is_not_edited_says_so() {
    let python = "[record.R.fields]\na = \"int\"\n";
    let mut loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), python.into())]);
    loaded.sources.0[0].name = "m.py".into();
    let edit = set(optional)(&loaded);
    let refused = texts(&loaded.schema, &loaded.sources, &edit).unwrap_err();
    assert!(refused.to_string().contains("by hand"), "{refused}");
    let each = |groups: &[&[Edit]]| texts_of_each(&loaded.schema, &loaded.sources, groups);
    assert_eq!(each(&[]), []);
    assert!(matches!(each(&[&edit, &edit]).as_slice(), [Err(_), Err(_)]));
    let text = "[record.R.fields]\na = \"int\"\n";
    let twice = |loaded: &Loaded| {
        let mut both = set(optional)(loaded);
        both.extend(set(default)(loaded));
        both
    };
    assert!(edited(text, twice).is_err());
}

#[test]
fn things_come_in_and_go() {
    let text = "[record.R.fields]\na = \"int\" # one\nb = { type = \"E\" } # two\n[enum.E]\nsymbols = [\"A\", \"B\"]\n\n\
                [topic.t]\nrecord = \"R\"\naddress = \"q1/a/b/c\"\n";
    let one = |edit: Edit| move |_: &Loaded| vec![edit.clone()];
    let record = RecordId(0);
    let cases = [
        (
            Edit::RemoveField {
                record,
                name: "b".into(),
            },
            ("b = { type = \"E\" } # two\n", "# two\n"),
        ),
        (
            Edit::Reserve {
                record,
                name: "c".into(),
            },
            (
                "[record.R.fields]\n",
                "[record.R]\nreserved = [\"c\"]\n\n[record.R.fields]\n",
            ),
        ),
        (
            Edit::SetEnumDefault {
                enumeration: EnumId(0),
                symbol: Some("B".into()),
            },
            ("\"B\"]\n", "\"B\"]\ndefault = \"B\"\n"),
        ),
        (
            Edit::AddTopic {
                beside: 0,
                name: "u".into(),
                address: "q1/a/b/d".parse().unwrap(),
            },
            (
                "q1/a/b/c\"\n",
                "q1/a/b/c\"\n\n[topic.u]\nrecord = \"R\"\naddress = \"q1/a/b/d\"\n",
            ),
        ),
    ];
    for (edit, (from, to)) in cases {
        let expected = text.replace(from, to);
        assert_eq!(edited(text, one(edit)).unwrap(), expected);
    }
    let back = text.replace("\"B\"]\n", "\"B\"]\ndefault = \"B\"\n");
    let none = Edit::SetEnumDefault {
        enumeration: EnumId(0),
        symbol: None,
    };
    assert_eq!(edited(&back, one(none)).unwrap(), text);
}

#[test]
fn types_come_in() {
    let text = "namespace = \"x\"\n[record.R.fields]\na = \"int\"\n";
    let more = "\n[enum.E]\nsymbols = [\"A\"]\nnamespace = \"y\"\ndefault = \"A\"\nopen = true\n\n[record.S]\n\
                reserved = [\"z\"]\n\n[record.S.fields]\ne = \"E\"\nnext = { type = \"S?\", aliases = [\"after\"] }\n";
    let whole = format!("{text}{more}");
    let read = |text: &str| from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
    let source = read(&whole).schema;
    let from = |loaded: &Loaded| {
        let fresh = source.find_records("S").first().copied().unwrap();
        let (records, enums) = (loaded.schema.records.len(), loaded.schema.enums.len());
        vec![
            Edit::AddEnum {
                id: EnumId(enums),
                definition: Box::new(source.enumeration(EnumId(0)).clone()),
            },
            Edit::AddRecord {
                id: RecordId(records),
                definition: Box::new(source.record(fresh).clone()),
            },
        ]
    };
    assert_eq!(edited(text, from).unwrap(), whole);
}

#[test]
fn a_record_of_listed_fields_alone_reserves_a_name() {
    let text = "[[record.R.fields]]\nname = \"a\"\ntype = \"int\"\n";
    let edits = |loaded: &Loaded| {
        let record = RecordId(0);
        let mut field = loaded.schema.record(record).fields[0].clone();
        field.name = "b".into();
        vec![
            Edit::AddField {
                record,
                field: Box::new(field),
                at: 0,
            },
            Edit::RemoveField {
                record,
                name: "a".into(),
            },
            Edit::Reserve {
                record,
                name: "a".into(),
            },
        ]
    };
    let after = edited(text, edits).unwrap();
    let record = &load(&after).schema.records[0];
    assert_eq!(record.reserved, ["a"]);
    assert_eq!(record.fields.len(), 1, "{after}");
    assert_eq!(record.fields[0].name, "b");
}

/// What changes one thing in two ways goes together with neither, and each is written by itself.
#[test]
fn changes_that_contradict_each_other_are_told_apart() {
    let loaded = load("[record.R.fields]\na = \"int\"\nb = \"int\"\n");
    let fields = &loaded.schema.record(RecordId(0)).fields;
    let set = |at: usize, ty: Type| {
        let mut field = fields[at].clone();
        field.ty = ty;
        vec![Edit::SetField {
            record: RecordId(0),
            field: Box::new(field),
        }]
    };
    let groups = [
        set(0, Type::Long),
        set(0, Type::Float),
        set(1, Type::Long),
        set(0, Type::Long),
    ];
    let groups: Vec<&[Edit]> = groups.iter().map(Vec::as_slice).collect();
    assert_eq!(super::batches(&groups), [vec![0, 2, 3], vec![1]]);
    let each = texts_of_each(&loaded.schema, &loaded.sources, &groups);
    let alone = groups
        .iter()
        .map(|edits| texts(&loaded.schema, &loaded.sources, edits));
    assert!(each.iter().all(Result::is_ok));
    assert_eq!(each, alone.collect::<Vec<_>>());
}
