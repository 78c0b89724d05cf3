//! Pulsar as a subject of conformance suites.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::Subject;
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::pubsub::PubSubBackend;
use tg_test_brokers::{Proxy, Pulsar as Broker, PulsarSetup};

/// Each instance connects through a proxy of its own, so that its process can seem to die.
struct Instances {
    port: u16,
    proxies: Mutex<HashMap<String, Proxy>>,
}

impl Instances {
    fn connect(&self, instance: &str, token: &str) -> Arc<dyn PubSubBackend> {
        let mut proxies = self.proxies.lock().expect("no panic");
        let proxy = proxies
            .entry(instance.to_owned())
            .or_insert_with(|| Proxy::new(self.port).expect("a proxy"));
        let url = format!("pulsar://127.0.0.1:{}", proxy.port());
        let mut config = PulsarConfig::new(url).token(token);
        config.keep_alive = Duration::from_secs(5);
        config.connect_timeout = Duration::from_secs(30);
        config.operation_timeout = Duration::from_secs(60);
        Arc::new(Pulsar::new(config).expect("a configuration"))
    }
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
    let instances = Arc::new(Instances {
        port: broker.port(),
        proxies: Mutex::default(),
    });
    let right = broker.token("admin").expect("a token");
    let wrong = broker.foreign_token("admin").expect("a token");
    let broker = Arc::new(Mutex::new(broker));
    let (killed, started) = (Arc::clone(&broker), Arc::clone(&broker));
    let (connected, dying, cut) = (instances.clone(), instances.clone(), instances.clone());
    let mut subject = Subject::new("pulsar", move |instance| {
        let backend = connected.connect(&instance, &right);
        async move { Ok(backend) }
    })
    .crash(move |instance| {
        // Its connections are ended, as the system does that of a process that is killed; what it makes then carries
        // nothing, and its successor comes another way.
        let proxy = dying.proxies.lock().expect("no panic").remove(&instance);
        if let Some(proxy) = proxy {
            proxy.freeze();
            proxy.cut();
            std::mem::forget(proxy);
        }
        async {}
    })
    .cut(move || {
        for proxy in cut.proxies.lock().expect("no panic").values() {
            proxy.cut();
        }
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
        let backend = instances.connect(&instance, &wrong);
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
