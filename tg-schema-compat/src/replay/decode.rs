//! One message with one version.

use tg_schema_dynamic::datum::{Datum, Types};
use tg_schema_dynamic::{Codec, Error, Limits};
use tg_schema_model::avro::{self, Schema};
use tg_schema_model::value::record_to_json;
use tg_schema_model::{Json, RecordId};

use super::{Replayed, Verdict, kept, presence};
use crate::proof::avro::{Wire, schema};
use crate::proof::place::of_error;
use crate::proof::{Executed, Side};
use crate::version::{Message, Version};

/// The schemas of a version: what is registered, and what its fields are.
pub(super) struct Schemas<'v> {
    side: Side<'v>,
    registered: Result<Schema, String>,
    /// The definitions as an Avro schema, where there are definitions.
    defined: Option<Schema>,
}

impl<'v> Schemas<'v> {
    pub(super) fn of(side: Side<'v>) -> Self {
        let record = side.message.record;
        Schemas {
            side,
            registered: schema(side).map_err(|e| e.to_string()),
            defined: record.map(|record| avro::schema(&side.version.schema, record)),
        }
    }

    pub(super) fn types(&self) -> Shapes<'_> {
        Shapes {
            side: self.side,
            registered: self.registered.as_ref().map(Types::of),
            defined: self.defined.as_ref().map(Types::of),
        }
    }
}

/// The same with their definitions at hand.
pub(super) struct Shapes<'s> {
    side: Side<'s>,
    registered: Result<Types<'s>, &'s String>,
    defined: Option<Types<'s>>,
}

/// What reads as one version, and counts.
pub(super) struct Reader<'w> {
    shapes: &'w Shapes<'w>,
    codec: Option<(RecordId, Codec<'w>)>,
    pub(super) found: Replayed,
}

impl<'w> Reader<'w> {
    pub(super) fn new(shapes: &'w Shapes<'w>) -> Self {
        let Side { version, message } = shapes.side;
        let codec = |record| (record, Codec::new(&version.schema, record));
        Reader {
            shapes,
            codec: message.record.map(codec),
            found: Replayed {
                version: version.label.clone(),
                message: message.name.clone(),
                ..Replayed::default()
            },
        }
    }

    pub(super) fn done(self) -> Replayed {
        self.found
    }

    /// Why no Avro message can be read.
    pub(super) fn unusable(&self) -> String {
        match &self.shapes.registered {
            Err(reason) => (*reason).clone(),
            Ok(_) => "the schemas are larger than can be compared".to_owned(),
        }
    }

    /// A message that was written with the version's own schema.
    pub(super) fn own(&self) -> Option<Own<'w>> {
        let types = self.shapes.registered.as_ref().ok()?;
        let side = self.shapes.side;
        Some(Own {
            side,
            types,
            wire: Wire::new((side, types), (side, types)),
            wires: None,
        })
    }

    /// A message in JSON.
    pub(super) fn json(&mut self, text: &[u8], json: &Json) -> Verdict {
        self.count(json);
        let Some((record, codec)) = &self.codec else {
            let reason = "no definition says what the version is, and JSON is read by definitions";
            return Verdict::Failed(reason.to_owned());
        };
        let value = match codec.read_json(text) {
            Ok(value) => value,
            Err(error) => return Verdict::Failed(format!("{error:#}")),
        };
        let schema = &self.shapes.side.version.schema;
        if kept::is_kept(schema, *record, json, &value) {
            return Verdict::Ok;
        }
        let held = record_to_json(schema, *record, &value);
        Verdict::Changed(held.map_or_else(|e| e.to_string(), |json| json.compact()))
    }

    /// Counts the fields of a message.
    fn count(&mut self, json: &Json) {
        let shape = self.shapes.defined.as_ref();
        if let Some(types) = shape.or(self.shapes.registered.as_ref().ok()) {
            presence::count(types, json, &mut self.found);
        }
    }
}

/// The versions as readers of one writer's schema.
pub(super) struct Wires<'w> {
    wires: Vec<Option<Wire<'w, 'w, 'w>>>,
}

impl<'w> Wires<'w> {
    /// Of what was written with the one schema of a version.
    pub(super) fn new(writer: &'w Version, types: &'w Types<'w>, readers: &[Reader<'w>]) -> Self {
        let message = writer.messages.first();
        let side = message.map(|message| Side {
            version: writer,
            message,
        });
        Wires::of(side, types, readers)
    }

    fn of(writer: Option<Side<'w>>, types: &'w Types<'w>, readers: &[Reader<'w>]) -> Self {
        let wire = |reader: &Reader<'w>| {
            let read = reader.shapes.registered.as_ref().ok()?;
            Some(Wire::new((writer?, types), (reader.shapes.side, read)))
        };
        Wires {
            wires: readers.iter().map(wire).collect(),
        }
    }

    /// A message with one of the versions.
    pub(super) fn read(
        &mut self,
        index: usize,
        reader: &mut Reader<'w>,
        datum: &Datum,
        plain: &Json,
    ) -> Verdict {
        reader.count(plain);
        match self.wires.get_mut(index).and_then(Option::as_mut) {
            Some(wire) => verdict(wire.execute(datum)),
            None => Verdict::Failed(reader.unusable()),
        }
    }
}

/// A version as the writer of what it may have written.
pub(super) struct Own<'w> {
    side: Side<'w>,
    types: &'w Types<'w>,
    /// The version as the reader of it.
    wire: Wire<'w, 'w, 'w>,
    /// All versions as readers of it; made when somebody asks.
    wires: Option<Wires<'w>>,
}

impl<'w> Own<'w> {
    /// A message, if it is one of this version from the first byte to the last.
    pub(super) fn decode(&self, bytes: &[u8]) -> Result<Datum, String> {
        let datum = self.types.decode(bytes, Limits::default());
        datum.map_err(|error| undecoded(self.types, error))
    }

    /// With the version itself.
    pub(super) fn read(&mut self, reader: &mut Reader<'w>, datum: &Datum) -> Verdict {
        reader.count(&self.types.to_json(datum));
        verdict(self.wire.execute(datum))
    }

    /// A message with all versions.
    pub(super) fn wires(
        &mut self,
        datum: &Datum,
        readers: &[Reader<'w>],
    ) -> (&mut Wires<'w>, Json) {
        let (side, types) = (self.side, self.types);
        let wires = self
            .wires
            .get_or_insert_with(|| Wires::of(Some(side), types, readers));
        (wires, types.to_json(datum))
    }
}

fn verdict(executed: Option<Executed>) -> Verdict {
    let Some(executed) = executed else {
        return Verdict::Failed("the message is larger or deeper than messages may be".to_owned());
    };
    match executed.refusals.into_all().into_iter().next() {
        Some(fact) => Verdict::Failed(match fact.reader.as_str() {
            place if !place.is_empty() && !names(&fact.text, place) => {
                format!("{place}: {}", fact.text)
            }
            _ => fact.text,
        }),
        None if executed.changes.all().is_empty() => Verdict::Ok,
        None => Verdict::Changed(executed.held),
    }
}

/// Whether an error names its place itself, be it as `R.lines[3].item` and not as `lines[].item`.
fn names(text: &str, place: &str) -> bool {
    let own = text.split_once(": ").map_or("", |(own, _)| own);
    text.contains(place) || of_error(own) == place
}

/// Why a message cannot be decoded, with the record that it is of.
pub(super) fn undecoded(types: &Types<'_>, mut error: Error) -> String {
    if let Some(name) = types.resolve(types.root).name() {
        error.path.insert_str(0, &name.name);
    }
    format!("{error:#}")
}

/// A schema that messages were written with, as a version.
pub(super) fn written_with(text: &str) -> Version {
    Version {
        label: "writer".to_owned(),
        messages: vec![Message::new("writer", text, text)],
        ..Version::default()
    }
}
