//! One type of message a topic.

use tg_pubsub_memory::{Config, Memory};
use tg_schema::pubsub::{ConsumerOptions, ProducerOptions, PubSubBackend, SchemaInfo};
use tg_schema::tg_schema;

use crate::support::*;

#[tg_schema]
struct Order {
    #[allow(dead_code, reason = "only its schema is used")]
    number: i64,
}

#[tg_schema]
struct Invoice {
    #[allow(dead_code, reason = "only its schema is used")]
    number: i64,
}

#[tokio::test(start_paused = true)]
async fn another_type_is_refused() {
    let order = SchemaInfo::of::<Order>().expect("a schema");
    let invoice = SchemaInfo::of::<Invoice>().expect("a schema");
    let backend = Memory::new();
    let x = topic(X);
    let untyped = backend.create_producer(&x, None, ProducerOptions::default());
    untyped.await.expect("bytes");
    let options = ProducerOptions::default;
    let first = backend.create_producer(&x, Some(order), options()).await;
    first.expect("the first type");
    let again = ConsumerOptions::default();
    let again = backend.create_consumer(&x, "s", Some(order), again).await;
    again.expect("the same type");
    let other = refused(backend.create_producer(&x, Some(invoice), options()).await);
    assert_eq!(
        other.to_string(),
        "the schema of Invoice is not accepted: topic tg/flow/x carries messages of the type Order"
    );
    let other = backend.create_consumer(&x, "t", Some(invoice), ConsumerOptions::default());
    assert!(other.await.is_err());
    assert_eq!(backend.subscriptions(&x).len(), 1);
    backend.delete_topic(&x).await.expect("deleted");
    let anew = backend.create_producer(&x, Some(invoice), options()).await;
    anew.expect("a new topic");

    let like_mqtt = Config::default().profile("mqtt").expect("known");
    let like_mqtt = Memory::with_config(like_mqtt);
    for schema in [order, invoice] {
        let producer = like_mqtt.create_producer(&x, Some(schema), options());
        producer.await.expect("MQTT keeps no schemas");
    }
}
