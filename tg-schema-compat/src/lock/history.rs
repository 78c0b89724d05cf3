//! Blocks into the releases that they make.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tg_schema_model::definition::assemble;
use tg_schema_model::{
    Diagnostic, Diagnostics, Item, Json, Module, RecordId, Schema, Sources, Span, TopicDefinition,
    avro, json,
};

use super::MAX_TYPES;
use super::accept::Kind;
use super::block::{Block, several};
use super::item::{AvroBody, Body, Entry, Origin, TopicBody, TypeBody};
use super::tombstone;
use crate::version::{Message, Version, home, message, tell_apart};

/// Where everything stands at one release.
struct Walk<'b> {
    blocks: &'b [Block],
    /// The last entry with a body, of each block.
    live: Vec<Option<&'b Entry>>,
    gone: Vec<bool>,
    /// The block of the schema that the record of a block is to the letter, and of the record that such a schema is.
    twins: Vec<Option<usize>>,
    /// Blocks of messages of whose full name there are several, each under a name of its own.
    several: Vec<usize>,
    /// What that entry refers to.
    mentions: Vec<HashSet<&'b str>>,
    /// Blocks of records and enums by name: two where a name was of both in turn.
    types: HashMap<&'b str, Vec<usize>>,
    /// Blocks whose types mention a name, at any time.
    users: HashMap<&'b str, Vec<usize>>,
    /// Blocks of topics by record, at any time.
    topics: HashMap<&'b str, Vec<usize>>,
}

/// The releases, oldest first. See [`super::read`] for what is in them.
pub(super) fn versions(
    label: &str,
    blocks: &[Block],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Version> {
    let mut walk = Walk::new(blocks);
    let mut releases: BTreeMap<u32, Vec<(usize, &Entry)>> = BTreeMap::new();
    for (at, block) in blocks.iter().enumerate() {
        for entry in &block.entries {
            if let Some(Body::Topic(body)) = &entry.body
                && !walk.types.contains_key(body.record.as_str())
            {
                diagnostics.push(Diagnostic::error(
                    entry.place,
                    format!(
                        "this carries `{}`, of which the lock knows nothing",
                        body.record
                    ),
                    "expected a block of a record of that name",
                ));
            }
            releases.entry(entry.release).or_default().push((at, entry));
        }
    }
    let last = releases.keys().next_back().copied();
    let mut left = MAX_TYPES;
    let mut versions = Vec::with_capacity(releases.len());
    for (&release, entries) in &releases {
        let mut changed = walk.apply(entries);
        changed.extend(walk.of_several());
        if Some(release) == last {
            changed = walk.all();
        }
        let needed = walk.closure(&changed, diagnostics);
        let unchanged = walk.others(&changed);
        let Some(rest) = left.checked_sub(needed.len() + unchanged.len()) else {
            let message = format!("the releases of this lock have more than {MAX_TYPES} types");
            let label = "drop the oldest versions of types that have many";
            diagnostics.push(Diagnostic::error(Span::NONE, message, label));
            return Vec::new();
        };
        left = rest;
        let mut version = walk.version(&changed, &needed, diagnostics);
        version.unchanged = unchanged;
        walk.schemas(&mut version);
        version.label = format!("{label} release {release}");
        version.sources = sources.clone();
        versions.push(version);
        if diagnostics.has_errors() {
            return Vec::new();
        }
    }
    if let Some((version, earlier)) = versions.split_last_mut() {
        earlier.iter_mut().for_each(|v| v.superseded = true);
        let known: Vec<u32> = releases.into_keys().collect();
        version.tombstones = tombstone::all(label, blocks, &known);
    }
    versions
}

impl<'b> Walk<'b> {
    fn new(blocks: &'b [Block]) -> Self {
        let mut walk = Walk {
            blocks,
            live: vec![None; blocks.len()],
            gone: vec![false; blocks.len()],
            twins: vec![None; blocks.len()],
            several: several(blocks),
            mentions: vec![HashSet::new(); blocks.len()],
            types: HashMap::new(),
            users: HashMap::new(),
            topics: HashMap::new(),
        };
        let mut messages: HashMap<&str, usize> = HashMap::new();
        for (at, block) in blocks.iter().enumerate() {
            if matches!(block.kind, Kind::Record | Kind::Avro)
                && let Some(other) = messages.insert(&block.name, at)
                && let Ok([twin, own]) = walk.twins.get_disjoint_mut([other, at])
            {
                (*twin, *own) = (Some(at), Some(other));
            }
            if matches!(block.kind, Kind::Record | Kind::Enum) {
                walk.types.entry(&block.name).or_default().push(at);
            }
            for body in block.entries.iter().filter_map(|entry| entry.body.as_ref()) {
                match body {
                    Body::Type(body) => {
                        for name in body.part.references() {
                            walk.users.entry(name).or_default().push(at);
                        }
                    }
                    Body::Topic(body) => walk.topics.entry(&body.record).or_default().push(at),
                    Body::Avro(_) => {}
                }
            }
        }
        let lists = walk.users.values_mut().chain(walk.topics.values_mut());
        // Blocks were visited in their order, so repetitions are neighbours.
        lists.for_each(Vec::dedup);
        walk
    }

    fn body(&self, at: usize) -> Option<&'b Body> {
        self.live.get(at).copied().flatten()?.body.as_ref()
    }

    fn part(&self, at: usize) -> Option<&'b TypeBody> {
        match self.body(at)? {
            Body::Type(body) => Some(body),
            _ => None,
        }
    }

    /// The other block of a message, where both are there.
    fn twin(&self, at: usize) -> Option<usize> {
        let twin = self.twins.get(at).copied().flatten()?;
        // A part of another schema is another type than the schema of its name.
        let there = |at| self.is_there(at) && self.origin(at) != Origin::Part;
        (there(at) && there(twin)).then_some(twin)
    }

    /// The schema that the record of a block is to the letter.
    fn whole(&self, at: usize) -> Option<&'b AvroBody> {
        match self.body(self.twin(at)?)? {
            Body::Avro(body) => Some(body),
            _ => None,
        }
    }

    fn is_there(&self, at: usize) -> bool {
        self.body(at).is_some() && !self.is_gone(at)
    }

    fn is_gone(&self, at: usize) -> bool {
        self.gone.get(at).copied().unwrap_or(true)
    }

    /// The block that a name means: one that is there, else one that was. Two branches may remove a type
    /// and begin to use it; their definitions then tell of it, and the lock need not.
    fn named(&self, name: &str) -> Option<usize> {
        let blocks = self.types.get(name)?;
        let known = |at: &&usize| self.part(**at).is_some();
        let there = blocks.iter().find(|at| known(at) && !self.is_gone(**at));
        there.or_else(|| blocks.iter().find(known)).copied()
    }

    /// Takes the entries of the next release, and gives the messages that it changes.
    fn apply(&mut self, entries: &[(usize, &'b Entry)]) -> BTreeSet<usize> {
        let mut waiting = Vec::new();
        for &(at, entry) in entries {
            let before = self.body(at);
            if let Some(gone) = self.gone.get_mut(at) {
                *gone = entry.body.is_none();
            }
            if entry.body.is_some()
                && let Some(live) = self.live.get_mut(at)
            {
                *live = Some(entry);
            }
            if let (Some(Body::Type(body)), Some(mentions)) =
                (&entry.body, self.mentions.get_mut(at))
            {
                *mentions = body.part.references().iter().map(String::as_str).collect();
            }
            match self.blocks.get(at).map(|block| block.kind) {
                Some(Kind::Topic) => {
                    for body in before.into_iter().chain(&entry.body) {
                        if let Body::Topic(body) = body {
                            waiting.extend(self.named(&body.record));
                        }
                    }
                }
                _ if entry.body.is_some() => waiting.push(at),
                _ => {}
            }
            let twin = self.twins.get(at).copied().flatten();
            waiting.extend(twin.filter(|twin| self.body(*twin).is_some()));
        }
        let mut changed = BTreeSet::new();
        while let Some(at) = waiting.pop() {
            if self.is_gone(at) || !changed.insert(at) {
                continue;
            }
            let name = self.blocks.get(at).map_or("", |block| &block.name);
            let users = self.users.get(name).into_iter().flatten();
            let uses = |user: &&usize| self.mentions.get(**user).is_some_and(|m| m.contains(name));
            waiting.extend(users.filter(uses));
        }
        changed
    }

    /// Messages that are there and of whose full name there are several: which of them is which is told by all together,
    /// so that each release has them.
    fn of_several(&self) -> impl Iterator<Item = usize> {
        let all = self.several.iter().copied();
        all.filter(|at| self.is_there(*at))
    }

    /// Everything that is there.
    fn all(&self) -> BTreeSet<usize> {
        (0..self.blocks.len())
            .filter(|at| self.is_there(*at))
            .collect()
    }

    /// Where what a block says came from.
    fn origin(&self, at: usize) -> Origin {
        match self.body(at) {
            Some(Body::Type(body)) => body.origin,
            Some(Body::Avro(body)) => body.origin,
            Some(Body::Topic(_)) | None => Origin::Definition,
        }
    }

    /// Whether a block is of a message, and no other block is of the same.
    fn is_message(&self, at: usize) -> bool {
        let kind = self.blocks.get(at).map(|block| block.kind);
        match kind {
            Some(Kind::Record) => self.origin(at) != Origin::Part,
            Some(Kind::Avro) => !self.is_told_by_record(at),
            Some(Kind::Enum | Kind::Topic) | None => false,
        }
    }

    /// Whether a block is of a schema that a record is to the letter.
    fn is_told_by_record(&self, at: usize) -> bool {
        let is_avro = matches!(self.body(at), Some(Body::Avro(_)));
        is_avro && self.twin(at).is_some()
    }

    /// Says of a version what is known of one that came from Avro schemas alone.
    fn schemas(&self, version: &mut Version) {
        let all: Vec<usize> = self.all().into_iter().collect();
        let origins = all.iter().map(|at| self.origin(*at));
        let messages = all.iter().filter(|at| self.is_message(**at));
        let messages: Vec<Origin> = messages.map(|at| self.origin(*at)).collect();
        version.only_schemas =
            !all.is_empty() && !origins.into_iter().any(|o| o == Origin::Definition);
        version.single = matches!(messages.as_slice(), [Origin::Single]);
        let is_named = |origin: &Origin| matches!(origin, Origin::Named | Origin::Single);
        version.without_modules = !messages.is_empty() && messages.iter().all(is_named);
    }

    /// Names of the messages that are there besides.
    fn others(&self, changed: &BTreeSet<usize>) -> Vec<String> {
        let other = |at: &usize| !changed.contains(at) && self.is_message(*at);
        let all = self.all().into_iter().filter(other);
        let blocks = all.filter_map(|at| self.blocks.get(at));
        blocks
            .map(|b| super::tombstone::full_name(b).to_owned())
            .collect()
    }

    /// The version with these messages, and the types that they need.
    fn version(
        &self,
        roots: &BTreeSet<usize>,
        needed: &BTreeSet<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Version {
        let mut topics = Vec::new();
        let names = needed
            .iter()
            .filter_map(|at| self.blocks.get(*at))
            .map(|block| block.name.as_str());
        for name in names {
            for &at in self.topics.get(name).into_iter().flatten() {
                match self.body(at) {
                    Some(Body::Topic(body)) if !self.is_gone(at) && body.record == name => {
                        topics.push((at, body))
                    }
                    _ => {}
                }
            }
        }
        topics.sort_by_key(|(at, _)| *at);
        let modules = needed
            .iter()
            .filter_map(|at| self.part(*at))
            .map(|body| body.module.as_str());
        let modules: BTreeSet<&str> = modules
            .chain(topics.iter().map(|(_, body)| body.module.as_str()))
            .collect();
        let modules: Vec<&str> = modules.into_iter().collect();
        let module = |name: &str| modules.binary_search(&name).unwrap_or(0);
        let parts: Vec<_> = needed
            .iter()
            .filter_map(|at| self.part(*at))
            .map(|body| (&body.part, module(&body.module)))
            .collect();
        let (mut schema, mut found) =
            assemble(modules.iter().copied().map(self::module).collect(), &parts);
        diagnostics.0.append(&mut found.0);
        let records = parts.iter().filter(|(part, _)| !part.is_enum());
        let records: HashMap<&str, RecordId> = records
            .enumerate()
            .map(|(at, (part, _))| (part.name(), RecordId(at)))
            .collect();
        for (at, body) in topics {
            let Some(&record) = records.get(body.record.as_str()) else {
                continue;
            };
            self.topic(at, body, record, module(&body.module), &mut schema);
        }
        let mut version = Version {
            schema,
            without_docs: true,
            ..Version::default()
        };
        for &at in roots.iter().filter(|at| self.is_message(**at)) {
            let Some(block) = self.blocks.get(at) else {
                continue;
            };
            match self.body(at) {
                Some(Body::Avro(body)) => version.messages.push(bare(block, body)),
                Some(Body::Type(_)) => {
                    let id = records.get(block.name.as_str());
                    let message = id.map(|id| match self.whole(at) {
                        None => message(&version.schema, *id),
                        Some(body) => {
                            let mut own = bare(block, body);
                            own.home = home(&version.schema, *id);
                            own.record = Some(*id);
                            own
                        }
                    });
                    version.messages.extend(message);
                }
                Some(Body::Topic(_)) | None => {}
            }
        }
        tell_apart(&mut version.messages);
        version
    }

    fn topic(
        &self,
        at: usize,
        body: &TopicBody,
        record: RecordId,
        module: usize,
        schema: &mut Schema,
    ) {
        let Some(entry) = self.live.get(at).copied().flatten() else {
            return;
        };
        let name = entry.name.strip_prefix(&body.module).unwrap_or(&entry.name);
        if let Some(module) = schema.modules.get_mut(module) {
            module.items.push(Item::Topic(schema.topics.len()));
        }
        schema.topics.push(TopicDefinition {
            module,
            name: name.strip_prefix('.').unwrap_or(name).to_owned(),
            record,
            address: body.address.clone(),
            doc: None,
            legacy: body.legacy.clone(),
            origin: None,
            span: entry.place,
            address_span: body.address_place,
        });
    }

    /// The blocks of the types among `roots`, and of all types that those mention.
    fn closure(&self, roots: &BTreeSet<usize>, diagnostics: &mut Diagnostics) -> BTreeSet<usize> {
        let types = roots.iter().copied().filter(|at| self.part(*at).is_some());
        let mut needed: BTreeSet<usize> = types.collect();
        let mut waiting: Vec<usize> = needed.iter().copied().collect();
        while let Some(at) = waiting.pop() {
            let Some(body) = self.part(at) else { continue };
            for name in body.part.references() {
                match self.named(name) {
                    Some(other) if needed.insert(other) => waiting.push(other),
                    Some(_) => {}
                    None => {
                        let place = self
                            .live
                            .get(at)
                            .copied()
                            .flatten()
                            .map(|entry| entry.place);
                        let message =
                            format!("this refers to `{name}`, of which the lock knows nothing");
                        let label = "expected a block of that name, as old as this one";
                        diagnostics.push(Diagnostic::error(
                            place.unwrap_or_default(),
                            message,
                            label,
                        ));
                    }
                }
            }
        }
        needed
    }
}

fn module(dotted: &str) -> Module {
    let parts = (!dotted.is_empty()).then(|| dotted.split('.').map(str::to_owned));
    Module {
        path: parts.into_iter().flatten().collect(),
        ..Module::default()
    }
}

/// A schema that no definition says, or none to the letter.
fn bare(block: &Block, body: &AvroBody) -> Message {
    let name = super::tombstone::full_name(block);
    let namespace = name.rsplit_once('.').map(|(namespace, _)| namespace);
    let json = json::parse(&body.compact).unwrap_or(Json::Null);
    let aliases = json
        .get("aliases")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let full = |alias: &str| avro::Name::resolve(alias, namespace).full();
    let mut message = Message::new(name, body.compact.clone(), body.compact.clone());
    let home = block.name.split_once('@').map(|(_, home)| home);
    message.home = match body.module.as_str() {
        "" => home.unwrap_or_default().to_owned(),
        module => module.to_owned(),
    };
    message.aliases = aliases.iter().filter_map(Json::as_str).map(full).collect();
    message.inexpressible = body.inexpressible.clone();
    message
}
