//! How often a message was tried, where the broker does not count.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

use tg_schema::pubsub::Delivery;

/// Most messages whose failures are remembered. When more fail at once, the oldest begin anew.
const REMEMBERED: usize = 10_000;

/// Counts failures by the identity of messages: the broker's, or else the bytes, so that equal messages without an
/// identity share a count.
pub(crate) struct Attempts {
    local: Option<Mutex<Failures>>,
    hasher: RandomState,
}

#[derive(Default)]
struct Failures {
    counts: HashMap<u64, u32>,
    order: VecDeque<u64>,
}

/// A message among those that are counted here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity(Option<u64>);

impl Attempts {
    pub(crate) fn new(broker_counts: bool) -> Self {
        Attempts {
            local: (!broker_counts).then(Mutex::default),
            hasher: RandomState::new(),
        }
    }

    /// Which attempt a delivery is, from 1.
    pub(crate) fn begin(&self, delivery: &Delivery) -> (u32, Identity) {
        let told = delivery.meta.attempt.max(1);
        let Some(local) = &self.local else {
            return (told, Identity(None));
        };
        let identity = match &delivery.meta.id {
            Some(id) => self.hasher.hash_one(id),
            None => self
                .hasher
                .hash_one((&delivery.payload, &delivery.meta.key)),
        };
        let failures = local.lock().unwrap_or_else(PoisonError::into_inner);
        let before = failures.counts.get(&identity).copied().unwrap_or(0);
        (told.max(before.saturating_add(1)), Identity(Some(identity)))
    }

    /// It failed and will be delivered again.
    pub(crate) fn failed(&self, message: Identity) {
        let (Some(local), Identity(Some(identity))) = (&self.local, message) else {
            return;
        };
        let mut failures = local.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = failures.counts.get_mut(&identity) {
            *count = count.saturating_add(1);
            return;
        }
        failures.counts.insert(identity, 1);
        failures.order.push_back(identity);
        while failures.order.len() > REMEMBERED {
            if let Some(oldest) = failures.order.pop_front() {
                failures.counts.remove(&oldest);
            }
        }
    }

    /// It is settled for good.
    pub(crate) fn done(&self, message: Identity) {
        let (Some(local), Identity(Some(identity))) = (&self.local, message) else {
            return;
        };
        let mut failures = local.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.counts.remove(&identity).is_some() {
            failures.order.retain(|i| *i != identity);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tg_schema::pubsub::{Answer, Error, Format, Settle, Settlement};

    use super::*;

    struct Nothing;

    impl Settle for Nothing {
        fn settle(&mut self, _: Settlement) -> Answer<'_, Result<(), Error>> {
            Answer::now(Ok(()))
        }
        fn extend(&mut self, _: Duration) -> Answer<'_, Result<(), Error>> {
            Answer::now(Ok(()))
        }
    }

    fn delivery(id: Option<&str>, payload: &'static str, attempt: u32) -> Delivery {
        let mut delivery = Delivery::new(payload.into(), Format::Json, Box::new(Nothing));
        delivery.meta.id = id.map(str::to_owned);
        delivery.meta.attempt = attempt;
        delivery
    }

    #[test]
    fn a_broker_that_counts_is_believed() {
        let attempts = Attempts::new(true);
        let (attempt, identity) = attempts.begin(&delivery(Some("a"), "x", 3));
        assert_eq!(attempt, 3);
        attempts.failed(identity);
        assert_eq!(attempts.begin(&delivery(Some("a"), "x", 0)).0, 1);
    }

    #[test]
    fn failures_are_counted_by_identity_or_by_content() {
        let attempts = Attempts::new(false);
        for (id, payload) in [(Some("a"), "x"), (None, "y")] {
            for expected in 1..=3 {
                let (attempt, identity) = attempts.begin(&delivery(id, payload, 1));
                assert_eq!(attempt, expected);
                attempts.failed(identity);
            }
        }
        assert_eq!(attempts.begin(&delivery(Some("b"), "x", 1)).0, 1);
        assert_eq!(attempts.begin(&delivery(None, "x", 1)).0, 1);
        let (attempt, identity) = attempts.begin(&delivery(Some("a"), "x", 1));
        assert_eq!(attempt, 4);
        attempts.done(identity);
        assert_eq!(attempts.begin(&delivery(Some("a"), "x", 1)).0, 1);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let attempts = Attempts::new(false);
        for n in 0..REMEMBERED + 10 {
            let id = n.to_string();
            let (_, identity) = attempts.begin(&delivery(Some(&id), "x", 1));
            attempts.failed(identity);
        }
        assert_eq!(attempts.begin(&delivery(Some("0"), "x", 1)).0, 1);
        assert_eq!(attempts.begin(&delivery(Some("10"), "x", 1)).0, 2);
    }
}
