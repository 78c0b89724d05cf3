//! What a writer meant beside what a reader has.

use std::collections::HashMap;

use tg_schema_dynamic::{Wire, normalize};
use tg_schema_model::fingerprint;
use tg_schema_model::logical::Decimal;
use tg_schema_model::value::{Reading, float_text, from_json, is_unset, to_json};
use tg_schema_model::{Encoding, Field, Json, Presence, Profile, RecordId, Type, Value};

use super::super::{Fact, How};
use super::python::is_swallowed;
use crate::engine::json::{Party, Peer};

/// What is dropped or altered of a value.
pub(super) fn changes(
    (writer, value): (Party<'_>, &Value),
    (reader, held): (Party<'_>, &Json),
) -> Vec<Fact> {
    let mut comparison = Comparison {
        writer,
        reader,
        paths: (String::new(), String::new()),
        found: Vec::new(),
    };
    comparison.record((writer.record, value), (reader.record, held));
    comparison.found
}

struct Comparison<'s> {
    writer: Party<'s>,
    reader: Party<'s>,
    /// By the reader's names, and by the writer's.
    paths: (String, String),
    found: Vec<Fact>,
}

impl<'s> Comparison<'s> {
    fn inside(&mut self, reader: &str, writer: &str, work: impl FnOnce(&mut Self)) {
        let lengths = (self.paths.0.len(), self.paths.1.len());
        push(&mut self.paths.0, reader);
        push(&mut self.paths.1, writer);
        work(self);
        self.paths.0.truncate(lengths.0);
        self.paths.1.truncate(lengths.1);
    }

    fn find(&mut self, how: How, text: &str) {
        self.found.push(Fact {
            reader: self.paths.0.clone(),
            writer: self.paths.1.clone(),
            how,
            text: text.to_owned(),
        });
    }

    fn drop(&mut self, name: &str) {
        self.inside(name, name, |this| {
            match this.reader.peer == Peer::PythonRecord && is_swallowed(name) {
                true => this.find(
                    How::Altered,
                    "the reader takes the key for a setting of the record",
                ),
                false => this.find(How::Dropped, "the reader has no such field"),
            }
        });
    }

    /// An entry of what is a map on one side.
    fn pass_over(&mut self, key: &str) {
        self.inside(key, key, |this| {
            this.find(How::Altered, "the reader has no such entry");
        });
    }

    /// The fields that keys of a message belong to: by name, else by alias.
    fn targets(&self, fields: &'s [Field]) -> HashMap<&'s str, &'s Field> {
        let mut targets: HashMap<_, _> = fields.iter().map(|f| (f.name.as_str(), f)).collect();
        if self.reader.peer == Peer::Tg {
            for field in fields {
                for alias in &field.aliases {
                    targets.entry(alias).or_insert(field);
                }
            }
        }
        targets
    }

    fn record(&mut self, (w, value): (RecordId, &Value), (r, held): (RecordId, &Json)) {
        let (Some(from), Some(to)) = (
            self.writer.schema.records.get(w.0),
            self.reader.schema.records.get(r.0),
        ) else {
            return;
        };
        let Some(entries) = held.as_object() else {
            return self.find(
                How::Altered,
                "the reader keeps it without a look at the type",
            );
        };
        let targets = self.targets(&to.fields);
        let (mut next, mut next_held) = (0, 0);
        let given = match value {
            Value::Record(entries) => entries.as_slice(),
            _ => &[],
        };
        // What the reader takes from another field is not made of nothing.
        let is_given = |name: &str| {
            let given = given.iter().filter(|(_, value)| *value != Value::Null);
            let mut given = given.filter_map(|(name, _)| targets.get(name.as_str()));
            given.any(|target| target.name == name)
        };
        for source in &from.fields {
            let value = entry(given, &source.name, &mut next).filter(|v| **v != Value::Null);
            // What is not set is false to a Python `Record`.
            let unset = self.writer.peer == Peer::PythonRecord && source.ty == Type::Boolean;
            let value = value.or(unset.then_some(&Value::Boolean(false)));
            let Some(&field) = targets.get(source.name.as_str()) else {
                if value.is_some() {
                    self.drop(&source.name);
                }
                continue;
            };
            let held = entry(entries, &field.name, &mut next_held).filter(|json| !json.is_null());
            self.inside(&field.name, &source.name, |this| match (value, held) {
                (Some(value), Some(held)) => {
                    this.value((&source.ty, value), (field, &field.ty, held));
                }
                // The profile cannot tell a sub-record that was set to nothing but defaults.
                (Some(value), None)
                    if to.profile == Profile::PulsarRecord
                        && this.is_unset((source, value), field) => {}
                (Some(_), None) => this.find(How::Altered, "the reader has nothing"),
                (None, Some(_))
                    if field.presence == Presence::Optional
                        && this.reader.peer == Peer::Tg
                        && !is_given(&field.name) =>
                {
                    this.find(
                        How::Altered,
                        "the reader has something where nothing was set",
                    );
                }
                (None, None) if field.presence != Presence::Optional => {
                    this.find(How::Missing, "the reader has null where a value belongs");
                }
                _ => {}
            });
        }
    }

    /// Whether a sub-record holds nothing but what an unset one holds, to the writer or to the reader.
    fn is_unset(&self, (source, value): (&Field, &Value), field: &Field) -> bool {
        let (Type::Record(w), Type::Record(r)) = (&source.ty, &field.ty) else {
            return false;
        };
        let (writer, reader) = (self.writer.schema, self.reader.schema);
        let read = || {
            let json = to_json(writer, &source.ty, source.encoding, value).ok()?;
            from_json(reader, &field.ty, field.encoding, &json, &Reading::wire()).ok()
        };
        is_unset(writer, *w, &normalize(writer, *w, value, Wire::Avro))
            || read().is_some_and(|value| is_unset(reader, *r, &value))
    }

    fn value(
        &mut self,
        (w, value): (&'s Type, &Value),
        (field, r, held): (&'s Field, &'s Type, &Json),
    ) {
        match (w, value, r, held) {
            (Type::Optional(w), value, r, held) => self.value((w, value), (field, r, held)),
            (w, value, Type::Optional(r), held) => match (value, held) {
                (Value::Null, Json::Null) => {}
                (Value::Null, _) | (_, Json::Null) => {
                    self.find(How::Altered, "null on one side and a value on the other");
                }
                _ => self.value((w, value), (field, r, held)),
            },
            // A Python `Record` does not look into containers in containers.
            (_, _, Type::Array(inner) | Type::Map(inner), Json::Array(_) | Json::Object(_))
                if self.reader.peer == Peer::PythonRecord && holds_containers(inner) => {}
            (Type::Record(w), value, Type::Record(r), held) => {
                self.record((*w, value), (*r, held));
            }
            (Type::Array(w), Value::Array(items), Type::Array(r), Json::Array(held))
                if items.len() == held.len() =>
            {
                self.inside("[]", "[]", |this| {
                    for (value, held) in items.iter().zip(held) {
                        this.value((w, value), (field, r, held));
                    }
                });
            }
            (Type::Map(w), Value::Map(entries), Type::Map(r), Json::Object(held))
                if entries.len() == held.len() =>
            {
                for (key, value) in entries {
                    self.inside("{}", "{}", |this| {
                        match held.iter().find(|(other, _)| other == key) {
                            Some((_, held)) => this.value((w, value), (field, r, held)),
                            None => this.find(How::Altered, "the reader has no such key"),
                        }
                    });
                }
            }
            (Type::Record(w), value, Type::Map(r), held @ Json::Object(_)) => {
                let from = self.writer.schema.records.get(w.0);
                for source in from.map_or(&[][..], |from| &from.fields) {
                    let Some(value) = value.field(&source.name).filter(|v| **v != Value::Null)
                    else {
                        continue;
                    };
                    match held.get(&source.name) {
                        Some(held) => self.inside("{}", &source.name, |this| {
                            this.value((&source.ty, value), (field, r, held));
                        }),
                        None => self.pass_over(&source.name),
                    }
                }
            }
            (Type::Map(w), Value::Map(entries), Type::Record(r), held @ Json::Object(_)) => {
                let to = self.reader.schema.records.get(r.0);
                let targets = self.targets(to.map_or(&[][..], |to| &to.fields));
                for (key, value) in entries {
                    let target = targets.get(key.as_str()).copied();
                    let held = target.and_then(|t| Some((t, held.get(&t.name)?)));
                    match held {
                        Some((target, held)) => self.inside(&target.name, "{}", |this| {
                            this.value((w, value), (target, &target.ty, held));
                        }),
                        None => self.pass_over(key),
                    }
                }
            }
            (Type::Record(_) | Type::Array(_) | Type::Map(_), ..)
            | (_, _, Type::Record(_) | Type::Array(_) | Type::Map(_), _) => {
                self.find(
                    How::Altered,
                    "the reader keeps it without a look at the type",
                );
            }
            _ => self.scalar((w, value), (field, r, held)),
        }
    }

    fn scalar(&mut self, (w, value): (&Type, &Value), (field, r, held): (&Field, &Type, &Json)) {
        let encoding = match self.reader.peer {
            Peer::Tg => field.encoding,
            Peer::LegacyNull | Peer::PythonRecord => Encoding::Utf8,
        };
        // Numbers of Python have no range, and dates and their like are texts to these readers.
        let r = match (self.reader.peer, r) {
            (Peer::Tg, r) => r,
            (_, Type::Int) => &Type::Long,
            (_, Type::Float | Type::Double) if is_whole(held) => &Type::Long,
            (_, Type::Float) => &Type::Double,
            (
                _,
                Type::Date
                | Type::TimeMs
                | Type::TimestampMs
                | Type::TimestampUs
                | Type::Uuid
                | Type::Decimal { .. },
            ) => &Type::String,
            (_, r) => r,
        };
        let read = from_json(self.reader.schema, r, encoding, held, &Reading::wire());
        match read {
            Err(_) => self.find(
                How::Altered,
                "the reader keeps it without a look at the type",
            ),
            Ok(read) if self.same((w, value), (r, &read)) => {}
            Ok(read) => {
                let (is, was) = (told(self.reader, r, &read), told(self.writer, w, value));
                self.find(
                    How::Altered,
                    &format!("the value is another one: {is} for {was}"),
                );
            }
        }
    }

    /// What the writer sends for a value that travels as text.
    fn text(&self, ty: &Type, value: &Value) -> Option<String> {
        let json = to_json(self.writer.schema, ty, Encoding::Base64, value).ok()?;
        json.as_str().map(str::to_owned)
    }

    /// What a Python `Record` sends for a symbol: the value that the enum gives it.
    fn sent(&self, ty: &Type, value: &Value) -> Option<&'s Value> {
        let (Type::Enum(id), Value::Enum(symbol), Peer::PythonRecord) =
            (ty, value, self.writer.peer)
        else {
            return None;
        };
        self.writer.schema.enums.get(id.0)?.python_value(symbol)
    }

    fn same(&self, (w, a): (&Type, &Value), (r, b): (&Type, &Value)) -> bool {
        // Who reads no enum reads that value, and nobody tells it more.
        if !matches!(b, Value::Enum(_))
            && let Some(sent) = self.sent(w, a)
        {
            return self.same((w, sent), (r, b));
        }
        match (a, b) {
            (Value::Bytes(a), Value::String(b) | Value::Enum(b))
            | (Value::String(b) | Value::Enum(b), Value::Bytes(a)) => a == b.as_bytes(),
            (Value::Decimal(a), Value::Decimal(b)) => reduced(*a) == reduced(*b),
            (Value::Enum(a), Value::Enum(b) | Value::String(b)) => a == b,
            (Value::String(a), Value::Enum(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            // A text that was read as something else means what it was read as.
            (Value::String(_), _) => true,
            (a, Value::String(b)) => self.text(w, a).is_some_and(|a| a == *b),
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (a, Value::Bytes(b)) => self.text(w, a).is_some_and(|a| a.as_bytes() == b),
            _ => numbers(a, b).unwrap_or_else(|| {
                let text = |party: Party<'_>, ty, value| {
                    to_json(party.schema, ty, Encoding::Base64, value).ok()
                };
                a == b || text(self.writer, w, a) == text(self.reader, r, b)
            }),
        }
    }
}

/// The value of a name. Names are asked for in the order of the entries as a rule: it is the one at `next`.
pub(super) fn entry<'e, T>(
    entries: &'e [(String, T)],
    name: &str,
    next: &mut usize,
) -> Option<&'e T> {
    if entries.get(*next).is_none_or(|(at, _)| at != name) {
        *next = entries.iter().position(|(at, _)| at == name)?;
    }
    let (_, value) = entries.get(*next)?;
    *next += 1;
    Some(value)
}

fn holds_containers(element: &Type) -> bool {
    match element {
        Type::Optional(inner) => holds_containers(inner),
        ty => matches!(ty, Type::Array(_) | Type::Map(_)),
    }
}

fn is_whole(held: &Json) -> bool {
    held.as_i64().is_some()
}

/// A value for people.
fn told(party: Party<'_>, ty: &Type, value: &Value) -> String {
    match value {
        Value::Bytes(bytes) => format!("the bytes {}", fingerprint::hex(bytes)),
        Value::String(text) => format!("the text {text:?}"),
        _ => match to_json(party.schema, ty, Encoding::Base64, value) {
            Ok(json) => json.compact(),
            Err(_) => format!("{value:?}"),
        },
    }
}

/// A decimal without zeros at its end.
fn reduced(decimal: Decimal) -> (i128, u8) {
    let (mut unscaled, mut scale) = (decimal.unscaled(), decimal.scale());
    while scale > 0 && unscaled % 10 == 0 {
        unscaled /= 10;
        scale -= 1;
    }
    (unscaled, scale)
}

/// Whether two numbers are the same; none where one is no number.
fn numbers(a: &Value, b: &Value) -> Option<bool> {
    let whole = |value: &Value| match value {
        Value::Int(n) => Some(i64::from(*n)),
        Value::Long(n) => Some(*n),
        _ => None,
    };
    let real = |value: &Value| match value {
        Value::Float(n) => Some(f64::from(*n)),
        Value::Double(n) => Some(*n),
        _ => None,
    };
    Some(match (whole(a), whole(b), real(a), real(b)) {
        (Some(a), Some(b), ..) => a == b,
        (Some(n), None, None, Some(x)) | (None, Some(n), Some(x), None) => {
            // Every finite double below 2^127 that is whole is exactly this number.
            x.fract() == 0.0 && x as i128 == i128::from(n)
        }
        (None, None, Some(x), Some(y)) => {
            // A float travels in its shortest form, which a double reads as another number.
            let shortest = |value: &Value| match value {
                Value::Float(n) => float_text(*n).parse().ok(),
                _ => None,
            };
            x == y || (x.is_nan() && y.is_nan()) || shortest(a) == Some(y) || shortest(b) == Some(x)
        }
        _ => return None,
    })
}

fn push(path: &mut String, part: &str) {
    if !path.is_empty() && !part.starts_with(['[', '{']) {
        path.push('.');
    }
    path.push_str(part);
}
