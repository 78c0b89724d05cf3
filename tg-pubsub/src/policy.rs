//! What becomes of a message whose processing fails.

use std::time::Duration;

use tg_schema::Topic;

use crate::backoff::Backoff;

/// How often, and after how long, a message is delivered again.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How often a message is tried, the first time included. After that it goes to the dead letters. 5 by default.
    /// `None`: for ever.
    pub max_attempts: Option<u32>,
    /// After how many deliveries it goes to the dead letters without another attempt: a message that ends the process
    /// each time, or is never settled, would come for ever. Far above the attempts, as deliveries that were given back
    /// unhandled count too. 50 by default. `None`: never.
    pub max_deliveries: Option<u32>,
    /// How long until it is delivered again. 1 s up to 60 s by default.
    pub backoff: Backoff,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_attempts: Some(5),
            max_deliveries: Some(50),
            backoff: Backoff::MESSAGE,
        }
    }
}

impl RetryPolicy {
    /// With another number of attempts; 0 counts as 1.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts.max(1));
        self
    }
    /// With another number of deliveries.
    #[must_use]
    pub fn max_deliveries(mut self, deliveries: u32) -> Self {
        self.max_deliveries = Some(deliveries.max(1));
        self
    }
    /// Without bounds.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.max_attempts = None;
        self.max_deliveries = None;
        self
    }
    /// With other delays.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }
    /// Whether a message that comes for so many times is given up unseen.
    pub(crate) fn is_hopeless(&self, attempt: u32) -> bool {
        self.max_deliveries.is_some_and(|max| attempt > max)
    }
    /// Whether a message that failed this often, from 1, is given up.
    pub(crate) fn exhausted(&self, attempt: u32) -> bool {
        self.max_attempts.is_some_and(|max| attempt >= max)
    }
}

/// Where messages go that are given up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DeadLetters {
    /// To the topic `{queue}.dlq.{subscription}` beside the one that they came from.
    #[default]
    Beside,
    /// To this topic, which is not the one that they came from.
    To(Topic),
    /// Nowhere. The broker is told that they are rejected.
    Off,
}

/// When a handled message is acknowledged, and what an error of its handler does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AckPolicy {
    /// Acknowledged after the handler succeeded; delivered again after an error, then dead letters.
    #[default]
    NackOnError,
    /// Acknowledged after the handler succeeded; dead letters at the first error.
    RejectOnError,
    /// Acknowledged after the handler ended, be it with an error.
    AckAlways,
    /// Acknowledged before the handler begins: what it does not finish is lost.
    AckFirst,
}

/// How a handler that is limited by something else is tried again, without counting as an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitPolicy {
    /// Time until the next try, where the handler does not name one. 10 s by default.
    pub retry: Duration,
    /// After this time it counts as a failed attempt. 2 h by default.
    pub timeout: Duration,
}

impl Default for RateLimitPolicy {
    fn default() -> Self {
        RateLimitPolicy {
            retry: Duration::from_secs(10),
            timeout: Duration::from_secs(7200),
        }
    }
}

impl RateLimitPolicy {
    /// These times.
    pub const fn new(retry: Duration, timeout: Duration) -> Self {
        RateLimitPolicy { retry, timeout }
    }
}
