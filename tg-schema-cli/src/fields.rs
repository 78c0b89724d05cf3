//! Chosen fields of a message as JSON.

use tg_schema::{Peek, Peeked};
use tg_schema_dynamic::{Codec, Error, Problem, frame};
use tg_schema_model::{Json, RecordId, Schema, avro};

use crate::arguments::{Message, Wire};
use crate::exit::Failure;
use crate::wire;
use crate::writer::Writer;

/// The schema that tells how the bytes are read: a record's own, or the writer's.
pub struct Source<'a> {
    pub schema: &'a Schema,
    pub record: RecordId,
    pub codec: &'a Codec<'a>,
    pub writer: Option<&'a Writer>,
}

impl Source<'_> {
    /// An object with the values of these fields under their paths.
    pub fn read(&self, paths: &[String], bytes: &[u8], message: &Message) -> Result<Json, Failure> {
        wire::check_id(message)?;
        let (text, body) = self.split(bytes, message)?;
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let peek = Peek::of_schema(&text, &paths).map_err(|e| Failure::new(e.to_string()))?;
        let header = bytes.len() - body.len();
        let values = peek.read(body).map_err(|e| {
            let at = e.offset().map(|at| format!(" (at byte {})", at + header));
            Failure::new(format!(
                "{}: {}{}",
                e.path(),
                e.message(),
                at.unwrap_or_default()
            ))
        })?;
        let entries = paths
            .iter()
            .zip(&values)
            .map(|(&path, value)| match json(value) {
                Some(value) => Ok((path, value)),
                None => Err(Failure::new(format!(
                    "`{path}` is a number that JSON does not have: NaN, or infinite"
                ))),
            });
        Ok(Json::object(entries.collect::<Result<Vec<_>, _>>()?))
    }

    /// The text of the schema, and the message behind its header.
    fn split<'b>(&self, bytes: &'b [u8], message: &Message) -> Result<(String, &'b [u8]), Failure> {
        let own = || avro::text(self.schema, self.record);
        let text = || self.writer.map_or_else(own, |writer| writer.text.clone());
        let failed = |e: Error| Failure::new(e.to_string());
        match message.wire {
            Wire::Avro => Ok((text(), bytes)),
            Wire::Confluent => {
                let (id, body) = frame::split_confluent(bytes).map_err(failed)?;
                wire::same_id(id, message)?;
                Ok((text(), body))
            }
            Wire::SingleObject => {
                let (found, body) = frame::split_single_object(bytes).map_err(failed)?;
                let reader = self.codec.fingerprint();
                match self.writer {
                    Some(writer) if found == writer.fingerprint => Ok((writer.text.clone(), body)),
                    _ if found == reader => Ok((own(), body)),
                    writer => Err(failed(Error {
                        path: self.schema.record(self.record).name.clone(),
                        offset: Some(2),
                        problem: match writer.map(|writer| writer.fingerprint) {
                            Some(writer) => Problem::Writer {
                                writer,
                                reader,
                                found,
                            },
                            None => Problem::Fingerprint {
                                expected: reader,
                                found,
                            },
                        },
                    })),
                }
            }
            Wire::Json => Err(Failure::help(
                "fields are taken out of Avro; a message in JSON is read whole",
                "drop `--field`, or add the `--wire` of the message: avro, confluent or single-object",
            )),
        }
    }
}

/// A value in JSON; none for a number that JSON does not have.
fn json(value: &Peeked<'_>) -> Option<Json> {
    let base64 = |bytes: &[u8]| Json::String(base64_simd::STANDARD.encode_to_string(bytes));
    Some(match value {
        Peeked::Boolean(v) => Json::Bool(*v),
        Peeked::Int(v) => Json::int(*v),
        Peeked::Long(v) => Json::int(*v),
        Peeked::Float(v) if v.is_finite() => Json::float(*v),
        Peeked::Double(v) if v.is_finite() => Json::double(*v),
        Peeked::Float(_) | Peeked::Double(_) => return None,
        Peeked::String(v) => Json::str(*v),
        Peeked::Symbol(v) => Json::str(&**v),
        Peeked::Date(v) => Json::str(v.to_string()),
        Peeked::Time(v) => Json::str(v.to_string()),
        Peeked::Timestamp(v) => Json::str(v.to_string()),
        Peeked::Uuid(v) => Json::str(v.to_string()),
        Peeked::Decimal(v) => Json::str(v.to_string()),
        Peeked::Bytes(v) | Peeked::Encoded(v) => base64(v),
        _ => Json::Null,
    })
}
