//! Tenants and namespaces that do not exist.

use std::time::Duration;

use tg_pubsub_pulsar::Pulsar;
use tg_schema::Topic;
use tg_schema::pubsub::{Error, Outgoing, ProducerOptions, PubSubBackend};
use tg_test_brokers::PulsarSetup;

use crate::support::*;

fn address(text: &str) -> Topic {
    text.parse().expect("a topic")
}

async fn refusal(backend: &Pulsar, topic: &Topic) -> Error {
    let options = ProducerOptions::default();
    let opened = backend.create_producer(topic, None, options).await;
    opened.err().expect("it does not exist")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_exist_is_named_and_made_where_that_is_asked_for() {
    let Some(broker) = broker() else { return };
    let mut config = config(broker.port());
    let plain = Pulsar::new(config.clone()).expect("a configuration");
    config.admin_url = Some(format!("http://127.0.0.1:{}", broker.admin_port()));
    config.create = true;
    let making = Pulsar::new(config).expect("a configuration");
    for text in ["q1/nobody/flow/x", "q1/tg/nowhere/x", "q0/nobody/other/x"] {
        let topic = address(text);
        let error = refusal(&plain, &topic).await;
        let told = error.to_string();
        assert!(matches!(error, Error::NotFound { .. }), "{text}: {told}");
        let (tenant, namespace) = (topic.tenant(), topic.namespace());
        let command = format!("pulsar-admin namespaces create {tenant}/{namespace}");
        assert!(told.contains(&command), "{text}: {told}");
        let consumer = consumer(&making, &topic, "s").await;
        // It is there now, and making it again changes nothing.
        for backend in [&making, &plain] {
            let producer = producer(backend, &topic).await;
            send(&*producer, "x").await;
            receive(&*consumer).await.ack().await.expect("acknowledged");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_not_create_gets_the_commands() {
    let Some(broker) = own_broker(PulsarSetup::default().auth()) else {
        return;
    };
    let token = broker.token("somebody").expect("a token");
    let mut config = config(broker.port()).token(&token);
    config.admin_url = Some(format!("http://127.0.0.1:{}", broker.admin_port()));
    config.create = true;
    config.operation_timeout = Duration::from_secs(10);
    let backend = Pulsar::new(config.clone()).expect("a configuration");
    let error = refusal(&backend, &address("q1/nobody/flow/x")).await;
    let told = error.to_string();
    assert!(matches!(error, Error::Auth { .. }), "{told}");
    assert!(
        told.contains("`pulsar-admin tenants create nobody`"),
        "{told}"
    );
    assert!(!told.contains(&token), "{told}");
    config.token = Some(broker.token("admin").expect("a token"));
    let backend = Pulsar::new(config).expect("a configuration");
    let producer = producer(&backend, &address("q1/nobody/flow/x")).await;
    producer.send(Outgoing::new("x")).await.expect("confirmed");
}
