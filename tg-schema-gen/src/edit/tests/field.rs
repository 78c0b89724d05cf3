//! Fields in every way of writing them.

use super::*;

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

fn added(at: usize) -> impl Fn(&Loaded) -> Vec<Edit> {
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
