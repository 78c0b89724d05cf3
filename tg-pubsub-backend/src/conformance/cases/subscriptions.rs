//! Who gets a message.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tg_schema::pubsub::{
    BackendConsumer, ConsumerOptions, ConsumerType, Error, InitialPosition, ProducerOptions,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::super::context::{Context, Failure, consumer, ensure, next, outgoing, send, text};
use crate::profile::SecondExclusive;

const CLOSE: Duration = Duration::from_secs(60);

fn of(context: &Context, consumer_type: ConsumerType) -> ConsumerOptions {
    context.options().consumer_type(consumer_type)
}

/// What two consumers get, acknowledged, until `count` different messages came and it is quiet. At least once: one that
/// came before may come again where it says so, and is left out then.
async fn divided(
    context: &Context,
    first: &dyn BackendConsumer,
    second: &dyn BackendConsumer,
    count: usize,
) -> Result<(Vec<String>, Vec<String>), Failure> {
    let seen = Mutex::new(BTreeSet::new());
    let end = Instant::now() + context.subject.patience;
    let take = async |consumer: &dyn BackendConsumer| {
        let mut texts = Vec::new();
        loop {
            let Ok(delivery) = timeout(context.subject.silence, next(consumer)).await else {
                let complete = seen.lock().await.len() >= count;
                match complete || Instant::now() >= end {
                    true => return Ok::<_, Failure>(texts),
                    false => continue,
                }
            };
            let delivery = delivery?;
            let new = seen.lock().await.insert(text(&delivery));
            if new || !delivery.meta.redelivered {
                texts.push(text(&delivery));
            }
            delivery.ack().await?;
            // Others get their turn, as they do where messages come over a network.
            tokio::task::yield_now().await;
        }
    };
    let (mine, theirs) = tokio::join!(take(first), take(second));
    Ok((mine?, theirs?))
}

pub(super) async fn competing(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 60;
    let topic = context.topic("t");
    let other = context.connect("two").await?;
    let options = || context.options().prefetch(5);
    let first = context.consumer_with(&topic, "s", options()).await?;
    let second = consumer(&other, &topic, "s", options()).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..COUNT).map(|i| i.to_string())).await?;
    let (mine, theirs) = divided(&context, &*first, &*second, COUNT).await?;
    ensure!(
        !mine.is_empty() && !theirs.is_empty(),
        "one consumer got all {COUNT} messages"
    );
    let mut all: Vec<_> = mine.iter().chain(&theirs).collect();
    all.sort_unstable();
    let total = all.len();
    all.dedup();
    ensure!(
        total == all.len(),
        "{total} messages came, {} different ones",
        all.len()
    );
    ensure!(total == COUNT, "{total} of {COUNT} messages came");
    Ok(())
}

pub(super) async fn independent(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "one").await?;
    let second = context.consumer(&topic, "two").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b"]).await?;
    for consumer in [&first, &second] {
        let seen = context.collect(&**consumer, 2).await?;
        ensure!(
            seen.keys().eq(["a", "b"]),
            "a and b should come, there came {seen:?}"
        );
    }
    Ok(())
}

pub(super) async fn exclusive(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let other = context.connect("two").await?;
    let first = context
        .consumer_with(&topic, "s", of(&context, ConsumerType::Exclusive))
        .await?;
    let producer = context.producer(&topic).await?;
    match context.subject.second_exclusive {
        SecondExclusive::Refused => {
            match consumer(&other, &topic, "s", of(&context, ConsumerType::Exclusive)).await {
                Err(Error::Busy { .. }) => {}
                Err(e) => {
                    return Err(
                        format!("expected the error of a busy subscription, found {e}").into(),
                    );
                }
                Ok(_) => return Err("a second exclusive consumer was let in".into()),
            }
            send(&*producer, ["a"]).await?;
            context.receive(&*first).await?.ack().await?;
            first.close(CLOSE).await?;
            let second =
                consumer(&other, &topic, "s", of(&context, ConsumerType::Exclusive)).await?;
            send(&*producer, ["b"]).await?;
            Ok(context.receive(&*second).await?.ack().await?)
        }
        SecondExclusive::TakesOver => {
            let second =
                consumer(&other, &topic, "s", of(&context, ConsumerType::Exclusive)).await?;
            // The first one is told that it is over, for good: it does not come back and push the second one out.
            match timeout(context.subject.patience, next(&*first)).await {
                Ok(Err(told)) if !told.is_retryable() => {}
                Ok(Err(told)) => {
                    let what =
                        "a second consumer took over, and the first one is told to come back";
                    return Err(format!("{what}: {told}").into());
                }
                _ => {
                    return Err(
                        "a second consumer took over, and the first one was not told".into(),
                    );
                }
            }
            send(&*producer, ["a"]).await?;
            Ok(context.receive(&*second).await?.ack().await?)
        }
        SecondExclusive::Waits => {
            let second =
                consumer(&other, &topic, "s", of(&context, ConsumerType::Exclusive)).await?;
            send(&*producer, ["a"]).await?;
            context.receive(&*first).await?.ack().await?;
            context.silent(&*second).await?;
            first.close(CLOSE).await?;
            send(&*producer, ["b"]).await?;
            let delivery = context
                .receive_within(&*second, context.subject.redelivery)
                .await?;
            Ok(delivery.ack().await?)
        }
    }
}

pub(super) async fn failover(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let other = context.connect("two").await?;
    let first = context
        .consumer_with(&topic, "s", of(&context, ConsumerType::Failover))
        .await?;
    let second = consumer(&other, &topic, "s", of(&context, ConsumerType::Failover)).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..10).map(|i| i.to_string())).await?;
    // Which of the two is the active one is the broker's choice.
    let (mine, theirs) = divided(&context, &*first, &*second, 10).await?;
    let (mine, theirs) = (mine.len(), theirs.len());
    ensure!(
        (mine, theirs) == (10, 0) || (mine, theirs) == (0, 10),
        "one should get all 10 messages, they got {mine} and {theirs}"
    );
    let (active, standby) = if mine > 0 {
        (first, second)
    } else {
        (second, first)
    };
    active.close(CLOSE).await?;
    send(&*producer, ["after"]).await?;
    let delivery = context
        .receive_within(&*standby, context.subject.redelivery)
        .await?;
    ensure!(
        text(&delivery) == "after",
        "expected after, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn key_shared(context: Context) -> Result<(), Failure> {
    const KEYS: usize = 20;
    const EACH: usize = 5;
    let topic = context.topic("t");
    let other = context.connect("two").await?;
    let first = context
        .consumer_with(&topic, "s", of(&context, ConsumerType::KeyShared))
        .await?;
    let second = consumer(&other, &topic, "s", of(&context, ConsumerType::KeyShared)).await?;
    let producer = context.producer(&topic).await?;
    for i in 0..EACH {
        for key in 0..KEYS {
            let mut message = outgoing(&*producer, format!("{key}:{i}"));
            message.key = Some(format!("key-{key}"));
            producer.send(message).await?;
        }
    }
    let (mine, theirs) = divided(&context, &*first, &*second, EACH * KEYS).await?;
    ensure!(
        !mine.is_empty() && !theirs.is_empty(),
        "one consumer got every key"
    );
    let mut keys: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
    for (who, texts) in [(1, &mine), (2, &theirs)] {
        for (key, i) in texts.iter().filter_map(|t| t.split_once(':')) {
            let (owner, seen) = keys.entry(key).or_insert((who, Vec::new()));
            ensure!(
                *owner == who,
                "messages of key {key} went to both consumers"
            );
            seen.push(i);
        }
    }
    ensure!(
        keys.len() == KEYS,
        "messages of {} of {KEYS} keys came",
        keys.len()
    );
    for (key, (_, seen)) in keys {
        ensure!(
            seen == ["0", "1", "2", "3", "4"],
            "messages of key {key} came as {seen:?}"
        );
    }
    Ok(())
}

pub(super) async fn earliest(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    // A first subscription, since brokers may forget what nobody has subscribed to.
    let _keeper = context.consumer(&topic, "keeper").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b", "c"]).await?;
    let options = context.options().position(InitialPosition::Earliest);
    let late = context.consumer_with(&topic, "late", options).await?;
    let seen = context.collect(&*late, 3).await?;
    ensure!(
        seen.keys().eq(["a", "b", "c"]),
        "a, b and c should come, there came {seen:?}"
    );
    Ok(())
}

pub(super) async fn latest(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let _keeper = context.consumer(&topic, "keeper").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["before"]).await?;
    for round in 0..5 {
        // Opened is live: what is sent at once arrives.
        let consumer = context.consumer(&topic, &format!("late-{round}")).await?;
        send(&*producer, [format!("after-{round}")]).await?;
        let delivery = context.receive(&*consumer).await?;
        let found = text(&delivery);
        ensure!(
            found == format!("after-{round}"),
            "expected after-{round}, received {found}"
        );
        delivery.ack().await?;
        consumer.close(CLOSE).await?;
    }
    Ok(())
}

pub(super) async fn resumes(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b"]).await?;
    let a = context.receive(&*first).await?;
    ensure!(text(&a) == "a", "expected a, received {}", text(&a));
    a.ack().await?;
    first.close(CLOSE).await?;
    send(&*producer, ["c"]).await?;
    let second = context.consumer(&topic, "s").await?;
    let seen = context
        .collect_within(&*second, 2, context.subject.redelivery)
        .await?;
    ensure!(
        seen.keys().eq(["b", "c"]),
        "b and c should come, there came {seen:?}"
    );
    context.silent(&*second).await
}

pub(super) async fn offline(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 50;
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    first.close(CLOSE).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..COUNT).map(|i| i.to_string())).await?;
    let second = context.consumer(&topic, "s").await?;
    context.collect(&*second, COUNT).await?;
    Ok(())
}

pub(super) async fn temporary(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let options = || context.options().durable(false);
    let producer = context.producer(&topic).await?;
    let first = context.consumer_with(&topic, "s", options()).await?;
    send(&*producer, ["a"]).await?;
    context.receive(&*first).await?.ack().await?;
    first.close(CLOSE).await?;
    send(&*producer, ["b"]).await?;
    let second = context.consumer_with(&topic, "s", options()).await?;
    send(&*producer, ["c"]).await?;
    let delivery = context.receive(&*second).await?;
    ensure!(
        text(&delivery) == "c",
        "expected c, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn closed_and_deleted(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    first.close(CLOSE).await?;
    send(&*producer, ["b"]).await?;
    let second = context.consumer(&topic, "s").await?;
    let seen = context
        .collect_within(&*second, 2, context.subject.redelivery)
        .await?;
    ensure!(
        seen.keys().eq(["a", "b"]),
        "a and b should come, there came {seen:?}"
    );
    Ok(())
}

pub(super) async fn unsubscribed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    first.unsubscribe().await?;
    send(&*producer, ["b"]).await?;
    let second = context.consumer(&topic, "s").await?;
    send(&*producer, ["c"]).await?;
    let delivery = context.receive(&*second).await?;
    ensure!(
        text(&delivery) == "c",
        "the subscription was deleted, and {} came from it",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn tenants(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let elsewhere = tg_schema::topic(topic.queue())
        .qos(topic.qos())
        .tenant("conformance")
        .namespace(topic.namespace())
        .build()
        .map_err(|e| Failure::from(e.to_string()))?;
    let here = context.consumer(&topic, "s").await?;
    // A broker that knows its tenants may not have this one.
    let there = match context
        .backend
        .create_producer(&elsewhere, None, ProducerOptions::default())
        .await
    {
        Err(Error::NotFound { .. } | Error::Auth { .. }) => return Ok(()),
        opened => opened?,
    };
    send(&*there, ["there"]).await?;
    context.silent(&*here).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["here"]).await?;
    let delivery = context.receive(&*here).await?;
    ensure!(
        text(&delivery) == "here",
        "expected here, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}
