//! Pulsar as a subject of conformance suites.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::Subject;
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::pubsub::PubSubBackend;
use tg_test_brokers::{Proxies, Pulsar as Broker, PulsarSetup};

/// Each instance connects through a proxy of its own, so that its process can seem to die.
fn connect(proxies: &Proxies, instance: &str, token: &str) -> Arc<dyn PubSubBackend> {
    let url = format!("pulsar://127.0.0.1:{}", proxies.port(instance));
    let mut config = PulsarConfig::new(url).token(token);
    // A broker of a loaded machine may be silent for long, and its links are not to be given up for that.
    config.keep_alive = Duration::from_secs(30);
    config.connect_timeout = Duration::from_secs(30);
    config.operation_timeout = Duration::from_secs(60);
    Arc::new(Pulsar::new(config).expect("a configuration"))
}

fn on(broker: &Arc<Mutex<Broker>>, act: fn(&mut Broker)) {
    let mut broker = broker.lock().expect("no panic");
    tokio::task::block_in_place(|| act(&mut broker));
}

/// A Pulsar on which everything can be done that can be done to a broker. `None`: it is not installed.
pub fn subject() -> Option<Subject> {
    let setup = PulsarSetup::default().auth();
    let broker = tokio::task::block_in_place(|| tg_test_brokers::pulsar(setup))?;
    broker
        .admin()
        .create_namespace("tg/conformance")
        .expect("a namespace");
    let proxies = Arc::new(Proxies::new(broker.port()));
    let right = broker.token("admin").expect("a token");
    let wrong = broker.foreign_token("admin").expect("a token");
    let broker = Arc::new(Mutex::new(broker));
    let (killed, started) = (Arc::clone(&broker), Arc::clone(&broker));
    let (connected, dying, cut) = (proxies.clone(), proxies.clone(), proxies.clone());
    let mut subject = Subject::new("pulsar", move |instance| {
        let backend = connect(&connected, &instance, &right);
        async move { Ok(backend) }
    })
    .crash(move |instance| {
        // Its connections are ended, as the system does that of a process that is killed; what it makes then carries
        // nothing, and its successor comes another way.
        dying.lose(&instance, true);
        async {}
    })
    .cut(move || {
        cut.cut();
        async {}
    })
    .restart(
        move || {
            on(&killed, Broker::kill);
            async {}
        },
        move || {
            on(&started, |broker| broker.restart().expect("a broker"));
            async {}
        },
    )
    .intruder(move |instance| {
        let backend = connect(&proxies, &instance, &wrong);
        async move { Ok(backend) }
    });
    // A loaded machine takes its time, also to start a broker.
    subject.patience = Duration::from_secs(60);
    subject.redelivery = Duration::from_secs(300);
    subject.limit = Duration::from_secs(1_200);
    subject.second_exclusive = Profile::PULSAR.second_exclusive;
    subject.attempts_survive = Profile::PULSAR.attempts_survive;
    Some(subject)
}
