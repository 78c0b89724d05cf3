//! `check` of records and files.

use tg_schema_model::logical::Date;
use tg_schema_model::{Allow, Check, Until};

use super::{good, messages, read, without_places};
use crate::definition::Notation;
use crate::format::format;

const OLD: &str = "0123456789abcdef";

fn allow(rule: &str) -> Allow {
    Allow {
        rule: rule.into(),
        old: Some(OLD.into()),
        new: Some(OLD.repeat(4)),
        reason: Some("nobody reads it".into()),
        until: Date::from_ymd(2027, 1, 31).map(Until::Day),
        ..Allow::default()
    }
}

#[test]
fn what_is_required_and_accepted() {
    let new = OLD.repeat(4);
    let text = format!(
        "[[check.allow]]\nrecord = \"n.Gone\"\nrule = \"SCHEMA_REMOVED\"\nold = \"{OLD}\"\nnew = \"none\"\nreason = \"nobody reads it\"\nuntil = \"2027-01-31\"\n\n\
         [record.R.check]\nrequire = \"avro=backward\"\n\n\
         [[record.R.check.allow]]\nrule = \"FIELD_REMOVED\"\npath = \"a[].b\"\nold = \"{OLD}\"\nnew = \"{new}\"\nreason = \"nobody reads it\"\nuntil = 2027-01-31\n\n\
         [[record.R.check.allow]]\nrule = \"TOPIC_CHANGED\"\nreason = \" \"\n\n\
         [record.R.fields]\n"
    );
    let schema = good(read(&text));
    let record = &schema.records[0];
    let check = record.check.as_deref().expect("a check");
    assert_eq!(
        &text[check.require_span.range()],
        "avro=backward",
        "its place"
    );
    assert_eq!(
        &text[check.allow[0].span.range()],
        "[[record.R.check.allow]]"
    );
    let schema = without_places(schema);
    let expected = Check {
        require: Some("avro=backward".into()),
        allow: vec![
            Allow {
                path: Some("a[].b".into()),
                ..allow("FIELD_REMOVED")
            },
            Allow {
                rule: "TOPIC_CHANGED".into(),
                ..Allow::default()
            },
        ],
        ..Check::default()
    };
    assert_eq!(schema.records[0].check.as_deref(), Some(&expected));
    let gone = Allow {
        record: Some("n.Gone".into()),
        new: Some(Allow::GONE.into()),
        ..allow("SCHEMA_REMOVED")
    };
    assert_eq!(schema.modules[0].allow, [gone]);
    assert_eq!(format(&text, Notation::Toml).expect("a format"), text);
}

#[test]
fn what_is_wrong_with_it() {
    for (text, expected) in [
        (
            "[record.R.check]\nrequire = 1\n",
            "`require` of `check` of record `R` is not a string",
        ),
        (
            "[record.R.check]\nallows = []\n",
            "unknown key `allows` in `check` of record `R`",
        ),
        (
            "[check]\nrequire = \"avro=none\"\n",
            "unknown key `require` in `check` of the file",
        ),
        (
            "[[check.allow]]\nrule = \"X\"\n",
            "an item of `allow` in `check` of the file has no `record`",
        ),
        (
            "[[record.R.check.allow]]\npath = \"a\"\n",
            "an item of `allow` in `check` of record `R` has no `rule`",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nrecord = \"Y\"\n",
            "unknown key `record` in an item of `allow` in `check` of record `R`",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nold = \"0123\"\n",
            "`old` of an item of `allow` in `check` of record `R` is no fingerprint",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nold = \"gone\"\n",
            "`old` of an item of `allow` in `check` of record `R` is no fingerprint",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nuntil = \"soon\"\n",
            "`until` of an item of `allow` in `check` of record `R` is no day and no release",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nuntil = 0\n",
            "`until` of an item of `allow` in `check` of record `R` is no day and no release",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nuntil = 99999999999\n",
            "`until` of an item of `allow` in `check` of record `R` is no day and no release",
        ),
        (
            "[[record.R.check.allow]]\nrule = \"X\"\nuntil = true\n",
            "`until` of an item of `allow` in `check` of record `R` is not a string",
        ),
        (
            "[record.R.check]\nrequire = [\"avro=full\", 1]\n",
            "an item of `require` of `check` of record `R` is not a string",
        ),
        ("check = 1\n", "`check` of the file is not a table"),
    ] {
        let loaded = read(&format!("{text}\n[record.R.fields]\n"));
        assert_eq!(messages(&loaded), [expected], "{text}");
    }
}

#[test]
fn a_list_and_a_release() {
    let text = "[record.R.check]\nrequire = [\"avro=backward\", \"loss=any\"]\n\n\
                [[record.R.check.allow]]\nrule = \"X\"\nuntil = 4\n\n[record.R.fields]\n";
    let schema = good(read(text));
    let check = schema.records[0].check.as_deref().expect("a check");
    assert_eq!(check.require.as_deref(), Some("avro=backward,loss=any"));
    assert_eq!(
        &text[check.require_span.range()],
        "[\"avro=backward\", \"loss=any\"]"
    );
    assert_eq!(check.allow[0].until, Some(Until::Release(4)));
    assert_eq!(format(text, Notation::Toml).expect("a format"), text);
}
