//! The migration table on random definitions, and its examples through the dynamic codec.

use tg_schema_dynamic::{Codec, Random, random_schema};
use tg_schema_gen::load;
use tg_schema_gen::migration::{self, Form, Kind};
use tg_schema_model::{
    Former, Json, Origin, Presence, RecordId, Schema, Value, Verdict, json, value,
};

fn golden() -> Schema {
    let schemas = crate::definitions::root().join("tests/golden/migration/schemas");
    let loaded = load::load(&[schemas]).unwrap();
    assert!(!loaded.diagnostics.has_errors());
    loaded.schema
}

/// What a field of a message is read as, by the dynamic codec.
fn read(schema: &Schema, record: RecordId, field: &str, message: &str) -> String {
    let definition = schema.record(record);
    let definition = definition.fields.iter().find(|f| f.name == field).unwrap();
    match Codec::new(schema, record).read_json(message.as_bytes()) {
        Err(_) => "refused".to_owned(),
        Ok(read) => match read.field(field) {
            None | Some(Value::Null) => "None".to_owned(),
            Some(found) => value::to_json(schema, &definition.ty, definition.encoding, found)
                .unwrap()
                .compact(),
        },
    }
}

/// The examples of tightened fields are messages, and are read as the table says, before and after.
fn examples_hold(schema: &Schema) -> usize {
    let before = migration::former(schema);
    let table = migration::table(schema);
    let tightened: Vec<_> = table.rows.iter().filter(|row| row.tightened()).collect();
    for row in &tightened {
        let record = schema.record_ids().find(|id| {
            let record = schema.record(*id);
            record.name == row.record && schema.modules[record.module].dotted() == row.module
        });
        let record = record.unwrap();
        assert!(
            matches!(json::parse(&row.message), Ok(Json::Object(_))),
            "{}",
            row.message
        );
        for (schema, told) in [(&before, &row.before), (schema, &row.after)] {
            let told = if told.starts_with("refused: ") {
                "refused"
            } else {
                told
            };
            assert_eq!(
                read(schema, record, &row.name, &row.message),
                told,
                "{row:#?}"
            );
        }
    }
    tightened.len()
}

#[test]
fn examples_are_read_as_the_table_says() {
    assert_eq!(examples_hold(&golden()), 7);
}

/// Gives everything an origin, and tightens some fields.
fn migrated(schema: &mut Schema, random: &mut Random) {
    let place = |n: usize| {
        Some(Origin {
            place: format!("a.py:{n}"),
            ..Origin::default()
        })
    };
    for (n, record) in schema.records.iter_mut().enumerate() {
        record.origin = place(n + 1);
        for field in &mut record.fields {
            field.origin = place(n + 2).map(Box::new);
            if field.presence == Presence::Optional && random.one_in(2) {
                field.presence = Presence::Required;
                let former = Former {
                    ty: "string?".to_owned(),
                    ..Former::default()
                };
                field.origin.as_mut().unwrap().former = Some(former);
            }
        }
    }
    schema.enums.iter_mut().for_each(|e| e.origin = place(1));
    schema.topics.iter_mut().for_each(|t| t.origin = place(1));
}

#[test]
fn random_tables_add_up_and_have_the_same_rows_in_every_form() {
    let mut random = Random::new(7);
    let mut examples = 0;
    for seed in 0..60 {
        let mut schema = random_schema(seed);
        migrated(&mut schema, &mut random);
        let table = migration::table(&schema);
        let fields: usize = schema.records.iter().map(|r| r.fields.len()).sum();
        let summary = &table.summary;
        assert_eq!(summary.of_kind(Kind::Field), fields);
        assert_eq!(summary.of_kind(Kind::Topic), schema.topics.len());
        assert_eq!(summary.of_kind(Kind::Enum), schema.enums.len());
        assert_eq!(
            (summary.classes, summary.rows),
            (schema.records.len(), table.rows.len())
        );
        assert_eq!(
            Kind::ALL.map(|k| summary.of_kind(k)).iter().sum::<usize>(),
            summary.rows
        );
        assert_eq!(
            Verdict::ALL
                .map(|v| summary.of_verdict(v))
                .iter()
                .sum::<usize>(),
            summary.rows
        );
        let document = json::parse(&table.render(Form::Json)).unwrap();
        assert_eq!(
            document
                .get("rows")
                .and_then(Json::as_array)
                .map(<[_]>::len),
            Some(summary.rows)
        );
        let html = table.render(Form::Html);
        let rows = html.split("<table id=\"rows\"").nth(1).unwrap();
        assert_eq!(rows.matches("<tr>").count(), summary.rows + 1);
        for form in Form::ALL {
            let text = table.render(form);
            assert_eq!(text, migration::table(&schema).render(form));
            assert_eq!(migration::compare(&table, form.extension(), &text), None);
        }
        examples += examples_hold(&schema);
    }
    assert!(examples > 50, "{examples}");
}
