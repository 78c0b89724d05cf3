//! What the codecs are put together from: one `define` a record, one `define_enum` an enum.

use tg_schema_model::{
    Encoding, EnumId, Field, Presence, Profile, RecordId, Type, Value, avro, pulsar,
};

use super::Writer;
use super::reference::Named;
use crate::python::literal;

const INDENT: &str = "    ";

impl Writer<'_> {
    /// Notes what the table of an enum, or of a record, imports.
    pub(super) fn table_imports(&mut self, record: Option<RecordId>) {
        self.wire();
        if let Some(id) = record {
            self.topic_of(id);
        }
    }

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
    pub(super) fn record_table(&mut self, id: RecordId, out: &mut String) {
        let wire = self.wire();
        let definition = self.schema.record(id);
        let layout = self.layout;
        out.push_str(&format!(
            "{wire}.define(\n{INDENT}{},\n",
            layout.records[id.0]
        ));
        for (field, attribute) in definition.fields.iter().zip(&layout.attributes[id.0]) {
            self.field_table(field, attribute, &wire, out);
        }
        out.push_str(&format!(
            "{INDENT}name={},\n",
            literal::string(&definition.full_name())
        ));
        if let Some(expression) = self.topic_of(id) {
            out.push_str(&format!("{INDENT}topic={expression},\n"));
        }
        for (name, text) in [
            ("avro_schema", avro::render::text(self.schema, id)),
            ("pulsar_schema", pulsar::text(self.schema, id)),
        ] {
            for piece in [INDENT, name, "=", &literal::string(&text), ",\n"] {
                out.push_str(piece);
            }
        }
        if definition.profile == Profile::PulsarRecord {
            out.push_str(&format!("{INDENT}pulsar_record=True,\n"));
        }
        out.push_str(")\n");
    }

    /// The first topic of a record, as this module reaches it.
    fn topic_of(&mut self, id: RecordId) -> Option<String> {
        let layout = self.layout;
        let &index = layout.first_topic.get(&id)?;
        let topic = &self.schema.topics[index];
        if topic.module == self.index {
            return Some(layout.topics[index].clone());
        }
        let address = literal::string(&topic.address.to_string());
        Some(format!("{}.parse({address})", self.topic_class()))
    }

    fn field_table(&self, field: &Field, attribute: &str, wire: &str, out: &mut String) {
        let mut put = |pieces: &[&str]| pieces.iter().for_each(|piece| out.push_str(piece));
        let presence = match field.presence {
            Presence::Required => "REQUIRED",
            Presence::Default(_) => "DEFAULT",
            Presence::Optional => "OPTIONAL",
            Presence::NullableDefault(_) => "NULLABLE_DEFAULT",
        };
        let kind = self.kind(&field.ty, field.encoding, wire);
        let name = literal::string(&field.name);
        put(&[INDENT, wire, ".Field(", &name, ", ", &kind]);
        put(&[", ", wire, ".", presence]);
        if !field.aliases.is_empty() {
            let aliases: Vec<String> = field.aliases.iter().map(|a| literal::string(a)).collect();
            let comma = if aliases.len() == 1 { "," } else { "" };
            put(&[", aliases=(", &aliases.join(", "), comma, ")"]);
        }
        if attribute != field.name {
            put(&[", attribute=", &literal::string(attribute)]);
        }
        put(&["),\n"]);
    }

    /// A type as a kind of the runtime.
    fn kind(&self, ty: &Type, encoding: Encoding, wire: &str) -> String {
        let around = |name: &str, inside: &str| [wire, ".", name, "(", inside, ")"].concat();
        let inner = |ty: &Type| self.kind(ty, encoding, wire);
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
                return around("DecimalKind", &format!("{precision}, {scale}"));
            }
            Type::Array(item) => return around("Array", &inner(item)),
            Type::Map(value) => return around("Map", &inner(value)),
            Type::Optional(element) => return around("Nullable", &inner(element)),
            Type::Record(id) => return around("Nested", &self.class(Named::Record(*id))),
            Type::Enum(id) => return around("Choice", &self.class(Named::Enum(*id))),
        };
        [wire, ".", name].concat()
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
