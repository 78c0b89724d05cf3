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
