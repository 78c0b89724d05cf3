//! What the service layer promises over any backend, as a suite like that of [`tg_pubsub_backend::conformance`].
//!
//! [`run`] takes the cases of backends and those of this module ([`CASES`]) into one report. Each of these is shown to
//! fail over a backend that is spoiled, too.
//!
//! `examples/conformance.rs` runs it on a backend of its own; `docs/conformance.md` has the table of all cases.

mod asking;
mod failing;
mod links;
mod support;
mod types;

use tg_schema::pubsub::Feature;

use Need::{Can, Has, Takes};
use tg_pubsub_backend::conformance as kit;
use tg_pubsub_backend::conformance_case as case;

pub use tg_pubsub_backend::conformance::{
    Boxed, CASES_ENV, Case, Context, Failure, Hook, Hooks, Need, Outcome, Report, Row, Sabotage,
    Subject, run_all, run_case, table,
};

/// The suites of backends and of the service layer.
pub const SUITES: &[&[Case]] = &[kit::CASES, CASES];

/// Runs every case of [`SUITES`], one after the other.
pub async fn run(subject: &Subject) -> Report {
    run_all(subject, SUITES).await
}

/// Every case of the service layer.
pub const CASES: &[Case] = &[
    case!(
        failing::dead_letters,
        "what fails for good goes to the dead letters with its reasons, and others flow meanwhile",
        Q1,
        [Has(Feature::Nack), Has(Feature::Properties)],
        LosesNacked
    ),
    case!(
        failing::poison,
        "bytes that are no message go to the dead letters as they were, and others flow",
        Q1,
        [Has(Feature::Properties)],
        ReplacesBytes
    ),
    case!(
        failing::measured,
        "metrics tell what happened",
        Q1,
        [Has(Feature::Nack), Has(Feature::Attempts)],
        ForgetsAttempts
    ),
    case!(
        links::silent,
        "receiving from a quiet topic ends with a time-out, and goes on",
        Q1,
        [],
        EndsWhenIdle
    ),
    case!(
        links::restarted,
        "a consumer and a producer outlive a restart of the broker by themselves",
        Q1,
        [Has(Feature::Offline), Can(Hook::Restart)],
        StaysDown
    ),
    case!(
        links::down_at_start,
        "opening while the broker is down fails in time, or waits until it is there",
        Q1,
        [Can(Hook::Restart)],
        StaysDown
    ),
    case!(
        links::drained,
        "a drain lets handlers finish, counts what it cut off, and that comes again",
        Q1,
        [Has(Feature::Offline)],
        AcknowledgesEarly
    ),
    case!(
        types::evolved,
        "an optional field can be added, whether the sender or the receiver has it first",
        Q1,
        [],
        FreezesSchemas
    ),
    case!(
        types::incompatible,
        "a type that does not fit its topic is refused when a producer or a consumer is opened",
        Q1,
        [Has(Feature::Schemas)],
        TakesAnySchema
    ),
    case!(
        types::golden,
        "JSON arrives byte for byte as Python writes it",
        Q1,
        [],
        Corrupts
    ),
    case!(
        types::names,
        "every legal topic can be used, and every other is refused with the text of all backends",
        Q1,
        [],
        RefusesLongTopics
    ),
    case!(
        asking::requests,
        "a thousand parallel requests get their own responses; late ones are counted and reach nobody",
        Q1,
        [
            Has(Feature::Properties),
            Takes(Feature::Shared),
            Takes(Feature::Temporary)
        ],
        MergesSubscriptions
    ),
    case!(
        asking::traced,
        "the context of a trace travels with a message",
        Q1,
        [Has(Feature::Properties)],
        LosesAllProperties
    ),
];
