//! Enums, dataclasses and topic constants.

use tg_schema_model::{EnumId, Field, Presence, RecordId, Type, Value};

use super::Writer;
use super::reference::{Attributes, Named};
use crate::python::literal;

const INDENT: &str = "    ";

impl Writer<'_> {
    /// The class of an enum.
    pub(super) fn enumeration(&mut self, id: EnumId) -> String {
        let definition = self.schema.enumeration(id);
        let base = self
            .imports
            .name("enum", "Enum", |n| self.taken.contains(n));
        let mut paragraphs = vec![definition.doc.clone().unwrap_or_default()];
        if definition.open {
            paragraphs.push("Fields also hold other symbols than these, as text.".into());
        }
        let mut body = literal::docstring(&paragraphs, INDENT);
        if !body.is_empty() {
            body.push('\n');
        }
        for (symbol, member) in definition.symbols.iter().zip(&self.layout.members[id.0]) {
            body.push_str(&format!(
                "{INDENT}{member} = {}\n",
                literal::string(&symbol.name)
            ));
        }
        if body.is_empty() {
            body.push_str(&format!("{INDENT}pass\n"));
        }
        format!("\n\nclass {}({base}):\n{body}", self.layout.enums[id.0])
    }

    /// The dataclass of a record.
    pub(super) fn record(&mut self, id: RecordId) -> String {
        let definition = self.schema.record(id);
        let layout = self.layout;
        let attributes = &layout.attributes[id.0];
        let dataclass = self
            .imports
            .name("dataclasses", "dataclass", |n| self.taken.contains(n));
        let wire = self.wire();
        let mut body = String::new();
        let names: Attributes = attributes.iter().map(String::as_str).collect();
        for (field, attribute) in definition.fields.iter().zip(attributes) {
            let annotation = self.field_annotation(field, &names);
            let default = self.field_default(field, &names);
            for piece in [INDENT, attribute, ": ", &annotation, &default, "\n"] {
                body.push_str(piece);
            }
            if field.doc.is_some() || field.deprecated.is_some() {
                let paragraphs = [
                    field.doc.clone().unwrap_or_default(),
                    deprecation(&field.deprecated),
                ];
                body.push_str(&literal::docstring(&paragraphs, INDENT));
            }
        }
        let paragraphs = [
            definition.doc.clone().unwrap_or_default(),
            deprecation(&definition.deprecated),
        ];
        let doc = literal::docstring(&paragraphs, INDENT);
        let body = match (doc.as_str(), body.as_str()) {
            ("", "") => format!("{INDENT}pass\n"),
            ("", body) => body.to_owned(),
            (doc, "") => doc.to_owned(),
            (doc, body) => format!("{doc}\n{body}"),
        };
        let class = &self.layout.records[id.0];
        format!("\n\n@{dataclass}(kw_only=True, slots=True)\nclass {class}({wire}.Record):\n{body}")
    }

    /// The constant of a topic.
    pub(super) fn topic(&mut self, index: usize) -> String {
        let definition = &self.schema.topics[index];
        let topic = self.topic_class();
        let constant = self
            .imports
            .name("typing", "Final", |n| self.taken.contains(n));
        let record = self.schema.record(definition.record);
        let mut paragraphs = vec![
            definition.doc.clone().unwrap_or_default(),
            format!("Carries {}.", record.name),
        ];
        if let Some(legacy) = &definition.legacy {
            paragraphs.push(format!("Older deployments use ``{legacy}``."));
        }
        format!(
            "\n{}: {constant}[{topic}] = {topic}.parse({})\n{}",
            self.layout.topics[index],
            literal::string(&definition.address.to_string()),
            literal::docstring(&paragraphs, ""),
        )
    }

    /// What stands behind the colon of each field.
    pub(super) fn annotations(&mut self, id: RecordId) -> Vec<String> {
        let attributes = self.layout.attributes[id.0].iter();
        let attributes: Attributes = attributes.map(String::as_str).collect();
        let fields = self.schema.record(id).fields.iter();
        fields
            .map(|field| self.field_annotation(field, &attributes))
            .collect()
    }

    fn field_annotation(&mut self, field: &Field, fields: &Attributes<'_>) -> String {
        let annotation = self.annotation(&field.ty, fields);
        match field.presence {
            Presence::Optional => format!("{annotation} | None"),
            _ => annotation,
        }
    }

    /// ` = …`, or nothing for a required field.
    fn field_default(&mut self, field: &Field, fields: &Attributes<'_>) -> String {
        let value = match &field.presence {
            Presence::Required => return String::new(),
            Presence::Optional => return " = None".into(),
            Presence::Default(value) | Presence::NullableDefault(value) => value,
        };
        let factory = match (&field.ty, value) {
            (Type::Array(_), Value::Array(items)) if items.is_empty() => {
                self.builtin("list", fields)
            }
            (Type::Map(_), Value::Map(entries)) if entries.is_empty() => {
                self.builtin("dict", fields)
            }
            (ty, value) => {
                let expression = self.expression(ty, value, fields);
                let imported = matches!(ty, Type::Enum(id) if !self.is_local(Named::Enum(*id)));
                let mutable = matches!(ty, Type::Array(_) | Type::Map(_) | Type::Record(_));
                if !imported && !mutable {
                    return format!(" = {expression}");
                }
                format!("lambda: {expression}")
            }
        };
        format!(
            " = {}(default_factory={factory})",
            self.field_function(fields)
        )
    }

    /// A value as an expression in the body of a record.
    fn expression(&mut self, ty: &Type, value: &Value, fields: &Attributes<'_>) -> String {
        match (ty, value) {
            (_, Value::Null) => "None".into(),
            (Type::Optional(inner), value) => self.expression(inner, value, fields),
            (_, Value::Boolean(b)) => if *b { "True" } else { "False" }.into(),
            (_, Value::Int(n)) => n.to_string(),
            (_, Value::Long(n)) => n.to_string(),
            (_, Value::Float(n)) => self.float(f64::from(*n), fields),
            (_, Value::Double(n)) => self.float(*n, fields),
            (_, Value::String(text)) => literal::string(text),
            (_, Value::Bytes(data)) => literal::bytes(data),
            (_, Value::Date(date)) => {
                let (year, month, day) = date.ymd();
                format!(
                    "{}.date({year}, {month}, {day})",
                    self.library("datetime", fields)
                )
            }
            (_, Value::Time(time)) => {
                let (hour, minute, second, milli) = time.hms_milli();
                let micros = u32::from(milli) * 1000;
                format!(
                    "{}.time({hour}, {minute}, {second}, {micros})",
                    self.library("datetime", fields)
                )
            }
            (_, Value::Timestamp(at)) => {
                let module = self.library("datetime", fields);
                let (date, micros) = at.date();
                let (year, month, day) = date.ymd();
                let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
                let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                format!(
                    "{module}.datetime({year}, {month}, {day}, {hour}, {minute}, {second}, {micros}, \
                     tzinfo={module}.timezone.utc)"
                )
            }
            (_, Value::Uuid(id)) => format!("{}.UUID(\"{id}\")", self.library("uuid", fields)),
            (_, Value::Decimal(number)) => {
                format!("{}.Decimal(\"{number}\")", self.library("decimal", fields))
            }
            (Type::Array(inner), Value::Array(items)) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|v| self.expression(inner, v, fields))
                    .collect();
                format!("[{}]", items.join(", "))
            }
            (Type::Map(inner), Value::Map(entries)) => {
                let entries: Vec<String> = entries
                    .iter()
                    .map(|(key, v)| {
                        format!(
                            "{}: {}",
                            literal::string(key),
                            self.expression(inner, v, fields)
                        )
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            (Type::Record(id), Value::Record(entries)) => {
                self.record_expression(*id, entries, fields)
            }
            (Type::Enum(id), Value::Enum(symbol)) => self.enum_expression(*id, symbol, fields),
            // Validation keeps a value of another type out.
            (_, Value::Enum(symbol)) => literal::string(symbol),
            (_, Value::Array(_) | Value::Map(_) | Value::Record(_)) => "None".into(),
        }
    }

    fn float(&mut self, n: f64, fields: &Attributes<'_>) -> String {
        if n.is_finite() {
            return literal::float(n, "");
        }
        let name = self.builtin("float", fields);
        literal::float(n, &name)
    }

    fn record_expression(
        &mut self,
        id: RecordId,
        entries: &[(String, Value)],
        fields: &Attributes<'_>,
    ) -> String {
        let class = self.class_in(Named::Record(id), fields);
        let definition = self.schema.record(id);
        let layout = self.layout;
        let mut arguments = Vec::new();
        for (field, attribute) in definition.fields.iter().zip(&layout.attributes[id.0]) {
            if let Some((_, value)) = entries.iter().find(|(name, _)| *name == field.name) {
                arguments.push(format!(
                    "{attribute}={}",
                    self.expression(&field.ty, value, fields)
                ));
            }
        }
        format!("{class}({})", arguments.join(", "))
    }

    fn enum_expression(&mut self, id: EnumId, symbol: &str, fields: &Attributes<'_>) -> String {
        let definition = self.schema.enumeration(id);
        match definition.symbols.iter().position(|s| s.name == symbol) {
            Some(place) => {
                let class = self.class_in(Named::Enum(id), fields);
                format!("{class}.{}", self.layout.members[id.0][place])
            }
            None => literal::string(symbol),
        }
    }
}

fn deprecation(reason: &Option<String>) -> String {
    match reason.as_deref().map(str::trim) {
        None => String::new(),
        Some("") => "Deprecated.".into(),
        Some(reason) => format!("Deprecated: {reason}"),
    }
}
