//! What the peers are asked: a reader, a writer, messages of the writer.

use tg_schema_dynamic::{Codec, Random, Value, random_schema, random_writer};
use tg_schema_model::avro::resolution::{Plan, compile};
use tg_schema_model::avro::{self, Schema as Avro};
use tg_schema_model::fingerprint::hex;
use tg_schema_model::{Json, RecordId, Schema};

/// Messages of each.
const MESSAGES: usize = 2;

/// One reader and one writer.
pub struct Job {
    /// For reports.
    pub name: String,
    schema: Schema,
    record: RecordId,
    pub reader: Avro,
    pub writer: Avro,
    pub plan: Plan,
    pub messages: Vec<Vec<u8>>,
}

impl Job {
    pub fn new(
        name: String,
        schema: Schema,
        record: RecordId,
        writer: Avro,
        messages: Vec<Vec<u8>>,
    ) -> Self {
        let reader = avro::schema(&schema, record);
        let plan = compile(&writer, &schema, record).unwrap_or_else(|e| panic!("{name}: {e}"));
        Job {
            name,
            schema,
            record,
            reader,
            writer,
            plan,
            messages,
        }
    }

    /// A line for the peers.
    pub fn line(&self) -> String {
        let text = |schema: &Avro| Json::String(schema.to_json().compact());
        let messages = self.messages.iter().map(|m| Json::String(hex(m)));
        Json::object([
            ("reader", text(&self.reader)),
            ("writer", text(&self.writer)),
            ("data", Json::Array(messages.collect())),
        ])
        .compact()
    }

    /// What a message is to us.
    pub fn resolve(&self, message: &[u8]) -> Result<Value, String> {
        let codec = Codec::new(&self.schema, self.record);
        codec
            .resolve(&self.plan, message)
            .map_err(|e| e.to_string())
    }

    /// A value as the reader writes it.
    pub fn written(&self, value: &Value) -> Vec<u8> {
        let codec = Codec::new(&self.schema, self.record);
        codec.write_avro(value).unwrap_or_default()
    }

    /// What the reader's own bytes are.
    pub fn read(&self, bytes: &[u8]) -> Result<Value, String> {
        let codec = Codec::new(&self.schema, self.record);
        codec.read_avro(bytes).map_err(|e| e.to_string())
    }
}

/// Random ones, the same on every run.
pub fn random(first: u64, count: u64) -> impl Iterator<Item = Job> {
    (first..first + count).map(|seed| {
        let schema = random_schema(seed / 3);
        let mut random = Random::new(seed).non_finite().size(32);
        let record = RecordId(random.below(schema.records.len()));
        let writer = random_writer(seed, &avro::schema(&schema, record));
        let messages = (0..MESSAGES).filter_map(|_| random.datum(&writer));
        let messages = messages.collect();
        Job::new(format!("seed {seed}"), schema, record, writer, messages)
    })
}
