//! Messages that are given up, onto a topic of their own.

use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{Bytes, Error, Feature, Properties, Receipt};
use tokio::sync::OnceCell;

use crate::incoming::Head;
use crate::metrics::{Counter, Series};
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
    /// How often it was given up, this time included, on all its ways.
    pub const COUNT: &str = "tg-dlq-count";
    /// What was left out, where the broker refused the letter as it was: `properties`, or `properties,payload`.
    pub const OMITTED: &str = "tg-dlq-omitted";
}

/// Most bytes of [`property::ERROR`].
const MAX_ERROR: usize = 1_000;

/// How often a message may be given up: the letters of one topic may come back to it by way of another.
const MOST_LETTERS: u32 = 32;

/// What became of a dead letter.
#[derive(Debug)]
pub(crate) enum Letter {
    /// The broker has it.
    Kept,
    /// The broker took it, and no subscription got it.
    Unrouted,
    /// The broker took it, forgets what nobody is subscribed to, and does not tell whether somebody is.
    Untold,
    /// There is none, and why: the broker takes it in no form, or the message was given up too often.
    Refused(String),
}

/// What a dead letter leaves out of its message.
#[derive(Clone, Copy, Debug)]
enum Omitted {
    Nothing,
    /// The properties and the key.
    Properties,
    /// The bytes too.
    Payload,
}

/// Whether the broker refused the letter, rather than us or for now.
fn is_about_the_letter(error: &Error) -> bool {
    match error {
        Error::InvalidOption { .. } | Error::TooLarge { .. } | Error::Codec(_) => true,
        Error::Broker { retryable, .. } => !retryable,
        _ => false,
    }
}

/// Whether two topics are one at a broker that knows no quality of service in names.
fn same_queue(one: &Topic, other: &Topic) -> bool {
    let name = |topic: &Topic| {
        let parts = [topic.tenant(), topic.namespace(), topic.queue()];
        parts.map(str::to_owned)
    };
    name(one) == name(other)
}

/// How often the message was given up already.
fn given_up_before(properties: &Properties) -> u32 {
    let count = properties.get(property::COUNT);
    count.and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// The beginning of a reason.
fn cut(reason: &str) -> &str {
    let mut end = reason.len().min(MAX_ERROR);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.get(..end).unwrap_or_default()
}

/// The dead letters of one subscription. Its producer is opened with the first of them.
pub(crate) struct DeadLetterQueue {
    pubsub: PubSub,
    from: Topic,
    subscription: String,
    to: Topic,
    send_timeout: Duration,
    /// Whether the broker keeps letters for subscriptions to come.
    history: bool,
    producer: OnceCell<Producer<Raw>>,
}

impl DeadLetterQueue {
    /// Where the dead letters of a subscription go.
    ///
    /// Where the broker forgets what nobody is subscribed to and does not tell whether somebody is, that is a
    /// downgrade: a warning and `downgrades`, or an error.
    pub(crate) fn of(
        pubsub: &PubSub,
        from: &Topic,
        subscription: &str,
        to: DeadLetters,
        send_timeout: Duration,
        series: &dyn Series,
    ) -> Result<Option<Self>, Error> {
        let to = match to {
            DeadLetters::Off => return Ok(None),
            DeadLetters::To(topic) if same_queue(&topic, from) => {
                return Err(Error::InvalidOption {
                    name: "dead letters".to_owned(),
                    message: format!(
                        "{topic} is the topic that the messages come from, where each letter would be received and \
                         given up again; choose another topic, or none (`DeadLetters::Off`)"
                    ),
                });
            }
            DeadLetters::To(topic) => topic,
            DeadLetters::Beside => {
                let queue = format!("{}.dlq.{subscription}", from.queue());
                let topic = Topic::new(from.qos(), from.tenant(), from.namespace(), &queue);
                topic.map_err(|error| Error::InvalidOption {
                    name: "dead letters".to_owned(),
                    message: format!(
                        "{error}; that is where those of this subscription would go: choose another topic for them, or \
                         none (`DeadLetters::To`, `DeadLetters::Off`), or shorter names"
                    ),
                })?
            }
        };
        let capabilities = pubsub.backend().capabilities(&to);
        let history = capabilities.has(Feature::Earliest);
        if !history && !capabilities.has(Feature::Routed) {
            if pubsub.is_strict() {
                return Err(Error::Unsupported {
                    feature: format!("telling whether the dead letters {to} are kept"),
                    backend: pubsub.backend().name().to_owned(),
                    hint: "send them to a q1 topic of a broker that tells of subscriptions, or nowhere \
                           (`DeadLetters::To`, `DeadLetters::Off`)"
                        .to_owned(),
                });
            }
            series.count(Counter::ConsumerDowngrades, 1);
            tracing::warn!(
                topic = %from,
                subscription,
                dead_letters = %to,
                "the backend does not tell whether dead letters are kept: they are lost where nobody is subscribed to \
                 them"
            );
        }
        Ok(Some(DeadLetterQueue {
            history,
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

    /// Writes a message to the dead letters. When this answers with a letter, the broker took it.
    ///
    /// A broker that refuses the letter itself gets it without what others put into it.
    pub(crate) async fn publish(
        &self,
        head: &Head,
        attempt: u32,
        reason: &str,
    ) -> Result<Letter, Error> {
        if given_up_before(&head.properties) >= MOST_LETTERS {
            return Ok(Letter::Refused(format!(
                "it was given up {MOST_LETTERS} times before; do its dead letters come back to this topic?"
            )));
        }
        let producer = self.producer.get_or_try_init(|| self.open()).await?;
        let mut refusal = None;
        for omitted in [Omitted::Nothing, Omitted::Properties, Omitted::Payload] {
            let (payload, options) = self.letter(head, attempt, reason, omitted);
            let error = match producer.send_with(&Raw(payload), options).await {
                Ok(receipt) => return self.written(&receipt, attempt, reason, omitted),
                Err(error) => error,
            };
            if !is_about_the_letter(&error) {
                return Err(error);
            }
            tracing::warn!(topic = %self.from, dead_letters = %self.to, ?omitted, %error, "dead letter refused");
            refusal = Some(error);
        }
        Ok(refusal.map_or(Letter::Kept, |error| Letter::Refused(error.to_string())))
    }

    fn written(
        &self,
        receipt: &Receipt,
        attempt: u32,
        reason: &str,
        omitted: Omitted,
    ) -> Result<Letter, Error> {
        let letter = match receipt.routed {
            // A broker with a history has it for subscriptions to come.
            _ if self.history => Letter::Kept,
            Some(true) => Letter::Kept,
            Some(false) => Letter::Unrouted,
            None => Letter::Untold,
        };
        if matches!(letter, Letter::Unrouted) && self.pubsub.is_strict() {
            return Err(Error::NotFound {
                what: format!("a subscription to the dead letters {}", self.to),
                hint: "make one before; this broker forgets what nobody is subscribed to"
                    .to_owned(),
            });
        }
        tracing::warn!(
            topic = %self.from,
            dead_letters = %self.to,
            attempt,
            reason,
            ?letter,
            ?omitted,
            "message given up"
        );
        Ok(letter)
    }

    fn letter(
        &self,
        head: &Head,
        attempt: u32,
        reason: &str,
        omitted: Omitted,
    ) -> (Bytes, SendOptions) {
        let properties = match omitted {
            Omitted::Nothing => head.properties.clone(),
            Omitted::Properties | Omitted::Payload => Properties::default(),
        };
        let mut options = SendOptions::from(self.properties(properties, head, attempt, reason));
        let left_out = match omitted {
            Omitted::Nothing => {
                options.key.clone_from(&head.meta.key);
                return (head.payload.clone(), options);
            }
            Omitted::Properties => "properties",
            Omitted::Payload => "properties,payload",
        };
        // A reason may quote the message.
        let plain: String = reason.chars().filter(|c| !c.is_control()).collect();
        options.properties.insert(property::ERROR, cut(&plain));
        options.properties.insert(property::OMITTED, left_out);
        match omitted {
            Omitted::Payload => (Bytes::new(), options),
            _ => (head.payload.clone(), options),
        }
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

    fn properties(
        &self,
        mut properties: Properties,
        head: &Head,
        attempt: u32,
        reason: &str,
    ) -> Properties {
        properties.insert(property::TOPIC, self.from.to_string());
        properties.insert(property::SUBSCRIPTION, self.subscription.clone());
        properties.insert(property::ATTEMPT, attempt.to_string());
        let count = given_up_before(&head.properties).saturating_add(1);
        properties.insert(property::COUNT, count.to_string());
        properties.insert(property::ERROR, cut(reason));
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
