//! Messages whose processing fails.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tg_pubsub_backend::conformance::ensure;
use tg_schema::pubsub::Error;
use tg_schema::{Message, Topic};
use tokio::time::sleep;

use super::support::{
    CLOSE, Counts, Note, builder, clean, dead_letters as beside, lock, note, until,
};
use super::{Context, Failure};
use crate::metrics::{Counter, Gauge, Timing};
use crate::{Consumer, HandlerError, PubSub, Raw, Received, Service, dead_letter};

/// A consumer of the dead letters of subscription `s`. It is opened first: a broker may keep nothing for who comes late.
async fn letters(
    context: &Context,
    pubsub: &PubSub,
    topic: &Topic,
) -> Result<Consumer<Raw>, Failure> {
    let dead = beside(topic, "s")?;
    Ok(pubsub
        .consumer(dead, "letters")
        .options(context.options())
        .open()
        .await?)
}

/// A service of subscription `s` that fails on `bad` and notes the rest.
async fn service(
    context: &Context,
    pubsub: &PubSub,
    topic: &Topic,
    seen: &Arc<Mutex<BTreeSet<String>>>,
) -> Result<Service, Failure> {
    let consumer = pubsub
        .consumer::<Note>(topic, "s")
        .options(context.options())
        .open()
        .await?;
    let seen = seen.clone();
    let service = consumer.service().concurrency(4).run(move |note| {
        let text = note.into_value().text;
        let outcome = match text.as_str() {
            "bad" => Err(HandlerError::retry("no luck \u{1F600}")),
            _ => {
                lock(&seen).insert(text);
                Ok(())
            }
        };
        async { outcome }
    });
    Ok(service?)
}

fn told(letter: &Received<Raw>, name: &str) -> String {
    letter
        .properties()
        .get(name)
        .unwrap_or("nothing")
        .to_owned()
}

pub(super) async fn dead_letters(context: Context) -> Result<(), Failure> {
    const GOOD: usize = 20;
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let letters = letters(&context, &pubsub, &topic).await?;
    let seen = Arc::default();
    let service = service(&context, &pubsub, &topic, &seen).await?;
    let producer = pubsub.producer::<Note>(&topic).open().await?;
    producer.send(&note("bad")).await?;
    for n in 0..GOOD {
        producer.send(&note(n.to_string())).await?;
    }
    until(&context, "the others are processed", || {
        lock(&seen).len() == GOOD
    })
    .await?;
    let letter = letters
        .receive_timeout(context.subject().redelivery)
        .await?;
    let body = Note::from_json(letter.payload())?;
    ensure!(body == note("bad"), "a dead letter holds {body:?}");
    for (name, expected) in [
        (dead_letter::TOPIC, topic.to_string()),
        (dead_letter::SUBSCRIPTION, "s".to_owned()),
        (dead_letter::ATTEMPT, "3".to_owned()),
        (dead_letter::ERROR, "no luck \u{1F600}".to_owned()),
    ] {
        let found = told(&letter, name);
        ensure!(
            found == expected,
            "a dead letter should tell {name}: {expected}, it tells {found}"
        );
    }
    letter.ack().await.map_err(Error::from)?;
    clean(service.drain(CLOSE).await)
}

pub(super) async fn poison(context: Context) -> Result<(), Failure> {
    const POISON: &[u8] = b"{\"text\":\"\xff\xfe\"";
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let letters = letters(&context, &pubsub, &topic).await?;
    let seen = Arc::default();
    let service = service(&context, &pubsub, &topic, &seen).await?;
    let producer = pubsub.producer::<Note>(&topic).open().await?;
    let raw = pubsub.producer::<Raw>(&topic).open().await?;
    producer.send(&note("before")).await?;
    raw.send(&Raw::new(POISON)).await?;
    producer.send(&note("after")).await?;
    until(&context, "both neighbours of poison are processed", || {
        lock(&seen).len() == 2
    })
    .await?;
    let letter = letters
        .receive_timeout(context.subject().redelivery)
        .await?;
    ensure!(
        letter.payload() == POISON,
        "poison {POISON:?} is a dead letter of {:?}",
        letter.payload()
    );
    let reason = told(&letter, dead_letter::ERROR);
    ensure!(
        reason.starts_with("not decoded"),
        "poison is given up for: {reason}"
    );
    letter.ack().await.map_err(Error::from)?;
    clean(service.drain(CLOSE).await)
}

pub(super) async fn measured(context: Context) -> Result<(), Failure> {
    const COUNT: u64 = 20;
    const FAILING: u64 = 5;
    let topic = context.topic("t");
    let counts = Counts::default();
    let pubsub = builder(&context).metrics(Arc::new(counts.clone())).build();
    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    // Each of some messages fails once.
    let failing: BTreeSet<String> = (0..FAILING).map(|n| n.to_string()).collect();
    let failing = Arc::new(Mutex::new(failing));
    let service = consumer.service().concurrency(4).run(move |note| {
        let first = lock(&failing).remove(&note.into_value().text);
        async move {
            match first {
                true => Err(HandlerError::retry("the first time")),
                false => Ok(()),
            }
        }
    })?;
    let producer = pubsub.producer::<Note>(&topic).open().await?;
    for n in 0..COUNT {
        producer.send(&note(n.to_string())).await?;
    }
    until(&context, "all are counted as processed", || {
        counts.of(Counter::Succeeded) >= COUNT
    })
    .await?;
    sleep(context.subject().silence).await;
    ensure!(
        counts.level(Gauge::ConsumerState) == 1,
        "one consumer is connected, {} are counted",
        counts.level(Gauge::ConsumerState)
    );
    clean(service.drain(CLOSE).await)?;
    producer.close(CLOSE).await?;
    // At least once: a message may have come more often than it was given back.
    let received = counts.of(Counter::Received);
    let more = received.saturating_sub(COUNT);
    ensure!(
        more >= FAILING,
        "{received} messages are counted as received, {COUNT} were sent and {FAILING} given back"
    );
    for (what, counted, expected) in [
        ("sent", counts.of(Counter::Sent), COUNT),
        ("failed to be sent", counts.of(Counter::SendFailed), 0),
        (
            "succeeded",
            counts.of(Counter::Succeeded),
            received - FAILING,
        ),
        ("failed", counts.of(Counter::Failed), FAILING),
        ("given back", counts.of(Counter::Nacked), FAILING),
        ("redelivered", counts.of(Counter::Redelivered), more),
        ("dead letters", counts.of(Counter::DeadLettered), 0),
        ("unsettled", counts.of(Counter::Unsettled), 0),
        (
            "processing times",
            counts.timed(Timing::Processing),
            received,
        ),
        ("sending times", counts.timed(Timing::Sending), COUNT),
    ] {
        ensure!(
            counted == expected,
            "{what}: {counted} are counted, it were {expected} of {received} received"
        );
    }
    for gauge in [
        Gauge::ConsumerInFlight,
        Gauge::ProducerInFlight,
        Gauge::ConsumerState,
    ] {
        ensure!(
            counts.level(gauge) == 0,
            "after everything ended, {} is {}",
            gauge.name(),
            counts.level(gauge)
        );
    }
    Ok(())
}
