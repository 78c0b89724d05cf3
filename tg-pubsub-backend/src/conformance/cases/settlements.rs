//! What becomes of a message that was received.

use std::collections::BTreeSet;
use std::time::Duration;

use tg_schema::pubsub::{Delivery, Error, Feature, Settlement};
use tokio::time::{Instant, timeout_at};

use super::super::context::{Context, Failure, consumer, ensure, next, send, settle, text};

const CLOSE: Duration = Duration::from_secs(60);
/// How often something is tried that a loaded machine may be late for now and then; who is late always breaks a promise.
const TRIES: u32 = 5;

pub(super) async fn acknowledged(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b", "c"]).await?;
    for _ in 0..3 {
        context.receive(&*first).await?.ack().await?;
    }
    context.silent(&*first).await?;
    first.close(CLOSE).await?;
    let second = context.consumer(&topic, "s").await?;
    context.silent(&*second).await
}

pub(super) async fn unsettled_and_closed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b", "c"]).await?;
    let a = context.receive(&*first).await?;
    let b = context.receive(&*first).await?;
    a.ack().await?;
    first.close(CLOSE).await?;
    drop(b);
    let second = context.consumer(&topic, "s").await?;
    let seen = context
        .collect_within(&*second, 2, context.subject.redelivery)
        .await?;
    ensure!(
        seen.keys().eq(["b", "c"]),
        "b and c should come again, there came {seen:?}"
    );
    context.silent(&*second).await
}

pub(super) async fn unsettled_and_dead(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let mortal = context.connect("mortal").await?;
    let options = context.options().prefetch(2);
    let first = consumer(&mortal, &topic, "s", options).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b", "c"]).await?;
    context.receive(&*first).await?.ack().await?;
    // Where unsettled messages are bounded by the broker, the third comes when it knows that the first is settled.
    // Where it is told in another way, it is on its way yet.
    let held = [
        context.receive(&*first).await?,
        context.receive(&*first).await?,
    ];
    tokio::time::sleep(context.subject.silence).await;
    context.crash("mortal").await;
    std::mem::forget(held);
    std::mem::forget(first);
    let again = context.connect("mortal").await?;
    let second = consumer(&again, &topic, "s", context.options()).await?;
    let seen = context
        .collect_within(&*second, 2, context.subject.redelivery)
        .await?;
    ensure!(
        seen.keys().eq(["b", "c"]),
        "b and c should come again, there came {seen:?}"
    );
    context.silent(&*second).await
}

pub(super) async fn members(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let options = || context.options().member("m");
    let mortal = context.connect("mortal").await?;
    let first = consumer(&mortal, &topic, "s", options()).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    let held = context.receive(&*first).await?;
    context.crash("mortal").await;
    std::mem::forget(held);
    std::mem::forget(first);
    // Another program is the same member.
    let heir = context.connect("heir").await?;
    let second = consumer(&heir, &topic, "s", options()).await?;
    let delivery = context
        .receive_within(&*second, context.subject.redelivery)
        .await?;
    ensure!(
        text(&delivery) == "a",
        "expected a, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn dropped(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    // It is still open: nothing has to be closed for it.
    for _ in 0..2 {
        drop(context.receive(&*consumer).await?);
    }
    context.receive(&*consumer).await?.ack().await?;
    context.silent(&*consumer).await
}

pub(super) async fn dropped_and_closed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    drop(context.receive(&*first).await?);
    first.close(CLOSE).await?;
    let second = context.consumer(&topic, "s").await?;
    let delivery = context
        .receive_within(&*second, context.subject.redelivery)
        .await?;
    ensure!(
        text(&delivery) == "a",
        "a should come again, there came {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn nacked(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b"]).await?;
    for expected in ["a", "b"] {
        let delivery = context.receive(&*consumer).await?;
        ensure!(
            text(&delivery) == expected,
            "expected {expected}, received {}",
            text(&delivery)
        );
        delivery.nack(None).await?;
        let again = context.receive(&*consumer).await?;
        let mut again = again;
        if text(&again) != expected {
            // Its neighbour may come before it.
            again.nack(None).await?;
            again = context.receive(&*consumer).await?;
            while text(&again) != expected {
                again.nack(None).await?;
                again = context.receive(&*consumer).await?;
            }
        }
        again.ack().await?;
    }
    context.silent(&*consumer).await
}

pub(super) async fn nacked_at_once(context: Context) -> Result<(), Failure> {
    at_once(context, async |delivery| Ok(delivery.nack(None).await?)).await
}

pub(super) async fn dropped_at_once(context: Context) -> Result<(), Failure> {
    at_once(context, async |delivery| {
        drop(delivery);
        Ok(())
    })
    .await
}

/// What is given back so comes again without a pause.
async fn at_once(
    context: Context,
    give_back: impl AsyncFn(Delivery) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    let start = Instant::now();
    send(&*producer, ["a"]).await?;
    let mut delivery = context.receive(&*consumer).await?;
    let within = Duration::from_secs(1).max(4 * start.elapsed());
    let mut fastest = Duration::MAX;
    for _ in 0..TRIES {
        let start = Instant::now();
        give_back(delivery).await?;
        delivery = context.receive(&*consumer).await?;
        fastest = fastest.min(start.elapsed());
        if fastest < within {
            return Ok(delivery.ack().await?);
        }
    }
    Err(format!("without a delay it came after {fastest:?}, and not once within {within:?}").into())
}

pub(super) async fn nacked_with_delay(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    // What is slow by itself gets a longer delay: a message must be able to overtake another within it.
    let start = Instant::now();
    send(&*producer, ["first"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    let mut delay = Duration::from_secs(1).max(10 * start.elapsed());
    let mut overtaken = false;
    for _ in 0..TRIES {
        send(&*producer, ["slow", "other"]).await?;
        let slow = context.receive(&*consumer).await?;
        ensure!(
            text(&slow) == "slow",
            "expected slow, received {}",
            text(&slow)
        );
        let start = Instant::now();
        slow.nack(Some(delay)).await?;
        let other = context.receive(&*consumer).await?;
        overtaken = text(&other) == "other" && start.elapsed() < delay;
        let mut waited = (text(&other) == "slow").then(|| start.elapsed());
        other.ack().await?;
        let within = 5 * delay + context.subject.patience;
        let last = context.receive_within(&*consumer, within).await?;
        if text(&last) == "slow" {
            waited = Some(start.elapsed());
        }
        last.ack().await?;
        let Some(waited) = waited else {
            return Err("what was given back did not come again".into());
        };
        ensure!(
            waited + Duration::from_millis(50) >= delay,
            "it came after {waited:?}, the delay was {delay:?}"
        );
        if overtaken {
            break;
        }
        delay *= 2;
    }
    ensure!(
        overtaken,
        "another message should flow while one waits for its delay"
    );
    context.silent(&*consumer).await
}

pub(super) async fn delay_ends(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    // What is slow by itself gets a longer delay.
    let start = Instant::now();
    send(&*producer, ["first"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    let delay = Duration::from_secs(1).max(10 * start.elapsed());
    let mut fastest = Duration::MAX;
    send(&*producer, ["slow"]).await?;
    for _ in 0..TRIES {
        let slow = context.receive(&*consumer).await?;
        let start = Instant::now();
        slow.nack(Some(delay)).await?;
        let within = 2 * delay + context.subject.patience;
        let again = context.receive_within(&*consumer, within).await;
        let again = again.map_err(|e| format!("the delay was {delay:?}: {e}"))?;
        fastest = fastest.min(start.elapsed());
        if fastest <= 2 * delay {
            return Ok(again.ack().await?);
        }
        again.nack(None).await?;
    }
    Err(format!("the delay was {delay:?}, and it took {fastest:?} and never less").into())
}

pub(super) async fn attempts(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    for attempt in 1..=4 {
        let delivery = context.receive(&*first).await?;
        let meta = &delivery.meta;
        ensure!(
            meta.attempt == attempt,
            "attempt {attempt} says that it is {}",
            meta.attempt
        );
        ensure!(
            meta.redelivered == (attempt > 1),
            "attempt {attempt} says redelivered: {}",
            meta.redelivered
        );
        delivery.nack(None).await?;
    }
    let capabilities = context.backend.capabilities(&topic);
    if context.subject.attempts_survive && capabilities.has(Feature::Offline) {
        first.close(CLOSE).await?;
        let second = context.consumer(&topic, "s").await?;
        let delivery = context
            .receive_within(&*second, context.subject.redelivery)
            .await?;
        let attempt = delivery.meta.attempt;
        ensure!(
            attempt >= 5,
            "after opening again it is attempt {attempt}, there were 4 before"
        );
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn rejected(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["bad", "good"]).await?;
    let bad = context.receive(&*first).await?;
    let reason = "no use \u{1F600}".to_owned();
    settle(bad, Settlement::Reject { reason }).await?;
    let good = context.receive(&*first).await?;
    ensure!(
        text(&good) == "good",
        "expected good, received {}",
        text(&good)
    );
    good.ack().await?;
    context.silent_for_long(&*first).await?;
    first.close(CLOSE).await?;
    let second = context.consumer(&topic, "s").await?;
    context.silent(&*second).await
}

pub(super) async fn out_of_order(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 10;
    let topic = context.topic("t");
    let mortal = context.connect("mortal").await?;
    let options = context.options().prefetch(COUNT);
    let first = consumer(&mortal, &topic, "s", options).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..COUNT).map(|i| i.to_string())).await?;
    let mut held = Vec::new();
    for _ in 0..COUNT {
        held.push(context.receive(&*first).await?);
    }
    let mut unsettled = BTreeSet::new();
    for (i, delivery) in held.into_iter().enumerate().rev() {
        match i % 3 {
            1 => {
                unsettled.insert(text(&delivery));
                std::mem::forget(delivery);
            }
            _ => delivery.ack().await?,
        }
    }
    // Where unsettled messages are bounded by the broker, as many come as it knows to be settled.
    let settled = COUNT - unsettled.len();
    let more = (COUNT..COUNT + settled).map(|i| i.to_string());
    send(&*producer, more).await?;
    for _ in 0..settled {
        let delivery = context.receive(&*first).await?;
        unsettled.insert(text(&delivery));
        std::mem::forget(delivery);
    }
    // Where it confirms no acknowledgement, it is on its way yet.
    tokio::time::sleep(context.subject.silence).await;
    context.crash("mortal").await;
    std::mem::forget(first);
    let again = context.connect("mortal").await?;
    let second = consumer(&again, &topic, "s", context.options()).await?;
    let seen = context
        .collect_within(&*second, unsettled.len(), context.subject.redelivery)
        .await?;
    ensure!(
        seen.keys().eq(unsettled.iter()),
        "{unsettled:?} should come again, there came {seen:?}"
    );
    context.silent(&*second).await
}

pub(super) async fn late(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let first = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b"]).await?;
    let a = context.receive(&*first).await?;
    context.cut().await;
    // The loss is known when it is told, or when what was under way comes again.
    let end = Instant::now() + context.subject.redelivery;
    let mut again = Vec::new();
    while let Ok(received) = timeout_at(end, next(&*first)).await {
        let Ok(delivery) = received else { break };
        again.push(delivery);
        if again.last().is_some_and(|last| text(last) == "a") {
            break;
        }
    }
    match a.ack().await {
        Err(failed) if matches!(failed.error, Error::Lost | Error::Connection { .. }) => {}
        Err(failed) => {
            return Err(
                format!("expected the error of a lost link, found {}", failed.error).into(),
            );
        }
        Ok(()) => return Err("a message was settled over a link that was lost".into()),
    }
    drop(again);
    drop(first);
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
