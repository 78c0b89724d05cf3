//! One message of many by itself, with the types that it is made of: what is tried to mend it takes a time that grows with
//! the message, and not with everything that there is beside it.

use std::collections::{BTreeSet, HashMap, HashSet};

use tg_schema_model::Sources;
use tg_schema_model::edit::Edit;

use super::harm;
use crate::check::{Options, check};
use crate::report::Compared;
use crate::version::part::{Ids, Named, closure};
use crate::version::{Message, Tombstone, Version};

/// The types and topics of a version, to be found without going through all of them.
pub(super) struct Whole<'v> {
    version: &'v Version,
    by_name: HashMap<&'v str, Vec<Named>>,
    topics: HashMap<usize, Vec<usize>>,
    addresses: HashMap<String, Vec<usize>>,
}

impl<'v> Whole<'v> {
    pub(super) fn of(version: &'v Version) -> Self {
        let schema = &version.schema;
        let mut whole = Whole {
            version,
            by_name: HashMap::new(),
            topics: HashMap::new(),
            addresses: HashMap::new(),
        };
        let records = schema.records.iter().enumerate();
        let records = records.map(|(at, record)| (record.name.as_str(), Named::Record(at)));
        let enums = schema.enums.iter().enumerate();
        let enums = enums.map(|(at, known)| (known.name.as_str(), Named::Enum(at)));
        for (name, named) in records.chain(enums) {
            whole.by_name.entry(name).or_default().push(named);
        }
        for (at, topic) in schema.topics.iter().enumerate() {
            whole.topics.entry(topic.record.0).or_default().push(at);
            let address = topic.address.to_string();
            whole.addresses.entry(address).or_default().push(at);
        }
        whole
    }

    /// Some types and all that these are made of.
    fn closure(&self, roots: impl IntoIterator<Item = Named>) -> BTreeSet<Named> {
        closure(&self.version.schema, roots)
    }

    /// The names that types go by, the former ones too, without namespaces.
    fn names(&self, types: &BTreeSet<Named>) -> HashSet<String> {
        let schema = &self.version.schema;
        let mut names = HashSet::new();
        for named in types {
            let known = match named {
                Named::Record(at) => schema.records.get(*at).map(|r| (&r.name, &r.aliases)),
                Named::Enum(at) => schema.enums.get(*at).map(|e| (&e.name, &e.aliases)),
            };
            let Some((name, aliases)) = known else {
                continue;
            };
            let all = std::iter::once(name).chain(aliases);
            names.extend(all.map(|name| name.rsplit('.').next().unwrap_or(name).to_owned()));
        }
        names
    }

    fn named<'n>(&'n self, names: &'n HashSet<String>) -> impl Iterator<Item = Named> + 'n {
        let known = names
            .iter()
            .filter_map(|name| self.by_name.get(name.as_str()));
        known.flatten().copied()
    }

    /// A version with some types and topics of this one, and one message or none.
    fn cut(
        &self,
        message: Option<&Message>,
        types: &BTreeSet<Named>,
        topics: &BTreeSet<usize>,
    ) -> (Version, Ids) {
        let whole = &self.version.schema;
        let mut ids = Ids::of(whole, types, topics);
        let source = message.and_then(|message| message.source);
        ids.source = source;
        let mut sources = Sources::default();
        if let Some(known) = source.and_then(|source| self.version.sources.get(source)) {
            sources.0.push(known.clone());
        }
        let names = ids.names(whole);
        let version = Version {
            label: self.version.label.clone(),
            schema: ids.schema(whole),
            sources,
            messages: message
                .map(|message| ids.message(message))
                .into_iter()
                .collect(),
            single: true,
            unchanged: Vec::new(),
            tombstones: self.tombstones(message, &names),
            python: self.version.python,
            without_modules: self.version.without_modules,
            only_schemas: self.version.only_schemas,
            superseded: self.version.superseded,
            without_docs: self.version.without_docs,
            ..Version::default()
        };
        (version, ids)
    }

    fn tombstones(&self, message: Option<&Message>, names: &HashSet<String>) -> Vec<Tombstone> {
        let own = message.map(|message| message.name.as_str());
        let all = self.version.tombstones.iter();
        let mine = all.filter(|t| names.contains(&t.record) || own == Some(t.record.as_str()));
        mine.cloned().collect()
    }
}

/// One message, and its former selves.
pub(super) struct Part {
    pub new: Version,
    pub against: Vec<Version>,
    ids: Ids,
}

impl Part {
    /// A message of the new version with its former ones, each with the number of its version.
    pub(super) fn of(
        (new, message): (&Whole<'_>, &Message),
        against: &[Whole<'_>],
        formers: &[(usize, &Message)],
    ) -> Self {
        let root = |message: &Message| message.record.map(|id| Named::Record(id.0));
        let former = |at: usize| {
            formers
                .iter()
                .find(|(known, _)| *known == at)
                .map(|(_, m)| *m)
        };
        // A type that is elsewhere now, or comes back, is known by its name.
        let mut names = new.names(&new.closure(root(message)));
        for (at, old) in against.iter().enumerate() {
            names.extend(old.names(&old.closure(former(at).and_then(root))));
        }
        let topics_of = |whole: &Whole<'_>, message: &Message| -> BTreeSet<usize> {
            let record = message.record.and_then(|id| whole.topics.get(&id.0));
            record.into_iter().flatten().copied().collect()
        };
        let topics = topics_of(new, message);
        let addresses = topics
            .iter()
            .filter_map(|at| new.version.schema.topics.get(*at));
        let addresses: Vec<String> = addresses.map(|topic| topic.address.to_string()).collect();
        let types = new.closure(root(message).into_iter().chain(new.named(&names)));
        let (version, ids) = new.cut(Some(message), &types, &topics);
        let cut = |(at, old): (usize, &Whole<'_>)| {
            let former = former(at);
            let mut topics = former.map_or_else(BTreeSet::new, |m| topics_of(old, m));
            let same = addresses
                .iter()
                .filter_map(|address| old.addresses.get(address));
            topics.extend(same.flatten());
            let carried = topics
                .iter()
                .filter_map(|at| old.version.schema.topics.get(*at));
            let carried = carried.map(|topic| Named::Record(topic.record.0));
            let roots = former.and_then(root).into_iter().chain(carried);
            let types = old.closure(roots.chain(old.named(&names)));
            old.cut(former, &types, &topics).0
        };
        Part {
            new: version,
            against: against.iter().enumerate().map(cut).collect(),
            ids,
        }
    }

    /// Edits of the part as edits of the whole.
    pub(super) fn in_whole(&self, edits: &mut [Edit]) {
        edits.iter_mut().for_each(|edit| self.ids.whole(edit));
    }

    /// The former messages, each with the number of its version.
    pub(super) fn formers(&self) -> Vec<(usize, &Message)> {
        let versions = self.against.iter().enumerate();
        versions
            .filter_map(|(at, version)| Some((at, version.messages.first()?)))
            .collect()
    }

    /// Whether as much breaks and gets lost here as there is in the report of the whole.
    pub(super) fn is_like(&self, record: &Compared, options: &Options) -> bool {
        let own = Options {
            only: record.new.iter().cloned().collect(),
            ..options.clone()
        };
        let report = check(&self.new, &self.against, &own);
        report.is_ok_and(|report| report.records.iter().map(harm).eq([harm(record)]))
    }
}
