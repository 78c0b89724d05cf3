//! The same records in the language of each generator.
//!
//! Ten fields a record, of every common kind. Nine of ten records hold one of ten, so that no schema grows
//! with the number of records.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

/// Where the definitions of so many records lie.
pub struct Definitions {
    pub toml: PathBuf,
    pub proto: PathBuf,
    pub json_schema: PathBuf,
}

impl Definitions {
    /// Where they lie, or will lie.
    pub fn paths(folder: &Path, records: usize) -> Definitions {
        let folder = folder.join(format!("definitions-{records}"));
        Definitions {
            toml: folder.join("toml/records.toml"),
            proto: folder.join("records.proto"),
            json_schema: folder.join("records.schema.json"),
        }
    }

    pub fn write(folder: &Path, records: usize) -> io::Result<Definitions> {
        let found = Definitions::paths(folder, records);
        if let Some(folder) = found.toml.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&found.toml, toml(records))?;
        fs::write(&found.proto, proto(records))?;
        fs::write(&found.json_schema, json_schema(records).to_string())?;
        Ok(found)
    }
}

/// The record that this one holds, if it holds one.
fn base(record: usize) -> Option<String> {
    (!record.is_multiple_of(10)).then(|| name(record / 10 * 10))
}

fn name(record: usize) -> String {
    format!("Record{record:05}")
}

fn toml(records: usize) -> String {
    let mut out = String::from("namespace = \"org.example\"\n");
    for record in 0..records {
        let name = name(record);
        let last = match base(record) {
            Some(base) => format!("base = \"{base}?\""),
            None => "source = \"string?\"".to_owned(),
        };
        let _ = write!(
            out,
            r#"
[record.{name}]
doc = "Record number {record} of many."

[record.{name}.fields]
id = {{ type = "string", doc = "Identifies it." }}
count = "int"
total = "long"
score = {{ type = "double", doc = "Between nothing and one." }}
flag = "boolean"
note = {{ type = "string?", doc = "Whatever else there is to say." }}
limit = "long?"
tags = "array<string>"
counts = "map<long>"
{last}
"#
        );
    }
    out
}

fn proto(records: usize) -> String {
    let mut out = String::from("syntax = \"proto3\";\npackage org.example;\n");
    for record in 0..records {
        let last = match base(record) {
            Some(base) => format!("optional {base} base"),
            None => "optional string source".to_owned(),
        };
        let _ = write!(
            out,
            "
// Record number {record} of many.
message {} {{
  // Identifies it.
  string id = 1;
  int32 count = 2;
  int64 total = 3;
  // Between nothing and one.
  double score = 4;
  bool flag = 5;
  // Whatever else there is to say.
  optional string note = 6;
  optional int64 limit = 7;
  repeated string tags = 8;
  map<string, int64> counts = 9;
  {last} = 10;
}}
",
            name(record)
        );
    }
    out
}

fn json_schema(records: usize) -> Value {
    let one = |record: usize| {
        let mut properties = json!({
            "id": { "type": "string", "description": "Identifies it." },
            "count": { "type": "integer", "format": "int32" },
            "total": { "type": "integer", "format": "int64" },
            "score": { "type": "number", "format": "double", "description": "Between nothing and one." },
            "flag": { "type": "boolean" },
            "note": { "type": "string", "description": "Whatever else there is to say." },
            "limit": { "type": "integer", "format": "int64" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "counts": {
                "type": "object",
                "additionalProperties": { "type": "integer", "format": "int64" },
            },
        });
        let (key, value) = match base(record) {
            Some(base) => ("base", json!({ "$ref": format!("#/definitions/{base}") })),
            None => ("source", json!({ "type": "string" })),
        };
        properties[key] = value;
        json!({
            "type": "object",
            "description": format!("Record number {record} of many."),
            "properties": properties,
            "required": ["id", "count", "total", "score", "flag", "tags", "counts"],
        })
    };
    let definitions: Map<String, Value> = (0..records).map(|i| (name(i), one(i))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": definitions,
    })
}
