//! The tasks of a service: workers side by side, or lanes by key.

use std::sync::Arc;

use tg_schema::pubsub::Error;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::process::Process;
use super::{Control, stopped};
use crate::consumer::{Consumer, abandon, dispose};
use crate::metrics::Counter;
use crate::order::Lanes;
use crate::payload::Payload;
use crate::rate::TokenBucket;
use crate::received::{Outcome, Received};

/// What all tasks of a service need.
pub(super) struct Runner<T, P> {
    pub(super) consumer: Consumer<T>,
    pub(super) process: P,
    pub(super) control: Arc<Control>,
    pub(super) rate: Option<TokenBucket>,
}

/// Runs until it is stopped or something happens that a repetition cannot heal. Everything that it started ends with it.
pub(super) async fn run<T: Payload, P: Process<T>>(
    runner: Runner<T, P>,
    concurrency: usize,
    by_key: bool,
) -> Result<(), Error> {
    let runner = Arc::new(runner);
    if by_key {
        return lanes(runner, concurrency).await;
    }
    let mut workers = JoinSet::new();
    for _ in 0..concurrency {
        workers.spawn(worker(runner.clone()));
    }
    let mut outcome = Ok(());
    while let Some(ended) = workers.join_next().await {
        if let Err(error) = ended.unwrap_or_else(broken) {
            // The others finish what they have.
            runner.control.stop.send_replace(true);
            if outcome.is_ok() {
                outcome = Err(error);
            }
        }
    }
    outcome
}

/// Code that is called around handlers panicked: a sink of metrics, or what drops a message. Its worker is gone, and
/// who waits for the end of the service is told.
fn broken(panic: JoinError) -> Result<(), Error> {
    tracing::error!(%panic, "a service has ended");
    Err(Error::Broker {
        backend: "tg-pubsub".to_owned(),
        message: format!("a worker of the service ended: {panic}"),
        retryable: false,
    })
}

async fn worker<T: Payload, P: Process<T>>(runner: Arc<Runner<T, P>>) -> Result<(), Error> {
    let mut stop = runner.control.stop.subscribe();
    loop {
        let outcome = tokio::select! {
            biased;
            () = stopped(&mut stop) => return Ok(()),
            outcome = runner.consumer.receive_any() => outcome?,
        };
        runner.handle(outcome).await;
    }
}

async fn lanes<T: Payload, P: Process<T>>(
    runner: Arc<Runner<T, P>>,
    concurrency: usize,
) -> Result<(), Error> {
    let mut stop = runner.control.stop.subscribe();
    let mut lanes = Lanes::new(concurrency, runner.consumer.shared.prefetch);
    let mut running = JoinSet::new();
    let outcome = loop {
        tokio::select! {
            biased;
            () = stopped(&mut stop) => break Ok(()),
            Some(ended) = running.join_next(), if !running.is_empty() => match ended {
                Ok(key) => lanes.done(key),
                Err(panic) => break broken(panic),
            },
            outcome = runner.consumer.receive_any(), if lanes.has_room() => match outcome {
                Ok(outcome) => lanes.push(key_of(&outcome), outcome),
                Err(error) => break Err(error),
            }
        }
        while let Some((key, outcome)) = lanes.begin() {
            let runner = runner.clone();
            running.spawn(async move {
                runner.handle(outcome).await;
                key
            });
        }
    };
    runner.control.stop.send_replace(true);
    // What waits goes back to the broker; what follows a message that is handled, after that one.
    lanes.release();
    while running.join_next().await.is_some() {}
    outcome
}

fn key_of<T>(outcome: &Outcome<T>) -> Option<String> {
    let meta = match outcome {
        Outcome::Message(received) => received.meta(),
        Outcome::Poison(poison) => poison.meta(),
    };
    meta.key.clone()
}

impl<T: Payload, P: Process<T>> Runner<T, P> {
    async fn handle(&self, outcome: Outcome<T>) {
        match outcome {
            Outcome::Poison(poison) => dispose(poison).await,
            Outcome::Message(received) if received.is_hopeless() => abandon(received).await,
            Outcome::Message(received) => {
                // What is not begun when the service stops goes back to the broker.
                if let Some(received) = self.throttle(received).await {
                    let _active = self.control.activate();
                    self.process.process(received).await;
                }
            }
        }
    }

    /// Waits for the rate. `None`: the service stops.
    async fn throttle(&self, received: Received<T>) -> Option<Received<T>> {
        let Some(rate) = &self.rate else {
            return Some(received);
        };
        let at = rate.take();
        if at <= Instant::now() {
            return Some(received);
        }
        self.consumer.shared.series.count(Counter::Throttled, 1);
        let mut stop = self.control.stop.subscribe();
        tokio::select! {
            biased;
            () = stopped(&mut stop) => None,
            () = sleep_until(at) => Some(received),
        }
    }
}
