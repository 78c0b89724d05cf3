//! What a backend is.

use std::time::Duration;

use super::{
    Answer, Capabilities, ConsumerOptions, Delivery, Error, Feature, Outgoing, ProducerOptions,
    Receipt, SchemaInfo, Wire,
};
use crate::Topic;

/// A connection to a broker, chosen when the program starts.
///
/// Its methods may be called from any task at any time. It reports a lost link as an [`Error`]; who called decides
/// when to try again.
pub trait PubSubBackend: Send + Sync {
    /// Name in configuration, errors and metrics; also the prefix of its [options](super::BackendOptions).
    fn name(&self) -> &str;

    /// What it does for this topic.
    fn capabilities(&self, topic: &Topic) -> Capabilities;

    /// Opens a producer. With a schema, the topic carries messages of that type, and a broker that keeps schemas
    /// accepts or refuses it now rather than at the first message. Without one, it carries bytes.
    ///
    /// # Errors
    /// [`Error::InvalidTopic`], [`Error::InvalidOption`] and [`Error::Unsupported`] before any input or output;
    /// [`Error::SchemaRejected`], [`Error::Auth`], [`Error::NotFound`] as the broker says; [`Error::Connection`] or
    /// [`Error::Timeout`] where it cannot be reached.
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>>;

    /// Opens a consumer of a subscription. When this answers, the subscription is live: it receives what is sent from
    /// then on. [`ConsumerOptions::position`] counts for a subscription that is new; one that exists resumes.
    ///
    /// # Errors
    /// As [`PubSubBackend::create_producer`]; [`Error::Busy`] where another consumer holds the subscription for itself.
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>>;

    /// Creates the topic where it does not exist.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where topics are not things that exist; else as the broker says.
    fn ensure_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        Answer::now(Err(self.unsupported(topic, Feature::TopicAdmin)))
    }
    /// Deletes the topic with everything in it.
    ///
    /// # Errors
    /// As [`PubSubBackend::ensure_topic`].
    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        Answer::now(Err(self.unsupported(topic, Feature::TopicAdmin)))
    }
    /// Whether the topic exists.
    ///
    /// # Errors
    /// As [`PubSubBackend::ensure_topic`].
    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        Answer::now(Err(self.unsupported(topic, Feature::TopicAdmin)))
    }

    /// Whether the broker answers, asked now.
    ///
    /// # Errors
    /// It does not, or refuses; [`Error::Closed`] after [`PubSubBackend::close`].
    fn health(&self) -> Answer<'_, Result<Health, Error>>;

    /// Ends everything that was opened here: what was sent is flushed, subscriptions are kept.
    ///
    /// # Errors
    /// [`Error::Timeout`] where that took longer than `within`; everything is ended nevertheless.
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>>;

    /// The error for a feature that this backend has not.
    fn unsupported(&self, topic: &Topic, feature: Feature) -> Error {
        self.capabilities(topic).unsupported(self.name(), feature)
    }
}

/// How a broker is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Time between question and answer.
    pub latency: Duration,
    /// What the broker said of itself; may be empty.
    pub detail: String,
}

impl Health {
    /// It answered after `latency`.
    pub fn new(latency: Duration, detail: impl Into<String>) -> Self {
        Health {
            latency,
            detail: detail.into(),
        }
    }
}

/// Sends to one topic.
pub trait BackendProducer: Send + Sync {
    /// Which bytes it takes: an encoder writes the prefix and then the message, into one buffer.
    fn wire(&self) -> &Wire;

    /// Most bytes of one message, where the broker states it.
    fn max_payload(&self) -> Option<usize>;

    /// Sends one message. On `q1` and `q2` this answers when the broker confirmed it. Many may be under way.
    ///
    /// Dropping the answer before it is there leaves the outcome unknown.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before anything is on the wire. [`Error::Connection`] and [`Error::Timeout`] say that no
    /// confirmation came: the message may have arrived.
    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>>;

    /// Why it cannot send now, as far as is known without asking the broker: its link is lost, for good or while the
    /// backend takes it up again. `None`: nothing is known to be wrong. For probes; who sends is told by the `send`.
    fn fault(&self) -> Option<Error> {
        None
    }

    /// How many messages of `q0` it has dropped so far: those whose [`Receipt::dropped`] says so, and those that were
    /// answered, waited for the broker and were lost with the link.
    fn dropped(&self) -> u64 {
        0
    }

    /// Answers when everything whose `send` was called before is confirmed or has failed. Answers of `send` are
    /// awaited meanwhile, or were dropped: one that is kept and not awaited may hold this up.
    ///
    /// # Errors
    /// The link was lost; each `send` says for itself whether it succeeded.
    fn flush(&self) -> Answer<'_, Result<(), Error>>;

    /// Flushes, as [`BackendProducer::flush`], and ends.
    ///
    /// # Errors
    /// [`Error::Timeout`] where something was still unconfirmed after `within`; it is ended nevertheless.
    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>>;
}

/// Receives from one subscription. Several tasks may receive at once.
pub trait BackendConsumer: Send + Sync {
    /// The next message, without waiting. `None`: none is here yet, or this backend can only wait.
    fn try_receive(&self) -> Option<Result<Delivery, Error>> {
        None
    }

    /// The next message. Dropping the answer loses none: what would have been returned is delivered to another call.
    ///
    /// # Errors
    /// [`Error::Connection`] when the link is lost: the consumer is of no use any more and another must be created.
    /// [`Error::Closed`] after [`PubSubBackend::close`].
    fn receive(&self) -> Answer<'_, Result<Delivery, Error>>;

    /// Why it cannot receive now, as [`BackendProducer::fault`].
    fn fault(&self) -> Option<Error> {
        None
    }

    /// How many messages of `q0` it has dropped so far because they came faster than they were received.
    fn dropped(&self) -> u64 {
        0
    }

    /// Whether [`BackendConsumer::close`] keeps its place in a durable subscription, or needs to keep none because others
    /// get what it leaves. `false`: it takes part no more when it is closed, and what was given to it and is not settled waits
    /// until it comes back under the same name. Who ends it in order calls [`BackendConsumer::leave`] before. `true` by
    /// default.
    fn keeps_place(&self) -> bool {
        true
    }

    /// Takes no further part in the subscription, where the broker has given it messages that only it can get. Answers when
    /// all of those are settled: who leaves goes on receiving and settling meanwhile. By default there are none.
    ///
    /// # Errors
    /// [`Error::Connection`] where the link is lost before that.
    fn leave(&self) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }

    /// Stops. Settlements under way are carried out; messages that were fetched and not handed out go back. A durable
    /// subscription stays and goes on collecting; see [`BackendConsumer::keeps_place`].
    ///
    /// # Errors
    /// [`Error::Timeout`] where that took longer than `within`; it is ended nevertheless.
    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>>;

    /// Stops and deletes the subscription with everything that waits in it.
    ///
    /// # Errors
    /// [`Error::Busy`] where others still consume from it; as the broker says.
    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>>;
}
