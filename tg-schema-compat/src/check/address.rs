//! Addresses of topics that carried another message in earlier versions.

use super::Ready;
use super::history::broken;
use crate::change::{Both, Change, What};
use crate::report::Finding;
use crate::rule;
use crate::version::Message;

/// A topic of a message at an address where an earlier version had another one.
pub(super) struct Reused {
    pub address: String,
    /// The version.
    pub at: usize,
    pub finding: Finding,
}

/// Topics of a message at addresses where an earlier version had another one.
///
/// The last version that has the address counts: what came before it was given up with it.
pub(super) fn reused(
    new: &Ready<'_>,
    message: &Message,
    old: &[Ready<'_>],
    formers: &[(usize, &Message)],
) -> Vec<Reused> {
    let mut found = Vec::new();
    for topic in new.version.topics(message) {
        let address = topic.address.to_string();
        let mut versions = old.iter().enumerate().rev();
        let last = versions.find_map(|(at, ready)| Some((at, ready, ready.carried(&address)?)));
        let Some((at, ready, record)) = last else {
            continue;
        };
        let same = formers
            .iter()
            .any(|(version, former)| *version == at && former.record == Some(record));
        let carried = ready.version.schema.records.get(record.0);
        let Some(carried) = carried.filter(|_| !same).map(|record| record.full_name()) else {
            continue;
        };
        // A message that this release of a lock leaves out is as it was.
        if carried == message.name || message.aliases.contains(&carried) {
            continue;
        }
        let change = Change::of_message(What::Topic(Both {
            old: None,
            new: Some(topic),
        }));
        let why = format!(
            "`{address}` carried `{carried}` in {}, and carries `{}`",
            ready.version.label, message.name
        );
        let said = (carried, message.name.clone());
        let fix = format!("give `{}` an address of its own", topic.name);
        let finding = broken(rule::TOPIC_REUSED, (new, at), &change, why, said, fix);
        found.push(Reused {
            address,
            at,
            finding,
        });
    }
    found
}
