//! The suite of every backend, on the backend in memory; and the suite itself, on backends that break a promise.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_backend::conformance::{self, CASES, Case, Outcome, Subject};
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_memory::{Config, Memory};
use tg_schema::pubsub::{Error, PubSubBackend};

/// A broker in memory, on which everything can be done that can be done to a broker.
fn subject(config: Config) -> Subject {
    let broker = Arc::new(Memory::with_config(config));
    let (connect, cut, kill, start) = (
        broker.clone(),
        broker.clone(),
        broker.clone(),
        broker.clone(),
    );
    let crash = broker.clone();
    Subject::new("memory", move |_| {
        let handle: Arc<dyn PubSubBackend> = Arc::new(connect.another());
        async move { Ok(handle) }
    })
    .crash(move |_| {
        // All links die, that of the instance among them.
        crash.faults().disconnect();
        async {}
    })
    .cut(move || {
        cut.faults().disconnect();
        async {}
    })
    .restart(
        move || {
            kill.faults().disconnect();
            kill.faults().refuse_connections(true);
            async {}
        },
        move || {
            start.faults().refuse_connections(false);
            async {}
        },
    )
    .intruder(move |_| async { Ok(Arc::new(Intruder) as Arc<dyn PubSubBackend>) })
}

/// A handle with wrong credentials: a broker in memory asks for none.
struct Intruder;

fn refused() -> Error {
    Error::Auth {
        backend: "memory".to_owned(),
        message: "on purpose".to_owned(),
    }
}

impl PubSubBackend for Intruder {
    fn name(&self) -> &str {
        "memory"
    }
    fn capabilities(&self, topic: &tg_schema::Topic) -> tg_schema::pubsub::Capabilities {
        Memory::new().capabilities(topic)
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a tg_schema::Topic,
        schema: Option<tg_schema::pubsub::SchemaInfo>,
        options: tg_schema::pubsub::ProducerOptions,
    ) -> tg_schema::pubsub::Answer<'a, Result<Box<dyn tg_schema::pubsub::BackendProducer>, Error>>
    {
        let memory = Memory::new();
        tg_schema::pubsub::Answer::later(async move {
            memory.create_producer(topic, schema, options).await
        })
    }
    fn create_consumer<'a>(
        &'a self,
        _: &'a tg_schema::Topic,
        _: &'a str,
        _: Option<tg_schema::pubsub::SchemaInfo>,
        _: tg_schema::pubsub::ConsumerOptions,
    ) -> tg_schema::pubsub::Answer<'a, Result<Box<dyn tg_schema::pubsub::BackendConsumer>, Error>>
    {
        tg_schema::pubsub::Answer::now(Err(refused()))
    }
    fn health(&self) -> tg_schema::pubsub::Answer<'_, Result<tg_schema::pubsub::Health, Error>> {
        tg_schema::pubsub::Answer::now(Err(refused()))
    }
    fn close(&self, _: Duration) -> tg_schema::pubsub::Answer<'_, Result<(), Error>> {
        tg_schema::pubsub::Answer::now(Ok(()))
    }
}

#[tokio::test(start_paused = true)]
async fn every_promise_is_kept() {
    let report = conformance::run(&subject(Config::default())).await;
    println!("{report}");
    assert!(report.holds(), "{report}");
    assert_eq!(report.counts(), (CASES.len(), 0, 0), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_another_broker_promises_is_kept() {
    for profile in Profile::ALL {
        let config = Config::default().profile(profile.name);
        let mut subject = subject(config.expect("a known broker"));
        subject.second_exclusive = profile.second_exclusive;
        let report = conformance::run(&subject).await;
        assert!(report.holds(), "{}: {report}", profile.name);
    }
}

#[tokio::test(start_paused = true)]
async fn every_case_fails_on_a_backend_that_breaks_its_promise() {
    let mut unnoticed = Vec::new();
    for case in CASES {
        let outcome = spoiled(case).await;
        println!("{}: {:?}: {outcome:?}", case.name, case.sabotage);
        if !matches!(outcome, Outcome::Failed(_)) {
            unnoticed.push(format!("{}: {:?}: {outcome:?}", case.name, case.sabotage));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

async fn spoiled(case: &'static Case) -> Outcome {
    let mut subject = subject(Config::default()).sabotaged(case.sabotage);
    subject.patience = Duration::from_secs(3);
    subject.redelivery = Duration::from_secs(3);
    conformance::run_case(&subject, case).await
}
