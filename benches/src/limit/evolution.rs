//! Messages of other writers: a schema is compiled into steps once, and the steps are run on each message.

use serde_json::Value;

use super::avro::{Avro, Input};
use crate::messages::evolution::{Batch, Item};

/// How to pass over a value of the writer that the reader has no field for.
enum Skip {
    Bytes(usize),
    Varint,
    Text,
    Record(Vec<Skip>),
}

impl Skip {
    fn of(schema: &Value) -> Skip {
        match schema["type"]
            .as_str()
            .unwrap_or_else(|| schema.as_str().unwrap_or(""))
        {
            "boolean" => Skip::Bytes(1),
            "float" => Skip::Bytes(4),
            "double" => Skip::Bytes(8),
            "int" | "long" => Skip::Varint,
            "record" => {
                let mut steps: Vec<Skip> = Vec::new();
                for field in fields(schema) {
                    match (steps.last_mut(), Skip::of(&field["type"])) {
                        (Some(Skip::Bytes(length)), Skip::Bytes(more)) => *length += more,
                        (_, skip) => steps.push(skip),
                    }
                }
                match steps.len() {
                    1 => steps.remove(0),
                    _ => Skip::Record(steps),
                }
            }
            _ => Skip::Text,
        }
    }
    #[inline]
    fn run(&self, input: &mut Input) -> Option<()> {
        match self {
            Skip::Bytes(length) => input.take(*length).map(drop),
            Skip::Varint => input.varint().map(drop),
            Skip::Text => input.bytes().map(drop),
            Skip::Record(steps) => steps.iter().try_for_each(|skip| skip.run(input)),
        }
    }
}

/// What to do with the writer's next field of an item.
enum Step {
    Id,
    Count,
    Score,
    ScoreOfFloat,
    Flag,
    Name,
    Tags,
    Note,
    Level,
    Skip(Skip),
}

/// A writer's schema, compiled for [`Batch`].
pub struct Plan(Vec<Step>);

fn fields(record: &Value) -> &[Value] {
    record["fields"].as_array().map_or(&[], Vec::as_slice)
}

impl Plan {
    /// `None` where a field has no value although it needs one.
    pub fn compile(writer: &str) -> Option<Plan> {
        let schema: Value = serde_json::from_str(writer).ok()?;
        let items = fields(&schema)
            .iter()
            .find(|field| field["name"] == "items")?;
        let item = fields(&items["type"]["items"]);
        let step = |field: &Value| match field["name"].as_str()? {
            "id" => Some(Step::Id),
            "count" => Some(Step::Count),
            "score" if field["type"] == "float" => Some(Step::ScoreOfFloat),
            "score" => Some(Step::Score),
            "flag" => Some(Step::Flag),
            "name" => Some(Step::Name),
            "tags" => Some(Step::Tags),
            "note" => Some(Step::Note),
            "level" => Some(Step::Level),
            _ => Some(Step::Skip(Skip::of(&field["type"]))),
        };
        let steps = item.iter().map(step).collect::<Option<_>>()?;
        let needed = ["id", "count", "score", "flag", "name", "tags"];
        let given = |name: &&str| item.iter().any(|field| field["name"] == *name);
        needed.iter().all(given).then_some(Plan(steps))
    }

    /// Reads a whole message.
    pub fn decode(&self, bytes: &[u8]) -> Option<Batch> {
        let mut input = Input(bytes);
        let source = String::read(&mut input)?;
        let mut items = Vec::new();
        while let Some(count) = input.block(1)? {
            items.reserve_exact(count);
            for _ in 0..count {
                items.push(self.item(&mut input)?);
            }
        }
        input.0.is_empty().then_some(Batch { source, items })
    }

    #[inline]
    fn item(&self, input: &mut Input) -> Option<Item> {
        let mut item = Item {
            id: String::new(),
            count: 0,
            score: 0.0,
            flag: false,
            name: String::new(),
            tags: Vec::new(),
            note: None,
            level: 3,
        };
        for step in &self.0 {
            match step {
                Step::Id => item.id = Avro::read(input)?,
                Step::Count => item.count = Avro::read(input)?,
                Step::Score => item.score = Avro::read(input)?,
                Step::ScoreOfFloat => {
                    let bytes = input.take(4)?.as_array()?;
                    item.score = f64::from(f32::from_le_bytes(*bytes));
                }
                Step::Flag => item.flag = Avro::read(input)?,
                Step::Name => item.name = Avro::read(input)?,
                Step::Tags => item.tags = Avro::read(input)?,
                Step::Note => item.note = Avro::read(input)?,
                Step::Level => item.level = Avro::read(input)?,
                Step::Skip(skip) => skip.run(input)?,
            }
        }
        Some(item)
    }
}
