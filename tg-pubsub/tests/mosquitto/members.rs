//! Members of a shared subscription that leave, with a name of their own and without one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::{Consumer, PubSub, Service};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_test_brokers::Mosquitto;
use tokio::time::sleep;

use crate::{Note, SOON, broker, note, pubsub, until};

const TOPIC: &str = "q1/tg/flow/work";

/// An instance whose name nobody chose.
fn unnamed(mosquitto: &Mosquitto) -> PubSub {
    let mut config = MqttConfig::new("127.0.0.1", mosquitto.port());
    config.connect_timeout = SOON;
    PubSub::new(Arc::new(Mqtt::new(config).expect("a configuration")))
}

async fn consumer(pubsub: &PubSub, prefetch: usize) -> Consumer<Note> {
    let consumer = pubsub.consumer(TOPIC, "workers").prefetch(prefetch);
    consumer.open().await.expect("a consumer")
}

type Texts = Arc<Mutex<Vec<String>>>;

/// Keeps the texts of what it handles, each after a while.
async fn worker(pubsub: &PubSub, prefetch: usize, takes: Duration, texts: &Texts) -> Service {
    let texts = texts.clone();
    let consumer = consumer(pubsub, prefetch).await;
    let service = consumer.service().concurrency(2).run(move |note| {
        let texts = texts.clone();
        async move {
            sleep(takes).await;
            let text = note.into_value().text;
            texts.lock().expect("no panic").push(text);
            Ok(())
        }
    });
    service.expect("a service")
}

async fn send(pubsub: &PubSub, numbers: std::ops::Range<usize>) {
    let producer = pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    for n in numbers {
        let receipt = producer.send(&note(format!("{n}"))).await.expect("sent");
        assert_eq!(receipt.routed, Some(true), "{n}");
    }
    producer.close(SOON).await.expect("closed");
}

/// All that were handled, sorted.
fn numbers(texts: &Texts) -> Vec<usize> {
    let texts = texts.lock().expect("no panic");
    let mut numbers: Vec<_> = texts.iter().map(|t| t.parse().expect("a number")).collect();
    numbers.sort_unstable();
    numbers
}

/// A service that ended in order and comes back under another name gets everything, and not its half.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_no_name_leaves_no_share_behind() {
    let Some(mosquitto) = broker() else { return };
    let texts = Texts::default();
    let before = worker(&unnamed(&mosquitto), 10, Duration::ZERO, &texts).await;
    let drained = before.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
    let after = pubsub(&mosquitto, "another-name");
    let service = worker(&after, 10, Duration::ZERO, &texts).await;
    send(&after, 0..40).await;
    until("each is handled", || numbers(&texts).len() >= 40).await;
    assert_eq!(numbers(&texts), Vec::from_iter(0..40));
    let drained = service.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
}

/// What the broker had given the one that leaves, also what it had not sent yet, is handled by it; all later ones by others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_handles_first_what_only_it_can_get() {
    let Some(mosquitto) = broker() else { return };
    let (leaving, staying) = (Texts::default(), Texts::default());
    let slow = Duration::from_millis(10);
    let one = unnamed(&mosquitto);
    let service = worker(&one, 5, slow, &leaving).await;
    let other = pubsub(&mosquitto, "stays");
    let _other = worker(&other, 100, Duration::ZERO, &staying).await;
    send(&other, 0..200).await;
    // Its half, of which some five are with it, and the others wait at the broker.
    let drained = service.drain(2 * SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
    let (left, stayed) = (numbers(&leaving).len(), numbers(&staying).len());
    println!("of 200 messages, the one that left handled {left}, the one that stayed {stayed}");
    assert!(left > 50, "mosquitto deals them out in turn: {left}");
    send(&other, 200..250).await;
    let all = || {
        let mut all = numbers(&leaving);
        all.extend(numbers(&staying));
        all.sort_unstable();
        all
    };
    until("each is handled", || all().len() >= 250).await;
    assert_eq!(all(), Vec::from_iter(0..250));
    assert_eq!(numbers(&leaving).len(), left, "it has left");
    // Nothing waits for it.
    let again = consumer(&one, 5).await;
    let nothing = again.receive_timeout(Duration::from_millis(100)).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

/// What is unsettled when it is closed is not lost: it waits for the name, while others get everything else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_with_something_unsettled_finds_it_again() {
    let Some(mosquitto) = broker() else { return };
    let one = unnamed(&mosquitto);
    let first = consumer(&one, 5).await;
    send(&one, 0..3).await;
    let held = first.receive().await.expect("a message");
    assert_eq!(held.value().text, "0");
    first.close(SOON).await.expect("closed");
    drop(held);
    let texts = Texts::default();
    let other = pubsub(&mosquitto, "stays");
    let _service = worker(&other, 10, Duration::ZERO, &texts).await;
    send(&other, 3..23).await;
    until("the others are handled", || numbers(&texts).len() >= 20).await;
    assert_eq!(numbers(&texts), Vec::from_iter(3..23));
    let again = consumer(&one, 5).await;
    for n in 0..3 {
        let received = again.receive().await.expect("a message");
        assert_eq!(received.value().text, n.to_string());
        received.ack().await.expect("settled");
    }
}

/// One that was named keeps its place while it is away, and gives it up when it is told to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_a_name_keeps_its_place_until_it_unsubscribes() {
    let Some(mosquitto) = broker() else { return };
    let texts = Texts::default();
    let named = pubsub(&mosquitto, "named");
    let drained = worker(&named, 10, Duration::ZERO, &texts)
        .await
        .drain(SOON)
        .await;
    assert!(drained.is_clean(), "{drained:?}");
    send(&named, 0..10).await;
    assert_eq!(numbers(&texts), [0_usize; 0], "it is away");
    let back = worker(&named, 10, Duration::from_millis(5), &texts).await;
    let drained = back.unsubscribing().drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(
        numbers(&texts),
        Vec::from_iter(0..10),
        "it handled them first"
    );
    let other = pubsub(&mosquitto, "other");
    let _service = worker(&other, 10, Duration::ZERO, &texts).await;
    send(&other, 10..30).await;
    until("each is handled", || numbers(&texts).len() >= 30).await;
    assert_eq!(numbers(&texts), Vec::from_iter(0..30));
}

/// What nobody handles any more is not deleted with the subscription, and is told: it waits for the name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_stopped_before_it_unsubscribes_loses_nothing() {
    let Some(mosquitto) = broker() else { return };
    let texts = Texts::default();
    let named = pubsub(&mosquitto, "named");
    let service = worker(&named, 10, Duration::from_millis(200), &texts).await;
    send(&named, 0..60).await;
    service.stop();
    let drained = service.unsubscribing().drain(SOON / 20).await;
    assert_eq!(drained.abandoned, 0, "{drained:?}");
    assert!(drained.error.is_some(), "{drained:?}");
    let handled = numbers(&texts).len();
    assert!(handled < 60, "it was stopped before: {handled}");
    let _back = worker(&named, 10, Duration::ZERO, &texts).await;
    until("each is handled", || numbers(&texts).len() >= 60).await;
    assert_eq!(numbers(&texts), Vec::from_iter(0..60));
}

/// Where the time is not enough for all that a member without a name was given, the end is not one in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_something_behind_says_so() {
    let Some(mosquitto) = broker() else { return };
    let texts = Texts::default();
    let one = unnamed(&mosquitto);
    let service = worker(&one, 5, Duration::from_millis(100), &texts).await;
    send(&one, 0..200).await;
    let drained = service.drain(Duration::from_millis(800)).await;
    assert!(!drained.is_clean(), "{drained:?} of {:?}", numbers(&texts));
    let _back = worker(&one, 5, Duration::ZERO, &texts).await;
    until("each is handled", || {
        let mut all = numbers(&texts);
        all.dedup();
        all.len() >= 200
    })
    .await;
}
