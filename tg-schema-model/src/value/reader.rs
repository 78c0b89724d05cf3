//! JSON into values, by the wire contract.

use std::collections::BTreeMap;

use super::refusal::{
    INT, LONG, cut, expected, found, out_of_range, twice, unknown_key, unknown_symbol,
};
use super::{Keys, MAX_DEPTH, Segment, Value, ValueError};
use crate::json::Json;
use crate::logical::{Date, Decimal, LogicalError, Time, Timestamp, Uuid};
use crate::schema::{Encoding, Enum, EnumId, Field, Presence, Profile, RecordId, Schema, Type};

/// What becomes of a key that no field has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UnknownKeys {
    /// Skipped with its value: what messages need.
    #[default]
    Ignore,
    /// An error: what definitions need.
    Refuse,
}

/// What becomes of a symbol that an enum does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UnknownSymbols {
    /// The enum's default, else kept where the enum is open, else an error.
    #[default]
    Resolve,
    /// An error.
    Refuse,
}

/// How text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Keys that no field has.
    pub unknown_keys: UnknownKeys,
    /// Symbols that an enum does not have.
    pub unknown_symbols: UnknownSymbols,
    /// Whether the profiles' habits hold: unset instances, enums by Python value.
    pub habits: bool,
    /// Whether `NaN` and `Infinity` are numbers.
    pub non_finite: bool,
    /// Whether a whole number that a float type cannot hold is an error. Else it is rounded, as decimal
    /// fractions always are.
    pub exact: bool,
    /// Most nested records, arrays and maps. Each level takes stack, so a much larger number needs a
    /// larger stack.
    pub max_depth: usize,
}

impl Reading {
    /// Messages: unknown keys are ignored, the profiles' habits hold.
    pub const fn wire() -> Self {
        Reading {
            unknown_keys: UnknownKeys::Ignore,
            unknown_symbols: UnknownSymbols::Resolve,
            habits: true,
            non_finite: false,
            exact: false,
            max_depth: MAX_DEPTH,
        }
    }
    /// Defaults in definitions: everything must be what the definition knows.
    pub const fn definition() -> Self {
        Reading {
            unknown_keys: UnknownKeys::Refuse,
            unknown_symbols: UnknownSymbols::Refuse,
            habits: false,
            exact: true,
            ..Reading::wire()
        }
    }
}

impl Default for Reading {
    fn default() -> Self {
        Reading::wire()
    }
}

/// Reads a value of type `ty`; `encoding` is that of the field that it is in.
pub fn from_json(
    schema: &Schema,
    ty: &Type,
    encoding: Encoding,
    json: &Json,
    reading: &Reading,
) -> Result<Value, ValueError> {
    Reader { schema, reading }.value(ty, encoding, json, 0)
}

/// Reads a message; errors name the record.
pub fn record_from_json(
    schema: &Schema,
    id: RecordId,
    json: &Json,
    reading: &Reading,
) -> Result<Value, ValueError> {
    Reader { schema, reading }
        .record(id, json, 1)
        .map_err(|e| e.inside(Segment::Record(schema.record(id).name.clone())))
}

/// Reads with the same schema and habits all the way down.
pub(super) struct Reader<'a> {
    pub(super) schema: &'a Schema,
    pub(super) reading: &'a Reading,
}

impl Reader<'_> {
    /// Any type; `depth` is that of the record, array or map around it.
    pub(super) fn value(
        &self,
        ty: &Type,
        encoding: Encoding,
        json: &Json,
        depth: usize,
    ) -> Result<Value, ValueError> {
        let wrong = || found(json, expected(self.schema, ty, encoding));
        let text = || json.as_str().ok_or_else(wrong);
        let depth = depth + usize::from(is_container(ty));
        if depth > self.reading.max_depth {
            return Err(ValueError::new(
                "nested too deeply",
                format!(
                    "at most {} records, arrays and maps in one another",
                    self.reading.max_depth
                ),
            ));
        }
        match ty {
            Type::Optional(_) if json.is_null() => Ok(Value::Null),
            Type::Optional(inner) => self.value(inner, encoding, json, depth),
            Type::String => Ok(Value::String(text()?.to_owned())),
            Type::Boolean => json.as_bool().map(Value::Boolean).ok_or_else(wrong),
            Type::Int => {
                let long = integer(json.as_number().ok_or_else(wrong)?, &wrong)?;
                i32::try_from(long)
                    .map(Value::Int)
                    .map_err(|_| out_of_range(json, INT))
            }
            Type::Long => integer(json.as_number().ok_or_else(wrong)?, &wrong).map(Value::Long),
            Type::Float => self.float(json.as_number().ok_or_else(wrong)?, &wrong),
            Type::Double => self.double(json.as_number().ok_or_else(wrong)?, &wrong),
            Type::Bytes => bytes(text()?, encoding).map(Value::Bytes),
            Type::Date => logical(text()?, str::parse::<Date>, Value::Date),
            Type::TimeMs => logical(text()?, str::parse::<Time>, Value::Time),
            Type::TimestampMs => logical(text()?, Timestamp::parse_millis, Value::Timestamp),
            Type::TimestampUs => logical(text()?, str::parse::<Timestamp>, Value::Timestamp),
            Type::Uuid => logical(text()?, str::parse::<Uuid>, Value::Uuid),
            Type::Decimal { precision, scale } => {
                let parse = |t: &str| Decimal::parse(t, *precision, *scale);
                logical(text()?, parse, Value::Decimal).map_err(|e| ValueError {
                    expected: expected(self.schema, ty, encoding),
                    ..e
                })
            }
            Type::Array(inner) => {
                let items = json.as_array().ok_or_else(wrong)?;
                let read = |(index, item)| {
                    self.value(inner, encoding, item, depth)
                        .map_err(|e| e.inside(Segment::Index(index)))
                };
                items
                    .iter()
                    .enumerate()
                    .map(read)
                    .collect::<Result<_, _>>()
                    .map(Value::Array)
            }
            Type::Map(inner) => {
                self.map(inner, encoding, json.as_object().ok_or_else(wrong)?, depth)
            }
            Type::Record(id) => self.record(*id, json, depth),
            Type::Enum(id) => self.enumeration(*id, json),
        }
    }

    fn float(&self, text: &str, wrong: &dyn Fn() -> ValueError) -> Result<Value, ValueError> {
        if let Some(n) = self.non_finite(text) {
            return Ok(Value::Float(n as f32));
        }
        let n: f32 = real(text, wrong)?;
        if n.is_finite() {
            self.whole(text, n.into(), "a whole number that a 32-bit float holds")?;
            Ok(Value::Float(n))
        } else {
            Err(ValueError::new(
                format!("{} is out of range", cut(text)),
                "a 32-bit float, up to 3.4e38",
            ))
        }
    }

    fn double(&self, text: &str, wrong: &dyn Fn() -> ValueError) -> Result<Value, ValueError> {
        if let Some(n) = self.non_finite(text) {
            return Ok(Value::Double(n));
        }
        let n: f64 = real(text, wrong)?;
        if n.is_finite() {
            self.whole(text, n, "a whole number that a 64-bit float holds")?;
            Ok(Value::Double(n))
        } else {
            Err(ValueError::new(
                format!("{} is out of range", cut(text)),
                "a 64-bit float, up to 1.79e308",
            ))
        }
    }

    /// Refuses a whole number that became another, where that is asked for.
    fn whole(&self, text: &str, read: f64, expected: &str) -> Result<(), ValueError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !self.reading.exact || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(());
        }
        let held = format!("{:.0}", read.abs());
        if held == digits.trim_start_matches('0') || read == 0.0 {
            return Ok(());
        }
        let sign = if read < 0.0 { "-" } else { "" };
        Err(ValueError::new(
            format!("{} would become {sign}{}", cut(text), cut(&held)),
            expected,
        ))
    }

    /// `NaN` and the infinities, where they are allowed.
    fn non_finite(&self, text: &str) -> Option<f64> {
        match text {
            _ if !self.reading.non_finite => None,
            "NaN" | "nan" | "+nan" | "-nan" => Some(f64::NAN),
            "Infinity" | "inf" | "+inf" => Some(f64::INFINITY),
            "-Infinity" | "-inf" => Some(f64::NEG_INFINITY),
            _ => None,
        }
    }

    fn map(
        &self,
        inner: &Type,
        encoding: Encoding,
        entries: &[(String, Json)],
        depth: usize,
    ) -> Result<Value, ValueError> {
        let mut map = BTreeMap::new();
        for (key, json) in entries {
            let at = |e: ValueError| e.inside(Segment::Key(key.clone()));
            let value = self.value(inner, encoding, json, depth).map_err(at)?;
            if map.insert(key.clone(), value).is_some() {
                return Err(at(ValueError::new(
                    "the key is there twice",
                    "each key once",
                )));
            }
        }
        Ok(Value::Map(map))
    }

    fn record(&self, id: RecordId, json: &Json, depth: usize) -> Result<Value, ValueError> {
        self.instance(id, json, depth).0
    }

    /// A record, and whether it is the unset instance that old producers send: every field there by its
    /// name, each unset; any other key null or false. Both are found in one pass, because an unset
    /// sub-record of a nullable field need not be a value of its type, and reading each sub-record twice
    /// would take twice the time at each level.
    fn instance(
        &self,
        id: RecordId,
        json: &Json,
        depth: usize,
    ) -> (Result<Value, ValueError>, bool) {
        let record = self.schema.record(id);
        let Some(entries) = json.as_object() else {
            let problem = found(json, format!("an object, the fields of {}", record.name));
            return (Err(problem), false);
        };
        let mut unset = !record.fields.is_empty();
        let mut given: Vec<Option<(&str, &Json)>> = vec![None; record.fields.len()];
        let (mut keys, mut next) = (Keys::of(&record.fields), 0);
        for (key, value) in entries {
            match keys.position(key, next) {
                Some(index) => {
                    next = index + 1;
                    let name = &record.fields[index].name;
                    if let Some((other, _)) = given[index].replace((key, value)) {
                        let problem = twice(key, other).inside(Segment::Field(name.clone()));
                        return (Err(problem), false);
                    }
                    unset &= name == key;
                }
                None if self.reading.unknown_keys == UnknownKeys::Refuse => {
                    return (Err(unknown_key(key, &record.name, &record.fields)), false);
                }
                None => unset &= matches!(value, Json::Null | Json::Bool(false)),
            }
        }
        let mut fields = Vec::with_capacity(record.fields.len());
        let mut problem = None;
        for (field, given) in record.fields.iter().zip(given) {
            let json = given.map(|(_, json)| json);
            let (value, field_unset) = self.field(record.profile, field, json, depth);
            unset &= field_unset;
            match value {
                Ok(value) => fields.extend(value.map(|v| (field.name.clone(), v))),
                Err(e) if problem.is_none() => {
                    problem = Some(e.inside(Segment::Field(field.name.clone())));
                }
                Err(_) => {}
            }
            // The first problem stands unless all that follows is unset too.
            if problem.is_some() && !unset {
                break;
            }
        }
        (problem.map_or(Ok(Value::Record(fields)), Err), unset)
    }

    /// One row of the presence table, and whether the field is unset. Nothing: an optional field without
    /// value.
    fn field(
        &self,
        profile: Profile,
        field: &Field,
        json: Option<&Json>,
        depth: usize,
    ) -> (Result<Option<Value>, ValueError>, bool) {
        let given = json.filter(|j| !j.is_null());
        let Some(given) = given else {
            let value = match &field.presence {
                Presence::Required => Err(ValueError::new(
                    if json.is_some() {
                        "a required field is null"
                    } else {
                        "a required field is missing"
                    },
                    expected(self.schema, &field.ty, field.encoding),
                )),
                Presence::Default(value) | Presence::NullableDefault(value) => {
                    Ok(Some(value.clone()))
                }
                Presence::Optional => Ok(None),
            };
            return (value, json.is_some());
        };
        let (value, unset_record) = match field.ty {
            Type::Record(id) if depth < self.reading.max_depth => {
                self.instance(id, given, depth + 1)
            }
            _ => (self.value(&field.ty, field.encoding, given, depth), false),
        };
        let unset = match (field.presence.default(), &field.ty) {
            (Some(default), _) => value.as_ref() == Ok(default),
            (None, Type::Boolean) => *given == Json::Bool(false),
            (None, _) => unset_record,
        };
        let nullable = profile == Profile::PulsarRecord && field.presence == Presence::Optional;
        if nullable && unset_record && self.reading.habits {
            return (Ok(None), unset);
        }
        (value.map(Some), unset)
    }

    fn enumeration(&self, id: EnumId, json: &Json) -> Result<Value, ValueError> {
        let definition = self.schema.enumeration(id);
        let text = json.as_str();
        let known = text
            .filter(|text| definition.symbols.iter().any(|s| s.name == *text))
            .or_else(|| self.python_symbol(definition, json));
        if let Some(symbol) = known {
            return Ok(Value::Enum(symbol.to_owned()));
        }
        let numbered = json.as_number().is_some()
            && self.reading.habits
            && !definition.pulsar.values.is_empty();
        if text.is_none() && !numbered {
            return Err(found(json, format!("a symbol of {}", definition.name)));
        }
        if self.reading.unknown_symbols == UnknownSymbols::Resolve {
            if let Some(symbol) = definition.default_symbol() {
                return Ok(Value::Enum(symbol.name.clone()));
            }
            if let (true, Some(text)) = (definition.open, text) {
                return Ok(Value::Enum(text.to_owned()));
            }
        }
        Err(unknown_symbol(definition, json))
    }

    /// The symbol whose Python value this is.
    fn python_symbol<'e>(&self, definition: &'e Enum, json: &Json) -> Option<&'e str> {
        if !self.reading.habits {
            return None;
        }
        let index = definition
            .pulsar
            .values
            .iter()
            .position(|value| match (value, json) {
                (Value::String(value), Json::String(text)) => value == text,
                (Value::Long(value), Json::Number(text)) => text.parse() == Ok(*value),
                (Value::Int(value), Json::Number(text)) => text.parse() == Ok(*value),
                _ => false,
            })?;
        definition.symbols.get(index).map(|s| s.name.as_str())
    }
}

/// Whether a type counts as one level of depth.
pub(super) fn is_container(ty: &Type) -> bool {
    matches!(ty, Type::Array(_) | Type::Map(_) | Type::Record(_))
}

/// A whole number without point and exponent.
fn integer(text: &str, wrong: &dyn Fn() -> ValueError) -> Result<i64, ValueError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    text.parse()
        .map_err(|_| ValueError::new(format!("{} is out of range", cut(text)), LONG))
}

/// A finite number or an infinity that stands for one that is too large.
fn real<T: std::str::FromStr>(text: &str, wrong: &dyn Fn() -> ValueError) -> Result<T, ValueError> {
    let legal = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(legal) {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

fn bytes(text: &str, encoding: Encoding) -> Result<Vec<u8>, ValueError> {
    match encoding {
        Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
        Encoding::Base64 => base64_simd::STANDARD.decode_to_vec(text).map_err(|_| {
            ValueError::new(
                format!("{:?} is not base64", cut(text)),
                "the standard alphabet (A-Z a-z 0-9 + /) with = to a multiple of four",
            )
        }),
    }
}

fn logical<T>(
    text: &str,
    parse: impl Fn(&str) -> Result<T, LogicalError>,
    value: fn(T) -> Value,
) -> Result<Value, ValueError> {
    parse(text).map(value).map_err(|e| {
        let problem = match e {
            LogicalError::Form(_) => "does not have the form",
            LogicalError::LeapSecond => "is a leap second",
            LogicalError::Digits(_) => "would lose digits",
            LogicalError::Range(_) => "is out of range",
        };
        ValueError::new(format!("{:?} {problem}", cut(text)), e.expected())
    })
}

#[cfg(test)]
mod tests;
