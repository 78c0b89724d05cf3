//! The service layer over the broker in memory, most of it under a clock that stands still.

mod runtime {
    pub mod support;

    mod consumer;
    mod dead_letters;
    mod drain;
    mod giving_back;
    mod handler;
    mod impatience;
    #[cfg(feature = "prometheus")]
    mod metrics;
    mod negotiation;
    mod nobody;
    mod order;
    mod origin;
    mod panics;
    mod producer;
    mod propagation;
    mod publisher;
    mod requester;
    mod stress;
    mod subscriber;
    mod supervision;
    #[cfg(feature = "opentelemetry")]
    mod trace;
    mod watchdog;
}
