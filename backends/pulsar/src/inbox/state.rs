//! What is open of a consumer.

use std::collections::HashMap;

use pulsar::proto::MessageIdData;
use tg_pubsub_backend::hold::Hold;
use tg_schema::pubsub::Error;
use tokio::time::Instant;

use super::ready::Ready;
use super::{Held, Orders};
use crate::acked::EntryId;
use crate::failure::Failure;
use crate::window::Window;

pub(super) struct State {
    /// Number of the link, from 1.
    pub(super) link: u64,
    pub(super) connected: bool,
    pub(super) end: Option<Failure>,
    /// Everything of a terminated topic was delivered.
    pub(super) terminated: bool,
    pub(super) ready: Ready,
    /// What waits for its time.
    pub(super) later: Hold<Later>,
    pub(super) entries: HashMap<EntryId, Entry>,
    /// What was known of unsettled messages of the link before.
    pub(super) before: HashMap<(EntryId, u32), Before>,
    /// Messages handed out over this link and not settled.
    pub(super) handed_out: usize,
    /// Entries that have [made room](Entry::made_room).
    pub(super) made_room: usize,
    pub(super) window: Window,
}

/// An entry with messages that are not settled.
pub(super) struct Entry {
    /// All entries that are settled with it.
    pub(super) ids: Vec<MessageIdData>,
    /// How many messages it has in all. 1 where it is no batch.
    pub(super) size: u32,
    pub(super) is_batch: bool,
    /// Those of them that are open here.
    pub(super) open: HashMap<u32, Before>,
    /// It waits to be given back, and others may have its place.
    pub(super) made_room: bool,
}

/// Most entries that wait to be given back and take no place. Brokers count them as unacknowledged, of which they allow
/// 50,000 as a rule.
const MOST_WAITING: usize = 10_000;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Before {
    /// How often it was handed out.
    pub(super) attempts: u32,
    /// Not before this time.
    pub(super) due: Option<Instant>,
}

pub(super) enum Later {
    /// It is to be handed out.
    Hand(Held),
    /// An entry is to be given back to the broker.
    GiveBack(EntryId),
}

impl State {
    /// Takes in a message that is to be delivered.
    pub(super) fn admit(&mut self, mut held: Held, entry: &mut Entry, now: Instant) {
        let (id, index) = (held.entry(), held.index());
        let before = self.before.remove(&(id, index)).unwrap_or_default();
        held.attempts = held.attempts.max(before.attempts);
        let due = before.due.filter(|due| *due > now);
        let open = Before {
            attempts: held.attempts,
            due,
        };
        entry.open.insert(index, open);
        match due {
            Some(due) => {
                let bytes = held.message.payload.len();
                let _room = self.later.put(Later::Hand(held), bytes, due);
            }
            None => self.ready.push(held),
        }
    }

    pub(super) fn open(&mut self, held: &Held) -> Option<&mut Before> {
        let entry = self.entries.get_mut(&held.entry())?;
        entry.open.get_mut(&held.index())
    }

    /// Counts a delivery.
    pub(super) fn hand_out(&mut self, mut held: Held) -> Held {
        held.attempts = held.attempts.saturating_add(1);
        self.handed_out += 1;
        if let Some(open) = self.open(&held) {
            open.attempts = held.attempts;
            open.due = None;
        }
        held
    }

    pub(super) fn is_live(&self, held: &Held, best_effort: bool) -> Result<(), Error> {
        if self.end.is_some() {
            return Err(Error::Lost);
        }
        let known = || {
            let entry = self.entries.get(&held.entry());
            entry.is_some_and(|entry| entry.open.contains_key(&held.index()))
        };
        // Nothing of best effort waits at the broker: it outlives its link.
        match best_effort || self.connected && held.link == self.link && known() {
            true => Ok(()),
            false => Err(Error::Lost),
        }
    }

    /// Lets others have the place of an entry that waits to be given back: however many of those there are, what comes
    /// behind them is not held up.
    pub(super) fn make_room(&mut self, id: EntryId) -> Orders {
        let permits = match self.entries.get_mut(&id) {
            Some(entry) if self.made_room < MOST_WAITING && !entry.made_room => {
                entry.made_room = true;
                self.made_room += 1;
                self.window.freed(1)
            }
            _ => None,
        };
        Orders {
            permits,
            ..Orders::default()
        }
    }

    /// Takes an entry out that the broker is to deliver again.
    pub(super) fn again(&mut self, id: EntryId) -> Orders {
        let Some(entry) = self.entries.remove(&id) else {
            return Orders::default();
        };
        let permits = match entry.made_room {
            true => {
                self.made_room = self.made_room.saturating_sub(1);
                None
            }
            false => self.window.freed(1),
        };
        Orders {
            permits,
            again: entry.ids,
            ..Orders::default()
        }
    }
}
