//! One record's messages, to and from bytes.

use std::sync::OnceLock;

use tg_schema_model::avro::canonical_text;
use tg_schema_model::avro::resolution::Plan;
use tg_schema_model::fingerprint::crc64_avro;
use tg_schema_model::{RecordId, Schema, Value};

use crate::error::{Error, Problem};
use crate::frame::{
    CONFLUENT_HEADER, SINGLE_OBJECT_HEADER, confluent_header, single_object_header,
    split_confluent, split_single_object,
};
use crate::limits::Limits;
use crate::{avro, json};

/// Reads and writes the messages of one record.
#[derive(Clone, Debug)]
pub struct Codec<'s> {
    schema: &'s Schema,
    record: RecordId,
    limits: Limits,
    fingerprint: OnceLock<u64>,
}

impl<'s> Codec<'s> {
    /// A codec for `record`, which is a record of `schema`, with the default limits.
    pub fn new(schema: &'s Schema, record: RecordId) -> Self {
        Codec {
            schema,
            record,
            limits: Limits::default(),
            fingerprint: OnceLock::new(),
        }
    }

    /// The same with other limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// CRC-64-AVRO of the record's canonical Avro schema: what single-object headers carry.
    pub fn fingerprint(&self) -> u64 {
        *self
            .fingerprint
            .get_or_init(|| crc64_avro(canonical_text(self.schema, self.record).as_bytes()))
    }

    /// A message from JSON text.
    pub fn read_json(&self, bytes: &[u8]) -> Result<Value, Error> {
        json::read(self.schema, self.record, self.limits, bytes)
    }

    /// A message as compact JSON text.
    pub fn write_json(&self, value: &Value) -> Result<Vec<u8>, Error> {
        json::write(self.schema, self.record, self.limits, value).map(String::into_bytes)
    }

    /// A message from Avro binary without a header.
    pub fn read_avro(&self, bytes: &[u8]) -> Result<Value, Error> {
        avro::decode(self.schema, self.record, self.limits, bytes)
    }

    /// A message as Avro binary without a header.
    pub fn write_avro(&self, value: &Value) -> Result<Vec<u8>, Error> {
        self.write_after(&[], value)
    }

    /// A message from single-object encoding, written with this record's schema.
    pub fn read_single_object(&self, bytes: &[u8]) -> Result<Value, Error> {
        let (found, message) = split_single_object(bytes).map_err(|e| self.named(e))?;
        let expected = self.fingerprint();
        if found != expected {
            let problem = Problem::Fingerprint { expected, found };
            return Err(self.named(Error::new(problem).at(2)));
        }
        self.read_avro(message)
            .map_err(|e| e.behind(SINGLE_OBJECT_HEADER))
    }

    /// A message in single-object encoding: `C3 01`, the schema's fingerprint, Avro binary.
    pub fn write_single_object(&self, value: &Value) -> Result<Vec<u8>, Error> {
        self.write_after(&single_object_header(self.fingerprint()), value)
    }

    /// The schema id and the message from Confluent framing, written with this record's schema.
    pub fn read_confluent(&self, bytes: &[u8]) -> Result<(u32, Value), Error> {
        let (id, message) = split_confluent(bytes).map_err(|e| self.named(e))?;
        let value = self
            .read_avro(message)
            .map_err(|e| e.behind(CONFLUENT_HEADER))?;
        Ok((id, value))
    }

    /// A message in Confluent framing: a zero byte, the schema id of the registry, Avro binary.
    pub fn write_confluent(&self, id: u32, value: &Value) -> Result<Vec<u8>, Error> {
        self.write_after(&confluent_header(id), value)
    }

    /// A message from Avro binary that was written with another schema, without a header. The plan is
    /// [`tg_schema_model::avro::resolution::compile`]'s for that schema and this codec's record.
    ///
    /// # Example
    /// ```
    /// use tg_schema_dynamic::{Codec, random_schema};
    /// use tg_schema_model::avro::{self, resolution};
    /// # let schema = random_schema(1);
    /// # let record = schema.record_ids().next().unwrap();
    /// # let text = avro::text(&schema, record);
    /// # let codec = Codec::new(&schema, record);
    /// # let value = tg_schema_dynamic::example(&schema, record);
    /// # let bytes = codec.write_avro(&value)?;
    ///
    /// let writer = avro::parse(&text)?;
    /// let plan = resolution::compile(&writer, &schema, record)?;
    /// let value = Codec::new(&schema, record).resolve(&plan, &bytes)?;
    /// # assert_eq!(codec.read_avro(&bytes)?, value);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&self, plan: &Plan, bytes: &[u8]) -> Result<Value, Error> {
        avro::resolve(self.schema, self.record, self.limits, plan, bytes)
    }

    /// A message from single-object encoding that was written with another schema, whose CRC-64-AVRO is
    /// `writer`. One that was written with this record's schema is read as that.
    pub fn resolve_single_object(
        &self,
        plan: &Plan,
        writer: u64,
        bytes: &[u8],
    ) -> Result<Value, Error> {
        let (found, message) = split_single_object(bytes).map_err(|e| self.named(e))?;
        let reader = self.fingerprint();
        let value = match found {
            _ if found == writer => self.resolve(plan, message),
            _ if found == reader => self.read_avro(message),
            _ => {
                let problem = Problem::Writer {
                    writer,
                    reader,
                    found,
                };
                return Err(self.named(Error::new(problem).at(2)));
            }
        };
        value.map_err(|e| e.behind(SINGLE_OBJECT_HEADER))
    }

    /// The schema id and the message from Confluent framing, written with another schema.
    pub fn resolve_confluent(&self, plan: &Plan, bytes: &[u8]) -> Result<(u32, Value), Error> {
        let (id, message) = split_confluent(bytes).map_err(|e| self.named(e))?;
        let value = self
            .resolve(plan, message)
            .map_err(|e| e.behind(CONFLUENT_HEADER))?;
        Ok((id, value))
    }

    /// An error that was met before the message began.
    fn named(&self, error: Error) -> Error {
        error.in_record(&self.schema.record(self.record).name)
    }

    fn write_after(&self, header: &[u8], value: &Value) -> Result<Vec<u8>, Error> {
        let mut out = header.to_vec();
        avro::encode(self.schema, self.record, self.limits, value, &mut out)?;
        Ok(out)
    }
}
