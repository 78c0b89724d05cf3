//! mosquitto as a subject of conformance suites.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::Subject;
use tg_pubsub_backend::profile::Profile;
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::pubsub::PubSubBackend;
use tg_test_brokers::{Mosquitto, Proxy, Setup};

/// Each instance connects through a proxy of its own, so that its process can seem to die.
struct Instances {
    port: u16,
    proxies: Mutex<HashMap<String, Proxy>>,
}

impl Instances {
    fn connect(&self, instance: &str, password: &str) -> Arc<dyn PubSubBackend> {
        let mut proxies = self.proxies.lock().expect("no panic");
        let proxy = proxies
            .entry(instance.to_owned())
            .or_insert_with(|| Proxy::new(self.port).expect("a proxy"));
        let mut config = MqttConfig::new("127.0.0.1", proxy.port())
            .instance(instance)
            .user("joe", password);
        config.keep_alive = Duration::from_secs(5);
        config.connect_timeout = Duration::from_secs(30);
        Arc::new(Mqtt::new(config).expect("a configuration"))
    }
}

fn on(mosquitto: &Arc<Mutex<Mosquitto>>, act: fn(&mut Mosquitto)) {
    let mut mosquitto = mosquitto.lock().expect("no panic");
    tokio::task::block_in_place(|| act(&mut mosquitto));
}

/// A mosquitto on which everything can be done that can be done to a broker. `None`: it is not installed.
pub fn subject() -> Option<Subject> {
    let setup = Setup::default().user("joe", "right");
    let mosquitto = tg_test_brokers::mosquitto(setup)?;
    let instances = Arc::new(Instances {
        port: mosquitto.port(),
        proxies: Mutex::default(),
    });
    let mosquitto = Arc::new(Mutex::new(mosquitto));
    let (killed, started) = (Arc::clone(&mosquitto), Arc::clone(&mosquitto));
    let (connected, dying, cut) = (instances.clone(), instances.clone(), instances.clone());
    let mut subject = Subject::new("mqtt", move |instance| {
        let backend = connected.connect(&instance, "right");
        async move { Ok(backend) }
    })
    .crash(move |instance| {
        // Its connections carry nothing any more, and its successor comes another way.
        let proxy = dying.proxies.lock().expect("no panic").remove(&instance);
        if let Some(proxy) = proxy {
            proxy.freeze();
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
            on(&killed, |mosquitto| {
                // It saves what it knows each second or, by its clock of whole seconds, each other one; and what it said
                // is to be read.
                std::thread::sleep(Duration::from_millis(2_500));
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
        let backend = instances.connect(&instance, "wrong");
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
