//! What the codecs are put together from: one `define` a record, one `define_enum` an enum.

use tg_schema_model::{
    Encoding, EnumId, Field, Presence, Profile, RecordId, Type, Value, avro, pulsar,
};

use super::Writer;
use super::reference::Named;
use crate::python::literal;

const INDENT: &str = "    ";

impl Writer<'_> {
    /// How an enum travels.
    pub(super) fn enum_table(&mut self, id: EnumId) -> String {
        let wire = self.wire();
        let definition = self.schema.enumeration(id);
        let class = &self.layout.enums[id.0];
        let mut out = format!("{wire}.define_enum({class}");
        if let Some(member) = definition
            .default
            .and_then(|place| self.layout.members[id.0].get(place))
        {
            out.push_str(&format!(", default={class}.{member}"));
        }
        if definition.open {
            out.push_str(", open=True");
        }
        if !definition.pulsar.values.is_empty() {
            let values: Vec<String> = definition.pulsar.values.iter().map(python_value).collect();
            let comma = if values.len() == 1 { "," } else { "" };
            out.push_str(&format!(", values=({}{comma})", values.join(", ")));
        }
        out.push_str(")\n");
        out
    }

    /// How a record travels.
    pub(super) fn record_table(&mut self, id: RecordId) -> String {
        let wire = self.wire();
        let definition = self.schema.record(id);
        let layout = self.layout;
        let mut out = format!("{wire}.define(\n{INDENT}{},\n", layout.records[id.0]);
        for (field, attribute) in definition.fields.iter().zip(&layout.attributes[id.0]) {
            out.push_str(&format!(
                "{INDENT}{},\n",
                self.field_table(field, attribute, &wire)
            ));
        }
        out.push_str(&format!(
            "{INDENT}name={},\n",
            literal::string(&definition.full_name())
        ));
        let first = self.schema.topics.iter().position(|t| t.record == id);
        if let Some(index) = first {
            let topic = &self.schema.topics[index];
            let expression = if topic.module == self.index {
                layout.topics[index].clone()
            } else {
                format!(
                    "{}.parse({})",
                    self.topic_class(),
                    literal::string(&topic.address.to_string())
                )
            };
            out.push_str(&format!("{INDENT}topic={expression},\n"));
        }
        for (name, text) in [
            ("avro_schema", avro::render::text(self.schema, id)),
            ("pulsar_schema", pulsar::text(self.schema, id)),
        ] {
            out.push_str(&format!("{INDENT}{name}={},\n", literal::string(&text)));
        }
        if definition.profile == Profile::PulsarRecord {
            out.push_str(&format!("{INDENT}pulsar_record=True,\n"));
        }
        out.push_str(")\n");
        out
    }

    fn field_table(&self, field: &Field, attribute: &str, wire: &str) -> String {
        let presence = match field.presence {
            Presence::Required => "REQUIRED",
            Presence::Default(_) => "DEFAULT",
            Presence::Optional => "OPTIONAL",
            Presence::NullableDefault(_) => "NULLABLE_DEFAULT",
        };
        let kind = self.kind(&field.ty, field.encoding, wire);
        let mut out = format!(
            "{wire}.Field({}, {kind}, {wire}.{presence}",
            literal::string(&field.name)
        );
        if !field.aliases.is_empty() {
            let aliases: Vec<String> = field.aliases.iter().map(|a| literal::string(a)).collect();
            let comma = if aliases.len() == 1 { "," } else { "" };
            out.push_str(&format!(", aliases=({}{comma})", aliases.join(", ")));
        }
        if attribute != field.name {
            out.push_str(&format!(", attribute={}", literal::string(attribute)));
        }
        out.push(')');
        out
    }

    /// A type as a kind of the runtime.
    fn kind(&self, ty: &Type, encoding: Encoding, wire: &str) -> String {
        let name = match ty {
            Type::String => "STRING",
            Type::Boolean => "BOOLEAN",
            Type::Int => "INT",
            Type::Long => "LONG",
            Type::Float => "FLOAT",
            Type::Double => "DOUBLE",
            Type::Bytes => match encoding {
                Encoding::Base64 => "BYTES",
                Encoding::Utf8 => "UTF8_BYTES",
            },
            Type::Date => "DATE",
            Type::TimeMs => "TIME_MS",
            Type::TimestampMs => "TIMESTAMP_MS",
            Type::TimestampUs => "TIMESTAMP_US",
            Type::Uuid => "UUID",
            Type::Decimal { precision, scale } => {
                return format!("{wire}.DecimalKind({precision}, {scale})");
            }
            Type::Array(inner) => {
                return format!("{wire}.Array({})", self.kind(inner, encoding, wire));
            }
            Type::Map(inner) => return format!("{wire}.Map({})", self.kind(inner, encoding, wire)),
            Type::Optional(inner) => {
                return format!("{wire}.Nullable({})", self.kind(inner, encoding, wire));
            }
            Type::Record(id) => {
                return format!("{wire}.Nested({})", self.class(Named::Record(*id)));
            }
            Type::Enum(id) => return format!("{wire}.Choice({})", self.class(Named::Enum(*id))),
        };
        format!("{wire}.{name}")
    }
}

/// A Python value of an old enum.
fn python_value(value: &Value) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Long(n) => n.to_string(),
        Value::String(text) => literal::string(text),
        // Validation keeps others out; None matches nothing that travels.
        _ => "None".into(),
    }
}
