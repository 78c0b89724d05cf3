//! A lock and a new version into the lock that has it as its next release.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

use tg_schema_model::definition::{self, Part};
use tg_schema_model::{
    Diagnostic, Diagnostics, Item, Json, RecordId, SourceId, Sources, Span, json,
};

use super::block::{self, Block};
use super::item::{
    AvroBody, Body, Entry, Origin, TopicBody, TypeBody, fingerprint, lines, literal,
};
use super::{parse, write};
use crate::version::{Message, Version};

/// What a block of a lock is of. They stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// An Avro schema that no definition says, or none to the letter.
    Avro,
    /// An enum.
    Enum,
    /// A record.
    Record,
    /// A topic.
    Topic,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Avro, Kind::Enum, Kind::Record, Kind::Topic];

    /// The word for it in the lock.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Avro => "avro",
            Kind::Enum => "enum",
            Kind::Record => "record",
            Kind::Topic => "topic",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What became of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// It is new, or there again after it was removed.
    Added,
    /// It is another than in the release before.
    Changed,
    /// It is gone.
    Removed,
}

impl What {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            What::Added => "added",
            What::Changed => "changed",
            What::Removed => "removed",
        }
    }
}

/// A line of the summary of a release: `added record shop.Order`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub what: What,
    /// What it is.
    pub kind: Kind,
    /// Its full name; of a topic, its module and its name.
    pub name: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.what.word(), self.kind.word(), self.name)
    }
}

/// A lock with a new version in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The whole text. It is the text that was there, where that was in canonical form and nothing changed.
    pub text: String,
    /// The number of the last release.
    pub release: u32,
    /// What that release changed, in the order of the lock; empty where it was there before.
    pub changes: Vec<Change>,
}

/// Makes `new` the latest release of a lock. `label` is the name of the file, `existing` its text, if it is there.
///
/// All that the lock has and `new` has not is taken as removed, so `new` is to be everything.
///
/// # Errors
///
/// What is wrong with the text that is there; or two messages of `new` have one name.
pub fn accept(
    label: &str,
    existing: Option<&str>,
    new: &Version,
) -> Result<Accepted, (Sources, Diagnostics)> {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut blocks = Vec::new();
    if let Some(text) = existing {
        let source = sources.add(label, text);
        let entries = parse::entries(text, source, &mut diagnostics);
        blocks = block::blocks(entries, &mut diagnostics);
    }
    let bodies = match diagnostics.has_errors() {
        true => BTreeMap::new(),
        false => bodies(new, &blocks, &mut diagnostics),
    };
    if diagnostics.has_errors() {
        diagnostics.finish();
        return Err((sources, diagnostics));
    }
    let last = block::last_release(&blocks);
    let changes = add(&mut blocks, bodies, last.saturating_add(1));
    Ok(Accepted {
        text: write::text(&blocks),
        release: block::last_release(&blocks),
        changes,
    })
}

type Bodies = BTreeMap<(Kind, String), Body>;

/// Adds what is not there yet, as of `release`. Says what that was.
fn add(blocks: &mut Vec<Block>, mut bodies: Bodies, release: u32) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut change = |what, kind, name: &str| {
        let name = name.to_owned();
        changes.push(Change { what, kind, name });
    };
    let entry = |kind, name: &str, body| Entry {
        kind,
        name: name.to_owned(),
        place: Span::NONE,
        release,
        body,
    };
    for block in blocks.iter_mut() {
        let (kind, name) = (block.kind, block.name.clone());
        let body = bodies.remove(&(kind, name.clone()));
        let what = match (block.latest(), &body) {
            (None, None) => continue,
            (Some(old), Some(new)) if old.same(new) => continue,
            (Some(_), Some(_)) => What::Changed,
            (None, Some(_)) => What::Added,
            (Some(_), None) => What::Removed,
        };
        change(what, kind, &name);
        block.entries.push(entry(kind, &name, body));
    }
    for ((kind, name), body) in bodies {
        change(What::Added, kind, &name);
        let entries = vec![entry(kind, &name, Some(body))];
        blocks.push(Block {
            kind,
            name,
            entries,
        });
    }
    blocks.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    changes.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    changes
}

/// What a version has, by name.
fn bodies(version: &Version, blocks: &[Block], diagnostics: &mut Diagnostics) -> Bodies {
    let schema = &version.schema;
    let mut all = Vec::new();
    let homes = homes(version);
    let home = |module: usize| homes.get(module).map_or("", String::as_str);
    let names = Names::of(version, blocks);
    let origins = Origins::of(version);
    let named = |item: Item| match item {
        Item::Record(id) => {
            let record = schema.record(id);
            names.name(&record.full_name(), home(record.module))
        }
        Item::Enum(id) => {
            let known = schema.enumeration(id);
            names.name(&known.full_name(), home(known.module))
        }
        Item::Topic(_) => String::new(),
    };
    let items = schema.record_ids().map(Item::Record);
    for item in items.chain(schema.enum_ids().map(Item::Enum)) {
        let (kind, module) = match item {
            Item::Record(id) => (Kind::Record, schema.record(id).module),
            Item::Enum(id) => (Kind::Enum, schema.enumeration(id).module),
            Item::Topic(_) => continue,
        };
        let own = definition::own(schema, item, &named);
        let origin = origins.of_type(item);
        all.push((kind, named(item), defined(home(module), origin, &own)));
    }
    for topic in &schema.topics {
        let module = home(topic.module).to_owned();
        let name = match module.as_str() {
            "" => topic.name.clone(),
            module => format!("{module}.{}", topic.name),
        };
        let body = TopicBody {
            module,
            address: topic.address.clone(),
            record: named(Item::Record(topic.record)),
            legacy: topic.legacy.clone(),
            address_place: Span::NONE,
        };
        all.push((Kind::Topic, name, Ok(Body::Topic(body))));
    }
    for message in &version.messages {
        let name = match message.record {
            None => names.name(message.plain_name(), &message.home),
            // What the definition says is all that there is to keep.
            Some(record) if message.is_said_by(schema, record) => continue,
            Some(record) => named(Item::Record(record)),
        };
        let body = match json::parse(&message.text) {
            Ok(json) => Ok(Body::Avro(AvroBody {
                module: message.home.clone(),
                origin: origins.of_schema(),
                compact: json.compact(),
                text: literal(json.pretty(2)),
                inexpressible: message.inexpressible.clone(),
            })),
            Err(error) => Err(format!("its text is no JSON: {}", error.message)),
        };
        all.push((Kind::Avro, name, body));
    }
    let mut bodies = Bodies::new();
    for (kind, name, body) in all {
        let problem = match body {
            Ok(body) => match bodies.insert((kind, name.clone()), body) {
                None => continue,
                Some(_) => "there are two of that name".to_owned(),
            },
            Err(problem) => problem,
        };
        let message = format!("the {} `{name}` cannot be kept in a lock", kind.word());
        diagnostics.push(Diagnostic::error(Span::NONE, message, problem));
    }
    bodies
}

/// What the lock calls types and schemas: by their full names. There may be several of one, of different modules; then the
/// module follows. What something was called in the lock it goes on to be called, whatever becomes of the others.
struct Names<'b> {
    known: HashSet<&'b str>,
    /// What is there, by name and module.
    live: HashSet<(&'b str, &'b str)>,
    count: HashMap<String, usize>,
}

impl<'b> Names<'b> {
    fn of(version: &Version, blocks: &'b [Block]) -> Self {
        let live = blocks
            .iter()
            .filter_map(|block| Some((block.name.as_str(), block.latest()?.module()?)));
        let schema = &version.schema;
        let records = schema.records.iter().map(|record| record.full_name());
        let enums = schema.enums.iter().map(|known| known.full_name());
        let others = version.messages.iter().filter(|m| m.record.is_none());
        let others = others.map(|message| message.plain_name().to_owned());
        let mut count: HashMap<String, usize> = HashMap::new();
        for name in records.chain(enums).chain(others) {
            *count.entry(name).or_default() += 1;
        }
        Names {
            known: blocks.iter().map(|block| block.name.as_str()).collect(),
            live: live.collect(),
            count,
        }
    }

    fn name(&self, full: &str, module: &str) -> String {
        let apart = format!("{full}@{module}");
        let is_one_of_several = matches!(self.count.get(full), Some(2..));
        let is_apart = is_one_of_several || self.known.contains(apart.as_str());
        match is_apart && !self.live.contains(&(full, module)) {
            true => apart,
            false => full.to_owned(),
        }
    }
}

/// What the types of a version are in it.
struct Origins<'v> {
    version: &'v Version,
    /// The records that are messages, each with whether it is what an Avro schema is.
    messages: HashMap<RecordId, bool>,
    /// The texts of Avro schemas.
    sources: HashSet<SourceId>,
}

impl<'v> Origins<'v> {
    fn of(version: &'v Version) -> Self {
        let messages = version.messages.iter();
        let is_schema = |m: &Message| m.source.is_some() || version.only_schemas;
        Origins {
            version,
            messages: messages
                .clone()
                .filter_map(|m| Some((m.record?, is_schema(m))))
                .collect(),
            sources: messages.filter_map(|m| m.source).collect(),
        }
    }

    /// Of what is an Avro schema.
    fn of_schema(&self) -> Origin {
        match (self.version.single, self.version.without_modules) {
            (true, _) => Origin::Single,
            (false, true) => Origin::Named,
            (false, false) => Origin::Schema,
        }
    }

    fn of_type(&self, item: Item) -> Origin {
        let schema = &self.version.schema;
        let (message, span) = match item {
            Item::Record(id) => (self.messages.get(&id), schema.record(id).span),
            Item::Enum(id) => (None, schema.enumeration(id).span),
            Item::Topic(_) => return Origin::Definition,
        };
        let is_inside = || self.version.only_schemas || self.sources.contains(&span.source);
        match message {
            Some(true) => self.of_schema(),
            None if is_inside() => Origin::Part,
            Some(false) | None => Origin::Definition,
        }
    }
}

fn defined(module: &str, origin: Origin, own: &Json) -> Result<Body, String> {
    let text = lines(own);
    let part = Part::read(&text, SourceId::NONE, 0).map_err(|error| error.message)?;
    Ok(Body::Type(Box::new(TypeBody {
        module: module.to_owned(),
        origin,
        part,
        fingerprint: fingerprint(&own.compact()),
        text,
    })))
}

/// What the modules of a version are called: as the messages in them say, which may be of subjects and topics.
fn homes(version: &Version) -> Vec<String> {
    let modules = version.schema.modules.iter();
    let mut homes: Vec<String> = modules.map(|module| module.dotted()).collect();
    for message in &version.messages {
        let record = message.record.map(|id| version.schema.record(id));
        if let Some(home) = record.and_then(|record| homes.get_mut(record.module))
            && !message.home.is_empty()
        {
            message.home.clone_into(home);
        }
    }
    homes
}
