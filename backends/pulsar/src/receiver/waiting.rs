//! Entries that wait as they came, compressed, until the messages before them are handed out: a few bytes may become a
//! large message, and a consumer that is slow would have as many of these in memory as it asked for.

use std::collections::VecDeque;
use std::sync::{Arc, MutexGuard, PoisonError};

use bytes::Bytes;
use pulsar::proto::{CommandMessage, MessageMetadata};

use super::Receiver;
use crate::failure::Failure;

/// Bytes of messages that wait to be handed out, beyond which no more are unpacked.
pub(super) const UNPACKED: usize = 32 << 20;

/// An entry as it came.
pub(super) struct Came {
    /// Number of the link over which it came.
    pub(super) link: u64,
    pub(super) command: CommandMessage,
    pub(super) metadata: Box<MessageMetadata>,
    pub(super) payload: Bytes,
}

impl Receiver {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<Came>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an entry, or lets it wait.
    pub(super) fn came(self: &Arc<Self>, came: Came) {
        let mut waiting = self.waiting();
        // It is unpacked before the next one can come: their order stays.
        match waiting.is_empty() && self.inbox.unpacked() < UNPACKED {
            true => self.message(came),
            false => waiting.push_back(came),
        }
    }

    /// Unpacks what waits, as far as there is room.
    pub(crate) fn refill(&self) {
        let mut waiting = self.waiting();
        while self.inbox.unpacked() < UNPACKED
            && let Some(came) = waiting.pop_front()
        {
            self.message(came);
        }
    }

    /// The link is gone, and the broker delivers again what came over it. None of that is unpacked meanwhile.
    pub(super) fn lost(self: &Arc<Self>, why: &Failure) {
        let mut waiting = self.waiting();
        waiting.clear();
        self.resume(why);
    }

    /// Nobody takes anything any more.
    pub(super) fn forget(&self) {
        self.waiting().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use pulsar::proto::MessageIdData;
    use tg_schema::pubsub::{BackendConsumer, ConsumerType, InitialPosition};
    use tokio::runtime::Handle;

    use super::*;
    use crate::acked::Acked;
    use crate::client::Pool;
    use crate::config::PulsarConfig;
    use crate::consumer::Consumer;
    use crate::failure::Subject;
    use crate::inbox::Inbox;
    use crate::receiver::{Link, Subscription};
    use crate::settings::Settings;
    use crate::unpack::{Limits, Unpacker};

    /// A consumer with a link that leads nowhere.
    fn receiver() -> Arc<Receiver> {
        let settings = Settings::of(&PulsarConfig::default()).expect("settings");
        let inbox = Inbox::new(100, false, true, Arc::new(Mutex::new(Acked::new(10))));
        inbox.connected(1);
        Arc::new(Receiver {
            pool: Arc::new(Pool::new(settings)),
            subscription: Subscription {
                topic: "persistent://tg/flow/x".to_owned(),
                name: "s".to_owned(),
                schema: None,
                member: "m".to_owned(),
                consumer_type: ConsumerType::Shared,
                position: InitialPosition::Latest,
                durable: true,
            },
            subject: Subject::BACKEND,
            inbox,
            link: Mutex::new(Link {
                number: 1,
                ..Link::default()
            }),
            unpacker: Mutex::new(Unpacker::new(Limits::default())),
            waiting: Mutex::default(),
            ack_receipt: true,
            best_effort: false,
            runtime: Handle::current(),
        })
    }

    /// A message that becomes one of 10 MB, 21 times as large: a block of Snappy that repeats its first byte.
    fn came(entry_id: u64) -> Came {
        let mut payload = vec![0x80, 0xad, 0xe2, 0x04, 0];
        payload.push(b'x');
        let copies = (10_000_000 - 1) / 64;
        payload.extend([0xfe, 1, 0].repeat(copies));
        payload.extend([((10_000_000 - 1 - copies * 64 - 1) << 2 | 2) as u8, 1, 0]);
        Came {
            link: 1,
            command: CommandMessage {
                message_id: MessageIdData {
                    ledger_id: 1,
                    entry_id,
                    ..MessageIdData::default()
                },
                ..CommandMessage::default()
            },
            metadata: Box::new(MessageMetadata {
                compression: Some(4),
                uncompressed_size: Some(10_000_000),
                ..MessageMetadata::default()
            }),
            payload: payload.into(),
        }
    }

    #[tokio::test]
    async fn a_slow_consumer_has_few_of_them_unpacked_and_gets_all_in_their_order() {
        let receiver = receiver();
        for entry in 0..40 {
            receiver.came(came(entry));
        }
        assert_eq!(receiver.inbox.unpacked(), 40_000_000);
        assert_eq!(receiver.waiting().len(), 36);
        let consumer = Consumer(Arc::clone(&receiver));
        let mut held = Vec::new();
        for entry in 0..40 {
            let delivery = consumer.try_receive().expect("a message").expect("a link");
            assert_eq!(delivery.meta.id, Some(format!("1:{entry}")));
            assert_eq!(delivery.payload.len(), 10_000_000);
            assert!(receiver.inbox.unpacked() <= 40_000_000);
            held.push(delivery.meta);
        }
        assert_eq!((held.len(), receiver.waiting().len()), (40, 0));
    }

    #[tokio::test]
    async fn what_waits_goes_with_its_link() {
        let receiver = receiver();
        for entry in 0..40 {
            receiver.came(came(entry));
        }
        receiver.lost(&Failure::Connection("gone".to_owned()));
        assert_eq!(
            (receiver.inbox.unpacked(), receiver.waiting().len()),
            (0, 0)
        );
        receiver.refill();
        assert!(Consumer(receiver).try_receive().is_none());
    }
}
