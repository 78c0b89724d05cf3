//! Messages of batches that a producer in Python made, settled one by one.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, ConsumerOptions, ConsumerType, Delivery, InitialPosition, PubSubBackend,
};
use tg_schema_model::Json;
use tg_test_brokers::{Proxy, PulsarSetup};
use tokio::time::timeout;

use crate::peer::Peer;
use crate::support::*;

/// The setting by which a broker knows what of a batch is acknowledged.
const REMEMBERS: &str = "acknowledgmentAtBatchIndexLevelEnabled";

const TYPES: [ConsumerType; 4] = ConsumerType::ALL;

fn options(consumer_type: ConsumerType) -> ConsumerOptions {
    ConsumerOptions::default()
        .consumer_type(consumer_type)
        .position(InitialPosition::Earliest)
}

/// Sends messages 0, 1 … in batches of four, all of which are in the topic then.
async fn batches(peer: &Peer, topic: &Topic, count: i64) {
    let batch = [("batch", Json::int(4))];
    peer.produce(&name(topic), count, 100, batch).await;
}

/// Receives so many messages, by their numbers.
async fn take(consumer: &dyn BackendConsumer, count: usize) -> BTreeMap<usize, Delivery> {
    let mut taken = BTreeMap::new();
    for _ in 0..count {
        let delivery = receive(consumer).await;
        let known = taken.insert(number(&delivery), delivery);
        assert!(known.is_none(), "{known:?} came twice");
    }
    taken
}

/// Acknowledges those of these numbers.
async fn ack(taken: &mut BTreeMap<usize, Delivery>, numbers: &[usize]) {
    for number in numbers {
        let delivery = taken.remove(number).expect("it came");
        delivery.ack().await.expect("acknowledged");
    }
}

/// What comes, by number, at least so many and until it is quiet; all of it is acknowledged.
async fn rest(consumer: &dyn BackendConsumer, count: usize) -> Vec<usize> {
    let mut numbers = Vec::new();
    loop {
        let patience = if numbers.len() < count { SOON } else { QUIET };
        let Ok(delivery) = timeout(patience, consumer.receive()).await else {
            break;
        };
        let delivery = delivery.expect("a message");
        numbers.push(number(&delivery));
        delivery.ack().await.expect("acknowledged");
    }
    numbers.sort_unstable();
    numbers
}

/// The consumer is killed: what it did not settle comes to its successor in another process, and what it did only where
/// the broker forgets parts of batches.
async fn killed(broker: &Broker, remembers: bool) {
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    for consumer_type in TYPES {
        let topic = topic(1);
        batches(&peer, &topic, 12).await;
        let proxy = Proxy::new(broker.port()).expect("a proxy");
        let dying = tg_pubsub_pulsar::Pulsar::new(config(proxy.port())).expect("a backend");
        let first = consumer_with(&dying, &topic, "s", options(consumer_type)).await;
        let mut taken = take(&*first, 12).await;
        // One of the first batch, all but one of the second, all of the third.
        ack(&mut taken, &[1, 4, 6, 7, 8, 9, 10, 11]).await;
        proxy.freeze();
        proxy.cut();
        std::mem::forget((taken, first));
        let backend = backend(broker.port());
        let few = options(consumer_type).prefetch(4);
        let second = consumer_with(&backend, &topic, "s", few).await;
        let came = rest(&*second, if remembers { 4 } else { 8 }).await;
        match remembers {
            true => assert_eq!(came, [0, 2, 3, 5], "{consumer_type}"),
            false => assert_eq!(came, [0, 1, 2, 3, 4, 5, 6, 7], "{consumer_type}"),
        }
        settled(broker, &topic).await;
        // What was acknowledged before makes no room for more than was asked for.
        let permits = permits(broker, &topic).await;
        assert!(permits <= 4, "{consumer_type}: {permits}");
    }
}

/// How many messages the broker may send to the consumer.
async fn permits(broker: &Broker, topic: &Topic) -> i64 {
    let subscription = subscription(broker, topic).await;
    let consumers = subscription.get("consumers").and_then(Json::as_array);
    let [consumer] = consumers.expect("a list") else {
        panic!("one consumer: {consumers:?}");
    };
    let permits = consumer.get("availablePermits").and_then(Json::as_i64);
    permits.expect("a number")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_consumer_loses_no_neighbours() {
    let setup = PulsarSetup::default().set(REMEMBERS, "false");
    let Some(broker) = own_broker(setup) else {
        return;
    };
    killed(&broker, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_remembers_parts_of_batches_delivers_only_the_rest() {
    let setup = PulsarSetup::default().set(REMEMBERS, "true");
    let Some(broker) = own_broker(setup) else {
        return;
    };
    killed(&broker, true).await;
}

/// What was acknowledged does not come to this process again, whether its link is taken up again or a new consumer is
/// opened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_gets_no_message_again_that_it_acknowledged() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let backend = tg_pubsub_pulsar::Pulsar::new(config(proxy.port())).expect("a backend");
    for consumer_type in TYPES {
        let topic = topic(1);
        batches(&peer, &topic, 8).await;
        let first = consumer_with(&backend, &topic, "s", options(consumer_type)).await;
        let mut taken = take(&*first, 8).await;
        ack(&mut taken, &[0, 2, 5, 6]).await;
        proxy.cut();
        let mut again = take(&*first, 4).await;
        assert!(again.keys().eq(&[1, 3, 4, 7]), "{again:?}");
        // Those of before belong to a link that is gone.
        for (_, late) in taken {
            let failed = late.ack().await.expect_err("late");
            assert_eq!(failed.error.kind(), "lost");
        }
        ack(&mut again, &[1, 7]).await;
        first.close(SOON).await.expect("closed");
        let second = consumer_with(&backend, &topic, "s", options(consumer_type)).await;
        assert_eq!(rest(&*second, 2).await, [3, 4], "{consumer_type}");
        settled(broker, &topic).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_batch_is_delivered_again_alone_and_after_its_delay() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    for consumer_type in TYPES {
        let topic = topic(1);
        batches(&peer, &topic, 4).await;
        let consumer = consumer_with(&backend, &topic, "s", options(consumer_type)).await;
        let mut taken = take(&*consumer, 4).await;
        let (two, three) = (taken.remove(&2), taken.remove(&3));
        let start = Instant::now();
        let delay = Duration::from_millis(700);
        let later = three.expect("it came").nack(Some(delay)).await;
        later.expect("given back");
        // What comes before the other one, unless the machine takes as long as the delay.
        let waited = Cell::new(None);
        let next = async || {
            let delivery = receive(&*consumer).await;
            if number(&delivery) != 3 {
                return Some(delivery);
            }
            assert_eq!(delivery.meta.attempt, 2);
            let before = waited.replace(Some(start.elapsed()));
            assert_eq!(before, None, "it came twice");
            delivery.ack().await.expect("acknowledged");
            None
        };
        let one = async |attempt| {
            let again = match next().await {
                Some(again) => again,
                None => next().await.expect("the other one"),
            };
            assert_eq!((number(&again), again.meta.attempt), (1, attempt));
            assert!(again.meta.redelivered);
            again
        };
        drop(taken.remove(&1));
        for attempt in 2..4 {
            one(attempt).await.nack(None).await.expect("given back");
        }
        two.expect("it came").ack().await.expect("acknowledged");
        ack(&mut taken, &[0]).await;
        one(4).await.ack().await.expect("acknowledged");
        if waited.get().is_none() {
            let delivery = next().await;
            assert!(delivery.is_none(), "{delivery:?}");
        }
        assert!(waited.get() >= Some(delay), "{waited:?}");
        nothing(&*consumer).await;
        settled(broker, &topic).await;
    }
}

/// A batch is larger than what was asked for: no more are handed out, and all come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_larger_than_the_window() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    let topic = topic(1);
    batches(&peer, &topic, 40).await;
    for (subscription, prefetch) in [("one", 1), ("three", 3), ("s", 6)] {
        let options = options(ConsumerType::Shared).prefetch(prefetch);
        let consumer = backend.create_consumer(&topic, subscription, None, options);
        let consumer = consumer.await.expect("a consumer");
        let mut received = 0;
        while received < 40 {
            let taken = take(&*consumer, prefetch.min(40 - received)).await;
            received += taken.len();
            if received < 40 {
                nothing(&*consumer).await;
            }
            for (_, delivery) in taken {
                delivery.ack().await.expect("acknowledged");
            }
        }
        nothing(&*consumer).await;
    }
    settled(broker, &topic).await;
}
