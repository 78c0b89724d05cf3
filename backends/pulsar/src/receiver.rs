//! A consumer at the broker, over links that come and go: what comes goes to the inbox, and what becomes of it goes to
//! the broker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use pulsar::proto::command_subscribe::{InitialPosition as Position, SubType};
use pulsar::proto::{CommandSubscribe, KeySharedMeta, KeySharedMode, MessageIdData, Schema};
use tg_schema::Qos;
use tg_schema::pubsub::{ConsumerType, Error, InitialPosition};
use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::acked::{Acked, EntryId};
use crate::client::{Event, Kind, Pool, Role, Seat, Sink, command, owner, partitions};
use crate::failure::{Failure, Subject};
use crate::inbox::Inbox;
use crate::resume;
use crate::unpack::{Limits, Unpacker};

mod incoming;
mod orders;
mod waiting;

use waiting::Came;

/// What a consumer subscribes to, and how.
#[derive(Clone)]
pub(crate) struct Subscription {
    /// The topic's name at the broker.
    pub(crate) topic: String,
    pub(crate) name: String,
    pub(crate) schema: Option<Schema>,
    /// By which the broker knows it.
    pub(crate) member: String,
    pub(crate) consumer_type: ConsumerType,
    pub(crate) position: InitialPosition,
    pub(crate) durable: bool,
}

pub(crate) struct Receiver {
    pool: Arc<Pool>,
    subscription: Subscription,
    pub(crate) subject: Subject,
    pub(crate) inbox: Inbox,
    link: Mutex<Link>,
    unpacker: Mutex<Unpacker>,
    /// Locked before anything else is.
    waiting: Mutex<VecDeque<Came>>,
    ack_receipt: bool,
    best_effort: bool,
    runtime: Handle,
}

/// Where it sits.
#[derive(Default)]
struct Link {
    /// Number of the attempt that made it.
    number: u64,
    seat: Option<Arc<Seat>>,
    /// Somebody takes it up again.
    resuming: bool,
    /// It ended before it was known.
    ended: bool,
    /// The entry after the last one that came, or the first one that is not settled.
    next: Option<EntryId>,
    /// It is closed: nothing is taken up again.
    closed: bool,
}

/// What hears of the events of one link, and no later one.
struct Port {
    receiver: Weak<Receiver>,
    number: u64,
}

impl Receiver {
    pub(crate) async fn open(
        pool: Arc<Pool>,
        qos: Qos,
        subscription: Subscription,
        subject: Subject,
        prefetch: usize,
        acked: Arc<Mutex<Acked>>,
    ) -> Result<Arc<Self>, Failure> {
        let settings = &pool.settings;
        let usual = Limits::default();
        let limits = Limits {
            // Who makes room for larger chunks wants the message too.
            message: usual.message.max(settings.chunk_bytes),
            chunk_bytes: settings.chunk_bytes,
            chunk_sets: settings.chunk_messages,
            chunk_age: settings.chunk_age,
            ..usual
        };
        // What the broker is to deliver again is lost with the link where it keeps no subscription.
        let gives_again = subscription.durable
            && matches!(
                subscription.consumer_type,
                ConsumerType::Shared | ConsumerType::KeyShared
            );
        let best_effort = qos == Qos::Q0;
        let prefetch = u32::try_from(prefetch)
            .unwrap_or(u32::MAX)
            .clamp(1, MAX_PREFETCH);
        let receiver = Arc::new(Receiver {
            inbox: Inbox::new(prefetch, best_effort, gives_again, acked),
            link: Mutex::default(),
            unpacker: Mutex::new(Unpacker::new(limits)),
            waiting: Mutex::default(),
            ack_receipt: settings.ack_receipt && !best_effort,
            best_effort,
            runtime: Handle::current(),
            subscription,
            subject,
            pool,
        });
        let patience = receiver.pool.settings.connect_timeout;
        let opened = resume::attempts(patience, resume::not_ready, || receiver.attach()).await;
        if let Err(why) = opened {
            receiver.inbox.end(why.clone());
            return Err(why);
        }
        let keeping = Arc::clone(&receiver);
        receiver.runtime.spawn(async move { keeping.keep().await });
        Ok(receiver)
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }
    fn unpacker(&self) -> MutexGuard<'_, Unpacker> {
        self.unpacker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place at the broker that has the topic.
    async fn attach(self: &Arc<Self>) -> Result<(), Failure> {
        let topic = &self.subscription.topic;
        let (connection, parts) = owner(&self.pool, Role::Consume, topic).await?;
        if parts > 0 {
            return Err(Failure::Divided(parts));
        }
        let (number, next) = {
            let mut link = self.link();
            if link.closed {
                return Err(Failure::Closed);
            }
            link.number += 1;
            link.ended = false;
            (link.number, link.next)
        };
        let port = Arc::new(Port {
            receiver: Arc::downgrade(self),
            number,
        });
        let seat = Seat::take(connection, Kind::Consumer, port)?;
        let mut asked = self.take_seat(&seat, self.subscribe(next)).await;
        if matches!(asked, Err(Failure::Schema(_))) && self.knows_schema(&seat).await {
            // The strategy ALWAYS_INCOMPATIBLE refuses consumers even the schema that the topic has.
            let without = CommandSubscribe {
                schema: None,
                ..self.subscribe(next)
            };
            asked = self.take_seat(&seat, without).await;
        }
        asked.inspect_err(|why| {
            if !matches!(why, Failure::Timeout(..)) {
                // The broker does not have it.
                seat.forget();
            }
        })?;
        let seat = self.sit(seat, number)?;
        if self.best_effort {
            // The broker drops what nobody has room for: it has to know of the room before anybody sends. Its answer to
            // anything comes after that. Where there is none, the link is lost, and is taken up again as always.
            let _known = partitions(&seat.connection, topic).await;
        }
        Ok(())
    }

    /// Receives from this place from now on, if it is one still.
    fn sit(&self, seat: Seat, number: u64) -> Result<Arc<Seat>, Failure> {
        let mut link = self.link();
        if let Some(why) = seat.connection.ended() {
            return Err(why);
        }
        if link.closed {
            return Err(Failure::Closed);
        }
        if link.ended {
            return Err(Failure::NotReady(
                "the broker closed the consumer at once".to_owned(),
            ));
        }
        self.unpacker().reset();
        let permits = self.inbox.connected(number);
        seat.grant(permits);
        let seat = Arc::new(seat);
        link.seat = Some(Arc::clone(&seat));
        Ok(seat)
    }

    async fn take_seat(&self, seat: &Seat, subscribe: CommandSubscribe) -> Result<(), Failure> {
        let topic = &self.subscription.topic;
        let asked = seat.connection.ask("create consumer", topic, |request| {
            command::subscribe(CommandSubscribe {
                consumer_id: seat.id,
                request_id: request,
                ..subscribe
            })
        });
        asked.await.map(drop)
    }

    /// Whether the latest schema of the topic is ours, to the byte.
    async fn knows_schema(&self, seat: &Seat) -> bool {
        let Subscription { topic, schema, .. } = &self.subscription;
        let asked = seat.connection.ask("get schema", topic, |request| {
            command::get_schema(topic, request)
        });
        let Some(ours) = schema else {
            return false;
        };
        let latest = asked
            .await
            .ok()
            .and_then(|answer| answer.get_schema_response);
        latest
            .and_then(|answer| answer.schema)
            .is_some_and(|latest| {
                latest.r#type == ours.r#type && latest.schema_data == ours.schema_data
            })
    }

    /// The request to subscribe. `next`: the entry with which one that is not durable goes on.
    fn subscribe(&self, next: Option<EntryId>) -> CommandSubscribe {
        let subscription = &self.subscription;
        let kind = match subscription.consumer_type {
            ConsumerType::Shared => SubType::Shared,
            ConsumerType::Exclusive => SubType::Exclusive,
            ConsumerType::Failover => SubType::Failover,
            ConsumerType::KeyShared => SubType::KeyShared,
        };
        let position = match subscription.position {
            InitialPosition::Latest => Position::Latest,
            InitialPosition::Earliest => Position::Earliest,
        };
        let shared = kind == SubType::KeyShared;
        let next = next.filter(|_| !subscription.durable && !self.best_effort);
        CommandSubscribe {
            topic: subscription.topic.clone(),
            subscription: subscription.name.clone(),
            sub_type: kind.into(),
            consumer_name: Some(subscription.member.clone()),
            durable: Some(subscription.durable),
            start_message_id: next.map(|(ledger_id, entry_id)| MessageIdData {
                ledger_id,
                entry_id,
                ..MessageIdData::default()
            }),
            schema: subscription.schema.clone(),
            initial_position: Some(position.into()),
            key_shared_meta: shared.then(|| KeySharedMeta {
                key_shared_mode: KeySharedMode::AutoSplit.into(),
                ..KeySharedMeta::default()
            }),
            ..CommandSubscribe::default()
        }
    }

    /// Takes the link up again.
    fn resume(self: &Arc<Self>, why: &Failure) {
        let mut link = self.link();
        link.ended = true;
        if !self.subscription.durable {
            // What is not settled comes again, and what waits for the rest of its message.
            let open = [self.inbox.oldest(), self.unpacker().oldest()];
            link.next = open.into_iter().flatten().min().or(link.next);
        }
        self.inbox.lost();
        let seat = link.seat.take();
        let wanted = seat.is_some() && !link.resuming && !link.closed;
        link.resuming |= wanted;
        drop(link);
        drop(seat);
        if !wanted {
            return;
        }
        tracing::debug!(
            topic = self.subscription.topic,
            why = why.text(),
            "a consumer resumes"
        );
        let receiver = Arc::clone(self);
        self.runtime.spawn(async move {
            let settled = || {
                let mut link = receiver.link();
                link.resuming = link.seat.is_none() && !link.closed;
                !link.resuming
            };
            let within = receiver.pool.settings.resume;
            if let Err(why) = resume::until_settled(within, || receiver.attach(), settled).await {
                receiver.inbox.end(why);
            }
        });
    }

    /// Takes the place away from it, and ends it.
    fn leave(&self) -> Option<Arc<Seat>> {
        let mut link = self.link();
        link.closed = true;
        let seat = link.seat.take();
        drop(link);
        self.inbox.end(Failure::Closed);
        self.forget();
        seat
    }

    /// Ends it; the subscription stays. `false`: that took longer than `within`.
    pub(crate) async fn close(&self, within: Duration) -> bool {
        let Some(seat) = self.leave() else {
            return true;
        };
        // Acknowledgements that were sent come before it. Where the link is gone, the broker has closed it.
        timeout(within, seat.close(&self.subscription.topic))
            .await
            .is_ok()
    }

    /// Ends it without waiting.
    pub(crate) fn abandon(&self) {
        drop(self.leave());
    }

    /// Ends it, and deletes the subscription.
    pub(crate) async fn unsubscribe(&self) -> Result<(), Error> {
        let Some(seat) = self.leave() else {
            let why =
                Failure::Connection("the link is lost, and the subscription stays".to_owned());
            return Err(self.subject.error(why));
        };
        let topic = &self.subscription.topic;
        let asked = seat.connection.ask("unsubscribe", topic, |request| {
            command::unsubscribe(seat.id, request)
        });
        match asked.await {
            Ok(_) => {
                seat.forget();
                Ok(())
            }
            Err(why) => {
                let _gone = seat.close(topic).await;
                Err(match why {
                    Failure::NotReady(said) | Failure::Busy(said) => Error::Busy {
                        what: self.subject.place.clone(),
                        hint: format!(
                            "the last one of its consumers can delete it; the broker says: {said}"
                        ),
                    },
                    why => self.subject.error(why),
                })
            }
        }
    }
}

/// Most messages that a broker sends ahead.
const MAX_PREFETCH: u32 = 1_000_000;

impl Sink for Port {
    fn event(&self, event: Event) {
        if let Some(receiver) = self.receiver.upgrade() {
            receiver.on(self.number, event);
        }
    }
}
