//! What a backend tells of a broker and its messages.

use std::time::{Duration, SystemTime};

use super::super::context::{Context, Failure, ensure, outgoing, send, text};

pub(super) async fn health(context: Context) -> Result<(), Failure> {
    let patience = context.subject.patience;
    let health = context.backend.health().await?;
    ensure!(
        health.latency <= patience,
        "the broker took {:?} to answer",
        health.latency
    );
    context.kill().await;
    let asked = tokio::time::timeout(context.subject.redelivery, context.backend.health()).await;
    context.start().await;
    match asked {
        Ok(Err(_)) => {}
        Ok(Ok(_)) => return Err("a broker that is gone is said to answer".into()),
        Err(_) => return Err("asking a broker that is gone does not end".into()),
    }
    let end = tokio::time::Instant::now() + context.subject.redelivery;
    while let Err(e) = context.backend.health().await {
        ensure!(
            tokio::time::Instant::now() < end,
            "the broker is back, and: {e}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

pub(super) async fn published(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    let sent = SystemTime::now();
    send(&*producer, ["a"]).await?;
    let delivery = context.receive(&*consumer).await?;
    let received = SystemTime::now();
    let Some(published) = delivery.meta.published else {
        return Err("a message does not tell when it was published".into());
    };
    // Between the two, however long a loaded machine took from one to the other.
    let before = sent.duration_since(published).unwrap_or_default();
    let after = published.duration_since(received).unwrap_or_default();
    let (off, skew) = (before.max(after), context.subject.clock_skew);
    ensure!(
        off <= skew,
        "a message says that it was published {off:?} off; clocks may be {skew:?} apart"
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn sizes(context: Context) -> Result<(), Failure> {
    // Room for the prefix of a convention and for what a protocol puts around a message without properties.
    const FRAME: usize = 1024;
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    for text in ["some text".to_owned(), "long ".repeat(2_000)] {
        send(&*producer, [text]).await?;
        let delivery = context.receive(&*consumer).await?;
        let (told, payload) = (delivery.meta.wire_size, delivery.payload.len());
        ensure!(
            (payload..=payload + FRAME).contains(&told),
            "a message of {payload} bytes says that it had {told}, and no frame has more than {FRAME}"
        );
        delivery.ack().await?;
    }
    Ok(())
}

pub(super) async fn health_closed(context: Context) -> Result<(), Failure> {
    const CLOSE: Duration = Duration::from_secs(60);
    context.backend.close(CLOSE).await?;
    let asked = tokio::time::timeout(context.subject.redelivery, context.backend.health()).await;
    match asked {
        Ok(Err(_)) => Ok(()),
        Ok(Ok(_)) => Err("a handle that is closed says that the broker answers".into()),
        Err(_) => Err("asking a handle that is closed does not end".into()),
    }
}

pub(super) async fn routed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let producer = context.producer(&topic).await?;
    let alone = producer.send(outgoing(&*producer, "nobody")).await?;
    ensure!(
        alone.routed == Some(false),
        "nobody is subscribed, and a receipt says {:?}",
        alone.routed
    );
    let consumer = context.consumer(&topic, "s").await?;
    let heard = producer.send(outgoing(&*producer, "somebody")).await?;
    ensure!(
        heard.routed == Some(true),
        "somebody is subscribed, and a receipt says {:?}",
        heard.routed
    );
    let delivery = context.receive(&*consumer).await?;
    ensure!(
        text(&delivery) == "somebody",
        "expected somebody, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn extended(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    let mut delivery = context.receive(&*consumer).await?;
    for _ in 0..2 {
        delivery.extend(Duration::from_secs(5)).await?;
        context.silent(&*consumer).await?;
    }
    delivery.ack().await?;
    context.silent(&*consumer).await
}
