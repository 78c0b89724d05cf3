//! The place of a sender at the broker: taken, lost, and taken again.

use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, Weak};

use pulsar::proto::{CommandProducer, CommandProducerSuccess};
use tg_schema::Qos;

use super::{Sender, State};
use crate::client::{Event, Kind, Role, Seat, Sink, command, owner};
use crate::failure::Failure;
use crate::resume;
use crate::unconfirmed::{Identity, receipt};

/// What hears of the events of one link, and no later one.
struct Port {
    sender: Weak<Sender>,
    number: u64,
}

impl Sender {
    /// Takes a place at the broker that has the topic, and sends what is not confirmed.
    pub(super) async fn attach(self: &Arc<Self>) -> Result<(), Failure> {
        let (connection, partitions) = owner(&self.pool, Role::Produce, &self.topic).await?;
        if partitions > 0 {
            return Err(Failure::Divided(partitions));
        }
        let (number, name, named_by_user, topic_epoch) = {
            let mut state = self.state();
            state.link.number += 1;
            state.link.ended = false;
            (
                state.link.number,
                state.name.clone(),
                state.named_by_user,
                state.epoch,
            )
        };
        let port = Arc::new(Port {
            sender: Arc::downgrade(self),
            number,
        });
        let seat = Seat::take(connection, Kind::Producer, port)?;
        let asked = seat
            .connection
            .ask("create producer", &self.topic, |request| {
                command::producer(CommandProducer {
                    topic: self.topic.clone(),
                    producer_id: seat.id,
                    request_id: request,
                    user_provided_producer_name: Some(named_by_user),
                    producer_name: Some(name).filter(|name| !name.is_empty()),
                    schema: self.schema.clone(),
                    epoch: Some(number),
                    producer_access_mode: Some(self.pool.settings.access.into()),
                    topic_epoch,
                    ..CommandProducer::default()
                })
            });
        let answer = asked.await.inspect_err(|why| {
            if !matches!(why, Failure::Timeout(..)) {
                // The broker does not have it.
                seat.forget();
            }
        })?;
        let Some(success) = answer.producer_success else {
            return Err(Failure::NotReady(
                "the broker answered something else than that there is a producer".to_owned(),
            ));
        };
        self.sit_down(seat, number, success)
    }

    fn sit_down(
        &self,
        seat: Seat,
        number: u64,
        success: CommandProducerSuccess,
    ) -> Result<(), Failure> {
        let connection = Arc::clone(&seat.connection);
        self.max_message
            .store(connection.max_message, Ordering::Relaxed);
        let mut state = self.state();
        if state.link.ended {
            return Err(Failure::NotReady(
                "the broker closed the producer at once".to_owned(),
            ));
        }
        if let Some(why) = connection.ended().or_else(|| state.end.clone()) {
            return Err(why);
        }
        state.name.clone_from(&success.producer_name);
        state.epoch = success.topic_epoch;
        let stored = success
            .last_sequence_id
            .and_then(|last| u64::try_from(last).ok());
        state.messages.resume(
            Identity {
                producer: success.producer_name,
                schema_version: success.schema_version.filter(|version| !version.is_empty()),
            },
            stored,
        );
        for (sequence, packet) in state.messages.iter() {
            connection.send(seat.id, sequence, packet);
        }
        tracing::debug!(
            topic = self.topic,
            number,
            unconfirmed = state.messages.len(),
            "sending"
        );
        state.link.seat = Some(seat);
        Ok(())
    }

    fn on(self: &Arc<Self>, number: u64, event: Event) {
        let mut state = self.state();
        if state.link.number != number {
            return;
        }
        match event {
            Event::Receipt(sequence, id) => {
                state.messages.confirm(sequence, receipt(id.as_ref()));
            }
            // The broker moves the topic, as a rule, and says so next.
            Event::NotTaken(_, why) if why.is_passing() => self.resume(state, &why),
            Event::NotTaken(sequence, why) => {
                tracing::debug!(
                    topic = self.topic,
                    why = why.text(),
                    "a message was refused"
                );
                state.messages.settle(sequence, Err(why));
            }
            Event::Ended => {
                if let Some(seat) = &state.link.seat {
                    seat.forget();
                }
                self.resume(
                    state,
                    &Failure::NotReady("the broker closed the producer".to_owned()),
                );
            }
            Event::Lost(Failure::Closed) => {
                drop(state);
                self.end(Failure::Closed);
            }
            Event::Lost(why) => self.resume(state, &why),
            Event::Message(..) | Event::Corrupt(_) | Event::Active(_) | Event::EndOfTopic => {}
        }
    }

    /// Takes the link up again.
    fn resume(self: &Arc<Self>, mut state: MutexGuard<'_, State>, why: &Failure) {
        state.link.ended = true;
        let seat = state.link.seat.take();
        let wanted = seat.is_some() && !state.link.resuming && state.end.is_none();
        state.link.resuming |= wanted;
        if self.qos == Qos::Q0 {
            let dropped = state.messages.drain();
            drop((state, dropped));
        } else {
            drop(state);
        }
        drop(seat);
        if !wanted {
            return;
        }
        tracing::debug!(topic = self.topic, why = why.text(), "a producer resumes");
        let sender = Arc::clone(self);
        self.runtime.spawn(async move {
            let settled = || {
                let mut state = sender.state();
                state.link.resuming = state.link.seat.is_none() && state.end.is_none();
                !state.link.resuming
            };
            let within = sender.pool.settings.resume;
            if let Err(why) = resume::until_settled(within, || sender.attach(), settled).await {
                sender.end(why);
            }
        });
    }
}

impl Sink for Port {
    fn event(&self, event: Event) {
        if let Some(sender) = self.sender.upgrade() {
            sender.on(self.number, event);
        }
    }
}
