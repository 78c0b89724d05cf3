//! Messages of a consumer from their arrival to their settlement.
//!
//! MQTT knows no negative acknowledgement: a message that is to be delivered again stays unacknowledged at the broker
//! and waits here. Each message belongs to the connection over which it came, by number: a settlement after that
//! connection touches no other message.

mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::Qos;
use tg_schema::pubsub::{Delivery, Error, Settlement};
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::client::{Client, Gone, Publish, quality};
use crate::copies::{Copies, Seen};
use crate::failure::{Failure, resuming};
use crate::{packet, settle};

pub(crate) use state::Held;
use state::{Delivered, Known, Open, State};

/// What a consumer has received and not settled.
pub(crate) struct Inbox {
    state: Mutex<State>,
    /// A message is ready, or the consumer has ended.
    arrived: Notify,
    /// Nothing is unsettled any more, or the connection is another one, or the consumer has ended.
    settled: Notify,
    client: Client,
}

/// What [`Inbox::take`] found.
pub(crate) enum Taken {
    Message(Held),
    Ended(Failure),
    /// None is ready; one is at this time.
    Wait(Option<Instant>),
}

impl Inbox {
    pub(crate) fn new(
        client: Client,
        copies: Option<Arc<Mutex<Copies>>>,
        q0_buffer: usize,
    ) -> Self {
        Inbox {
            state: Mutex::new(State::new(copies, q0_buffer)),
            arrived: Notify::new(),
            settled: Notify::new(),
            client,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Messages of quality q0 for which there was no room.
    pub(crate) fn dropped(&self) -> u64 {
        self.state().dropped
    }

    /// There is a connection. `resumed`: the broker delivers unsettled messages of the one before again.
    pub(crate) fn connected(&self, resumed: bool) {
        let mut state = self.state();
        state.connection += 1;
        state.connected = true;
        if !resumed {
            state.before.clear();
            state.half_before.clear();
        }
        drop(state);
        self.settled.notify_waiters();
    }

    /// The connection is gone. Its messages are delivered again over the next one.
    pub(crate) fn lost(&self) {
        let mut state = self.state();
        state.connected = false;
        // Added to those that were to come again and did not: a link may be lost again before that.
        for (pkid, open) in std::mem::take(&mut state.open) {
            let known = Known {
                fingerprint: packet::fingerprint(&open.publish),
                delivered: open.delivered,
            };
            state.before.insert(pkid, known);
        }
        for (pkid, publish) in std::mem::take(&mut state.half) {
            let fingerprint = packet::fingerprint(&publish);
            state.half_before.insert(pkid, fingerprint);
        }
        state.ready.retain(|held| !held.is_tracked());
        state.later.drain().for_each(drop);
        if let Some(copies) = &state.copies {
            lock(copies).forget_open();
        }
    }

    /// Why nothing comes now.
    pub(crate) fn fault(&self) -> Option<Error> {
        let state = self.state();
        match &state.end {
            Some(why) => Some(why.error("consumer")),
            None if !state.connected => Some(resuming()),
            None => None,
        }
    }

    /// The broker knows that a message of q2 is settled.
    pub(crate) fn released(&self, pkid: u16) {
        let mut state = self.state();
        state.half.remove(&pkid);
        state.half_before.remove(&pkid);
        drop(state);
        self.settled.notify_waiters();
    }

    /// Whether everything that came over this connection is settled.
    pub(crate) fn is_empty(&self) -> bool {
        self.state().is_empty()
    }

    /// Waits until everything that came is settled.
    pub(crate) async fn emptied(&self) -> Result<(), Error> {
        loop {
            // Registered before looking, so that what happens in between is not missed.
            let settled = self.settled.notified();
            tokio::pin!(settled);
            settled.as_mut().enable();
            {
                let state = self.state();
                if let Some(end) = &state.end {
                    return Err(end.error("consumer"));
                }
                if state.connected && state.is_empty() {
                    return Ok(());
                }
            }
            settled.await;
        }
    }

    /// It ends for good.
    pub(crate) fn end(&self, why: Failure) {
        let mut state = self.state();
        state.connected = false;
        state.connection += 1;
        if state.end.is_none() {
            state.end = Some(why);
        }
        state.ready.clear();
        state.later.drain().for_each(drop);
        state.open.clear();
        if let Some(copies) = &state.copies {
            lock(copies).forget_open();
        }
        drop(state);
        self.arrived.notify_waiters();
        self.settled.notify_waiters();
    }

    /// The subscription ends with it: nothing of it comes again.
    pub(crate) fn forget_copies(&self) {
        if let Some(copies) = &self.state().copies {
            lock(copies).forget_all();
        }
    }

    /// A message came.
    pub(crate) fn arrive(&self, publish: Arc<Publish>) {
        let mut state = self.state();
        if state.end.is_some() {
            return;
        }
        let pkid = publish.pkid;
        if pkid == 0 {
            if state.q0_ready >= state.q0_buffer {
                state.dropped += 1;
                // Powers of two: seldom enough.
                if state.dropped.is_power_of_two() {
                    tracing::warn!(
                        dropped = state.dropped,
                        "messages of quality q0 came faster than they were received, and were dropped"
                    );
                }
                return;
            }
            state.q0_ready += 1;
        }
        let (half, known) = state.before(pkid);
        // One that is not marked as a copy, or reads otherwise, is another message: the broker has forgotten who had
        // the identifier.
        let copy = |of: u64| publish.dup && of == packet::fingerprint(&publish);
        if half.is_some_and(copy) {
            let _gone = self.acknowledge(&mut state, &publish);
            return;
        }
        let known = known.filter(|known| copy(known.fingerprint));
        if pkid != 0
            && let (Some(copies), Some(id)) = (&state.copies, packet::id(&publish))
        {
            let seen = lock(copies).arrive(id, pkid);
            match seen {
                Seen::New => {}
                // Another copy is open; this one is settled with it.
                Seen::Open => return,
                Seen::Settled => {
                    let _gone = self.acknowledge(&mut state, &publish);
                    return;
                }
            }
        }
        let delivered = match known {
            Some(known) => known.delivered,
            // The broker says that it tried before, and not how often.
            None => Delivered {
                attempts: u32::from(publish.dup),
                due: None,
            },
        };
        let held = Held {
            attempts: delivered.attempts,
            connection: state.connection,
            publish: Arc::clone(&publish),
        };
        if pkid != 0 {
            state.open.insert(pkid, Open { publish, delivered });
        }
        match delivered.due.filter(|due| *due > Instant::now()) {
            Some(due) => {
                let _full = state.wait(due, held);
                drop(state);
                self.arrived.notify_waiters();
            }
            None => {
                state.ready.push_back(held);
                drop(state);
                self.arrived.notify_one();
            }
        }
    }

    /// The next message that is to be handed out.
    pub(crate) fn take(&self) -> Taken {
        let mut state = self.state();
        if let Some(end) = &state.end {
            return Taken::Ended(end.clone());
        }
        let due = match state.later.is_empty() {
            true => None,
            false => state.later.pop_due(Instant::now()),
        };
        let held = match due {
            Some(held) => Some(held),
            None => state.ready.pop_front().inspect(|held| {
                state.q0_ready = state
                    .q0_ready
                    .saturating_sub(usize::from(!held.is_tracked()));
            }),
        };
        match held {
            Some(held) => {
                // One of quality q0 is settled as it is handed out.
                if !held.is_tracked() && state.is_empty() {
                    self.settled.notify_waiters();
                }
                Taken::Message(state.hand_out(held))
            }
            None => Taken::Wait(state.later.next_due()),
        }
    }

    /// The next message. Cancelling loses none: nothing is taken before it is returned.
    pub(crate) async fn receive(self: &Arc<Self>) -> Result<Delivery, Error> {
        loop {
            // Registered before looking, so that what comes in between is not missed.
            let arrived = self.arrived.notified();
            tokio::pin!(arrived);
            arrived.as_mut().enable();
            match self.take() {
                Taken::Message(held) => return Ok(self.deliver(held)),
                Taken::Ended(why) => return Err(why.error("consumer")),
                Taken::Wait(None) => arrived.await,
                Taken::Wait(Some(due)) => tokio::select! {
                    () = arrived => {}
                    () = tokio::time::sleep_until(due) => {}
                },
            }
        }
    }

    /// A message that was taken, for whoever asked.
    pub(crate) fn deliver(self: &Arc<Self>, held: Held) -> Delivery {
        let (properties, mut meta) = packet::read(&held.publish);
        meta.attempt = held.attempts;
        meta.redelivered |= held.attempts > 1;
        let payload = held.publish.payload.clone();
        let settle = settle::Settling::new(Arc::clone(self), held);
        let mut delivery = Delivery::new(payload, packet::FORMAT, Box::new(settle));
        delivery.properties = properties;
        delivery.meta = meta;
        delivery
    }

    /// Whether a message can still be settled.
    pub(crate) fn is_live(&self, held: &Held) -> Result<(), Error> {
        self.state().is_live(held)
    }

    /// Settles a message.
    pub(crate) fn settle(&self, held: &Held, settlement: &Settlement) -> Result<(), Error> {
        if let Settlement::Nack { after } = settlement {
            return self.give_back(held, *after);
        }
        let mut state = self.state();
        state.is_live(held)?;
        if !held.is_tracked() {
            return Ok(());
        }
        let pkid = held.publish.pkid;
        state.open.remove(&pkid);
        // Queued while the state is locked: the connection's number cannot change in between.
        self.acknowledge(&mut state, &held.publish)?;
        let copies = match (&state.copies, packet::id(&held.publish)) {
            (Some(copies), Some(id)) => lock(copies).settle(id, pkid),
            _ => Vec::new(),
        };
        for copy in copies {
            let mut publish = (*held.publish).clone();
            publish.pkid = copy;
            self.acknowledge(&mut state, &Arc::new(publish))?;
        }
        let empty = state.is_empty();
        drop(state);
        if empty {
            self.settled.notify_waiters();
        }
        Ok(())
    }

    fn acknowledge(&self, state: &mut State, publish: &Arc<Publish>) -> Result<(), Error> {
        if publish.qos == quality(Qos::Q2) {
            state.half.insert(publish.pkid, Arc::clone(publish));
        }
        match self.client.prepare(publish) {
            Some(ack) => self.client.settle(ack).map_err(|Gone| Error::Lost),
            None => Ok(()),
        }
    }

    /// Keeps a message for another delivery, not before `after` has passed.
    pub(crate) fn give_back(&self, held: &Held, after: Option<Duration>) -> Result<(), Error> {
        let mut state = self.state();
        state.is_live(held)?;
        let held = held.clone();
        let due = after
            .filter(|after| !after.is_zero())
            .map(tg_pubsub_backend::after);
        if let Some(open) = state.open.get_mut(&held.publish.pkid) {
            open.delivered.due = due;
        }
        match due {
            Some(due) => {
                state.wait(due, held)?;
                drop(state);
                self.arrived.notify_waiters();
            }
            None => {
                state.q0_ready += usize::from(!held.is_tracked());
                state.ready.push_back(held);
                drop(state);
                self.arrived.notify_one();
            }
        }
        Ok(())
    }
}

fn lock(copies: &Mutex<Copies>) -> MutexGuard<'_, Copies> {
    copies.lock().unwrap_or_else(PoisonError::into_inner)
}
