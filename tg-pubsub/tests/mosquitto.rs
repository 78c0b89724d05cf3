//! The service layer over a real broker, which is stopped and comes back.

mod mosquitto {
    mod faults;
    mod members;
    mod told;
}

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::{
    Backoff, Error, HandlerError, Incoming, PubSub, Raw, RetryPolicy, SendOptions, Shutdown,
};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::tg_schema;
use tg_test_brokers::{Mosquitto, Setup};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

#[tg_schema]
#[derive(Debug)]
struct Note {
    text: String,
}

const SOON: Duration = Duration::from_secs(60);
const SHORT: Backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(200));

/// A broker, where there is one on this machine.
fn broker() -> Option<Mosquitto> {
    tg_test_brokers::mosquitto(Setup::default())
}

fn pubsub(mosquitto: &Mosquitto, instance: &str) -> PubSub {
    pubsub_with(mosquitto, instance, SOON)
}

/// `resume`: for how long the backend itself takes a lost connection up again.
fn pubsub_with(mosquitto: &Mosquitto, instance: &str, resume: Duration) -> PubSub {
    pubsub_at(mosquitto.port(), instance, resume)
}

fn pubsub_at(port: u16, instance: &str, resume: Duration) -> PubSub {
    let mut config = MqttConfig::new("127.0.0.1", port).instance(instance);
    config.resume = resume;
    config.connect_timeout = SOON;
    let backend = Mqtt::new(config).expect("a configuration");
    PubSub::builder(Arc::new(backend))
        .retry(RetryPolicy::default().backoff(SHORT))
        .build()
}

async fn until(what: &str, so: impl Fn() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < SOON, "not in time: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

fn note(text: impl Into<String>) -> Note {
    Note { text: text.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_requests_find_their_responses() {
    let Some(mosquitto) = broker() else { return };
    let (server, client) = (pubsub(&mosquitto, "server"), pubsub(&mosquitto, "client"));
    let (requests, responses) = ("q1/tg/request/upper", "q1/tg/response/upper");
    let responder = server
        .responder(requests, "upper", responses)
        .service(|service| service.concurrency(32))
        .respond(|request: Incoming<Note>| async move {
            let text = request.into_value().text;
            match text.as_str() {
                "slow" => sleep(Duration::from_secs(1)).await,
                "reject" => return Err(HandlerError::reject("as it says")),
                _ => {}
            }
            Ok(note(text.to_uppercase()))
        })
        .await
        .expect("a responder");
    let requester = client.requester::<Note, Note>(requests, responses);
    let requester = Arc::new(requester.open().await.expect("a requester"));
    let mut tasks = JoinSet::new();
    for n in 0..500 {
        let requester = requester.clone();
        tasks.spawn(async move {
            let text = format!("request {n}");
            let response = requester.request(&note(&text)).await.expect("a response");
            response.into_value().text == text.to_uppercase()
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|own| own));
    let within = Duration::from_millis(100);
    let slow = note("slow");
    let late = requester.request_with(&slow, SendOptions::new(), within);
    let error = late.await.expect_err("too late");
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert!(requester.is_healthy());
    let drained = requester.close(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
    let drained = responder.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_restarted_loses_nothing_where_the_backend_resumes() {
    if let Some(mosquitto) = broker() {
        let reconnects = restarted(mosquitto, Duration::from_secs(60)).await;
        assert_eq!(reconnects, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_restarted_loses_nothing_where_links_are_built_again() {
    if let Some(mosquitto) = broker() {
        let reconnects = restarted(mosquitto, Duration::from_millis(1)).await;
        assert!(reconnects >= 1, "{reconnects}");
    }
}

/// Sends and receives over a restart, and gives how often the link of the consumer was built again.
async fn restarted(mut mosquitto: Mosquitto, resume: Duration) -> u64 {
    let pubsub = pubsub_with(&mosquitto, "one", resume);
    let consumer = pubsub.consumer::<Note>("q1/tg/flow/restarted", "s");
    let consumer = consumer.backoff(SHORT).open().await.expect("a consumer");
    let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
    let keep = seen.clone();
    let service = consumer.service().concurrency(8).run(move |note| {
        keep.lock()
            .expect("no panic")
            .insert(note.into_value().text);
        async { Ok(()) }
    });
    let service = service.expect("a service");
    let producer = pubsub.producer::<Note>("q1/tg/flow/restarted");
    let producer = producer.backoff(SHORT).open().await;
    let producer = producer.expect("a producer");
    let mut sending = JoinSet::new();
    for part in 0..8 {
        let producer = producer.clone();
        sending.spawn(async move {
            let mut n = 0;
            while n < 75 {
                let text = format!("{part}-{n}");
                let receipt = producer.send(&note(&text)).await.expect("confirmed");
                // A broker that comes back may have forgotten a shared subscription, until its consumer is back too.
                n += u32::from(receipt.routed != Some(false));
                sleep(Duration::from_millis(40)).await;
            }
        });
    }
    until("messages flow", || {
        seen.lock().expect("no panic").len() >= 50
    })
    .await;
    tokio::task::block_in_place(|| mosquitto.stop());
    sleep(Duration::from_secs(1)).await;
    tokio::task::block_in_place(|| mosquitto.restart().expect("a broker"));
    sending.join_all().await;
    until("all came", || {
        seen.lock().expect("no panic").len() == 8 * 75
    })
    .await;
    let reconnects = consumer.health().reconnects;
    assert!(pubsub.health().await.is_healthy());
    let mut shutdown = Shutdown::new();
    shutdown.add(service).add(producer);
    let drained = shutdown.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
    reconnects
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_for_good_and_what_is_poison_are_dead_letters() {
    let Some(mosquitto) = broker() else { return };
    let pubsub = pubsub(&mosquitto, "one");
    // MQTT keeps nothing for who is not subscribed.
    let dead = pubsub.consumer::<Raw>("q1/tg/flow/bad.dlq.s", "letters");
    let dead = dead.open().await.expect("a consumer");
    let consumer = pubsub.consumer::<Note>("q1/tg/flow/bad", "s");
    let consumer = consumer.open().await.expect("a consumer");
    let service = consumer.run(|note| async move {
        match note.value().text.as_str() {
            "bad" => Err(HandlerError::retry("no luck")),
            _ => Ok(()),
        }
    });
    let service = service.expect("a service");
    let raw = pubsub
        .producer::<Raw>("q1/tg/flow/bad")
        .open()
        .await
        .expect("a producer");
    for bytes in [&b"{\"text\":\"bad\"}"[..], b"\xff", b"{\"text\":\"good\"}"] {
        raw.send(&Raw::new(bytes)).await.expect("sent");
    }
    let mut told = Vec::new();
    for _ in 0..2 {
        let letter = dead.receive_timeout(SOON).await.expect("a dead letter");
        let of = |name| letter.properties().get(name).unwrap_or_default().to_owned();
        told.push((
            letter.value().0.to_vec(),
            of("tg-dlq-attempt"),
            of("tg-dlq-topic"),
        ));
        letter.ack().await.expect("acknowledged");
    }
    let from = "q1/tg/flow/bad".to_owned();
    // Which is given up first, depends on how long it took to send the second.
    told.sort();
    let expected = [
        (b"{\"text\":\"bad\"}".to_vec(), "5".to_owned(), from.clone()),
        (b"\xff".to_vec(), "1".to_owned(), from),
    ];
    assert_eq!(told, expected);
    let drained = service.drain(SOON).await;
    assert!(drained.is_clean(), "{drained:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_reach_a_service_whose_subscription_the_broker_forgot() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let (server, client) = (pubsub(&mosquitto, "server"), pubsub(&mosquitto, "client"));
    let (requests, responses) = ("q1/tg/request/echo", "q1/tg/response/echo");
    let responder = server.responder(requests, "echo", responses);
    let responder =
        responder.respond(|request: Incoming<Note>| async move { Ok(request.into_value()) });
    let responder = responder.await.expect("a responder");
    let requester = client.requester::<Note, Note>(requests, responses);
    let requester = requester
        .service_return(SOON)
        .timeout(2 * SOON)
        .open()
        .await;
    let requester = requester.expect("a requester");
    for _ in 0..3 {
        tokio::task::block_in_place(|| {
            mosquitto.save().expect("saved");
            mosquitto.kill();
            mosquitto.restart().expect("a broker");
        });
        // Whoever of the two is back first.
        for n in 0..20 {
            let note = note(n.to_string());
            let response = requester.request(&note).await.expect("a response");
            assert_eq!(response.value().text, note.text);
        }
    }
    assert!(requester.close(SOON).await.is_clean());
    assert!(responder.drain(SOON).await.is_clean());
}
