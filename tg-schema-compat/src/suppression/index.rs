//! Messages and definitions by their names.

use std::collections::HashMap;

use tg_schema_model::Record;

use crate::version::{Message, Version};

/// The first message of each name, and its place among all.
type Messages<'v> = HashMap<&'v str, (usize, &'v Message)>;

/// What versions have by names.
pub(super) struct Index<'v> {
    pub new: Messages<'v>,
    pub against: Vec<Messages<'v>>,
    /// The definitions of the new version.
    pub records: HashMap<String, &'v Record>,
}

impl<'v> Index<'v> {
    pub fn of(new: &'v Version, against: &'v [Version]) -> Self {
        let mut records = HashMap::new();
        for record in &new.schema.records {
            records.entry(record.full_name()).or_insert(record);
        }
        Index {
            new: messages(new),
            against: against.iter().map(messages).collect(),
            records,
        }
    }
}

fn messages(version: &Version) -> Messages<'_> {
    let mut found = HashMap::new();
    for (at, message) in version.messages.iter().enumerate() {
        found.entry(message.name.as_str()).or_insert((at, message));
    }
    found
}
