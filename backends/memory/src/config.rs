//! How much a broker in memory keeps, and which broker it behaves like.

use std::time::Duration;

use tg_pubsub_backend::profile::Profile;
use tg_schema::pubsub::Error;

/// Limits and behaviour of a broker in memory.
///
/// *History* is what all subscriptions of a topic have settled, kept for those that begin with the earliest message.
/// It is forgotten, oldest first, as soon as it is over a limit. *Backlog* is what some subscription has not settled.
/// It is never forgotten: at its limit, sending on `q1` and `q2` fails with [`Error::Full`], and a message on `q0` is
/// dropped.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Most messages of history of a topic. 10,000 by default.
    pub history_messages: usize,
    /// Most bytes of history of a topic: payloads, properties, keys and identities. 4 MiB by default.
    pub history_bytes: usize,
    /// Most messages of backlog of a topic. 1,000,000 by default.
    pub backlog_messages: usize,
    /// Most bytes of backlog of a topic. 256 MiB by default.
    pub backlog_bytes: usize,
    /// Most messages that wait in a subscription of a `q0` topic; of more, the oldest are dropped. 1,000 by
    /// default, at least 1.
    pub q0_waiting: usize,
    /// Most messages of a subscription that wait for a delayed redelivery; a negative acknowledgement with a delay
    /// fails with [`Error::Full`] beyond. 100,000 by default.
    pub delayed_messages: usize,
    /// Most bytes of the payload of one message. `None`: the limit of the profile, which is 5 MiB for `memory`.
    pub max_payload: Option<usize>,
    /// Most topics; more are refused, with an error that is not worth a retry. 10,000 by default.
    pub max_topics: usize,
    /// Most subscriptions of a topic; more are refused, with an error that is not worth a retry. 1,000 by default.
    pub max_subscriptions: usize,
    /// How many identities of messages a `q2` topic remembers. 100,000 by default.
    pub dedup_messages: usize,
    /// How long a `q2` topic remembers the identity of a message. 10 minutes by default.
    pub dedup_age: Duration,
    profile: Profile,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            history_messages: 10_000,
            history_bytes: 4 << 20,
            backlog_messages: 1_000_000,
            backlog_bytes: 256 << 20,
            q0_waiting: 1_000,
            delayed_messages: 100_000,
            max_payload: None,
            max_topics: 10_000,
            max_subscriptions: 1_000,
            dedup_messages: 100_000,
            dedup_age: Duration::from_secs(600),
            profile: Profile::MEMORY,
        }
    }
}

impl Config {
    /// Behaves like another broker: what that one cannot do is not done, what it lowers is lowered.
    ///
    /// It is one broker in one process all the same. Like `mqtt`, these things differ:
    /// * What a member had not settled when it was closed goes to any other member at once; MQTT keeps it for that
    ///   member's name. So does what waits for one that unsubscribes, which MQTT drops.
    /// * A repetition on `q2` is dropped by the broker; over MQTT, by the consumer, if it is the same that had it
    ///   before.
    /// * Properties with control characters may be longer: over MQTT such characters take three bytes.
    /// * Limits of a broker's own, such as the most bytes of its packets, are those of this configuration.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: no broker of this name is known.
    pub fn profile(mut self, broker: &str) -> Result<Self, Error> {
        self.profile = Profile::by_name(broker).ok_or_else(|| Error::InvalidOption {
            name: "profile".to_owned(),
            message: format!(
                "no broker {broker:?} is known; known are: {}",
                Profile::ALL.map(|p| p.name).join(", ")
            ),
        })?;
        Ok(self)
    }
    /// Which broker it behaves like.
    pub fn behaves_like(&self) -> &Profile {
        &self.profile
    }
}
