//! How a producer or a consumer is to be opened.

use std::fmt;
use std::time::Duration;

use super::{BackendOptions, Error, OptionValue};

/// How a producer is opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProducerOptions {
    /// Name by which a broker knows the producer again, where it keeps one for `q2`. `None`: a fresh one.
    pub name: Option<String>,
    /// How long a `send` waits for the broker's confirmation. 30 s by default.
    pub send_timeout: Duration,
    /// Whether the caller keeps [`ProducerOptions::send_timeout`] itself and drops a `send` that takes longer: a backend
    /// need not do it too. `false` by default.
    pub caller_keeps_time: bool,
    /// Most messages that are sent and not confirmed; one more waits. 1,000 by default.
    pub max_in_flight: usize,
    /// Options of one backend.
    pub backend: BackendOptions,
}

impl Default for ProducerOptions {
    fn default() -> Self {
        ProducerOptions {
            name: None,
            send_timeout: Duration::from_secs(30),
            caller_keeps_time: false,
            max_in_flight: 1_000,
            backend: BackendOptions::new(),
        }
    }
}

/// How the consumers of one subscription divide its messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConsumerType {
    /// Each message goes to one of many consumers.
    #[default]
    Shared,
    /// There is one consumer; a second is refused.
    Exclusive,
    /// One of many consumers gets everything; when it goes, another takes over.
    Failover,
    /// Messages of one key go to one consumer.
    KeyShared,
}

impl ConsumerType {
    /// All of them.
    pub const ALL: [ConsumerType; 4] = [
        ConsumerType::Shared,
        ConsumerType::Exclusive,
        ConsumerType::Failover,
        ConsumerType::KeyShared,
    ];
    /// `shared`, `exclusive`, `failover`, `key-shared`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ConsumerType::Shared => "shared",
            ConsumerType::Exclusive => "exclusive",
            ConsumerType::Failover => "failover",
            ConsumerType::KeyShared => "key-shared",
        }
    }
}

impl fmt::Display for ConsumerType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where a new subscription begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InitialPosition {
    /// With what is sent from now on.
    #[default]
    Latest,
    /// With the oldest message that the topic keeps.
    Earliest,
}

/// How a consumer is opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ConsumerOptions {
    /// How the consumers of the subscription divide its messages. Shared by default.
    pub consumer_type: ConsumerType,
    /// Where a new subscription begins. Latest by default.
    pub position: InitialPosition,
    /// Whether the subscription outlives its consumers and collects while there are none. Yes by default. One that is
    /// not durable goes away with its last consumer.
    pub durable: bool,
    /// Whether nobody else uses the subscription, whose name is the caller's own. A backend may then leave out what lets
    /// consumers compete. No by default.
    pub alone: bool,
    /// Most messages that are fetched and not settled. 100 by default, at least 1.
    pub prefetch: usize,
    /// Which member of the subscription this is. Brokers that give unsettled messages back to the same member only
    /// need one that is the same after a restart. `None`: the backend's instance.
    pub member: Option<String>,
    /// Options of one backend.
    pub backend: BackendOptions,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        ConsumerOptions {
            consumer_type: ConsumerType::Shared,
            position: InitialPosition::Latest,
            durable: true,
            alone: false,
            prefetch: 100,
            member: None,
            backend: BackendOptions::new(),
        }
    }
}

impl ConsumerOptions {
    /// Of another type.
    #[must_use]
    pub fn consumer_type(mut self, consumer_type: ConsumerType) -> Self {
        self.consumer_type = consumer_type;
        self
    }
    /// Beginning elsewhere.
    #[must_use]
    pub fn position(mut self, position: InitialPosition) -> Self {
        self.position = position;
        self
    }
    /// Durable or not.
    #[must_use]
    pub fn durable(mut self, durable: bool) -> Self {
        self.durable = durable;
        self
    }
    /// The only consumer that the subscription will ever have, or not.
    #[must_use]
    pub fn alone(mut self, alone: bool) -> Self {
        self.alone = alone;
        self
    }
    /// With another bound of unsettled messages.
    #[must_use]
    pub fn prefetch(mut self, prefetch: usize) -> Self {
        self.prefetch = prefetch;
        self
    }
    /// As a named member.
    #[must_use]
    pub fn member(mut self, member: impl Into<String>) -> Self {
        self.member = Some(member.into());
        self
    }
    /// With an option of one backend, `prefix.name`.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.backend.set(name, value);
        self
    }
}

impl ProducerOptions {
    /// As a named producer.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
    /// With another time to wait for a confirmation.
    #[must_use]
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = timeout;
        self
    }
    /// With a caller that keeps the time itself.
    #[must_use]
    pub fn caller_keeps_time(mut self) -> Self {
        self.caller_keeps_time = true;
        self
    }
    /// With another bound of unconfirmed messages.
    #[must_use]
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.max_in_flight = messages;
        self
    }
    /// With an option of one backend, `prefix.name`.
    #[must_use]
    pub fn option(mut self, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.backend.set(name, value);
        self
    }
}

/// Most bytes of a subscription's name.
const MAX_SUBSCRIPTION: usize = 128;

/// Whether every broker takes this name for a subscription: 1 to 128 letters of ASCII, digits, `.`, `_`, `-`.
///
/// # Errors
/// [`Error::InvalidOption`], with what is wrong.
pub fn check_subscription(name: &str) -> Result<(), Error> {
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let message = if name.is_empty() {
        "the name is empty".to_owned()
    } else if name.len() > MAX_SUBSCRIPTION {
        format!(
            "{} bytes, at most {MAX_SUBSCRIPTION} are allowed",
            name.len()
        )
    } else if let Some(c) = name.chars().find(|c| !legal(*c)) {
        format!("{c:?} is not allowed; letters of ASCII, digits, `.`, `_` and `-` are")
    } else {
        return Ok(());
    };
    Err(Error::InvalidOption {
        name: "subscription".to_owned(),
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions() {
        assert!(check_subscription("text-completion.worker_1").is_ok());
        for wrong in ["", "a b", "a/b", "a#", "ä", "a\0"] {
            assert!(check_subscription(wrong).is_err(), "{wrong:?}");
        }
        assert!(check_subscription(&"a".repeat(128)).is_ok());
        assert!(check_subscription(&"a".repeat(129)).is_err());
    }
}
