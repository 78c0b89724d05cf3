//! A subscription: a cursor in the log of its topic, what came back, and the consumers that divide its messages.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use tg_pubsub_backend::hold::Hold;
use tg_schema::pubsub::ConsumerType;
use tokio::time::Instant;

use crate::lanes::Lanes;
use crate::log::Log;
use crate::member::{End, Member};
use crate::message::{Backlog, Entry};
use crate::wakes::Wakes;

/// Most messages that are fetched at once.
const BATCH: usize = 64;

#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) name: String,
    pub(crate) consumer_type: ConsumerType,
    pub(crate) durable: bool,
    /// Whether old messages are dropped when there are many, as on `q0`.
    pub(crate) lossy: bool,
    /// The next message that was never fetched.
    cursor: u64,
    /// Messages that came back, oldest first.
    back: BTreeMap<u64, Entry>,
    /// Messages that come back later.
    held: Hold<Entry>,
    /// In the order in which they joined.
    members: Vec<Arc<Member>>,
    /// Where messages are divided by key.
    lanes: Lanes,
    waiters: Waiters,
    /// How many messages were dropped.
    pub(crate) dropped: u64,
}

/// Calls of `receive` that wait.
#[derive(Debug, Default)]
struct Waiters {
    next: u64,
    /// Number of the member, number of the waiter, who is to be woken.
    list: VecDeque<(u64, u64, Waker)>,
}

/// What a member got when it asked.
pub(crate) enum Taken {
    /// A message and its slot in the member's hands.
    Message(usize, Entry),
    /// Nothing is here.
    Nothing,
    /// It ended.
    Ended(End),
}

impl Subscription {
    pub(crate) fn new(name: &str, cursor: u64, durable: bool, lossy: bool, delayed: usize) -> Self {
        Subscription {
            name: name.to_owned(),
            consumer_type: ConsumerType::Shared,
            durable,
            lossy,
            cursor,
            back: BTreeMap::new(),
            // Bytes are bounded by the backlog of the topic.
            held: Hold::new(delayed, usize::MAX),
            members: Vec::new(),
            lanes: Lanes::default(),
            waiters: Waiters::default(),
            dropped: 0,
        }
    }
    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }
    pub(crate) fn members(&self) -> &[Arc<Member>] {
        &self.members
    }
    /// A label that no member has: the same ones come again when members come and go.
    pub(crate) fn free_label(&self) -> String {
        let labels = (0..=self.members.len()).map(|i| format!("#{i}"));
        let mut free = labels.filter(|label| self.members.iter().all(|m| m.label != *label));
        free.next().unwrap_or_default()
    }
    /// Messages that wait to be fetched, those included that wait for their time.
    pub(crate) fn waiting(&self, log: &Log) -> usize {
        self.available(log) + self.held.len()
    }
    fn keyed(&self) -> bool {
        self.consumer_type == ConsumerType::KeyShared
    }
    /// Messages that may be fetched now.
    fn available(&self, log: &Log) -> usize {
        let fresh = usize::try_from(log.end() - self.cursor).unwrap_or(usize::MAX);
        self.back.len() + self.lanes.len() + fresh
    }
    /// Takes the next message, one that came back before others.
    fn next(&mut self, log: &Log) -> Option<Entry> {
        if let Some((_, entry)) = self.back.pop_first() {
            return Some(entry);
        }
        let entry = Entry {
            place: self.cursor,
            message: log.get(self.cursor)?.clone(),
            attempts: 0,
        };
        self.cursor += 1;
        Some(entry)
    }

    /// A message was put into the log.
    pub(crate) fn arrived(&mut self, log: &Log, most: usize, backlog: &Backlog, wakes: &mut Wakes) {
        if self.lossy {
            self.drop_oldest(log, most, backlog);
        }
        self.wake(1, log, wakes);
    }
    fn drop_oldest(&mut self, log: &Log, most: usize, backlog: &Backlog) {
        while self.available(log) > most {
            let oldest = self.lanes.take_oldest().or_else(|| self.next(log));
            let Some(entry) = oldest else {
                return;
            };
            entry.message.release(backlog);
            self.dropped += 1;
            // Once, so that the counts of all members add up to that of the subscription.
            if let Some(first) = self.members.first() {
                first.count_dropped();
            }
        }
    }

    /// Adds a member.
    pub(crate) fn join(&mut self, member: Arc<Member>) {
        self.unlane();
        self.members.push(member);
    }
    /// Ends a member; what it held comes back.
    pub(crate) fn leave(
        &mut self,
        number: u64,
        end: End,
        keep_attempts: bool,
        log: &Log,
        wakes: &mut Wakes,
    ) {
        let Some(at) = self.members.iter().position(|m| m.number == number) else {
            return;
        };
        let member = self.members.remove(at);
        for mut entry in member.end(end) {
            if !keep_attempts {
                // What is left is that it was delivered before, if it was.
                entry.attempts = entry.attempts.min(1);
            }
            self.put_back(entry);
        }
        self.unlane();
        let waiters = std::mem::take(&mut self.waiters.list);
        for (of, waiter, waker) in waiters {
            match of == number {
                true => wakes.push(waker),
                false => self.waiters.list.push_back((of, waiter, waker)),
            }
        }
        self.wake(self.available(log), log, wakes);
    }
    /// Takes the messages out of the lanes, because they are to be divided anew.
    fn unlane(&mut self) {
        for entry in self.lanes.clear() {
            self.back.insert(entry.place, entry);
        }
    }
    /// A message comes back from a member's hands.
    fn put_back(&mut self, entry: Entry) {
        self.left(&entry);
        self.back.insert(entry.place, entry);
    }
    /// A message left a member's hands.
    pub(crate) fn left(&mut self, entry: &Entry) {
        if self.keyed() {
            self.lanes.left(entry);
        }
    }
    /// A message is to be delivered again at once.
    pub(crate) fn again(&mut self, entry: Entry, log: &Log, wakes: &mut Wakes) {
        self.put_back(entry);
        self.wake(1, log, wakes);
    }
    /// Whether one more message can wait for its time.
    pub(crate) fn can_hold(&self) -> bool {
        self.held.has_room(0)
    }
    /// A message is to be delivered again after a time.
    pub(crate) fn again_after(
        &mut self,
        entry: Entry,
        after: Duration,
        log: &Log,
        wakes: &mut Wakes,
    ) {
        let due = tg_pubsub_backend::after(after);
        self.left(&entry);
        let sooner = self.next_due().is_none_or(|first| due < first);
        if let Err(entry) = self.held.put(entry, 0, due) {
            self.back.insert(entry.place, entry);
            self.wake(1, log, wakes);
        } else if sooner {
            // Who waits has to wait until an earlier time.
            for (_, _, waker) in self.waiters.list.drain(..) {
                wakes.push(waker);
            }
        }
    }
    /// When the next held message is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.held.next_due()
    }

    /// Fetches messages for a member, and hands one out.
    pub(crate) fn take(&mut self, member: &Member, log: &Log, wakes: &mut Wakes) -> Taken {
        if !self.held.is_empty() {
            let now = Instant::now();
            while let Some(entry) = self.held.pop_due(now) {
                self.back.insert(entry.place, entry);
            }
        }
        if self.may_take(member) {
            self.divide(log);
            if self.members.len() > 1 && !self.keyed() && self.available(log) == 0 {
                self.collect_fetched(member.number);
            }
            self.fetch(member, log);
        }
        let mut hands = member.hands();
        let taken = match (hands.end, hands.hand_out()) {
            (Some(end), _) => Taken::Ended(end),
            (None, Some((slot, entry))) => Taken::Message(slot, entry),
            (None, None) => Taken::Nothing,
        };
        // Other calls of the member: they are to hear of what is fetched, and of room where there is none.
        let others = self.waits(member.number);
        let fetched = !hands.fetched.is_empty();
        hands.blocked = member.room() == 0 && (others || matches!(taken, Taken::Nothing));
        drop(hands);
        if others && fetched {
            self.wake_member(member.number, wakes);
        }
        if !self.waiters.list.is_empty() && self.available(log) > 0 {
            self.wake(1, log, wakes);
        }
        taken
    }
    /// Whether messages are for this member at all.
    fn may_take(&self, member: &Member) -> bool {
        match self.consumer_type {
            ConsumerType::Shared | ConsumerType::KeyShared => true,
            ConsumerType::Exclusive | ConsumerType::Failover => {
                let first = self.members.first();
                first.is_some_and(|m| m.number == member.number)
            }
        }
    }
    /// Fetches as many messages as it may, and leaves some for the others.
    fn fetch(&mut self, member: &Member, log: &Log) {
        let available = self.available(log);
        let share = match self.members.len() {
            0 | 1 => BATCH,
            members => (available / (2 * members)).clamp(1, BATCH),
        };
        let mut hands = member.hands();
        if hands.end.is_some() || !hands.fetched.is_empty() {
            return;
        }
        for _ in 0..share.min(member.room()) {
            let entry = match self.consumer_type {
                ConsumerType::KeyShared => self.lanes.take(member.number),
                _ => self.next(log),
            };
            match entry {
                Some(entry) => hands.fetched.push_back(entry),
                None => break,
            }
        }
        member.count(&hands);
    }
    /// Divides what there is by key.
    fn divide(&mut self, log: &Log) {
        if !self.keyed() || self.members.is_empty() {
            return;
        }
        while let Some(entry) = self.next(log) {
            self.lanes.put(entry, &self.members);
        }
    }
    /// Takes back what other members fetched and did not hand out, for one that has nothing to do.
    fn collect_fetched(&mut self, but: u64) {
        for member in self.members.iter().filter(|m| m.number != but) {
            for entry in member.give_up_fetched() {
                self.back.insert(entry.place, entry);
            }
        }
    }

    /// Notes a call that waits; `known` is the number that an earlier note gave. Gives its number.
    pub(crate) fn wait(
        &mut self,
        member: u64,
        known: Option<u64>,
        waker: &Waker,
        wakes: &mut Wakes,
    ) -> u64 {
        let mut list = self.waiters.list.iter_mut();
        let noted = list.find(|(_, waiter, _)| Some(*waiter) == known);
        if let Some((_, waiter, old)) = noted {
            if !old.will_wake(waker) {
                wakes.discard(std::mem::replace(old, waker.clone()));
            }
            return *waiter;
        }
        self.waiters.next += 1;
        let number = self.waiters.next;
        let note = (member, number, waker.clone());
        self.waiters.list.push_back(note);
        number
    }
    /// Whether a call of this member waits.
    fn waits(&self, member: u64) -> bool {
        self.waiters.list.iter().any(|(of, _, _)| *of == member)
    }
    /// A call got what it waited for.
    pub(crate) fn served(&mut self, waiter: u64, wakes: &mut Wakes) -> bool {
        let noted = self.waiters.list.iter().position(|(_, w, _)| *w == waiter);
        let removed = noted.and_then(|at| self.waiters.list.remove(at));
        let was_noted = removed.is_some();
        if let Some((_, _, waker)) = removed {
            wakes.discard(waker);
        }
        was_noted
    }
    /// A call gave up. Where it had been woken, another gets its turn.
    pub(crate) fn give_up(&mut self, waiter: u64, member: &Member, log: &Log, wakes: &mut Wakes) {
        if self.served(waiter, wakes) {
            return;
        }
        if !member.hands().fetched.is_empty() {
            self.wake_member(member.number, wakes);
        }
        self.wake(1, log, wakes);
    }
    /// Wakes a call of this member, which got room.
    pub(crate) fn wake_member(&mut self, number: u64, wakes: &mut Wakes) {
        let waiter = self.waiters.list.iter().position(|(m, _, _)| *m == number);
        if let Some((_, _, waker)) = waiter.and_then(|at| self.waiters.list.remove(at)) {
            wakes.push(waker);
        }
    }
    /// Wakes calls that can take one of `messages` messages.
    fn wake(&mut self, messages: usize, log: &Log, wakes: &mut Wakes) {
        if self.waiters.list.is_empty() {
            return;
        }
        self.divide(log);
        for _ in 0..messages {
            let able = |of: u64| {
                let member = self.members.iter().find(|m| m.number == of)?;
                let has = !self.keyed() || self.lanes.has(of);
                Some(member.room() > 0 && has && self.may_take(member))
            };
            let waiter = self
                .waiters
                .list
                .iter()
                .position(|(of, _, _)| able(*of) == Some(true));
            let Some((_, _, waker)) = waiter.and_then(|at| self.waiters.list.remove(at)) else {
                return;
            };
            wakes.push(waker);
        }
    }

    /// Gives up everything that waits here: the subscription is being deleted.
    pub(crate) fn clear(&mut self, log: &Log, backlog: &Backlog) {
        self.unlane();
        for entry in std::mem::take(&mut self.back).into_values() {
            entry.message.release(backlog);
        }
        for entry in self.held.drain() {
            entry.message.release(backlog);
        }
        for message in log.from(self.cursor) {
            message.release(backlog);
        }
        self.cursor = log.end();
    }
}
