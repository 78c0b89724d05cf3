//! What the tests share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{BackendConsumer, ProducerOptions};
use tg_test_brokers::{Mosquitto, Setup};
use tokio::time::timeout;

#[path = "../../../tests/ends.rs"]
mod ends;

pub use ends::*;

/// Long enough for anything that is to happen.
pub const SOON: Duration = Duration::from_secs(60);
/// Long enough to believe that nothing happens.
pub const QUIET: Duration = Duration::from_millis(400);

/// A broker that everybody may use, or nothing where it is not installed.
pub fn broker() -> Option<Mosquitto> {
    tg_test_brokers::mosquitto(Setup::default())
}

/// A loaded machine takes its time to connect.
pub fn config(port: u16) -> MqttConfig {
    let mut config = MqttConfig::new("127.0.0.1", port).instance("test");
    config.keep_alive = SOON;
    config.connect_timeout = SOON;
    config.resume = SOON;
    config
}

pub fn backend(port: u16) -> Mqtt {
    Mqtt::new(config(port)).expect("a configuration")
}

/// A topic that no other test uses.
pub fn topic(qos: u8) -> Topic {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("q{qos}/tg/test/t{number}")
        .parse()
        .expect("a topic")
}

/// How producers of tests send.
pub fn producer_options() -> ProducerOptions {
    ProducerOptions::default()
}

/// Receives and acknowledges until so many different messages came, and then nothing more.
pub async fn drain(
    consumer: &dyn BackendConsumer,
    count: usize,
    received: &mut HashMap<usize, usize>,
) {
    loop {
        let patience = if received.len() < count { SOON } else { QUIET };
        let Ok(delivery) = timeout(patience, consumer.receive()).await else {
            return;
        };
        let delivery = delivery.expect("a message");
        let n = text(&delivery).parse().expect("a number");
        match delivery.ack().await {
            Ok(()) => *received.entry(n).or_default() += 1,
            Err(failed) => assert_eq!(failed.error.kind(), "lost"),
        }
    }
}
