//! What the cases share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::{Topic, tg_schema};
use tokio::time::{Instant, sleep};

use super::{Context, Failure};
use crate::metrics::{Counter, Gauge, Labels, MetricsSink, Series, Timing};
use crate::{Backoff, Drained, PubSub, PubSubBuilder, RetryPolicy};

/// Repetitions without long pauses.
pub(super) const SHORT: Backoff =
    Backoff::new(Duration::from_millis(20), Duration::from_millis(200));
/// How long an orderly end may take.
pub(super) const CLOSE: Duration = Duration::from_secs(60);

/// A message with a text.
#[tg_schema(namespace = "conformance")]
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Note {
    pub(super) text: String,
}

pub(super) fn note(text: impl Into<String>) -> Note {
    Note { text: text.into() }
}

/// The service layer over a backend, in the making.
pub(super) fn builder(context: &Context) -> PubSubBuilder {
    let retry = RetryPolicy::default().max_attempts(3).backoff(SHORT);
    PubSub::builder(context.backend().clone()).retry(retry)
}

/// The topic of dead letters beside another.
pub(super) fn dead_letters(of: &Topic, subscription: &str) -> Result<Topic, Failure> {
    let queue = format!("{}.dlq.{subscription}", of.queue());
    Topic::new(of.qos(), of.tenant(), of.namespace(), &queue)
        .map_err(|e| Failure::from(e.to_string()))
}

/// Waits until something holds, as long as a backend may take to deliver again.
pub(super) async fn until(
    context: &Context,
    what: &str,
    holds: impl Fn() -> bool,
) -> Result<(), Failure> {
    let within = context.subject().redelivery;
    let end = crate::time::after(within);
    while !holds() {
        if Instant::now() >= end {
            return Err(format!("not within {within:?}: {what}").into());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Fails unless everything was finished.
pub(super) fn clean(drained: Drained) -> Result<(), Failure> {
    match drained.is_clean() {
        true => Ok(()),
        false => Err(format!("an orderly end was not one: {drained:?}").into()),
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Counts everything, over all labels.
#[derive(Clone, Default)]
pub(super) struct Counts(Arc<Counted>);

#[derive(Default)]
struct Counted {
    counters: Mutex<BTreeMap<Counter, u64>>,
    gauges: Mutex<BTreeMap<Gauge, i64>>,
    timings: Mutex<BTreeMap<Timing, u64>>,
}

impl Counts {
    pub(super) fn of(&self, counter: Counter) -> u64 {
        lock(&self.0.counters).get(&counter).copied().unwrap_or(0)
    }
    pub(super) fn level(&self, gauge: Gauge) -> i64 {
        lock(&self.0.gauges).get(&gauge).copied().unwrap_or(0)
    }
    pub(super) fn timed(&self, timing: Timing) -> u64 {
        lock(&self.0.timings).get(&timing).copied().unwrap_or(0)
    }
}

impl MetricsSink for Counts {
    fn series(&self, _: &Labels) -> Arc<dyn Series> {
        self.0.clone()
    }
}
impl Series for Counted {
    fn count(&self, counter: Counter, by: u64) {
        *lock(&self.counters).entry(counter).or_default() += by;
    }
    fn add(&self, gauge: Gauge, by: i64) {
        *lock(&self.gauges).entry(gauge).or_default() += by;
    }
    fn observe(&self, timing: Timing, _: Duration) {
        *lock(&self.timings).entry(timing).or_default() += 1;
    }
}
