//! The fields of a record, or the symbols of an enum, as a table and as JSON.

use tg_schema_model::schema::{Field, TopicDefinition};
use tg_schema_model::{EnumId, Json, Presence, Profile, RecordId, Schema, value};

use crate::project::{Found, qualified};

/// For people.
pub fn text(schema: &Schema, found: Found) -> String {
    match found {
        Found::Record(id) => record_text(schema, id),
        Found::Enum(id) => enum_text(schema, id),
    }
}

/// For programs.
pub fn json(schema: &Schema, found: Found) -> Json {
    match found {
        Found::Record(id) => Json::Array(
            schema
                .record(id)
                .fields
                .iter()
                .map(|f| field_json(schema, f))
                .collect(),
        ),
        Found::Enum(id) => Json::strings(
            schema
                .enumeration(id)
                .symbols
                .iter()
                .map(|s| s.name.clone()),
        ),
    }
}

fn record_text(schema: &Schema, id: RecordId) -> String {
    let record = schema.record(id);
    let mut out = head(
        &qualified(schema, Found::Record(id)),
        record.namespace.as_deref(),
        record.doc.as_deref(),
    );
    if record.profile == Profile::PulsarRecord {
        out.push_str("profile pulsar-record\n");
    }
    for TopicDefinition { name, address, .. } in schema.topics_of(id) {
        out.push_str(&format!("topic {name} {address}\n"));
    }
    if let Some(why) = &record.deprecated {
        out.push_str(&format!("deprecated: {why}\n"));
    }
    out.push('\n');
    let mut rows = vec![["field", "type", "default", "doc"].map(str::to_owned)];
    rows.extend(record.fields.iter().map(|f| row(schema, f)));
    out.push_str(&table(&rows));
    out
}

fn enum_text(schema: &Schema, id: EnumId) -> String {
    let definition = schema.enumeration(id);
    let mut out = head(
        &qualified(schema, Found::Enum(id)),
        definition.namespace.as_deref(),
        definition.doc.as_deref(),
    );
    if definition.open {
        out.push_str("open: unknown symbols are kept\n");
    }
    out.push('\n');
    for (at, symbol) in definition.symbols.iter().enumerate() {
        out.push_str(&symbol.name);
        out.push_str(if definition.default == Some(at) {
            "  (default)\n"
        } else {
            "\n"
        });
    }
    out
}

fn head(name: &str, namespace: Option<&str>, doc: Option<&str>) -> String {
    let mut out = format!("{name}\n");
    if let Some(namespace) = namespace {
        out.push_str(&format!("namespace {namespace}\n"));
    }
    if let Some(doc) = doc {
        out.push_str(&format!("{}\n", doc.trim()));
    }
    out
}

fn row(schema: &Schema, field: &Field) -> [String; 4] {
    let mut doc = first_line(field.doc.as_deref());
    if let Some(why) = &field.deprecated {
        doc = format!("deprecated: {} {doc}", first_line(Some(why)))
            .trim_end()
            .to_owned();
    }
    [
        field.name.clone(),
        type_text(schema, field),
        default(schema, field).map_or(String::new(), |d| d.compact()),
        doc,
    ]
}

fn field_json(schema: &Schema, field: &Field) -> Json {
    let text = |t: &Option<String>| t.as_ref().map_or(Json::Null, Json::str);
    let mut entries = vec![
        ("name", Json::str(&field.name)),
        ("type", Json::str(type_text(schema, field))),
        ("nullable", Json::Bool(field.presence.nullable())),
    ];
    if let Some(default) = default(schema, field) {
        entries.push(("default", default));
    }
    entries.push(("doc", text(&field.doc)));
    entries.push(("deprecated", text(&field.deprecated)));
    entries.push(("aliases", Json::strings(field.aliases.iter().cloned())));
    Json::object(entries)
}

/// As it is written in a definition.
fn type_text(schema: &Schema, field: &Field) -> String {
    let ty = schema.type_text(&field.ty);
    match field.presence {
        Presence::Required | Presence::Default(_) => ty,
        Presence::Optional => format!("{ty}?"),
        Presence::NullableDefault(_) => format!("{ty} nullable"),
    }
}

/// In the JSON wire form.
fn default(schema: &Schema, field: &Field) -> Option<Json> {
    let default = field.presence.default()?;
    value::to_json(schema, &field.ty, field.encoding, default).ok()
}

fn first_line(text: Option<&str>) -> String {
    text.and_then(|t| t.trim().lines().next())
        .unwrap_or_default()
        .to_owned()
}

/// Columns as wide as their widest cell, the last one as it is.
fn table(rows: &[[String; 4]]) -> String {
    let width = |column: usize| {
        rows.iter()
            .map(|r| r[column].chars().count().min(40))
            .max()
            .unwrap_or(0)
    };
    let widths = [width(0), width(1), width(2)];
    let mut out = String::new();
    for [name, ty, default, doc] in rows {
        let line = format!(
            "{name:0$}  {ty:1$}  {default:2$}  {doc}",
            widths[0], widths[1], widths[2]
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
