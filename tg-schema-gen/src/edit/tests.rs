//! Texts before and after.

mod comments;
mod enumeration;
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

fn edited(text: &str, edits: impl FnOnce(&Loaded) -> Vec<Edit>) -> Result<String, Inexpressible> {
    let loaded = load(text);
    let edits = edits(&loaded);
    let found = texts(&loaded.schema, &loaded.sources, &edits)?;
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

fn set(change: impl FnOnce(&mut Field)) -> impl FnOnce(&Loaded) -> Vec<Edit> {
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
fn fields_in_every_way_of_writing() {
    for (text, with_mark, with_default) in [
        (
            "[record.R.fields]\na = \"int\" # how many\nb = \"int\"\n",
            "[record.R.fields]\na = \"int?\" # how many\nb = \"int\"\n",
            "[record.R.fields]\na = { type = \"int\", default = 7 } # how many\nb = \"int\"\n",
        ),
        (
            "[record.R.fields]\na = { type = 'int', doc = \"A, b.\" }\n",
            "[record.R.fields]\na = { type = \"int?\", doc = \"A, b.\" }\n",
            "[record.R.fields]\na = { type = 'int', doc = \"A, b.\", default = 7 }\n",
        ),
        (
            "[record.R.fields.a]\ntype = \"int\" # here\ndoc = \"A.\"\n\n[record.R.fields.b]\ntype = \"int\"\n",
            "[record.R.fields.a]\ntype = \"int?\" # here\ndoc = \"A.\"\n\n[record.R.fields.b]\ntype = \"int\"\n",
            "[record.R.fields.a]\ntype = \"int\" # here\ndoc = \"A.\"\ndefault = 7\n\n[record.R.fields.b]\ntype = \"int\"\n",
        ),
        (
            "[record.R]\nfields.a.type = \"int\"\nfields.a.doc = \"A.\"\r\nfields.b = \"int\"\n",
            "[record.R]\nfields.a.type = \"int?\"\nfields.a.doc = \"A.\"\r\nfields.b = \"int\"\n",
            "[record.R]\nfields.a.type = \"int\"\nfields.a.doc = \"A.\"\r\nfields.a.default = 7\r\nfields.b = \"int\"\n",
        ),
        (
            "record.R = { fields = { a = \"int\", b = \"int\" } }\n",
            "record.R = { fields = { a = \"int?\", b = \"int\" } }\n",
            "record.R = { fields = { a = { type = \"int\", default = 7 }, b = \"int\" } }\n",
        ),
    ] {
        let found = edited(text, set(optional)).expect(text);
        assert_eq!(found, with_mark);
        let found = edited(text, set(default)).expect(text);
        assert_eq!(found.replace('\r', ""), with_default.replace('\r', ""));
    }
}

#[test]
fn keys_go_away() {
    for (text, expected) in [
        (
            "[record.R.fields]\na = { type = \"int\", default = 3, doc = \"A.\" }\n",
            "[record.R.fields]\na = { type = \"int?\", doc = \"A.\" }\n",
        ),
        (
            "[record.R.fields]\na = { type = \"int\", default = 3 }\n",
            "[record.R.fields]\na = { type = \"int?\" }\n",
        ),
        (
            "[record.R.fields.a]\ntype = \"int\"\ndefault = 3 # three\ndoc = \"A.\"\n",
            "[record.R.fields.a]\ntype = \"int?\"\n# three\ndoc = \"A.\"\n",
        ),
        (
            "[record.R.fields]\na = { type = \"int\", default = 3, nullable = true }\n",
            "[record.R.fields]\na = { type = \"int?\" }\n",
        ),
        (
            "[record.R.fields]\na = { default = 3, type = \"int\", nullable = true, } # a\n",
            "[record.R.fields]\na = { type = \"int?\", } # a\n",
        ),
        (
            "[record.R.fields]\na = { # why\n  type = \"int\", # type\n  default = 4, # four\n  nullable = true # null\n}\n",
            "[record.R.fields]\na = { # why\n  type = \"int?\" # type\n  # four\n  # null\n}\n",
        ),
        (
            "record.R.fields = { a.type = \"int\", a.default = 3 }\n",
            "record.R.fields = { a.type = \"int?\" }\n",
        ),
        (
            "[[record]]\nname = \"R\" # r\n\n  [[record.fields]]\n  name = \"a\"\n  default = 3\n  type = \"int\" # a\n",
            "[[record]]\nname = \"R\" # r\n\n  [[record.fields]]\n  name = \"a\"\n  type = \"int?\" # a\n",
        ),
        (
            "record = [{ name = \"R\", fields = [{ name = \"a\", type = \"int\", default = 3 }] }]\n",
            "record = [{ name = \"R\", fields = [{ name = \"a\", type = \"int?\" }] }]\n",
        ),
    ] {
        assert_eq!(edited(text, set(optional)).expect(text), expected);
    }
}

fn added(at: usize) -> impl FnOnce(&Loaded) -> Vec<Edit> {
    move |loaded| {
        let mut field = loaded.schema.record(RecordId(0)).fields[0].clone();
        field.name = "z".into();
        field.ty = Type::Array(Box::new(Type::String));
        field.presence = Presence::Optional;
        field.doc = None;
        field.deprecated = Some("No longer used.".into());
        vec![Edit::AddField {
            record: RecordId(0),
            field: Box::new(field),
            at,
        }]
    }
}

#[test]
fn fields_come_in() {
    let z = "z = { type = \"array<string>?\", deprecated = \"No longer used.\" }";
    for (text, at, expected) in [
        (
            "[record.R]\nreserved = [\"y\", \"z\"]\n\n[record.R.fields]\n# one\na = \"int\"\nb = \"int\"\n",
            1,
            "[record.R]\nreserved = [\"y\"]\n\n[record.R.fields]\n# one\na = \"int\"\nZ\nb = \"int\"\n",
        ),
        (
            "[record.R.fields]\na = \"int\"\nb = \"int\"",
            9,
            "[record.R.fields]\na = \"int\"\nb = \"int\"\nZ",
        ),
        (
            "[record.R.fields.a]\ntype = \"int\"\n\n[enum.E]\nsymbols = [\"X\"]\n",
            1,
            "[record.R.fields.a]\ntype = \"int\"\n\n[record.R.fields.z]\ntype = \"array<string>?\"\n\
             deprecated = \"No longer used.\"\n\n[enum.E]\nsymbols = [\"X\"]\n",
        ),
        (
            "[record.R.fields.a]\ntype = \"int\"\n",
            0,
            "[record.R.fields.z]\ntype = \"array<string>?\"\ndeprecated = \"No longer used.\"\n\n\
             [record.R.fields.a]\ntype = \"int\"\n",
        ),
        (
            "[record.R.fields]\na = \"int\" # one\n",
            0,
            "[record.R.fields]\nZ\na = \"int\" # one\n",
        ),
        (
            "record.R.fields = { a = \"int\" }\n",
            0,
            "record.R.fields = { Z, a = \"int\" }\n",
        ),
        (
            "[record.R]\nfields.a = \"int\"\n",
            0,
            "[record.R]\nfields.Z\nfields.a = \"int\"\n",
        ),
        (
            "record.R.fields = { a = \"int\" }\n",
            1,
            "record.R.fields = { a = \"int\", Z }\n",
        ),
        (
            "record.R.fields = {\n  a = \"int\" # one\n  # end\n}\n",
            1,
            "record.R.fields = {\n  a = \"int\", # one\n  Z\n  # end\n}\n",
        ),
        (
            "record.R.fields.a.type = \"int\"\nrecord.R.fields.a.doc = \"A.\"\nrecord.R.doc = \"R.\"\n",
            1,
            "record.R.fields.a.type = \"int\"\nrecord.R.fields.a.doc = \"A.\"\nrecord.R.fields.Z\nrecord.R.doc = \"R.\"\n",
        ),
        (
            "[[record]]\nname = \"R\"\n  [[record.fields]]\n  name = \"a\"\n  type = \"int\" # a\n",
            1,
            "[[record]]\nname = \"R\"\n  [[record.fields]]\n  name = \"a\"\n  type = \"int\" # a\n\n\
             \x20 [[record.fields]]\n  name = \"z\"\n  type = \"array<string>?\"\n  deprecated = \"No longer used.\"\n",
        ),
        (
            "[record.R]\nfields = [\n  { name = \"a\", type = \"int\" } # a\n]\n",
            1,
            "[record.R]\nfields = [\n  { name = \"a\", type = \"int\" }, # a\n  { name = \"z\", \
             type = \"array<string>?\", deprecated = \"No longer used.\" }\n]\n",
        ),
    ] {
        let found = edited(text, added(at)).expect(text);
        assert_eq!(found, expected.replace('Z', z));
    }
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
fn fields_go_from_lists_of_tables() {
    let gone = |_: &Loaded| {
        vec![Edit::RemoveField {
            record: RecordId(0),
            name: "b".into(),
        }]
    };
    for (text, expected) in [
        (
            "[record.R]\ndoc = \"d\"\n\n[[record.R.fields]]\nname = \"a\"\ntype = \"int\" # one\n\n\
             [[record.R.fields]]\nname = \"b\" # two\ntype = \"int\"\n\n[[record.R.fields]]\nname = \"c\"\ntype = \"int\"\n",
            "[record.R]\ndoc = \"d\"\n\n[[record.R.fields]]\nname = \"a\"\ntype = \"int\" # one\n\n\
             # two\n\n[[record.R.fields]]\nname = \"c\"\ntype = \"int\"\n",
        ),
        (
            "[record.R]\nfields = [\n  { name = \"a\", type = \"int\" },\n  { name = \"b\", type = \"int\" }, # two\n]\n",
            "[record.R]\nfields = [\n  { name = \"a\", type = \"int\" },\n  # two\n]\n",
        ),
        (
            "[record.R]\nfields = [{ name = \"b\", type = \"int\" }, { name = \"a\", type = \"int\" }]\n",
            "[record.R]\nfields = [{ name = \"a\", type = \"int\" }]\n",
        ),
    ] {
        assert_eq!(edited(text, gone).expect(text), expected);
    }
}

#[test]
fn what_is_not_edited_says_so() {
    let json = r#"{"record": {"R": {"fields": [{"name": "a", "type": "int"}]}}}"#;
    let loaded = from_texts(vec![(vec!["m".into()], "m.json".into(), json.into())]);
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

/// Fields that come in at several places stand where each would alone, so that all of them are written at once.
#[test]
fn many_fields_come_in_at_once() {
    let text = "[record.R.fields]\nb = \"int\"\nd = \"int\"\n";
    let add = |loaded: &Loaded, name: &str, at: usize| {
        let mut field = loaded.schema.record(RecordId(0)).fields[0].clone();
        field.name = name.to_owned();
        Edit::AddField {
            record: RecordId(0),
            field: Box::new(field),
            at,
        }
    };
    let all = |loaded: &Loaded| {
        let each = [("a", 0), ("c", 1), ("c2", 1), ("e", 2), ("f", 9), ("a", 0)];
        each.map(|(name, at)| add(loaded, name, at)).to_vec()
    };
    let expected = ["a", "b", "c", "c2", "d", "e", "f"].map(|name| format!("{name} = \"int\"\n"));
    assert_eq!(
        edited(text, all),
        Ok(format!("[record.R.fields]\n{}", expected.concat()))
    );
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
