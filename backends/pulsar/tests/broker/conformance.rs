//! The suite of every backend, against Pulsar.

use tg_pubsub_backend::conformance;

use crate::subject::subject;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_suite_of_every_backend() {
    let Some(subject) = subject() else { return };
    let report = conformance::run(&subject).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert_eq!(report.left_behind, [] as [String; 0]);
}
