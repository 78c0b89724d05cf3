//! A service in the making.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::Error;

use super::process::{Automatic, Manual, Process};
use super::run::{Runner, run};
use super::{Control, End, Service};
use crate::consumer::{Consumer, GivingBack};
use crate::handler::HandlerError;
use crate::incoming::Incoming;
use crate::payload::Payload;
use crate::policy::{AckPolicy, RateLimitPolicy};
use crate::rate::TokenBucket;
use crate::received::Received;

/// A service in the making; see [`Consumer::service`].
#[must_use]
pub struct ServiceBuilder<T> {
    consumer: Consumer<T>,
    concurrency: usize,
    by_key: bool,
    rate: Option<(f64, u32)>,
    pub(super) how: How,
}

/// How messages are handled.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct How {
    pub(super) ack: AckPolicy,
    pub(super) rate_limit: RateLimitPolicy,
    pub(super) timeout: Option<Duration>,
    pub(super) extend_every: Option<Duration>,
    pub(super) in_place: bool,
}

impl<T: Payload> Consumer<T> {
    /// A service of this consumer in the making.
    pub fn service(&self) -> ServiceBuilder<T> {
        ServiceBuilder {
            consumer: self.clone(),
            concurrency: 1,
            by_key: false,
            rate: None,
            how: How::default(),
        }
    }

    /// Calls a handler for one message after the other. The message is acknowledged when it succeeds and tried again
    /// when it fails; a panic is a failure. [`Consumer::service`] has more options.
    ///
    /// ```
    /// use tg_pubsub::{Error, PubSub, Service};
    /// use tg_schema::tg_schema;
    ///
    /// #[tg_schema]
    /// struct Prompt {
    ///     text: String,
    /// }
    ///
    /// async fn serve(pubsub: &PubSub) -> Result<Service, Error> {
    ///     let consumer = pubsub.consumer::<Prompt>("q1/tg/request/prompt", "worker").open().await?;
    ///     consumer.run(|prompt| async move {
    ///         println!("{}", prompt.value().text);
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`ServiceBuilder::run`].
    pub fn run<H, F>(&self, handler: H) -> Result<Service, Error>
    where
        H: Fn(Incoming<T>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.service().run(handler)
    }
}

impl<T: Payload> ServiceBuilder<T> {
    /// Most messages that are handled at the same time. 1 by default; no more than are fetched, or 10,000.
    pub fn concurrency(mut self, handlers: usize) -> Self {
        self.concurrency = handlers.max(1);
        self
    }
    /// Handles messages of one key one after the other, in their order, and others beside them. One that fails is
    /// tried again in its place, and those of its key wait.
    ///
    /// The order is that of this consumer. Where the subscription has several, in one process or in many, the messages of one
    /// key are to come to one of them: key-shared consumers do that. Of shared consumers, on most brokers, each gets some,
    /// and two are handled at once: that is a downgrade ([`Feature::KeyOrder`](tg_schema::pubsub::Feature::KeyOrder)).
    pub fn by_key(mut self) -> Self {
        self.by_key = true;
        self
    }
    /// Most messages a second, and how many at once after a pause.
    pub fn rate(mut self, per_second: f64, burst: u32) -> Self {
        self.rate = Some((per_second, burst));
        self
    }
    /// When messages are acknowledged, and what errors do.
    pub fn ack(mut self, policy: AckPolicy) -> Self {
        self.how.ack = policy;
        self
    }
    /// How messages whose handler is rate limited are tried again.
    pub fn rate_limit(mut self, policy: RateLimitPolicy) -> Self {
        self.how.rate_limit = policy;
        self
    }
    /// Longest time for one attempt; after that it failed. None by default.
    pub fn handler_timeout(mut self, timeout: Duration) -> Self {
        self.how.timeout = Some(timeout);
        self
    }
    /// Asks the broker for more time so often while a handler works, where it would else take the message for lost.
    pub fn extend_every(mut self, interval: Duration) -> Self {
        self.how.extend_every = Some(interval.max(Duration::from_millis(1)));
        self
    }

    /// Starts it. Needs a tokio runtime around it.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where keys are asked for and the backend has none, or where downgrades are errors and it is
    /// not ordered by key; [`Error::InvalidOption`] where the rate
    /// is no positive number.
    pub fn run<H, F>(self, handler: H) -> Result<Service, Error>
    where
        H: Fn(Incoming<T>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let how = How {
            in_place: self.by_key || self.consumer.shared.giving_back == GivingBack::Never,
            ..self.how
        };
        self.start(|control| Automatic::new(handler, how, control))
    }

    /// Starts it with a handler that settles messages itself; the policy of acknowledgement and that of rate limits
    /// are not used. A handler that fails with an error, or panics, drops its message, if it still has it; the broker
    /// delivers it again.
    ///
    /// # Errors
    /// As [`ServiceBuilder::run`].
    pub fn run_manual<H, F>(self, handler: H) -> Result<Service, Error>
    where
        H: Fn(Received<T>) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        let how = self.how;
        self.start(|_| Manual::new(handler, how))
    }

    fn start<P: Process<T>>(
        self,
        process: impl FnOnce(Arc<Control>) -> P,
    ) -> Result<Service, Error> {
        let shared = self.consumer.shared.clone();
        if self.by_key {
            shared.check_keys()?;
        }
        let rate = match self.rate {
            None => None,
            Some((per_second, burst)) => {
                let bucket = TokenBucket::new(per_second, burst);
                Some(bucket.ok_or_else(|| Error::InvalidOption {
                    name: "rate".to_owned(),
                    message: format!("expected a positive number, found {per_second}"),
                })?)
            }
        };
        if self.concurrency > shared.prefetch {
            tracing::warn!(
                topic = %shared.topic,
                concurrency = self.concurrency,
                prefetch = shared.prefetch,
                "more handlers than messages that are fetched: some are always idle"
            );
        }
        let concurrency = most_handlers(self.concurrency, shared.prefetch);
        let control = Control::new();
        let runner = Runner {
            consumer: self.consumer,
            process: process(control.clone()),
            control: control.clone(),
            rate,
        };
        let task = tokio::spawn(run(runner, concurrency, self.by_key));
        Ok(Service {
            control,
            task: Some(task),
            consumer: shared,
            end: End::default(),
        })
    }
}

/// Handlers beyond the messages that are fetched cost memory and have nothing to do, but with `q0`, where a backend may
/// fetch more.
fn most_handlers(concurrency: usize, prefetch: usize) -> usize {
    const OF_Q0: usize = 10_000;
    concurrency.min(prefetch.max(OF_Q0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_that_would_have_nothing_to_do_are_not_started() {
        assert_eq!(most_handlers(200, 100), 200);
        assert_eq!(most_handlers(usize::MAX, 100), 10_000);
        assert_eq!(most_handlers(usize::MAX, 50_000), 50_000);
    }
}
