//! A datum as JSON, for people.

use tg_schema_model::Json;
use tg_schema_model::avro::Schema;

use super::{Datum, Types};

impl<'s> Types<'s> {
    /// A datum as plain JSON: a value of a union without the name of its branch, `bytes` and `fixed` as in
    /// Avro's defaults with a character for each octet, and numbers that JSON has no form for as strings.
    pub fn to_json(&self, datum: &Datum) -> Json {
        self.json(self.root, datum)
    }

    /// The same for a value of a part of the schema.
    pub fn json(&self, schema: &'s Schema, datum: &Datum) -> Json {
        match (self.resolve(schema), datum) {
            (Schema::Enum(e), Datum::Enum(index)) => {
                e.symbols.get(*index).map_or(Json::Null, Json::str)
            }
            (Schema::Record(r), Datum::Record(values)) => {
                let fields = r.fields.iter().zip(values);
                Json::object(fields.map(|(f, v)| (f.name.as_str(), self.json(&f.schema, v))))
            }
            (Schema::Array(a), Datum::Array(items)) => {
                Json::Array(items.iter().map(|v| self.json(&a.items, v)).collect())
            }
            (Schema::Map(m), Datum::Map(entries)) => {
                let entries = entries.iter();
                Json::object(entries.map(|(key, v)| (key.as_str(), self.json(&m.values, v))))
            }
            (Schema::Union(branches), Datum::Union(index, value)) => branches
                .get(*index)
                .map_or(Json::Null, |branch| self.json(branch, value)),
            (_, datum) => scalar(datum),
        }
    }
}

fn scalar(datum: &Datum) -> Json {
    match datum {
        Datum::Boolean(b) => Json::Bool(*b),
        Datum::Int(n) => Json::int(*n),
        Datum::Long(n) => Json::int(*n),
        Datum::Float(n) if n.is_finite() => Json::float(*n),
        Datum::Double(n) if n.is_finite() => Json::double(*n),
        Datum::Float(n) => Json::str(infinite((*n).into())),
        Datum::Double(n) => Json::str(infinite(*n)),
        Datum::String(text) => Json::str(text),
        Datum::Bytes(octets) | Datum::Fixed(octets) => {
            Json::String(octets.iter().map(|b| char::from(*b)).collect())
        }
        _ => Json::Null,
    }
}

fn infinite(n: f64) -> &'static str {
    match n {
        _ if n.is_nan() => "NaN",
        _ if n > 0.0 => "Infinity",
        _ => "-Infinity",
    }
}
