//! A topic: one log, its subscriptions, and what is remembered of its messages.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tg_pubsub_backend::dedup::Window;
use tg_schema::Qos;
use tg_schema::pubsub::{Error, SchemaInfo};
use tokio::time::Instant;

use crate::config::Config;
use crate::joining::Subscribe;
use crate::log::Log;
use crate::member::{End, Member};
use crate::message::{Backlog, Stored};
use crate::subscription::Subscription;
use crate::wakes::Wakes;

/// Numbers of members and subscriptions, unlike any other in the process.
static NUMBERS: AtomicU64 = AtomicU64::new(1);

pub(crate) fn number() -> u64 {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

#[derive(Debug)]
pub(crate) struct Topic {
    /// Its name in the broker.
    pub(crate) name: String,
    pub(crate) config: Arc<Config>,
    pub(crate) backlog: Backlog,
    core: Mutex<Core>,
}

/// What is under the topic's lock.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) log: Log,
    pub(crate) subscriptions: BTreeMap<u64, Subscription>,
    pub(crate) deleted: bool,
    /// The type of its messages: the first that was named.
    schema: Option<&'static str>,
    seen: Window,
}

/// What became of a message that was put into a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Put {
    pub(crate) routed: bool,
    pub(crate) duplicate: bool,
    /// It was not stored: `q0`, and there was no room.
    pub(crate) dropped: bool,
}

impl Topic {
    pub(crate) fn new(name: String, config: &Arc<Config>) -> Self {
        Topic {
            name,
            config: config.clone(),
            backlog: Backlog::default(),
            core: Mutex::new(Core {
                log: Log::default(),
                subscriptions: BTreeMap::new(),
                deleted: false,
                schema: None,
                seen: Window::new(config.dedup_messages, config.dedup_age),
            }),
        }
    }

    /// Does something under the lock, and wakes afterwards whom that concerns.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Core, &mut Wakes) -> T) -> T {
        let mut wakes = Wakes::default();
        let value = {
            let mut core = self.core.lock().unwrap_or_else(PoisonError::into_inner);
            act(&mut core, &mut wakes)
        };
        wakes.fire();
        value
    }

    /// Puts a message into the log and tells the subscriptions.
    pub(crate) fn put(&self, message: Stored, qos: Qos) -> Result<Put, Error> {
        let message = Arc::new(message);
        self.with(|core, wakes| core.put(self, message, qos, wakes))
    }

    /// Notes the type of its messages, or compares it.
    pub(crate) fn check_schema(&self, schema: SchemaInfo) -> Result<(), Error> {
        let name = schema.name();
        let first = self.with(|core, _| *core.schema.get_or_insert(name));
        if first == name {
            return Ok(());
        }
        Err(Error::SchemaRejected {
            name: name.to_owned(),
            reason: format!("topic {} carries messages of the type {first}", self.name),
        })
    }

    /// Adds a consumer to a subscription, which is made where it is new.
    pub(crate) fn subscribe(self: &Arc<Self>, who: &Subscribe<'_>) -> Result<Arc<Member>, Error> {
        self.with(|core, wakes| core.subscribe(self, who, wakes))
    }

    /// Ends a consumer. What it held goes back; a subscription that is not durable goes with its last consumer.
    pub(crate) fn leave(&self, member: &Member, end: End) {
        self.with(|core, wakes| core.leave(self, member.subscription, member.number, end, wakes));
    }

    /// Ends a consumer and deletes its subscription.
    pub(crate) fn unsubscribe(&self, member: &Member) -> Result<(), Error> {
        self.with(|core, wakes| {
            let Some(subscription) = core.subscriptions.get_mut(&member.subscription) else {
                return Ok(());
            };
            let mut members = subscription.members().iter();
            let others = members.any(|m| m.number != member.number);
            if others && !self.config.behaves_like().members_unsubscribe {
                return Err(Error::Busy {
                    what: format!("subscription {} of {}", subscription.name, self.name),
                    hint: "close the other consumers before it is deleted".to_owned(),
                });
            }
            subscription.durable &= others;
            core.leave(
                self,
                member.subscription,
                member.number,
                End::Closed("consumer"),
                wakes,
            );
            Ok(())
        })
    }

    /// Deletes everything in it; who uses it is told so.
    pub(crate) fn delete(&self) {
        self.with(|core, wakes| {
            core.deleted = true;
            core.end_members(self, End::Deleted, wakes, |_| true);
            for (_, mut subscription) in std::mem::take(&mut core.subscriptions) {
                subscription.clear(&core.log, &self.backlog);
            }
            core.log = Log::default();
        });
    }

    /// Ends the consumers that are meant.
    pub(crate) fn end_members(&self, end: End, meant: impl Fn(&Member) -> bool) {
        self.with(|core, wakes| core.end_members(self, end, wakes, meant));
    }

    fn is_full(&self) -> Option<Error> {
        let (what, capacity) = if self.backlog.messages() >= self.config.backlog_messages {
            ("topic's backlog of messages", self.config.backlog_messages)
        } else if self.backlog.bytes() >= self.config.backlog_bytes {
            ("topic's backlog of bytes", self.config.backlog_bytes)
        } else {
            return None;
        };
        Some(Error::Full { what, capacity })
    }

    pub(crate) fn error_of_deleted(&self) -> Error {
        End::Deleted.error(&self.name)
    }
}

impl Core {
    fn put(
        &mut self,
        topic: &Topic,
        message: Arc<Stored>,
        qos: Qos,
        wakes: &mut Wakes,
    ) -> Result<Put, Error> {
        if self.deleted {
            return Err(topic.error_of_deleted());
        }
        let routed = !self.subscriptions.is_empty();
        if routed && let Some(full) = topic.is_full() {
            if qos != Qos::Q0 {
                return Err(full);
            }
            for subscription in self.subscriptions.values_mut() {
                subscription.dropped += 1;
            }
            return Ok(Put {
                routed: false,
                duplicate: false,
                dropped: true,
            });
        }
        if let (Qos::Q2, Some(id)) = (qos, &message.id)
            && !self.seen.insert(id, Instant::now())
        {
            return Ok(Put {
                routed,
                duplicate: true,
                dropped: false,
            });
        }
        message.need(self.subscriptions.len(), &topic.backlog);
        self.log.push(message);
        let config = &topic.config;
        for subscription in self.subscriptions.values_mut() {
            subscription.arrived(&self.log, config.q0_waiting.max(1), &topic.backlog, wakes);
        }
        if self.log.is_long(config) {
            let cursors = self.subscriptions.values().map(Subscription::cursor);
            let cursor = cursors.min().unwrap_or(self.log.end());
            self.log.trim(cursor, config);
        }
        Ok(Put {
            routed,
            duplicate: false,
            dropped: false,
        })
    }

    fn end_members(
        &mut self,
        topic: &Topic,
        end: End,
        wakes: &mut Wakes,
        meant: impl Fn(&Member) -> bool,
    ) {
        let mut all = Vec::new();
        for (id, subscription) in &self.subscriptions {
            let members = subscription.members().iter();
            all.extend(members.filter(|m| meant(m)).map(|m| (*id, m.number)));
        }
        for (subscription, member) in all {
            self.leave(topic, subscription, member, end, wakes);
        }
    }

    /// Ends a member and leaves its subscription as it is.
    pub(crate) fn end_member(
        &mut self,
        topic: &Topic,
        subscription: u64,
        member: u64,
        end: End,
        wakes: &mut Wakes,
    ) {
        if let Some(subscription) = self.subscriptions.get_mut(&subscription) {
            let keep = topic.config.behaves_like().attempts_survive;
            subscription.leave(member, end, keep, &self.log, wakes);
        }
    }

    fn leave(
        &mut self,
        topic: &Topic,
        subscription: u64,
        member: u64,
        end: End,
        wakes: &mut Wakes,
    ) {
        self.end_member(topic, subscription, member, end, wakes);
        let gone = self
            .subscriptions
            .get(&subscription)
            .is_some_and(|s| !s.durable && s.members().is_empty());
        if gone && let Some(mut subscription) = self.subscriptions.remove(&subscription) {
            subscription.clear(&self.log, &topic.backlog);
        }
    }
}
