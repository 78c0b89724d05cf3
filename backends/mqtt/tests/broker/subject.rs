//! mosquitto as a subject of conformance suites.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::Subject;
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::pubsub::PubSubBackend;
use tg_test_brokers::{Mosquitto, Proxies, Setup};

/// Each instance connects through a proxy of its own, so that its process can seem to die.
fn connect(proxies: &Proxies, instance: &str, password: &str) -> Arc<dyn PubSubBackend> {
    let mut config = MqttConfig::new("127.0.0.1", proxies.port(instance))
        .instance(instance)
        .user("joe", password);
    // A loaded machine may be silent for long, and its links are not to be given up for that.
    config.keep_alive = Duration::from_secs(30);
    config.connect_timeout = Duration::from_secs(30);
    Arc::new(Mqtt::new(config).expect("a configuration"))
}

fn on(mosquitto: &Arc<Mutex<Mosquitto>>, act: fn(&mut Mosquitto)) {
    let mut mosquitto = mosquitto.lock().expect("no panic");
    tokio::task::block_in_place(|| act(&mut mosquitto));
}

/// A mosquitto on which everything can be done that can be done to a broker. `None`: it is not installed.
pub fn subject() -> Option<Subject> {
    let setup = Setup::default().user("joe", "right");
    let mosquitto = tg_test_brokers::mosquitto(setup)?;
    let proxies = Arc::new(Proxies::new(mosquitto.port()));
    let mosquitto = Arc::new(Mutex::new(mosquitto));
    let (killed, started) = (Arc::clone(&mosquitto), Arc::clone(&mosquitto));
    let (connected, dying, cut) = (proxies.clone(), proxies.clone(), proxies.clone());
    let mut subject = Subject::new("mqtt", move |instance| {
        let backend = connect(&connected, &instance, "right");
        async move { Ok(backend) }
    })
    .crash(move |instance| {
        // Its connections carry nothing any more, and its successor comes another way.
        dying.lose(&instance, false);
        async {}
    })
    .cut(move || {
        cut.cut();
        async {}
    })
    .restart(
        move || {
            on(&killed, |mosquitto| {
                mosquitto.save().expect("saved");
                mosquitto.kill();
            });
            async {}
        },
        move || {
            on(&started, |mosquitto| mosquitto.restart().expect("a broker"));
            async {}
        },
    )
    .intruder(move |instance| {
        let backend = connect(&proxies, &instance, "wrong");
        async move { Ok(backend) }
    });
    // A loaded machine takes its time, also to start a broker.
    subject.patience = Duration::from_secs(60);
    subject.redelivery = Duration::from_secs(300);
    subject.limit = Duration::from_secs(1_200);
    subject.second_exclusive = Profile::MQTT.second_exclusive;
    subject.attempts_survive = Profile::MQTT.attempts_survive;
    Some(subject)
}
