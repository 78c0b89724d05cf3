//! What is counted, under which names, and the trait through which it leaves.
//!
//! Nothing here knows a metrics system. A [`MetricsSink`] gives a [`Series`] for a set of labels once, when a
//! producer or consumer is opened; after that each event is one call without a look-up.

#[cfg(feature = "prometheus")]
mod prometheus;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

#[cfg(feature = "prometheus")]
pub use prometheus::{CONTENT_TYPE, Prometheus};

/// Where measurements go.
pub trait MetricsSink: Send + Sync {
    /// The series of these labels; the same one for the same labels.
    fn series(&self, labels: &Labels) -> Arc<dyn Series>;
}

/// The measurements of one producer, consumer, subscriber or requester.
pub trait Series: Send + Sync {
    /// Whether measurements are looked at. Where not, times are not taken.
    fn enabled(&self) -> bool {
        true
    }
    /// Something happened this many times.
    fn count(&self, counter: Counter, by: u64);
    /// A level rose or, where negative, fell.
    fn add(&self, gauge: Gauge, by: i64);
    /// Something took this long.
    fn observe(&self, timing: Timing, took: Duration);
    /// There is something that can bring the measurements up to date, as long as it lives. A sink that is read now and
    /// then calls it before; one that passes each event on need not.
    fn refreshed_by(&self, refresh: Weak<dyn Refresh>) {
        drop(refresh);
    }
}

/// Brings measurements up to date. A link that nobody uses may be lost, and nobody comes to know until somebody asks.
pub trait Refresh: Send + Sync {
    /// Asks, and tells what has changed to the [`Series`] that this was given to.
    fn refresh(&self);
}

/// Whose measurements they are. A topic is no label: topics may be made for one request, and a label must not
/// grow with them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Labels {
    /// What it is.
    pub role: Role,
    /// The program, such as `text-completion`; may be empty.
    pub processor: String,
    /// The flow that it works in; may be empty.
    pub flow: String,
    /// Which of its kind in the program. By default the subscription of a consumer, the message type of a producer.
    pub name: String,
    /// Name of the backend.
    pub backend: String,
}

impl Labels {
    /// Labels without a processor and a flow.
    pub fn new(role: Role, name: impl Into<String>, backend: impl Into<String>) -> Self {
        Labels {
            role,
            processor: String::new(),
            flow: String::new(),
            name: name.into(),
            backend: backend.into(),
        }
    }
}

/// What a series, or a part of the system, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Receives and processes.
    Consumer,
    /// Sends.
    Producer,
    /// Receives for many waiters.
    Subscriber,
    /// Sends requests and waits for responses.
    Requester,
}

impl Role {
    /// `consumer`, `producer`, `subscriber`, `requester`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Consumer => "consumer",
            Role::Producer => "producer",
            Role::Subscriber => "subscriber",
            Role::Requester => "requester",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Declares a closed set of metrics: variants, their names and help texts in one table.
macro_rules! metrics {
    ($(#[$doc:meta])* $set:ident { $($variant:ident $name:literal $([$label:literal = $value:literal])? $help:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $set {
            $(#[doc = $help] $variant,)+
        }
        impl $set {
            /// All of them, each at the place of its number.
            pub const ALL: &'static [$set] = &[$($set::$variant),+];
            /// Name in an exposition.
            pub const fn name(self) -> &'static str {
                match self { $($set::$variant => $name,)+ }
            }
            /// A label that tells it from others of the same name.
            pub const fn label(self) -> Option<(&'static str, &'static str)> {
                match self { $($set::$variant => metrics!(@label $($label $value)?),)+ }
            }
            /// What it means, one sentence.
            pub const fn help(self) -> &'static str {
                match self { $($set::$variant => $help,)+ }
            }
        }
    };
    (@label) => { None };
    (@label $label:literal $value:literal) => { Some(($label, $value)) };
}

metrics! {
    /// Something that is counted.
    Counter {
        Received "tg_consumer_received_total" "Messages that were received.",
        Succeeded "tg_consumer_processing_count_total" ["status" = "success"] "Messages whose processing succeeded.",
        Failed "tg_consumer_processing_count_total" ["status" = "error"] "Attempts to process a message that failed.",
        RateLimited "tg_consumer_rate_limit_count_total" "Attempts that a handler put off because something limits its rate; they are no errors.",
        Throttled "tg_consumer_throttled_total" "Messages that waited for the consumer's own rate limit.",
        Redelivered "tg_consumer_redelivered_total" "Messages that were received and had been delivered before.",
        Nacked "tg_consumer_nacked_total" "Messages that were given back to be delivered again.",
        Rejected "tg_consumer_rejected_total" "Messages that were given up without a dead letter.",
        DeadLettered "tg_consumer_dead_lettered_total" "Messages that went to the dead-letter topic.",
        DeadLetterFailed "tg_consumer_dead_letter_failures_total" "Messages that were given up and whose dead letter the broker refused in every form, or that came back too often.",
        DeadLetterUnrouted "tg_consumer_dead_letters_unrouted_total" "Dead letters that no subscription got.",
        DeadLetterUntold "tg_consumer_dead_letters_untold_total" "Dead letters of which the broker does not tell whether a subscription got them.",
        Poisoned "tg_consumer_poisoned_total" "Messages that could not be decoded.",
        Panicked "tg_consumer_panics_total" "Handlers that panicked.",
        Unsettled "tg_consumer_unsettled_total" "Messages that were dropped without being settled.",
        LostAcks "tg_consumer_lost_acks_total" "Settlements that came after the link of the message was lost.",
        ConsumerDropped "tg_consumer_dropped_total" "Messages of q0 that came faster than they were received and were dropped.",
        ConsumerReconnects "tg_consumer_reconnects_total" "Links of consumers that were built again.",
        ConsumerDowngrades "tg_consumer_downgrade_total" "Features that a consumer asked for and got less of.",
        Sent "tg_producer_output_count_total" "Messages that were sent, and confirmed where the topic asks for it.",
        SendFailed "tg_producer_errors_total" "Messages that were not sent.",
        Retried "tg_producer_retries_total" "Attempts to send a message again.",
        Unrouted "tg_producer_unrouted_total" "Messages that the broker took and no subscription got.",
        Dropped "tg_producer_dropped_total" "Messages that a full buffer refused, and those of q0 that a broker which was away never got.",
        ProducerReconnects "tg_producer_reconnects_total" "Links of producers that were built again.",
        ProducerDowngrades "tg_producer_downgrade_total" "Features that a producer asked for and got less of.",
        WaiterReceived "tg_subscriber_received_total" "Messages that were handed to a waiter.",
        WaiterDropped "tg_subscriber_dropped_total" "Messages that a full waiter lost.",
        Orphaned "tg_subscriber_orphaned_total" "Messages that nobody waited for.",
        SubscriberReconnects "tg_subscriber_reconnects_total" "Links of subscribers that were built again.",
        Requested "tg_requester_requests_total" "Requests that were sent.",
        RequestTimedOut "tg_requester_timeouts_total" "Requests without a response in time.",
        LateReplies "tg_requester_late_replies_total" "Responses to requests that had ended.",
    }
}

metrics! {
    /// A level.
    Gauge {
        ConsumerState "tg_consumer_state" "Consumers that are connected: 1 running, 0 stopped.",
        ConsumerInFlight "tg_consumer_in_flight" "Messages that were received and are not settled.",
        ProducerInFlight "tg_producer_in_flight" "Messages that are being sent.",
        SubscriberState "tg_subscriber_state" "Subscribers that are connected.",
        RequesterInFlight "tg_requester_in_flight" "Requests that wait for a response.",
    }
}

metrics! {
    /// How long something took.
    Timing {
        Processing "tg_consumer_request_latency_seconds" "Time that a handler took for a message.",
        Sending "tg_producer_send_latency_seconds" "Time from the call to the confirmation.",
        Responding "tg_requester_latency_seconds" "Time from a request to its first response.",
    }
}

/// Counts nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoMetrics;

impl MetricsSink for NoMetrics {
    fn series(&self, _: &Labels) -> Arc<dyn Series> {
        Arc::new(NoMetrics)
    }
}
impl Series for NoMetrics {
    fn enabled(&self) -> bool {
        false
    }
    fn count(&self, _: Counter, _: u64) {}
    fn add(&self, _: Gauge, _: i64) {}
    fn observe(&self, _: Timing, _: Duration) {}
}

/// Raises a level until it is dropped.
pub(crate) struct Level {
    series: Arc<dyn Series>,
    gauge: Gauge,
}

impl Level {
    pub(crate) fn raise(series: &Arc<dyn Series>, gauge: Gauge) -> Self {
        series.add(gauge, 1);
        Level {
            series: series.clone(),
            gauge,
        }
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        self.series.add(self.gauge, -1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_an_exposition() {
        let mut seen = std::collections::HashSet::new();
        for (i, counter) in Counter::ALL.iter().enumerate() {
            assert_eq!(*counter as usize, i);
            let name = counter.name();
            assert!(
                name.starts_with("tg_") && name.ends_with("_total"),
                "{name}"
            );
            assert!(seen.insert((name, counter.label())), "{name} twice");
        }
        for timing in Timing::ALL {
            assert!(timing.name().ends_with("_seconds"), "{}", timing.name());
        }
        assert_eq!(Counter::Failed.label(), Some(("status", "error")));
        assert_eq!(Gauge::ALL.len(), 5);
    }
}
