//! The suite of every backend, on the backend in memory; and the suite itself, on backends that break a promise.

mod subject;

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_backend::conformance::Sabotage;
use tg_pubsub_backend::conformance::{self, CASES, Case, Outcome};
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_memory::{Config, Memory, Operation};
use tg_schema::pubsub::Feature;

use subject::{everything_to_lack, subject, subject_of, subject_without};

#[tokio::test(start_paused = true)]
async fn every_promise_is_kept() {
    let report = conformance::run(&subject(Config::default())).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert_eq!(report.counts(), (CASES.len(), 0, 0), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn what_another_broker_promises_is_kept() {
    for profile in Profile::ALL {
        let config = Config::default().profile(profile.name);
        let mut subject = subject(config.expect("a known broker"));
        subject.second_exclusive = profile.second_exclusive;
        let report = conformance::run(&subject).await;
        assert!(report.holds(), "{}: {report}", profile.name);
        assert_eq!(report.left_behind, [] as [String; 0], "{}", profile.name);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_declared_to_be_refused_is_not_asked_for() {
    for lacks in everything_to_lack() {
        let report = conformance::run(&subject_without(lacks)).await;
        assert!(report.holds(), "without {lacks:?}: {report}");
        let (_, skipped, _) = report.counts();
        // What is promised of q1 is asked of q2 where there is no q1.
        let others = [Feature::Schemas, Feature::Q1].contains(&lacks[0]);
        // Only the service layer asks for these, of those who declare them.
        let layers = [Feature::OfflineUnnamed, Feature::KeyOrder].contains(&lacks[0]);
        assert!(skipped > 0 || others || layers, "{lacks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_backend_without_q1_shows_the_same_promises_on_q2() {
    let report = conformance::run(&subject_without(&[Feature::Q1])).await;
    assert!(report.holds(), "{report}");
    assert_eq!(report.counts(), (CASES.len(), 0, 0), "{report}");
    let report = conformance::run(&subject_without(&[Feature::Q1, Feature::Q2])).await;
    assert!(report.holds(), "{report}");
    let (passed, skipped, _) = report.counts();
    assert!(skipped > passed, "{report}");
}

#[tokio::test(start_paused = true)]
async fn every_case_fails_on_a_backend_that_breaks_its_promise() {
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

async fn spoiled(case: &'static Case, way: Sabotage) -> Outcome {
    let mut subject = subject(Config::default()).sabotaged(way);
    subject.patience = Duration::from_secs(3);
    subject.redelivery = Duration::from_secs(3);
    subject.deadline = Some(Duration::from_secs(1));
    conformance::run_case(&subject, case).await
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_slow_breaks_no_promise() {
    let broker = Arc::new(Memory::new());
    let mut subject = subject_of(&broker);
    subject.many = 50;
    for (operation, millis) in [
        (Operation::CreateProducer, 100),
        (Operation::CreateConsumer, 100),
        (Operation::Send, 40),
        (Operation::Receive, 40),
        (Operation::Ack, 40),
        (Operation::Nack, 40),
        (Operation::Reject, 40),
        (Operation::Flush, 40),
    ] {
        broker
            .faults()
            .delay(operation, Duration::from_millis(millis));
    }
    let report = conformance::run(&subject).await;
    assert!(report.holds(), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_never_connects_fails_in_time() {
    let mut subject = conformance::Subject::new("mute", |_| std::future::pending());
    subject.redelivery = Duration::from_secs(7);
    let start = tokio::time::Instant::now();
    let case = CASES.first().expect("a case");
    let outcome = conformance::run_case(&subject, case).await;
    let told = Outcome::Failed("no handle of the broker after 7s".to_owned());
    assert_eq!(outcome, told);
    assert_eq!(start.elapsed(), subject.redelivery);
}

#[tokio::test(start_paused = true)]
async fn messages_that_come_again_and_say_so_break_no_promise() {
    const MANY: [&str; 8] = [
        "order",
        "competing",
        "failover",
        "key_shared",
        "offline",
        "confirmed",
        "flushed",
        "cancelled",
    ];
    let subject = subject(Config::default()).sabotaged(Sabotage::Repeats);
    let cases = CASES.iter().filter(|case| MANY.contains(&case.name));
    let mut passed = 0;
    for case in cases {
        let outcome = conformance::run_case(&subject, case).await;
        assert_eq!(outcome, Outcome::Passed, "{}", case.name);
        passed += 1;
    }
    assert_eq!(passed, MANY.len());
}
