//! One suite for every backend: a factory and the declared capabilities in, a verdict for each case out.
//!
//! A [`Subject`] says how to get a handle of the broker, and what a test can do to the broker itself ([`Hooks`]).
//! [`run`] takes every case of [`CASES`]; [`run_all`] takes other suites too, such as that of the service layer,
//! `tg_pubsub::conformance`. One is skipped only where the backend declares that it has not the feature, or
//! where the subject has no hook that it needs; both are printed. What a backend *declares* is what it is held to.
//!
//! A case works on topics of its own. What it made at the broker is taken away after it: its subscriptions, and topics
//! where the backend can delete them; [`Report::left_behind`] tells what could not be.
//!
//! The suite proves itself: each case names a [`Sabotage`] of a backend, and is shown to fail on a memory backend that
//! is spoiled so.
//!
//! ```
//! # #[cfg(doc)] {
//! let subject = Subject::new("mine", |instance| async move { MyBackend::connect(&instance).await });
//! let report = conformance::run(&subject).await;
//! println!("{report}");
//! assert!(report.holds());
//! # }
//! ```

mod case;
mod cases;
mod context;
mod made;
mod report;
mod sabotage;
mod subject;

pub use case::{Case, Need, table};
pub use cases::CASES;
pub use context::{Context, Failure};
pub use report::{Outcome, Report, Row};
pub use sabotage::Sabotage;
pub use subject::{Boxed, Hook, Hooks, Subject};
pub use tg_schema::Qos;

pub use crate::{conformance_case, conformance_ensure as ensure};

use std::sync::Arc;
use std::time::Duration;

use made::Made;

/// Variable of the environment with the names of the cases to run, divided by commas; without it, all are run.
pub const CASES_ENV: &str = "TG_PUBSUB_CASES";

/// Runs every case of [`CASES`], one after the other.
pub async fn run(subject: &Subject) -> Report {
    run_all(subject, &[CASES]).await
}

/// Runs every case of these suites, one after the other, into one report.
pub async fn run_all(subject: &Subject, suites: &[&'static [Case]]) -> Report {
    let mut report = Report::new(subject.name());
    let only = std::env::var(CASES_ENV).ok();
    let names = || {
        only.iter()
            .flat_map(|names| names.split(','))
            .map(str::trim)
    };
    let chosen = |name| only.is_none() || names().any(|n| n == name);
    let cases = || suites.iter().flat_map(|suite| suite.iter());
    report.unknown = names()
        .filter(|name| !name.is_empty() && cases().all(|case| case.name != *name))
        .map(str::to_owned)
        .collect();
    for case in cases().filter(|case| chosen(case.name)) {
        let made = Arc::new(Made::default());
        let outcome = run_with(subject, case, &made).await;
        tracing::info!(backend = subject.name(), case = case.name, ?outcome);
        report.rows.push(Row::new(case, outcome));
        report.left_behind.extend(made.take_away(subject).await);
    }
    report
}

/// Runs one case.
pub async fn run_case(subject: &Subject, case: &'static Case) -> Outcome {
    let made = Arc::new(Made::default());
    let outcome = run_with(subject, case, &made).await;
    for left in made.take_away(subject).await {
        tracing::warn!(backend = subject.name(), case = case.name, left);
    }
    outcome
}

async fn run_with(subject: &Subject, case: &'static Case, made: &Arc<Made>) -> Outcome {
    let connecting = subject.connect("one", made);
    let backend = match tokio::time::timeout(subject.redelivery, connecting).await {
        Ok(Ok(backend)) => backend,
        Ok(Err(e)) => return Outcome::Failed(format!("no handle of the broker: {e}")),
        Err(_) => {
            let limit = subject.redelivery;
            return Outcome::Failed(format!("no handle of the broker after {limit:?}"));
        }
    };
    let context = Context::new(subject.clone(), case, backend.clone(), made.clone());
    if let Some(reason) = case.missing(&context) {
        return Outcome::Skipped(reason);
    }
    // A task of its own, so that a panic in a backend is a failed case.
    let task = tokio::spawn((case.run)(context));
    let abort = task.abort_handle();
    let outcome = match tokio::time::timeout(subject.limit, task).await {
        Ok(Ok(Ok(()))) => Outcome::Passed,
        Ok(Ok(Err(failure))) => Outcome::Failed(failure.to_string()),
        Ok(Err(panic)) => Outcome::Failed(format!("a panic: {panic}")),
        Err(_) => {
            abort.abort();
            Outcome::Failed(format!("not over after {:?}", subject.limit))
        }
    };
    // A backend that does not end in time is not waited for.
    let within = Duration::from_secs(5);
    let _ = tokio::time::timeout(2 * within, backend.close(within)).await;
    outcome
}
