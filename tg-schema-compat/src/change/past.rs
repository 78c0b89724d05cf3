//! Earlier versions of a message, for what they show of fields that might be one under two names.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::engine::avro::{Field, Record, Shape};
use crate::version::{Message, Version};

/// The versions of a message that were released, oldest first.
#[derive(Default)]
pub(crate) struct Past<'v> {
    versions: Vec<Former<'v>>,
}

/// One of them.
struct Former<'v> {
    version: &'v Version,
    message: &'v Message,
    /// By full name; made when somebody asks.
    records: OnceLock<HashMap<String, &'v Record>>,
}

impl<'v> FromIterator<(&'v Version, &'v Message)> for Past<'v> {
    fn from_iter<I: IntoIterator<Item = (&'v Version, &'v Message)>>(versions: I) -> Self {
        let former = |(version, message)| Former {
            version,
            message,
            records: OnceLock::new(),
        };
        Past {
            versions: versions.into_iter().map(former).collect(),
        }
    }
}

impl<'v> Past<'v> {
    /// Whether a field of the version of that text and a field of the new one are two: an earlier version has both,
    /// or one that was released in between has neither, and no other field that may be it. The record is looked for
    /// under both of its names.
    pub(crate) fn tells_apart(
        &self,
        text: &str,
        (old, new): (&Record, &Record),
        (was, is): (&str, &str),
    ) -> bool {
        let names = [new.name.full(), old.name.full()];
        let passing =
            |field: &Field| old.field(&field.name).is_none() && new.field(&field.name).is_none();
        let last = self.versions.iter().rposition(|v| v.message.text == text);
        let mut versions = self.versions.iter().enumerate();
        versions.any(|(at, version)| {
            let all = version.records.get_or_init(|| version.index());
            let record = names.iter().find_map(|name| all.get(name));
            record.is_some_and(|record| {
                match (record.field(was).is_some(), record.field(is).is_some()) {
                    (true, true) => true,
                    (false, false) => {
                        last.is_some_and(|last| at > last) && !record.fields.iter().any(passing)
                    }
                    _ => false,
                }
            })
        })
    }
}

impl<'v> Former<'v> {
    fn index(&self) -> HashMap<String, &'v Record> {
        // One whose types are not known shows nothing.
        let graph = self.message.outline(&self.version.schema);
        let nodes = graph.map_or(&[][..], |graph| &graph.nodes);
        let records = nodes.iter().filter_map(|node| match &node.shape {
            Shape::Record(record) => Some((record.name.full(), record)),
            _ => None,
        });
        records.collect()
    }
}
