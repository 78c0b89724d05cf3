//! What comes from the broker, and what is due, into the inbox.

use std::sync::Arc;

use pulsar::proto::command_ack::ValidationError;
use pulsar::proto::{MessageIdData, MessageMetadata};
use tokio::time::{Instant, sleep_until};

use super::Receiver;
use super::orders::carry_out;
use super::waiting::Came;
use crate::client::{Event, command};
use crate::failure::Failure;
use crate::inbox::Orders;
use crate::unpack::Dropped;

/// How many messages the broker counts for an entry: the number in it as it is, also where it is none of messages, or those
/// that are not acknowledged, where it knows that some are.
fn counted(metadata: &MessageMetadata, ack_set: &[i64]) -> u32 {
    match ack_set.is_empty() {
        true => metadata.num_messages_in_batch.unwrap_or(1).cast_unsigned(),
        false => ack_set.iter().map(|word| word.count_ones()).sum(),
    }
}

impl Receiver {
    /// Does what is due, until the consumer ends.
    pub(super) async fn keep(&self) {
        loop {
            let now = Instant::now();
            let (mut orders, mut next) = self.inbox.due(now);
            {
                let mut unpacker = self.unpacker();
                for dropped in unpacker.expire(now) {
                    self.drop_entries(dropped, &mut orders);
                }
                next = [next, unpacker.next_expiry()].into_iter().flatten().min();
            }
            self.carry_out(orders);
            if self.inbox.ended().is_some() {
                return;
            }
            match next {
                Some(next) => tokio::select! {
                    () = self.inbox.sooner.notified() => {}
                    () = sleep_until(next) => {}
                },
                None => self.inbox.sooner.notified().await,
            }
        }
    }

    fn drop_entries(&self, dropped: Dropped, orders: &mut Orders) {
        tracing::warn!(
            topic = self.subscription.topic,
            entries = dropped.ids.len(),
            why = ?dropped.why,
            "chunks will not become a message"
        );
        match dropped.why.is_final() {
            true => orders.settled.extend(dropped.ids),
            false => orders.again.extend(dropped.ids),
        }
    }

    pub(super) fn message(&self, came: Came) {
        let Came {
            link: number,
            command,
            metadata,
            payload,
        } = came;
        let id = command.message_id;
        let used = counted(&metadata, &command.ack_set);
        let count = command.redelivery_count.unwrap_or_default();
        let now = Instant::now();
        let place = (id.ledger_id, id.entry_id);
        let (entry, chunks) = {
            let mut unpacker = self.unpacker();
            let entry = unpacker.entry(id, *metadata, payload, count, &command.ack_set, now);
            (entry, unpacker.next_expiry().is_some())
        };
        let mut orders = match entry {
            Ok(entry) => {
                let is_empty = entry.messages.is_empty() && entry.dropped.is_empty();
                let mut orders = self.inbox.arrive(number, used, entry.messages);
                if is_empty && !entry.waits {
                    // Nothing in it is for anybody.
                    orders.settled.push(MessageIdData {
                        ledger_id: place.0,
                        entry_id: place.1,
                        ..MessageIdData::default()
                    });
                }
                for dropped in entry.dropped {
                    self.drop_entries(dropped, &mut orders);
                }
                orders
            }
            Err(refused) => {
                tracing::error!(
                    topic = self.subscription.topic,
                    entry = ?place,
                    why = %refused.error,
                    "a message cannot be read"
                );
                if refused.is_rest {
                    let mut orders = self.inbox.arrive(number, used, Vec::new());
                    orders.settled.extend(refused.ids);
                    orders
                } else {
                    // Whoever receives decides what becomes of it.
                    let message = refused.into_message(count);
                    self.inbox.arrive(number, used, vec![message])
                }
            }
        };
        if self.best_effort {
            orders.settled.clear();
            orders.again.clear();
        }
        if chunks {
            self.inbox.sooner.notify_one();
        }
        if orders != Orders::default() {
            self.carry_out(orders);
        }
        let mut link = self.link();
        link.next = link.next.max(Some((place.0, place.1.saturating_add(1))));
    }

    pub(super) fn on(self: &Arc<Self>, number: u64, event: Event) {
        if self.link().number != number {
            return;
        }
        match event {
            Event::Message(command, metadata, payload) => {
                self.came(Came {
                    link: number,
                    command,
                    metadata,
                    payload,
                });
            }
            Event::Corrupt(command) => {
                let topic = &self.subscription.topic;
                tracing::error!(topic, id = ?command.message_id, "a message is corrupt and is left out");
                let orders = self.inbox.arrive(number, 1, Vec::new());
                if let Some(seat) = self.link().seat.clone() {
                    let error = Some(ValidationError::ChecksumMismatch);
                    let ids = vec![command.message_id];
                    seat.connection
                        .tell(&command::ack(seat.id, ids, None, error));
                    carry_out(&seat, orders);
                }
            }
            Event::Active(active) => {
                let topic = &self.subscription.topic;
                tracing::debug!(
                    topic,
                    active,
                    "another consumer of the subscription was chosen"
                );
            }
            Event::EndOfTopic => self.inbox.terminated(),
            Event::Ended => {
                if let Some(seat) = &self.link().seat {
                    seat.forget();
                }
                self.lost(&Failure::NotReady(
                    "the broker closed the consumer".to_owned(),
                ));
            }
            Event::Lost(Failure::Closed) => {
                self.link().closed = true;
                self.inbox.end(Failure::Closed);
            }
            Event::Lost(why) => self.lost(&why),
            Event::Receipt(..) | Event::NotTaken(..) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_broker_counts() {
        let of = |count| MessageMetadata {
            num_messages_in_batch: count,
            ..MessageMetadata::default()
        };
        for (count, ack_set, counted_as) in [
            (None, &[][..], 1),
            (Some(70), &[], 70),
            (Some(70), &[0b101, 0b11], 4),
            (Some(-1), &[], u32::MAX),
        ] {
            assert_eq!(counted(&of(count), ack_set), counted_as, "{count:?}");
        }
    }
}
