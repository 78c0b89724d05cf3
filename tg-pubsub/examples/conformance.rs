//! A backend of one's own, and the suite that tells whether it keeps what backends promise.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::conformance::{self, Subject};
use tg_pubsub_memory::Memory;
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Error, Health,
    ProducerOptions, PubSubBackend, SchemaInfo,
};

/// What would be a client of a broker. This one keeps messages in memory.
struct Mine(Memory);

impl PubSubBackend for Mine {
    fn name(&self) -> &str {
        "mine"
    }
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        // What is declared here decides which cases are run and which are skipped.
        self.0.capabilities(topic)
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        // Options under the own name must be known ones; there are none.
        match options.backend.of("mine", &[]) {
            Ok(_) => self.0.create_producer(topic, schema, options),
            Err(wrong) => Answer::now(Err(wrong)),
        }
    }
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        match options.backend.of("mine", &[]) {
            Ok(_) => self.0.create_consumer(topic, subscription, schema, options),
            Err(wrong) => Answer::now(Err(wrong)),
        }
    }
    fn ensure_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        self.0.ensure_topic(topic)
    }
    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        self.0.delete_topic(topic)
    }
    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        self.0.topic_exists(topic)
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        self.0.health()
    }
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        self.0.close(within)
    }
}

#[tokio::main]
async fn main() -> Result<(), String> {
    let broker = Arc::new(Memory::new());
    let (connected, cut, crashed) = (broker.clone(), broker.clone(), broker.clone());
    let (killed, started) = (broker.clone(), broker);
    // Each instance is a program of its own: it gets its own handle.
    let subject = Subject::new("mine", move |_instance| {
        let handle: Arc<dyn PubSubBackend> = Arc::new(Mine(connected.another()));
        async move { Ok(handle) }
    })
    // What a test can do to the broker. Cases that need a hook that is missing are skipped.
    .cut(move || {
        cut.faults().disconnect();
        async {}
    })
    .crash(move |_instance| {
        crashed.faults().disconnect();
        async {}
    })
    .restart(
        move || {
            killed.faults().disconnect();
            killed.faults().refuse_connections(true);
            async {}
        },
        move || {
            started.faults().refuse_connections(false);
            async {}
        },
    );
    let report = conformance::run(&subject).await;
    println!("{report}");
    match report.holds() && report.left_behind.is_empty() {
        true => Ok(()),
        false => Err("not every promise is kept".to_owned()),
    }
}
