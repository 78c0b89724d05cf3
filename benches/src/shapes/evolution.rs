//! A batch that other writers wrote.

use std::hint::black_box;

use apache_avro::reader::datum::GenericDatumReader;
use tg_schema::Message;

use super::libraries::{apache_schema, fast_schema};
use super::{limits_avro, peeks, shape};
use crate::case::Cases;
use crate::limit::avro::{Avro, write_bytes, write_varint};
use crate::limit::evolution::Plan;
use crate::messages::evolution::{Batch, Item};
use crate::{ours, peers, sample};

/// What is read, and the fields of its writer in their order.
const WRITERS: [(&str, &[&str]); 6] = [
    (
        "resolve-missing",
        &["id", "count", "score", "flag", "name", "tags"],
    ),
    (
        "resolve-extra",
        &[
            "id", "old", "count", "score", "place", "flag", "name", "tags", "note", "level",
        ],
    ),
    (
        "resolve-promoted",
        &[
            "id",
            "count as int",
            "score as float",
            "flag",
            "name",
            "tags",
            "note",
            "level",
        ],
    ),
    (
        "resolve-reordered",
        &[
            "level", "note", "tags", "name", "flag", "score", "count", "id",
        ],
    ),
    (
        "resolve-nullable",
        &[
            "id?", "count", "score?", "flag", "name?", "tags", "note", "level?",
        ],
    ),
    (
        "resolve-all",
        &[
            "tags",
            "old",
            "name",
            "count as int",
            "place",
            "score as float",
            "flag",
            "id",
        ],
    ),
];

pub fn cases(c: &mut Cases) {
    let message = sample::batch();
    let (avro, _) = shape::<Batch, peers::avro::Batch, peers::json::Batch>(c, &message);
    limits_avro(c, &message, avro);
    peeks::<Batch>(c, avro, "source", "items");
    for (op, fields) in WRITERS {
        resolve(
            c,
            op,
            &message,
            &schema(fields),
            write(&message, fields).leak(),
        );
    }
}

fn resolve(c: &mut Cases, op: &'static str, message: &Batch, writer: &str, bytes: &'static [u8]) {
    let read = ours::avro_resolved::<Batch>(writer);
    c.decoder(op, "ours", message, bytes, read);
    // The one by hand has no unions.
    if op != "resolve-nullable" {
        let plan = Plan::compile(writer).expect("the reader has all that it needs");
        c.decoder(op, "limit", message, bytes, move |bytes| {
            plan.decode(bytes).expect("limit")
        });
    }

    let own = message.to_avro().expect("Avro");
    let fast = fast_schema(Batch::avro_schema());
    let expected: peers::avro::Batch =
        serde_avro_fast::from_datum_slice(&own, fast).expect("serde_avro_fast");
    let fast = fast_schema(writer);
    c.decoder(op, "serde_avro_fast", &expected, bytes, |bytes| {
        serde_avro_fast::from_datum_slice::<peers::avro::Batch>(bytes, fast)
            .expect("serde_avro_fast")
    });
    let reader = GenericDatumReader::builder(apache_schema(writer))
        .reader_schema(apache_schema(Batch::avro_schema()))
        .human_readable(false)
        .build()
        .expect("apache-avro");
    c.decoder(
        op,
        "apache-avro value",
        &expected,
        bytes,
        move |mut bytes| {
            let value = reader
                .read_value(black_box(&mut bytes))
                .expect("apache-avro");
            apache_avro::from_value::<peers::avro::Batch>(&value).expect("apache-avro")
        },
    );
}

/// The Avro schema of a batch with such items.
fn schema(fields: &[&str]) -> String {
    let kind = |field: &str| match field {
        "id?" | "name?" => r#"["null","string"]"#,
        "score?" => r#"["null","double"]"#,
        "level?" => r#"["null","int"]"#,
        "count" => r#""long""#,
        "count as int" => r#""int""#,
        "score" => r#""double""#,
        "score as float" => r#""float""#,
        "flag" => r#""boolean""#,
        "tags" => r#"{"type":"array","items":"string"}"#,
        "note" => r#"["null","string"],"default":null"#,
        "level" => r#""int","default":3"#,
        "place" => {
            r#"{"type":"record","name":"Place","fields":[{"name":"x","type":"double"},{"name":"y","type":"double"}]}"#
        }
        _ => r#""string""#,
    };
    let field = |field: &&str| {
        let name = field.split([' ', '?']).next().unwrap_or(field);
        format!(r#"{{"name":"{name}","type":{}}}"#, kind(field))
    };
    let fields: Vec<String> = fields.iter().map(field).collect();
    format!(
        r#"{{"type":"record","name":"Batch","namespace":"evolution","fields":[{{"name":"source","type":"string"}},{{"name":"items","type":{{"type":"array","items":{{"type":"record","name":"Item","fields":[{}]}}}}}}]}}"#,
        fields.join(",")
    )
}

/// The batch as that writer writes it.
fn write(batch: &Batch, fields: &[&str]) -> Vec<u8> {
    let mut out = Vec::new();
    batch.source.write(&mut out);
    write_varint((batch.items.len() as u64) << 1, &mut out);
    for item in &batch.items {
        for field in fields {
            write_field(item, field, &mut out);
        }
    }
    out.push(0);
    out
}

fn write_field(item: &Item, field: &str, out: &mut Vec<u8>) {
    if let Some(field) = field.strip_suffix('?') {
        out.push(2);
        return write_field(item, field, out);
    }
    match field {
        "id" => item.id.write(out),
        "count" | "count as int" => item.count.write(out),
        "score" => item.score.write(out),
        "score as float" => out.extend_from_slice(&(item.score as f32).to_le_bytes()),
        "flag" => item.flag.write(out),
        "name" => item.name.write(out),
        "tags" => item.tags.write(out),
        "note" => item.note.write(out),
        "level" => item.level.write(out),
        "place" => out.extend_from_slice(&[0; 16]),
        _ => write_bytes(b"a field that went away", out),
    }
}
