//! The suites of backends and of the service layer: in memory, as another broker would be, on mosquitto, on Pulsar, and
//! over backends that break a promise; and the document that lists them.

#[path = "../../backends/memory/tests/subject/mod.rs"]
mod memory;
#[path = "../../backends/mqtt/tests/broker/subject.rs"]
mod mosquitto;
#[cfg(feature = "pulsar")]
#[path = "../../backends/pulsar/tests/broker/subject.rs"]
mod pulsar;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use tg_pubsub::conformance::{self, CASES, Case, Hook, Outcome, SUITES};
use tg_pubsub_backend::conformance as kit;
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_memory::Config;

#[tokio::test(start_paused = true)]
async fn every_promise_is_kept_in_memory() {
    let report = conformance::run(&memory::subject(Config::default())).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    let all = SUITES.iter().map(|suite| suite.len()).sum();
    assert_eq!(report.counts(), (all, 0, 0), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_another_broker_promises_is_kept_over_it() {
    for profile in Profile::ALL {
        let config = Config::default().profile(profile.name);
        let mut subject = memory::subject(config.expect("a known broker"));
        subject.second_exclusive = profile.second_exclusive;
        let report = conformance::run_all(&subject, &[CASES]).await;
        println!("as {}: {report}", profile.name);
        assert!(report.holds(), "{}: {report}", profile.name);
        assert_eq!(report.left_behind, [] as [String; 0], "{}", profile.name);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_declared_to_be_refused_is_not_asked_for() {
    for lacks in memory::everything_to_lack() {
        let report = conformance::run_all(&memory::subject_without(lacks), &[CASES]).await;
        // Without q1, none is run.
        let (_, _, failed) = report.counts();
        assert_eq!(failed, 0, "without {lacks:?}: {report}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept_on_mosquitto() {
    let Some(subject) = mosquitto::subject() else {
        return;
    };
    let report = conformance::run_all(&subject, &[CASES]).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}

#[cfg(feature = "pulsar")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_promise_is_kept_on_pulsar() {
    let Some(subject) = pulsar::subject() else {
        return;
    };
    let report = conformance::run_all(&subject, &[CASES]).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn every_case_fails_over_a_backend_that_breaks_its_promise() {
    let mut unnoticed = Vec::new();
    let ways = |case: &'static Case| case.sabotages.iter().map(move |way| (case, *way));
    for (case, way) in CASES.iter().flat_map(ways) {
        let outcome = spoiled(case, way).await;
        println!("{}: {way:?}: {outcome:?}", case.name);
        if !matches!(outcome, Outcome::Failed(_)) {
            unnoticed.push(format!("{}: {way:?}: {outcome:?}", case.name));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

async fn spoiled(case: &'static Case, way: kit::Sabotage) -> Outcome {
    let mut subject = memory::subject(Config::default()).sabotaged(way);
    subject.patience = Duration::from_secs(3);
    subject.redelivery = Duration::from_secs(3);
    subject.deadline = Some(Duration::from_secs(1));
    conformance::run_case(&subject, case).await
}

#[test]
fn names_of_cases_come_once() {
    let mut seen = BTreeSet::new();
    for case in SUITES.iter().flat_map(|suite| suite.iter()) {
        assert!(seen.insert(case.name), "{} twice", case.name);
    }
}

/// The text of `docs/conformance.md`.
fn document() -> String {
    let mut text = format!(
        "# Whether a backend keeps its promises\n\n\
        <!-- Written by `TG_SCHEMA_RENEW=1 cargo test -p tg-pubsub --features conformance --test conformance document`. \
        Do not edit. -->\n\n\
        One suite runs against every backend: {} cases of what a backend alone promises \
        (`tg_pubsub_backend::conformance`), and {} of what the service layer promises over it \
        (`tg_pubsub::conformance`). A case is skipped only where the backend declares that it has not what the case \
        needs, or where the test has no hook to do something to the broker; both are printed. Each case is shown to \
        fail on a backend that breaks its promise.\n\n",
        kit::CASES.len(),
        CASES.len()
    );
    text.push_str(
        "## On a backend of your own\n\n\
        Add `tg-pubsub` with the feature `conformance` to the development dependencies. A `Subject` has a name, a \
        function that gives a handle of the broker, and hooks:\n\n| hook to | method |\n|---|---|\n",
    );
    for (hook, method) in [
        (Hook::Crash, "crash"),
        (Hook::Cut, "cut"),
        (Hook::Restart, "restart"),
        (Hook::Intruder, "intruder"),
    ] {
        let _ = writeln!(text, "| {} | `Subject::{method}` |", hook.title());
    }
    let _ = write!(
        text,
        "\nIts fields say how patient the cases are (`patience`, `silence`, `redelivery`, `limit`, \
        `clock_skew`), and what is \
        no capability but differs (`deadline`, `second_exclusive`, `attempts_survive`). Cases work on topics of their own under \
        `tg/conformance/`; what they made is taken away after them, and `Report::left_behind` tells what could not \
        be. `{}=order,latest` in the environment runs those cases only. A suite of your own is a list of cases made by \
        `conformance_case!`; `run_all` takes several.\n\n\
        `tg-pubsub/examples/conformance.rs`, run by `cargo run -p tg-pubsub --features conformance --example \
        conformance`:\n\n```rust\n{}```\n\n",
        conformance::CASES_ENV,
        include_str!("../examples/conformance.rs"),
    );
    text.push_str("## Cases of backends\n\n");
    text.push_str(&conformance::table(&[kit::CASES]));
    text.push_str("\n## Cases of the service layer\n\n");
    text.push_str(&conformance::table(&[CASES]));
    text
}

#[test]
fn the_document_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/conformance.md");
    let text = document();
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::write(path, &text).expect("written");
    }
    let kept = std::fs::read_to_string(path).expect("docs/conformance.md");
    assert!(
        kept == text,
        "docs/conformance.md is stale: its first lines say how to renew it"
    );
}
