//! Sending and receiving.

use tg_schema::pubsub::{Outgoing, PubSubBackend};

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_arrives_with_all_that_travels_beside_it() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for qos in 0..3 {
        let topic = topic(qos);
        let consumer = consumer(&backend, &topic, "s").await;
        let sender = producer(&backend, &topic).await;
        let message = Outgoing::new("hello")
            .property("a", "1")
            .property("b", "")
            .key("k");
        let receipt = sender.send(message).await.expect("confirmed");
        assert_eq!(receipt.id.is_some(), qos > 0);
        let delivery = receive(&*consumer).await;
        assert_eq!(text(&delivery), "hello");
        let properties: Vec<_> = delivery.properties.iter().collect();
        assert_eq!(properties, [("a", "1"), ("b", "")]);
        assert_eq!(delivery.meta.key.as_deref(), Some("k"));
        assert_eq!(
            (delivery.meta.attempt, delivery.meta.redelivered),
            (1, false)
        );
        delivery.ack().await.expect("acknowledged");
        nothing(&*consumer).await;
    }
    let health = backend.health().await.expect("a broker");
    assert!(health.detail.contains("4.2"), "{}", health.detail);
}
