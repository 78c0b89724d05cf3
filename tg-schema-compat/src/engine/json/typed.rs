//! Types as they look in JSON.

use tg_schema_model::{Encoding, Enum, Schema, Type, Value};

use super::Peer;

/// The form of a value in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Whole,
    Fraction,
    Truth,
    List,
    Object,
}

impl Form {
    pub(super) fn word(self) -> &'static str {
        match self {
            Form::Text => "a string",
            Form::Whole => "a whole number",
            Form::Fraction => "a number with a point",
            Form::Truth => "true or false",
            Form::List => "an array",
            Form::Object => "an object",
        }
    }
}

/// The form in which a writer sends a value; enums of Python travel by value.
pub(super) fn form(schema: &Schema, ty: &Type, peer: Peer) -> Form {
    match ty {
        Type::Optional(inner) => form(schema, inner, peer),
        Type::Int | Type::Long => Form::Whole,
        Type::Float | Type::Double => Form::Fraction,
        Type::Boolean => Form::Truth,
        Type::Array(_) => Form::List,
        Type::Map(_) | Type::Record(_) => Form::Object,
        Type::Enum(id) if peer == Peer::PythonRecord => {
            let values = schema.enums.get(id.0).map(|e| &e.pulsar.values);
            match values.and_then(|values| values.first()) {
                Some(Value::Long(_) | Value::Int(_)) => Form::Whole,
                _ => Form::Text,
            }
        }
        _ => Form::Text,
    }
}

/// What a writer sends for a symbol of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Text(String),
    Number(i64),
}

/// What a writer sends for each symbol.
pub(super) fn sent(definition: &Enum, peer: Peer) -> Vec<(&str, Sent)> {
    let symbols = definition.symbols.iter().enumerate();
    let sent = symbols.map(|(at, symbol)| {
        let value = definition.pulsar.values.get(at);
        let sent = match value.filter(|_| peer == Peer::PythonRecord) {
            Some(Value::Long(n)) => Sent::Number(*n),
            Some(Value::Int(n)) => Sent::Number(i64::from(*n)),
            Some(Value::String(text)) => Sent::Text(text.clone()),
            _ => Sent::Text(symbol.name.clone()),
        };
        (symbol.name.as_str(), sent)
    });
    sent.collect()
}

/// The name of a type with how its bytes travel.
pub(super) fn named(schema: &Schema, ty: &Type, encoding: Encoding) -> String {
    match (ty, encoding) {
        (Type::Bytes, Encoding::Base64) => "bytes as base64".to_owned(),
        (Type::Bytes, Encoding::Utf8) => "bytes as text".to_owned(),
        _ => schema.type_text(ty),
    }
}

impl Form {
    /// Whether a value of another form does where this one is meant, in a language without types: whole
    /// numbers are numbers.
    pub(super) fn is_kept(self, sent: Form) -> bool {
        self == sent || self == Form::Fraction && sent == Form::Whole
    }
}
