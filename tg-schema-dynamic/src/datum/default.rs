//! Defaults of Avro fields, in Avro's JSON encoding of them, to data.

use std::collections::BTreeMap;

use tg_schema_model::Json;
use tg_schema_model::avro::{Kind, Schema};

use super::{Datum, Types, label};

/// Records, arrays and maps inside one another: a record can be its own default.
const DEPTH: usize = 64;
/// Values that one default is made of.
const VALUES: usize = 1 << 20;

impl<'s> Types<'s> {
    /// The value that the default of a field stands for. A number with a point may be written as text; a union takes the first branch that fits, as Avro does since 1.12;
    /// fields that a default of a record leaves out take their own.
    ///
    /// # Errors
    /// What does not fit, or that the value has no end.
    pub fn default(&self, schema: &'s Schema, json: &Json) -> Result<Datum, String> {
        let mut left = VALUES;
        self.of_field(schema, json, DEPTH, &mut left)
    }

    fn of_field(
        &self,
        schema: &'s Schema,
        json: &Json,
        depth: usize,
        left: &mut usize,
    ) -> Result<Datum, String> {
        let text = json.as_str().and_then(parse_double);
        match (text, schema) {
            (Some(number), Schema::Primitive(p)) if p.kind == Kind::Double => {
                Ok(Datum::Double(number))
            }
            (Some(number), Schema::Primitive(p)) if p.kind == Kind::Float => {
                Ok(Datum::Float(number as f32))
            }
            _ => self.made(schema, json, depth, left),
        }
    }

    fn made(
        &self,
        schema: &'s Schema,
        json: &Json,
        depth: usize,
        left: &mut usize,
    ) -> Result<Datum, String> {
        let large = || "the default is larger than anybody can read".to_owned();
        let schema = self.resolve(schema);
        let wrong = || format!("the default is {} and not {}", json.kind(), label(schema));
        *left = left.checked_sub(1).ok_or_else(large)?;
        let depth = depth.checked_sub(1).ok_or_else(large)?;
        match schema {
            Schema::Primitive(p) => primitive(p.kind, json).ok_or_else(wrong),
            Schema::Fixed(f) => octets(json)
                .filter(|octets| u32::try_from(octets.len()) == Ok(f.size))
                .map(Datum::Fixed)
                .ok_or_else(wrong),
            Schema::Enum(e) => {
                let symbol = json.as_str().ok_or_else(wrong)?;
                let index = e.symbols.iter().position(|s| s == symbol);
                index.map(Datum::Enum).ok_or_else(wrong)
            }
            Schema::Array(a) => {
                let items = json.as_array().ok_or_else(wrong)?.iter();
                let items = items.map(|item| self.made(&a.items, item, depth, left));
                items.collect::<Result<_, _>>().map(Datum::Array)
            }
            Schema::Map(m) => {
                let mut entries = BTreeMap::new();
                for (key, value) in json.as_object().ok_or_else(wrong)? {
                    entries.insert(key.clone(), self.made(&m.values, value, depth, left)?);
                }
                Ok(Datum::Map(entries))
            }
            Schema::Record(r) => {
                if json.as_object().is_none() {
                    return Err(wrong());
                }
                let fields =
                    r.fields
                        .iter()
                        .map(|field| match (json.get(&field.name), &field.default) {
                            (Some(given), _) => self.made(&field.schema, given, depth, left),
                            (None, Some(own)) => self.of_field(&field.schema, own, depth, left),
                            (None, None) => Err(format!(
                                "the default of {} has no {}",
                                r.name.name, field.name
                            )),
                        });
                fields.collect::<Result<_, _>>().map(Datum::Record)
            }
            Schema::Union(branches) => {
                for (index, branch) in branches.iter().enumerate() {
                    if let Ok(value) = self.made(branch, json, depth, left) {
                        return Ok(Datum::Union(index, Box::new(value)));
                    }
                }
                Err(wrong())
            }
            Schema::Ref(_) => Err(wrong()),
        }
    }
}

fn primitive(kind: Kind, json: &Json) -> Option<Datum> {
    Some(match kind {
        Kind::Null => json.is_null().then_some(Datum::Null)?,
        Kind::Boolean => Datum::Boolean(json.as_bool()?),
        Kind::Int => Datum::Int(i32::try_from(whole(json)?).ok()?),
        Kind::Long => Datum::Long(whole(json)?),
        Kind::Float => Datum::Float(real(json)? as f32),
        Kind::Double => Datum::Double(real(json)?),
        Kind::Bytes => Datum::Bytes(octets(json)?),
        Kind::String => Datum::String(json.as_str()?.to_owned()),
    })
}

/// A whole number, also one that is written with a point.
fn whole(json: &Json) -> Option<i64> {
    if let Some(n) = json.as_i64() {
        return Some(n);
    }
    let n = json
        .as_f64()
        .filter(|n| n.fract() == 0.0 && n.abs() < 9.0e15)?;
    Some(n as i64)
}

/// A number, or one of the three that JSON has no form for.
fn real(json: &Json) -> Option<f64> {
    match json.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity" | "INF") => Some(f64::INFINITY),
        Some("-Infinity" | "-INF") => Some(f64::NEG_INFINITY),
        _ => json.as_f64(),
    }
}

/// A string with a character for each octet.
fn octets(json: &Json) -> Option<Vec<u8>> {
    let octets = json.as_str()?.chars().map(|c| u8::try_from(c).ok());
    octets.collect()
}

/// What Java's `Double.parseDouble` makes of a text, but for hexadecimal ones: Avro's library for Java takes the default of a
/// float or double that is a text for that number.
pub fn parse_double(text: &str) -> Option<f64> {
    let text = text.trim_matches(|c: char| c <= ' ');
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    match unsigned {
        "NaN" => return Some(f64::NAN),
        "Infinity" => return Some(sign * f64::INFINITY),
        _ => {}
    }
    let digits = unsigned
        .strip_suffix(['f', 'F', 'd', 'D'])
        .unwrap_or(unsigned);
    let plain = |c: char| matches!(c, '0'..='9' | '.' | 'e' | 'E' | '+' | '-');
    let starts = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !starts || !digits.chars().all(plain) {
        return None;
    }
    digits.parse::<f64>().ok().map(|number| sign * number)
}
