//! Values into JSON, by the wire contract.

use super::reader::is_container;
use super::{MAX_DEPTH, Segment, Value, ValueError};
use crate::json::Json;
use crate::logical::Timestamp;
use crate::schema::{Encoding, EnumId, Presence, Record, RecordId, Schema, Type};

/// A value of type `ty` as JSON; `encoding` is that of the field that it is in.
pub fn to_json(
    schema: &Schema,
    ty: &Type,
    encoding: Encoding,
    value: &Value,
) -> Result<Json, ValueError> {
    Writer::wire(schema).value(ty, encoding, value, 0)
}

/// A message as JSON: every field that has a value, in wire order.
pub fn record_to_json(schema: &Schema, id: RecordId, value: &Value) -> Result<Json, ValueError> {
    Writer::wire(schema)
        .record(id, value, 1)
        .map_err(|e| e.inside(Segment::Record(schema.record(id).name.clone())))
}

/// Whether a default fits its type: what a definition may say. Symbols must be known even where the enum
/// is open; `non_finite` allows NaN and the infinities.
pub(crate) fn check_default(
    schema: &Schema,
    ty: &Type,
    encoding: Encoding,
    value: &Value,
    non_finite: bool,
) -> Result<(), ValueError> {
    let writer = Writer {
        schema,
        unknown_symbols: false,
        non_finite,
    };
    writer.value(ty, encoding, value, 0).map(drop)
}

/// The shortest text of a finite double that reads back as the same number: `1.0`, `0.1`, `1e16`.
pub fn double_text(n: f64) -> String {
    zmij::Buffer::new().format(n).to_owned()
}

/// The shortest text of a finite 32-bit float that reads back as the same number.
pub fn float_text(n: f32) -> String {
    zmij::Buffer::new().format(n).to_owned()
}

/// Writes with the same schema and habits all the way down.
struct Writer<'a> {
    schema: &'a Schema,
    /// Whether open enums may hold symbols that they do not list.
    unknown_symbols: bool,
    /// Whether NaN and the infinities are numbers.
    non_finite: bool,
}

impl<'a> Writer<'a> {
    fn wire(schema: &'a Schema) -> Self {
        Writer {
            schema,
            unknown_symbols: true,
            non_finite: false,
        }
    }

    /// Any type; `depth` is that of the record, array or map around it.
    fn value(
        &self,
        ty: &Type,
        encoding: Encoding,
        value: &Value,
        depth: usize,
    ) -> Result<Json, ValueError> {
        let depth = depth + usize::from(is_container(ty));
        if depth > MAX_DEPTH {
            return Err(ValueError::new(
                "nested too deeply",
                format!("at most {MAX_DEPTH} records, arrays and maps in one another"),
            ));
        }
        Ok(match (ty, value) {
            (Type::Optional(_), Value::Null) => Json::Null,
            (Type::Optional(inner), value) => return self.value(inner, encoding, value, depth),
            (Type::String, Value::String(text)) => Json::str(text),
            (Type::Boolean, Value::Boolean(b)) => Json::Bool(*b),
            (Type::Int, Value::Int(n)) => Json::int(*n),
            (Type::Long, Value::Long(n)) => Json::int(*n),
            (Type::Float, Value::Float(n)) => self.number(n.is_finite(), || float_text(*n))?,
            (Type::Double, Value::Double(n)) => self.number(n.is_finite(), || double_text(*n))?,
            (Type::Bytes, Value::Bytes(bytes)) => text_of(bytes, encoding)?,
            (Type::Date, Value::Date(date)) => Json::str(date.to_string()),
            (Type::TimeMs, Value::Time(time)) => Json::str(time.to_string()),
            (Type::TimestampMs, Value::Timestamp(at)) => millis(*at)?,
            (Type::TimestampUs, Value::Timestamp(at)) => {
                Json::str(String::from_utf8_lossy(&at.ascii_micros()))
            }
            (Type::Uuid, Value::Uuid(id)) => Json::str(id.to_string()),
            (Type::Decimal { precision, scale }, Value::Decimal(number)) => {
                match number.rescale(*scale).filter(|n| n.fits(*precision)) {
                    Some(number) => Json::str(number.to_string()),
                    None => {
                        return Err(ValueError::new(
                            format!("{number} does not fit"),
                            self.schema.type_text(ty),
                        ));
                    }
                }
            }
            (Type::Array(inner), Value::Array(items)) => {
                let item = |(index, item)| {
                    self.value(inner, encoding, item, depth)
                        .map_err(|e| e.inside(Segment::Index(index)))
                };
                Json::Array(
                    items
                        .iter()
                        .enumerate()
                        .map(item)
                        .collect::<Result<_, _>>()?,
                )
            }
            (Type::Map(inner), Value::Map(entries)) => {
                let entry = |(key, value): (&String, &Value)| match self
                    .value(inner, encoding, value, depth)
                {
                    Ok(json) => Ok((key.clone(), json)),
                    Err(e) => Err(e.inside(Segment::Key(key.clone()))),
                };
                Json::Object(entries.iter().map(entry).collect::<Result<_, _>>()?)
            }
            (Type::Record(id), value) => return self.record(*id, value, depth),
            (Type::Enum(id), Value::Enum(symbol)) => self.enumeration(*id, symbol)?,
            (ty, value) => return Err(mismatch(self.schema, ty, value)),
        })
    }

    fn record(&self, id: RecordId, value: &Value, depth: usize) -> Result<Json, ValueError> {
        let definition = self.schema.record(id);
        let Value::Record(given) = value else {
            return Err(mismatch(self.schema, &Type::Record(id), value));
        };
        let mut entries = Vec::with_capacity(given.len());
        let mut used = 0;
        for field in &definition.fields {
            // Fields that stand in wire order are met at once; others are looked for.
            let next = given.get(used).filter(|(name, _)| *name == field.name);
            let found = next.or_else(|| given.iter().find(|(name, _)| *name == field.name));
            used += usize::from(found.is_some());
            let at = |e: ValueError| e.inside(Segment::Field(field.name.clone()));
            match (&field.presence, found) {
                (Presence::Optional, None | Some((_, Value::Null))) => {}
                (_, None) => {
                    let expected = self.schema.type_text(&field.ty);
                    return Err(at(ValueError::new("the field has no value", expected)));
                }
                (_, Some((_, value))) => {
                    let json = self
                        .value(&field.ty, field.encoding, value, depth)
                        .map_err(at)?;
                    entries.push((field.name.clone(), json));
                }
            }
        }
        if used != given.len() {
            return Err(left_over(definition, given));
        }
        Ok(Json::Object(entries))
    }

    fn enumeration(&self, id: EnumId, symbol: &str) -> Result<Json, ValueError> {
        let definition = self.schema.enumeration(id);
        let any = definition.open && self.unknown_symbols;
        if any || definition.symbols.iter().any(|s| s.name == symbol) {
            return Ok(Json::str(symbol));
        }
        Err(ValueError::new(
            format!("{} has no symbol {symbol:?}", definition.name),
            definition
                .symbols
                .iter()
                .map(|s| s.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        ))
    }

    fn number(&self, finite: bool, text: impl Fn() -> String) -> Result<Json, ValueError> {
        if finite || self.non_finite {
            Ok(Json::Number(text()))
        } else {
            Err(ValueError::new(
                "JSON has no NaN and no infinities",
                "a finite number",
            ))
        }
    }
}

fn millis(at: Timestamp) -> Result<Json, ValueError> {
    let mut text = String::new();
    match at.write_millis(&mut text) {
        Ok(()) => Ok(Json::String(text)),
        Err(e) => Err(ValueError::new(
            format!("{at} would lose digits"),
            e.expected(),
        )),
    }
}

/// The first field of a value that the record does not have, or has only once.
fn left_over(definition: &Record, given: &[(String, Value)]) -> ValueError {
    for (index, (name, _)) in given.iter().enumerate() {
        if given[..index].iter().any(|(earlier, _)| earlier == name) {
            return ValueError::new("the field is there twice", "each field once")
                .inside(Segment::Field(name.clone()));
        }
        if !definition.fields.iter().any(|f| f.name == *name) {
            let expected = format!("a field of {}", definition.name);
            return ValueError::new("there is no such field", expected)
                .inside(Segment::Field(name.clone()));
        }
    }
    ValueError::new(
        "the fields do not match",
        format!("those of {}", definition.name),
    )
}

fn text_of(bytes: &[u8], encoding: Encoding) -> Result<Json, ValueError> {
    match encoding {
        Encoding::Base64 => Ok(Json::String(base64_simd::STANDARD.encode_to_string(bytes))),
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Json::str(text)),
            Err(e) => Err(ValueError::new(
                format!("the bytes are not UTF-8 from byte {}", e.valid_up_to()),
                "UTF-8 text, because the field has encoding utf8",
            )),
        },
    }
}

fn mismatch(schema: &Schema, ty: &Type, value: &Value) -> ValueError {
    ValueError::new(format!("found {}", value.kind()), schema.type_text(ty))
}
