//! One version of everything that is compared: definitions with their texts, or Avro schemas as they are.
//!
//! What is compared is a [`Message`]: a record of definitions, or one Avro schema of any form. Its text in
//! registries is there in every case, and a record of the model where definitions can say what it is.

pub(crate) mod part;
mod places;
pub mod schema;
mod told;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use tg_schema_model::diagnostic::Position;
use tg_schema_model::{
    Profile, Record, RecordId, Schema, SourceId, Sources, Span, TopicDefinition, avro, definition,
    pulsar,
};

use crate::engine::avro::{Defaults, Graph, Refusal, Shape};
use crate::engine::pulsar::is_known_as;
pub(crate) use places::Places;
pub use told::complete;

/// One version.
#[derive(Clone, Debug, Default)]
pub struct Version {
    /// What people call it: `schemas`, `git:v1.2`, `tg-schema.lock release 3`.
    pub label: String,
    /// The definitions; empty where there are none.
    pub schema: Schema,
    /// The texts that spans point into, those of Avro schemas included.
    pub sources: Sources,
    /// What is compared, in the order of the texts.
    pub messages: Vec<Message>,
    /// Whether it is one Avro schema that was named by itself: two of them are compared whatever their names.
    pub single: bool,
    /// Names of messages that are as they were in the version before this, and are left out here.
    pub unchanged: Vec<String>,
    /// Names that were in use once and are not to come back, with what they named.
    pub tombstones: Vec<Tombstone>,
    /// Whether it is Records in Python: who has it reads and writes as they do.
    pub python: bool,
    /// Whether nobody knows which modules the types are in: files that were named by themselves, and what
    /// registries hold.
    pub without_modules: bool,
    /// Whether it is Avro schemas and nothing else: it tells of no topic, and a record inside of another one is no
    /// message of its own.
    pub only_schemas: bool,
    /// The texts of schemas by the ids that a schema registry gave them: recorded messages begin with these. One that
    /// has several is no id of a registry as it should be.
    pub ids: BTreeMap<u32, BTreeSet<String>>,
    /// Whether it is a release of a lock that a later one follows: where topics were before that was accepted with it.
    pub superseded: bool,
    /// Whether docs and deprecations are not there, and not in the texts of messages either: a lock keeps none.
    pub without_docs: bool,
    /// Whether the messages are those of subjects or topics.
    pub registered: bool,
    /// The generator's option `non_exhaustive`, where it is known to be, or to have been, another one than that of
    /// [`crate::check::Options`].
    pub non_exhaustive: Option<bool>,
}

/// A name that was in use in an earlier release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tombstone {
    /// The full name of the record.
    pub record: String,
    /// The field that is gone, or none where the record is.
    pub field: Option<String>,
    /// The type that the field had, as a definition writes it; the word `record` for a record.
    pub ty: String,
    /// What people call the last version that had it.
    pub last: String,
}

/// A record of definitions, or one Avro schema.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// Its full Avro name; the word of the type, such as `array`, where it has none. Where a version has several of one
    /// name, `@` and the home follow, see [`tell_apart`].
    pub name: String,
    /// Its module, file, subject or topic: what tells it from others of its name.
    pub home: String,
    /// Former full names.
    pub aliases: Vec<String>,
    /// The record in [`Version::schema`], where definitions can say what it is.
    pub record: Option<RecordId>,
    /// Why there is no record.
    pub inexpressible: Option<String>,
    /// The text that registries hold.
    pub text: String,
    /// Where `text` stands in [`Version::sources`], if it stands there.
    pub source: Option<SourceId>,
    /// The type under which a Pulsar broker holds it, such as `AVRO`; none where no broker said so.
    pub schema_type: Option<String>,
    /// What lock files and suppressions compare: the full definition, or the text where there is none.
    pub identity: String,
    graph: OnceLock<Result<Arc<Graph>, Refusal>>,
    plain: OnceLock<Option<Graph>>,
    places: OnceLock<Places>,
}

impl Message {
    /// An Avro schema, with the record that it is where definitions can say it.
    pub fn new(
        name: impl Into<String>,
        text: impl Into<String>,
        identity: impl Into<String>,
    ) -> Self {
        Message {
            name: name.into(),
            text: text.into(),
            identity: identity.into(),
            ..Message::default()
        }
    }

    /// Its name without its home.
    pub fn plain_name(&self) -> &str {
        plain(&self.name)
    }

    /// The types, as registries see them. Defaults are not judged here.
    pub fn graph(&self) -> Result<&Graph, &Refusal> {
        let shared = self.shared_graph().as_ref();
        shared.map(|graph| &**graph)
    }

    fn shared_graph(&self) -> &Result<Arc<Graph>, Refusal> {
        self.graph
            .get_or_init(|| Graph::parse(&self.text, Defaults::Unchecked).map(Arc::new))
    }

    /// Takes over the types of a message with the same text, so that they are made once.
    pub(crate) fn share(&self, other: &Message) {
        if self.text == other.text && self.graph.get().is_none() {
            // Whoever made them in the meantime made the same.
            let _ = self.graph.set(other.shared_graph().clone());
        }
    }

    /// Whether the definition that it is has the same schema, documentation aside.
    pub(crate) fn is_said_by(&self, schema: &Schema, record: RecordId) -> bool {
        let own = message(schema, record);
        if own.text == self.text {
            return true;
        }
        let (Ok(text), Ok(definition)) = (self.graph(), own.graph()) else {
            return false;
        };
        // Aliases and the defaults of enums, and all else.
        let plain = |graph: &Graph| graph.to_json().ok().map(|json| json.compact());
        plain(text).is_some_and(|text| Some(text) == plain(definition))
            && is_known_as(text, definition).unwrap_or(false)
    }

    /// Where the parts of the text stand.
    pub(crate) fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::of(&self.text))
    }

    /// The types, as registries see them; where they see none, as they would see the definition without its
    /// profile.
    pub(crate) fn outline(&self, schema: &Schema) -> Result<&Graph, &Refusal> {
        let refusal = match self.graph() {
            Ok(graph) => return Ok(graph),
            Err(refusal) => refusal,
        };
        let plain = self.plain.get_or_init(|| {
            let text = avro::text(schema, self.record?);
            Graph::parse(&text, Defaults::Unchecked).ok()
        });
        plain.as_ref().ok_or(refusal)
    }
}

impl Version {
    /// The version that definitions are. Every record is a message.
    pub fn of_definitions(label: impl Into<String>, schema: Schema, sources: Sources) -> Self {
        let ids: Vec<RecordId> = schema.record_ids().collect();
        let messages = ids.into_iter().map(|id| message(&schema, id));
        let mut messages: Vec<Message> = messages.collect();
        tell_apart(&mut messages);
        Version {
            label: label.into(),
            schema,
            sources,
            messages,
            ..Version::default()
        }
    }

    /// The version that one Avro schema is, which was named by itself.
    pub fn of_schema(label: impl Into<String>, message: Message) -> Self {
        Version {
            label: label.into(),
            messages: vec![message],
            single: true,
            ..Version::default()
        }
    }

    /// Whether a comparison finds the same here as in that one: nothing but the label differs.
    fn is_like(&self, other: &Version) -> bool {
        let Version {
            label: _,
            // Spans point into it, and are part of the schema.
            sources: _,
            // Recorded messages are read with these, and no comparison.
            ids: _,
            schema,
            messages,
            single,
            unchanged,
            tombstones,
            python,
            without_modules,
            only_schemas,
            superseded,
            without_docs,
            registered,
            non_exhaustive,
        } = self;
        let same = |(a, b): (&Message, &Message)| {
            (&a.name, &a.home) == (&b.name, &b.home)
                && (&a.text, &a.identity) == (&b.text, &b.identity)
                && (&a.aliases, &a.schema_type) == (&b.aliases, &b.schema_type)
                && (a.record, a.source, &a.inexpressible) == (b.record, b.source, &b.inexpressible)
        };
        messages.len() == other.messages.len()
            && messages.iter().zip(&other.messages).all(same)
            && (single, python, without_modules, without_docs)
                == (
                    &other.single,
                    &other.python,
                    &other.without_modules,
                    &other.without_docs,
                )
            && (only_schemas, superseded) == (&other.only_schemas, &other.superseded)
            && (registered, non_exhaustive) == (&other.registered, &other.non_exhaustive)
            && (unchanged, tombstones) == (&other.unchanged, &other.tombstones)
            && *schema == other.schema
    }

    /// The records, each with the name of the message that it is, or else its own.
    pub(crate) fn called(&self) -> impl Iterator<Item = (String, &Record)> {
        let messages = self.messages.iter();
        let names = messages.filter_map(|m| Some((m.record?.0, m.name.as_str())));
        let names: HashMap<usize, &str> = names.collect();
        let records = self.schema.records.iter().enumerate();
        records.map(move |(at, record)| {
            let name = names.get(&at).map(|name| (*name).to_owned());
            (name.unwrap_or_else(|| record.full_name()), record)
        })
    }

    /// The topics that carry a message; none where [`Version::only_schemas`] is set.
    pub fn topics<'v>(
        &'v self,
        message: &Message,
    ) -> impl Iterator<Item = &'v TopicDefinition> + use<'v> {
        let record = message.record;
        let carried = move |topic: &&TopicDefinition| Some(topic.record) == record;
        self.schema.topics.iter().filter(carried)
    }

    /// The file and the place in it of a span.
    pub fn place(&self, span: Span) -> Option<(&str, Position)> {
        let source = self.sources.get(span.source)?;
        Some((source.name.as_str(), self.sources.position(span)?))
    }
}

/// Where a record is at home: its module.
pub(crate) fn home(schema: &Schema, id: RecordId) -> String {
    let module = schema.modules.get(schema.record(id).module);
    module.map(|module| module.dotted()).unwrap_or_default()
}

/// A name of a message without its home.
pub(crate) fn plain(name: &str) -> &str {
    name.split_once('@').map_or(name, |(name, _)| name)
}

/// Puts their homes behind the names of messages of which there are several. Old Records of one name may stand in several
/// files, and so may Avro schemas; and several subjects or topics may have schemas of one name.
pub fn tell_apart(messages: &mut [Message]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for message in &*messages {
        *count.entry(message.plain_name().to_owned()).or_default() += 1;
    }
    for message in messages {
        let name = message.plain_name();
        if count.get(name).is_some_and(|count| *count > 1) {
            message.name = format!("{name}@{}", message.home);
        }
    }
}

/// Versions of schemas that registries have, for a new version that has them from nowhere: of several schemas of one name each
/// is in a version of its own, and what no definition can say, a text or a number alone, is left out beside others.
pub fn for_definitions(mut version: Version) -> Vec<Version> {
    let messages = std::mem::take(&mut version.messages);
    let is_bare = |message: &Message| {
        let graph = message.graph();
        graph.is_ok_and(|graph| matches!(graph.shape(graph.root), Shape::Primitive(_)))
    };
    let all_bare = messages.iter().all(is_bare);
    let mut layers: Vec<Vec<Message>> = Vec::new();
    let mut known: HashMap<String, Vec<(String, Option<String>)>> = HashMap::new();
    for mut message in messages {
        if is_bare(&message) && !all_bare {
            continue;
        }
        let own = known.entry(message.plain_name().to_owned()).or_default();
        let text = (message.text.clone(), message.schema_type.clone());
        if own.contains(&text) {
            continue;
        }
        if layers.len() == own.len() {
            layers.push(Vec::new());
        }
        if let Some(layer) = layers.get_mut(own.len()) {
            message.name = message.plain_name().to_owned();
            layer.push(message);
        }
        own.push(text);
    }
    let layers = layers.into_iter().enumerate().rev();
    let versions = layers.map(|(at, messages)| Version {
        label: match (at, version.label.strip_suffix(')')) {
            (0, _) => version.label.clone(),
            (at, Some(label)) => format!("{label}, other {at} of the same names)"),
            (at, None) => format!("{} (other {at} of the same names)", version.label),
        },
        messages,
        ..version.clone()
    });
    versions.collect()
}

/// Earlier versions without those that are as the one before them.
pub(crate) fn distinct(versions: &[Version]) -> Cow<'_, [Version]> {
    let pairs = || versions.iter().zip(versions.iter().skip(1));
    if !pairs().any(|(before, version)| version.is_like(before)) {
        return Cow::Borrowed(versions);
    }
    let others = pairs().filter(|(before, version)| !version.is_like(before));
    let others = others.map(|(_, version)| version);
    versions
        .first()
        .into_iter()
        .chain(others)
        .cloned()
        .collect()
}

/// A record as a message. What the record's profile says is what registries hold.
pub fn message(schema: &Schema, id: RecordId) -> Message {
    let record = schema.record(id);
    let text = match record.profile {
        Profile::PulsarRecord => pulsar::text(schema, id),
        Profile::Plain => avro::text(schema, id),
    };
    let namespace = record.namespace.as_deref();
    let full = |alias: &String| avro::Name::resolve(alias, namespace).full();
    Message {
        home: home(schema, id),
        aliases: record.aliases.iter().map(full).collect(),
        record: Some(id),
        ..Message::new(record.full_name(), text, definition::text(schema, id))
    }
}
