//! Messages of a consumer from their arrival to their settlement.
//!
//! A message belongs to the link over which it came, by number: a settlement after that link touches no other message.
//! Where the broker can deliver one message again and counts that, it does; where it cannot, which is so for messages of
//! batches, for subscriptions with one consumer at a time and for best effort, the message waits here, unsettled at the
//! broker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pulsar::proto::MessageIdData;
use tg_pubsub_backend::hold::Hold;
use tg_schema::pubsub::Error;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::acked::{Acked, EntryId};
use crate::failure::Failure;
use crate::unpack::Unpacked;
use crate::window::Window;

mod ready;
mod state;
#[cfg(test)]
mod tests;

use ready::Ready;
use state::{Entry, Later, State};

/// What a consumer has received and not settled.
pub(crate) struct Inbox {
    state: Mutex<State>,
    /// A message is ready, there is room to hand one out, or the consumer has ended.
    pub(crate) arrived: Notify,
    /// Something waits for an earlier time than before, or the consumer has ended.
    pub(crate) sooner: Notify,
    prefetch: usize,
    /// The broker keeps no message for longer than it takes to send it.
    best_effort: bool,
    /// It delivers single messages again.
    gives_again: bool,
    acked: Arc<Mutex<Acked>>,
}

/// A message that was received and is not settled.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) message: Arc<Unpacked>,
    /// Deliveries of it so far.
    pub(crate) attempts: u32,
    link: u64,
}

impl Held {
    fn entry(&self) -> EntryId {
        key(&self.message.id)
    }
    fn index(&self) -> u32 {
        self.message.batch.map_or(0, |place| place.index)
    }
}

/// What [`Inbox::take`] found.
pub(crate) enum Taken {
    Message(Held),
    Ended(Failure),
    Nothing,
}

/// What the broker is to be told.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Orders {
    /// It may send so many more.
    pub(crate) permits: Option<u64>,
    /// These are settled.
    pub(crate) settled: Vec<MessageIdData>,
    /// These are to be delivered again.
    pub(crate) again: Vec<MessageIdData>,
}

/// An acknowledgement.
pub(crate) struct Ack {
    pub(crate) ids: Vec<MessageIdData>,
    pub(crate) permits: Option<u64>,
    /// The entry, where all of it is settled.
    pub(crate) complete: Option<EntryId>,
}

pub(crate) fn key(id: &MessageIdData) -> EntryId {
    (id.ledger_id, id.entry_id)
}

impl Inbox {
    pub(crate) fn new(
        prefetch: u32,
        best_effort: bool,
        gives_again: bool,
        acked: Arc<Mutex<Acked>>,
    ) -> Self {
        Inbox {
            state: Mutex::new(State {
                link: 0,
                connected: false,
                end: None,
                terminated: false,
                ready: Ready::default(),
                // What waits is unsettled, and the broker sends no more than the window of that.
                later: Hold::new(usize::MAX, usize::MAX),
                entries: HashMap::new(),
                before: HashMap::new(),
                handed_out: 0,
                made_room: 0,
                window: Window::new(prefetch),
            }),
            arrived: Notify::new(),
            sooner: Notify::new(),
            prefetch: usize::try_from(prefetch).unwrap_or(usize::MAX).max(1),
            best_effort,
            gives_again: gives_again && !best_effort,
            acked,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn acked(&self) -> MutexGuard<'_, Acked> {
        self.acked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is a link. What the broker may send over it.
    pub(crate) fn connected(&self, link: u64) -> u64 {
        let mut state = self.state();
        state.link = link;
        state.connected = true;
        state.window.open()
    }

    /// The link is gone. Its messages are delivered again over the next one; those of best effort are here.
    pub(crate) fn lost(&self) {
        let mut state = self.state();
        state.connected = false;
        if self.best_effort {
            return;
        }
        let entries = std::mem::take(&mut state.entries);
        state.before = entries
            .into_iter()
            .flat_map(|(id, entry)| entry.open.into_iter().map(move |(i, b)| ((id, i), b)))
            .collect();
        state.ready.clear();
        state.later.drain().for_each(drop);
        state.handed_out = 0;
        state.made_room = 0;
    }

    /// It ends for good.
    pub(crate) fn end(&self, why: Failure) {
        let mut state = self.state();
        state.connected = false;
        state.end.get_or_insert(why);
        state.ready.clear();
        state.later.drain().for_each(drop);
        state.entries.clear();
        state.before.clear();
        drop(state);
        self.arrived.notify_waiters();
        self.sooner.notify_one();
    }
    /// Why it ended.
    pub(crate) fn ended(&self) -> Option<Failure> {
        self.state().end.clone()
    }
    /// Nothing more will come.
    pub(crate) fn terminated(&self) {
        self.state().terminated = true;
        self.arrived.notify_waiters();
    }

    /// Bytes of the messages that wait to be handed out.
    pub(crate) fn unpacked(&self) -> usize {
        self.state().ready.bytes()
    }

    /// The oldest entry that is not settled. The chunks of a message are all needed.
    pub(crate) fn oldest(&self) -> Option<EntryId> {
        let state = self.state();
        let ids = state.entries.values().flat_map(|entry| &entry.ids);
        ids.map(key).min()
    }

    /// An entry came, or the last one of several that make a message; `used` messages the broker counts for it.
    pub(crate) fn arrive(&self, link: u64, used: u32, messages: Vec<Unpacked>) -> Orders {
        let mut state = self.state();
        let mut orders = Orders::default();
        if state.end.is_some() || state.link != link {
            return orders;
        }
        state.window.used(used);
        let Some(first) = messages.first() else {
            orders.permits = state.window.freed(used);
            return orders;
        };
        let id = key(&first.id);
        if !self.best_effort && state.entries.contains_key(&id) {
            // The broker delivers again what is open here.
            orders.permits = state.window.freed(used);
            return orders;
        }
        let ids = match first.chunks.is_empty() {
            true => vec![first.id.clone()],
            false => first.chunks.clone(),
        };
        let mut entry = Entry {
            size: first.batch.map_or(1, |place| place.size),
            is_batch: first.batch.is_some_and(|place| place.size > 1),
            open: HashMap::new(),
            made_room: false,
            ids,
        };
        let acked = self.acked();
        let known = acked.of(id);
        let now = Instant::now();
        let mut taken = 0;
        for message in messages {
            let held = Held {
                attempts: message.redelivery_count,
                message: Arc::new(message),
                link,
            };
            let index = held.index();
            if known.is_some_and(|bits| bits.contains(index)) {
                continue;
            }
            taken += 1;
            state.admit(held, &mut entry, now);
        }
        drop(acked);
        // What is settled already makes room; the chunks before the last one made theirs when they came.
        orders.permits = state.window.freed(used.saturating_sub(taken));
        match entry.open.is_empty() {
            // All of it was settled, and the broker does not know that.
            true if !self.best_effort => orders.settled = entry.ids,
            // Nothing there waits for it, and its place is no name for it.
            _ if self.best_effort => {}
            _ => {
                state.entries.insert(id, entry);
            }
        }
        let waits = !state.later.is_empty();
        drop(state);
        match taken {
            0 => {}
            1 => self.arrived.notify_one(),
            _ => self.arrived.notify_waiters(),
        }
        if waits {
            self.sooner.notify_one();
        }
        orders
    }

    /// The next message that is to be handed out.
    pub(crate) fn take(&self) -> Taken {
        let mut state = self.state();
        if let Some(end) = &state.end {
            return Taken::Ended(end.clone());
        }
        if state.handed_out < self.prefetch
            && let Some(held) = state.ready.pop()
        {
            let held = state.hand_out(held);
            if !state.ready.is_empty() {
                // Several may have come with one word.
                self.arrived.notify_one();
            }
            return Taken::Message(held);
        }
        let open = state.ready.len() + state.entries.len() + state.later.len();
        match state.terminated && open == 0 {
            true => Taken::Ended(Failure::Refused(
                "the topic was terminated, and everything of it was received".to_owned(),
            )),
            false => Taken::Nothing,
        }
    }

    /// Whether a message can still be settled.
    pub(crate) fn is_live(&self, held: &Held) -> Result<(), Error> {
        self.state().is_live(held, self.best_effort)
    }

    /// Acknowledges a message.
    pub(crate) fn acknowledge(&self, held: &Held) -> Result<Ack, Error> {
        let mut state = self.state();
        state.is_live(held, self.best_effort)?;
        let (id, index) = (held.entry(), held.index());
        state.handed_out = state.handed_out.saturating_sub(1);
        let permits = state.window.freed(1);
        let mut ack = Ack {
            ids: Vec::new(),
            permits,
            complete: None,
        };
        if let Some(entry) = state.entries.get_mut(&id) {
            entry.open.remove(&index);
            if entry.open.is_empty() {
                ack.complete = Some(id);
                ack.ids = state.entries.remove(&id).map_or_else(Vec::new, |e| e.ids);
            } else if let Some(whole) = entry.ids.first() {
                let left = self.acked().insert(id, index).complement(entry.size);
                ack.ids = vec![MessageIdData {
                    ack_set: left,
                    batch_size: i32::try_from(entry.size).ok(),
                    ..whole.clone()
                }];
            }
        }
        drop(state);
        if self.best_effort {
            // Nothing there waits for it.
            ack.ids.clear();
        }
        self.arrived.notify_one();
        Ok(ack)
    }

    /// The broker confirmed that all of an entry is settled.
    pub(crate) fn forget(&self, id: EntryId) {
        self.acked().remove(id);
    }

    /// Gives a message back for another delivery, not before `after` has passed.
    pub(crate) fn give_back(&self, held: &Held, after: Option<Duration>) -> Result<Orders, Error> {
        let mut state = self.state();
        state.is_live(held, self.best_effort)?;
        let held = held.clone();
        let batch = state.entries.get(&held.entry()).is_some_and(|e| e.is_batch);
        let to_broker = self.gives_again && !batch;
        let due = after.filter(|after| !after.is_zero());
        let due = due.map(tg_pubsub_backend::after);
        state.handed_out = state.handed_out.saturating_sub(1);
        let mut orders = Orders::default();
        match due {
            Some(due) => {
                if let Some(open) = state.open(&held) {
                    open.due = Some(due);
                }
                let (later, bytes) = match to_broker {
                    true => {
                        orders = state.make_room(held.entry());
                        (Later::GiveBack(held.entry()), 0)
                    }
                    false => {
                        let bytes = held.message.payload.len();
                        (Later::Hand(held), bytes)
                    }
                };
                // There is always room.
                let _room = state.later.put(later, bytes, due);
            }
            None if to_broker => orders = state.again(held.entry()),
            None => state.ready.push(held),
        }
        drop(state);
        self.arrived.notify_one();
        if due.is_some() {
            self.sooner.notify_one();
        }
        Ok(orders)
    }

    /// Does what is due. What the broker is to be told, and when there is something to do again.
    pub(crate) fn due(&self, now: Instant) -> (Orders, Option<Instant>) {
        let mut state = self.state();
        let mut orders = Orders::default();
        let mut handed = false;
        while let Some(later) = state.later.pop_due(now) {
            match later {
                Later::Hand(held) => {
                    if let Some(open) = state.open(&held) {
                        open.due = None;
                    }
                    state.ready.push(held);
                    handed = true;
                }
                Later::GiveBack(id) => {
                    let given = state.again(id);
                    orders.again.extend(given.again);
                    let permits = orders.permits.unwrap_or(0) + given.permits.unwrap_or(0);
                    orders.permits = Some(permits).filter(|permits| *permits > 0);
                }
            }
        }
        let next = state.later.next_due();
        drop(state);
        if handed {
            self.arrived.notify_waiters();
        }
        (orders, next)
    }
}
