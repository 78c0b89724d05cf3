//! Brokers that deliver a message again only at once, or not at all.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Consumer, HandlerError, PubSub, Service};
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Delivery, Error,
    Feature, Health, ProducerOptions, PubSubBackend, SchemaInfo, Settle, Settlement, Support,
};
use tokio::time::Instant;

use super::support::*;

/// The broker in memory, without these features.
struct Weak {
    inner: Arc<dyn PubSubBackend>,
    lacks: &'static [Feature],
}

struct WeakConsumer {
    inner: Box<dyn BackendConsumer>,
    refuses: Refuses,
}

struct WeakSettle {
    inner: Box<dyn Settle>,
    refuses: Refuses,
}

#[derive(Clone, Copy)]
enum Refuses {
    Delays,
    Everything,
}

impl PubSubBackend for Weak {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        let all = self.inner.capabilities(topic);
        let lacks = self.lacks.iter();
        lacks.fold(all, |c, f| c.with(*f, Support::Unsupported("not here")))
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        self.inner.create_producer(topic, schema, options)
    }
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        let refuses = match self.lacks.contains(&Feature::Nack) {
            true => Refuses::Everything,
            false => Refuses::Delays,
        };
        let inner = self
            .inner
            .create_consumer(topic, subscription, schema, options);
        Answer::later(async move {
            let inner = inner.await?;
            Ok(Box::new(WeakConsumer { inner, refuses }) as Box<dyn BackendConsumer>)
        })
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        self.inner.health()
    }
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        self.inner.close(within)
    }
}

impl BackendConsumer for WeakConsumer {
    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        let (inner, refuses) = (self.inner.receive(), self.refuses);
        Answer::later(async move {
            let delivery = inner.await?;
            Ok(delivery.wrap(|inner| Box::new(WeakSettle { inner, refuses })))
        })
    }
    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        self.inner.close(within)
    }
    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        self.inner.unsubscribe()
    }
}

impl Settle for WeakSettle {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        let refused = match (&settlement, self.refuses) {
            (Settlement::Nack { after }, Refuses::Delays) => after.is_some_and(|a| !a.is_zero()),
            (Settlement::Nack { .. }, Refuses::Everything) => true,
            _ => false,
        };
        if refused {
            return Answer::now(Err(Error::Unsupported {
                feature: settlement.name().to_owned(),
                backend: "weak".to_owned(),
                hint: String::new(),
            }));
        }
        self.inner.settle(settlement)
    }
    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>> {
        match self.refuses {
            Refuses::Delays => self.inner.extend(by),
            // A broker that does not answer.
            Refuses::Everything => Answer::later(std::future::pending()),
        }
    }
}

fn weak(world: &World, lacks: &'static [Feature]) -> PubSub {
    let inner = world.memory.clone();
    PubSub::builder(Arc::new(Weak { inner, lacks }))
        .metrics(world.metrics.clone())
        .retry(retry())
        .build()
}

async fn consumer(pubsub: &PubSub) -> Consumer<Note> {
    let consumer = pubsub.consumer(TOPIC, "s").open().await;
    consumer.expect("a consumer")
}

/// When the handler got what, in seconds.
type Calls = Arc<Mutex<Vec<(u64, String)>>>;

/// Fails each time on what is "bad".
fn serve(consumer: &Consumer<Note>, calls: &Calls) -> Service {
    let (calls, start) = (calls.clone(), Instant::now());
    let service = consumer.service().run(move |note| {
        let text = note.into_value().text;
        let call = (start.elapsed().as_secs(), text.clone());
        calls.lock().expect("a lock").push(call);
        async move {
            match text.as_str() {
                "bad" => Err(HandlerError::retry("no")),
                _ => Ok(()),
            }
        }
    });
    service.expect("a service")
}

fn calls(pairs: &[(u64, &str)]) -> Vec<(u64, String)> {
    let own = pairs.iter().map(|(at, text)| (*at, (*text).to_owned()));
    own.collect()
}

#[tokio::test(start_paused = true)]
async fn a_delay_is_waited_for_here_and_others_flow() {
    for lacks in [
        &[Feature::NackDelay] as &[Feature],
        &[Feature::NackDelay, Feature::Attempts],
    ] {
        let world = world();
        let pubsub = weak(&world, lacks);
        let consumer = consumer(&pubsub).await;
        let seen = Calls::default();
        let service = serve(&consumer, &seen);
        world.send(&["bad", "good"]).await;
        until("it is given up", || {
            world.metrics.count(Counter::DeadLettered) == 1
        })
        .await;
        let expected = [
            (0, "bad"),
            (0, "good"),
            (1, "bad"),
            (3, "bad"),
            (7, "bad"),
            (15, "bad"),
        ];
        assert_eq!(*seen.lock().expect("a lock"), calls(&expected));
        assert_eq!(world.metrics.count(Counter::Nacked), 4);
        assert_eq!(world.metrics.count(Counter::Unsettled), 0);
        assert!(service.drain(SECOND).await.is_clean());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_held_comes_again_at_once_when_its_consumer_ends() {
    let world = world();
    let pubsub = weak(&world, &[Feature::NackDelay]);
    let first = consumer(&pubsub).await;
    world.send(&["a"]).await;
    let received = first.receive().await.expect("a message");
    let hour = Duration::from_secs(3_600);
    received.nack_after(hour).await.expect("held");
    let start = Instant::now();
    first.close(SECOND).await.expect("closed");
    let second = consumer(&pubsub).await;
    assert_eq!(take(&second, 1).await, ["a"]);
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_given_back_is_tried_again_where_it_is() {
    let world = world();
    let pubsub = weak(&world, &[Feature::Nack, Feature::NackDelay]);
    let consumer = consumer(&pubsub).await;
    let seen = Calls::default();
    let service = serve(&consumer, &seen);
    world.send(&["bad"]).await;
    until("it is given up", || {
        world.metrics.count(Counter::DeadLettered) == 1
    })
    .await;
    let expected = [0, 1, 3, 7, 15].map(|at| (at, "bad"));
    assert_eq!(*seen.lock().expect("a lock"), calls(&expected));
    assert_eq!(world.metrics.count(Counter::Received), 1);
    // A pause ends with the service.
    world.send(&["bad"]).await;
    until("it was tried", || seen.lock().expect("a lock").len() == 6).await;
    let start = Instant::now();
    let drained = service.drain(Duration::from_secs(100)).await;
    assert_eq!((drained.abandoned, start.elapsed().as_secs()), (0, 0));
}
