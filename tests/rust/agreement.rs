//! Two versions of a record into messages of each, with what `check` says of the other's readers and what
//! they have to make of every message: for readers that are generated.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::prove;
use tg_schema_compat::report::{Format, Outcome};
use tg_schema_compat::version::Version;
use tg_schema_dynamic::{Codec, Random};
use tg_schema_model::{RecordId, Schema};

#[path = "../../tg-schema-compat/tests/change/enrich.rs"]
mod enrich;

/// Random messages of each direction.
const MESSAGES: usize = 24;

/// One direction of a change.
pub struct Way {
    /// Who reads.
    pub direction: Direction,
    /// What `check` says of JSON.
    pub compatible: bool,
    /// Messages of the writer, those included that `check` shows as proof.
    pub messages: Vec<Message>,
}

/// A message of the writer.
pub struct Message {
    /// Its JSON.
    pub text: String,
    /// What the reader writes when it has read it; none where it refuses it.
    pub read: Option<String>,
    /// Whether `check` shows that it is refused, or becomes something else.
    pub shown: bool,
    /// Whether the writer's own reader makes something else of it: code can send it all the same.
    pub altered: bool,
    /// Whether it is refused for a number that no `float` can be, of which verdicts say nothing.
    pub extreme: bool,
}

/// Both directions of a change of one record.
pub fn ways(old: (&Version, RecordId), new: (&Version, RecordId), random: &mut Random) -> Vec<Way> {
    let earlier = std::slice::from_ref(old.0);
    let mut report =
        check(new.0, earlier, &Options::default()).unwrap_or_else(|problem| panic!("{problem}"));
    prove(&mut report, new.0, earlier);
    let name = new.0.schema.record(new.1).full_name();
    let compared = report
        .records
        .iter()
        .find(|record| record.new.as_ref() == Some(&name));
    let compared = compared.unwrap_or_else(|| panic!("{name} is not compared"));
    let matrix = compared.matrix.as_ref();
    let json = matrix.and_then(|matrix| matrix.json);
    let json = json.unwrap_or_else(|| panic!("{name} has no verdict"));
    let way = |direction: Direction| {
        let (writer, reader) = match direction {
            Direction::Backward => (old, new),
            Direction::Forward => (new, old),
        };
        let (from, to) = (&writer.0.schema, &reader.0.schema);
        let read = |text| read((from, writer.1), (to, reader.1), text);
        let proof = compared.findings.iter().flat_map(|f| &f.counterexamples);
        let proof = proof.filter(|one| one.format == Format::Json && one.direction == direction);
        let mut messages: Vec<Message> = proof
            .map(|one| {
                let message = read(one.message.clone());
                match &one.outcome {
                    Outcome::Refused(_) => assert!(message.read.is_none(), "{one:?}"),
                    Outcome::Changed(_) => assert!(message.read.is_some(), "{one:?}"),
                }
                Message {
                    shown: true,
                    ..message
                }
            })
            .collect();
        for turn in 0..MESSAGES {
            *random = random.clone().size([4, 16, 64][turn % 3]);
            let mut value = random.value(from, writer.1);
            if random.one_in(2) {
                enrich::enrich(from, writer.1, &mut value, random);
            }
            let written = Codec::new(from, writer.1).write_json(&value).ok();
            let text = written.and_then(|bytes| String::from_utf8(bytes).ok());
            messages.extend(text.map(read));
        }
        Way {
            direction,
            compatible: json.get(direction),
            messages,
        }
    };
    Direction::ALL.into_iter().map(way).collect()
}

fn read(writer: (&Schema, RecordId), reader: (&Schema, RecordId), text: String) -> Message {
    let own = Codec::new(writer.0, writer.1);
    let again = own.read_json(text.as_bytes()).ok();
    let again = again.and_then(|value| own.write_json(&value).ok());
    let codec = Codec::new(reader.0, reader.1);
    let value = codec.read_json(text.as_bytes());
    let extreme = matches!(&value, Err(error) if error.to_string().contains("out of range"));
    let written = value.ok().and_then(|value| codec.write_json(&value).ok());
    Message {
        read: written.and_then(|bytes| String::from_utf8(bytes).ok()),
        altered: again.as_deref() != Some(text.as_bytes()),
        text,
        shown: false,
        extreme,
    }
}

impl Way {
    /// What contradicts the verdict, when `run` is what a generated writer and reader make of a message: what
    /// the reader writes again, or why it refuses it.
    pub fn contradictions(&self, run: impl Fn(&Message) -> Result<String, String>) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut shown = false;
        for message in &self.messages {
            let done = run(message);
            shown |= message.shown || done.is_err();
            let told = match (&done, &message.read) {
                (Ok(again), Some(expected)) if again == expected => continue,
                (Err(_), None) if !self.compatible || message.extreme => continue,
                (Err(_), None) => "is refused, and was said to be read",
                (Ok(_), Some(_)) => "is read as something else",
                (Ok(_), None) => "is read, and by its definition it is refused",
                (Err(_), Some(_)) => "is refused, and by its definition it is read",
            };
            let expected = message.read.as_deref().unwrap_or("an error");
            let text = &message.text;
            wrong.push(format!(
                "{:?}: {text}\n  {told}: {done:?}, expected {expected}",
                self.direction
            ));
        }
        if !self.compatible && !shown {
            wrong.push(format!("{:?}: no message fails", self.direction));
        }
        wrong
    }
}
