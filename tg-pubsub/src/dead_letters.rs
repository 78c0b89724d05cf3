//! Messages that are given up, onto a topic of their own.

use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{Error, Properties};
use tokio::sync::OnceCell;

use crate::incoming::Head;
use crate::payload::Raw;
use crate::policy::DeadLetters;
use crate::producer::{Producer, SendOptions};
use crate::pubsub::PubSub;

/// Properties of a dead letter, beside those that the message had.
pub mod property {
    /// The topic that it came from.
    pub const TOPIC: &str = "tg-dlq-topic";
    /// The subscription that gave it up.
    pub const SUBSCRIPTION: &str = "tg-dlq-subscription";
    /// How often it was tried.
    pub const ATTEMPT: &str = "tg-dlq-attempt";
    /// Why it was given up.
    pub const ERROR: &str = "tg-dlq-error";
    /// How its bytes are encoded.
    pub const FORMAT: &str = "tg-dlq-format";
    /// The registry's number of the schema that it was written with, where there is one.
    pub const SCHEMA: &str = "tg-dlq-schema";
}

/// Most bytes of [`property::ERROR`].
const MAX_ERROR: usize = 1_000;

/// The dead letters of one subscription. Its producer is opened with the first of them.
pub(crate) struct DeadLetterQueue {
    pubsub: PubSub,
    from: Topic,
    subscription: String,
    to: Topic,
    send_timeout: Duration,
    producer: OnceCell<Producer<Raw>>,
}

impl DeadLetterQueue {
    /// Where the dead letters of a subscription go.
    pub(crate) fn of(
        pubsub: &PubSub,
        from: &Topic,
        subscription: &str,
        to: DeadLetters,
        send_timeout: Duration,
    ) -> Result<Option<Self>, Error> {
        let to = match to {
            DeadLetters::Off => return Ok(None),
            DeadLetters::To(topic) => topic,
            DeadLetters::Beside => {
                let queue = format!("{}.dlq.{subscription}", from.queue());
                Topic::new(from.qos(), from.tenant(), from.namespace(), &queue)?
            }
        };
        Ok(Some(DeadLetterQueue {
            pubsub: pubsub.clone(),
            from: from.clone(),
            subscription: subscription.to_owned(),
            to,
            send_timeout,
            producer: OnceCell::new(),
        }))
    }

    pub(crate) fn topic(&self) -> &Topic {
        &self.to
    }

    /// Writes a message to the dead letters. When this answers, the broker has it.
    pub(crate) async fn publish(
        &self,
        head: &Head,
        attempt: u32,
        reason: &str,
    ) -> Result<(), Error> {
        let producer = self.producer.get_or_try_init(|| self.open()).await?;
        let mut options = SendOptions::from(self.properties(head, attempt, reason));
        options.key.clone_from(&head.meta.key);
        let receipt = producer
            .send_with(&Raw(head.payload.clone()), options)
            .await?;
        tracing::warn!(
            topic = %self.from,
            dead_letters = %self.to,
            attempt,
            reason,
            kept = receipt.routed != Some(false),
            "message given up"
        );
        Ok(())
    }

    async fn open(&self) -> Result<Producer<Raw>, Error> {
        self.pubsub
            .producer::<Raw>(&self.to)
            .label("dead-letters")
            .send_timeout(self.send_timeout)
            .connect_timeout(self.send_timeout)
            .open()
            .await
    }

    fn properties(&self, head: &Head, attempt: u32, reason: &str) -> Properties {
        let mut properties = head.properties.clone();
        let mut end = reason.len().min(MAX_ERROR);
        while !reason.is_char_boundary(end) {
            end -= 1;
        }
        properties.insert(property::TOPIC, self.from.to_string());
        properties.insert(property::SUBSCRIPTION, self.subscription.clone());
        properties.insert(property::ATTEMPT, attempt.to_string());
        properties.insert(property::ERROR, reason.get(..end).unwrap_or_default());
        properties.insert(property::FORMAT, head.format.to_string());
        if let Some(writer) = &head.writer {
            properties.insert(property::SCHEMA, writer.id.to_string());
        }
        properties
    }

    /// Flushes and closes, where there was a dead letter.
    pub(crate) async fn close(&self, within: Duration) -> Result<(), Error> {
        match self.producer.get() {
            Some(producer) => producer.close(within).await,
            None => Ok(()),
        }
    }
}
