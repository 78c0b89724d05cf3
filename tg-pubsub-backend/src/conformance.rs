//! One suite for every backend: a factory and the declared capabilities in, a verdict for each case out.
//!
//! A [`Subject`] says how to get a handle of the broker, and what a test can do to the broker itself ([`Hooks`]).
//! [`run`] takes every case of [`CASES`]. One is skipped only where the backend declares that it has not the feature, or
//! where the subject has no hook that it needs; both are printed. What a backend *declares* is what it is held to.
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
mod report;
mod sabotage;
mod subject;

pub use case::{Case, Need};
pub use cases::CASES;
pub use context::{Context, Failure};
pub use report::{Outcome, Report, Row};
pub use sabotage::Sabotage;
pub use subject::{Boxed, Hook, Hooks, Subject};

use std::time::Duration;

/// Longest that one case may take.
const CASE_LIMIT: Duration = Duration::from_secs(180);

/// Variable of the environment with the names of the cases to run, divided by commas; without it, all are run.
pub const CASES_ENV: &str = "TG_PUBSUB_CASES";

/// Runs every case, one after the other.
pub async fn run(subject: &Subject) -> Report {
    let mut report = Report::new(subject.name());
    let only = std::env::var(CASES_ENV).ok();
    let chosen = |name| {
        let mut names = only.iter().flat_map(|names| names.split(','));
        only.is_none() || names.any(|n| n.trim() == name)
    };
    for case in CASES.iter().filter(|case| chosen(case.name)) {
        let outcome = run_case(subject, case).await;
        tracing::info!(backend = subject.name(), case = case.name, ?outcome);
        report.rows.push(Row::new(case, outcome));
    }
    report
}

/// Runs one case.
pub async fn run_case(subject: &Subject, case: &'static Case) -> Outcome {
    let backend = match subject.connect("one").await {
        Ok(backend) => backend,
        Err(e) => return Outcome::Failed(format!("no handle of the broker: {e}")),
    };
    let context = Context::new(subject.clone(), case, backend.clone());
    if let Some(reason) = case.missing(&context) {
        return Outcome::Skipped(reason);
    }
    // A task of its own, so that a panic in a backend is a failed case.
    let task = tokio::spawn((case.run)(context));
    let abort = task.abort_handle();
    let outcome = match tokio::time::timeout(CASE_LIMIT, task).await {
        Ok(Ok(Ok(()))) => Outcome::Passed,
        Ok(Ok(Err(failure))) => Outcome::Failed(failure.to_string()),
        Ok(Err(panic)) => Outcome::Failed(format!("a panic: {panic}")),
        Err(_) => {
            abort.abort();
            Outcome::Failed(format!("not over after {CASE_LIMIT:?}"))
        }
    };
    let _ = backend.close(Duration::from_secs(5)).await;
    outcome
}
