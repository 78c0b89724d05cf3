//! The broker in memory as a subject of conformance suites.

mod lacking;

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_backend::conformance::Subject;
use tg_pubsub_memory::{Config, Memory};
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Error, Feature,
    Health, ProducerOptions, PubSubBackend, SchemaInfo,
};

/// A broker in memory, on which everything can be done that can be done to a broker.
pub fn subject(config: Config) -> Subject {
    subject_of(&Arc::new(Memory::with_config(config)))
}

/// A broker in memory without these features, which says so and refuses them.
pub fn subject_without(lacks: &'static [Feature]) -> Subject {
    let broker = Arc::new(Memory::new());
    let mut subject = subject_as(&broker, move |memory| {
        Arc::new(lacking::Lacking::new(memory, lacks))
    });
    subject.many = 20;
    subject
}

/// What a backend may lack alone, and much at once.
pub fn everything_to_lack() -> Vec<&'static [Feature]> {
    let mut all: Vec<&[Feature]> = Feature::ALL.chunks(1).collect();
    all.extend([
        &[Feature::Nack, Feature::NackDelay][..],
        &[Feature::Shared, Feature::Exclusive, Feature::Offline],
        &lacking::LITTLE,
    ]);
    all
}

/// As [`subject`], of this broker.
pub fn subject_of(broker: &Arc<Memory>) -> Subject {
    subject_as(broker, |memory| Arc::new(memory))
}

fn subject_as(
    broker: &Arc<Memory>,
    handle: impl Fn(Memory) -> Arc<dyn PubSubBackend> + Send + Sync + 'static,
) -> Subject {
    let (connect, cut, kill, start) = (
        broker.clone(),
        broker.clone(),
        broker.clone(),
        broker.clone(),
    );
    let crash = broker.clone();
    Subject::new("memory", move |_| {
        let handle = handle(connect.another());
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
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        Memory::new().capabilities(topic)
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        let memory = Memory::new();
        Answer::later(async move { memory.create_producer(topic, schema, options).await })
    }
    fn create_consumer<'a>(
        &'a self,
        _: &'a Topic,
        _: &'a str,
        _: Option<SchemaInfo>,
        _: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        Answer::now(Err(refused()))
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        Answer::now(Err(refused()))
    }
    fn close(&self, _: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }
}
