//! Links that are lost, and brokers that are gone.

use std::collections::BTreeSet;
use std::time::Duration;

use tg_schema::pubsub::{Error, PubSubBackend};
use tokio::time::{Instant, timeout};

use super::super::context::{
    Consumer, Context, Failure, Producer, ensure, next, outgoing, producer, send, text,
};

/// Opens until it succeeds, as a service does.
async fn open_consumer(
    context: &Context,
    topic: &tg_schema::Topic,
    subscription: &str,
) -> Result<Consumer, Failure> {
    let end = Instant::now() + context.subject.redelivery;
    loop {
        let options = context.options();
        match context
            .backend
            .create_consumer(topic, subscription, None, options)
            .await
        {
            Ok(consumer) => return Ok(consumer),
            Err(e) if e.is_retryable() && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(e) => return Err(format!("no consumer could be opened again: {e}").into()),
        }
    }
}

async fn open_producer(context: &Context, topic: &tg_schema::Topic) -> Result<Producer, Failure> {
    let end = Instant::now() + context.subject.redelivery;
    loop {
        match producer(&context.backend, topic).await {
            Ok(producer) => return Ok(producer),
            Err(e) if e.is_retryable() && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(e) => return Err(format!("no producer could be opened again: {e}").into()),
        }
    }
}

pub(super) async fn link_lost(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let mut consumer = context.consumer(&topic, "s").await?;
    let mut producer = context.producer(&topic).await?;
    send(&*producer, ["before"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    context.cut().await;
    // The producer says so, or has healed and the message arrives.
    let sending = producer.send(outgoing(&*producer, "during"));
    match timeout(context.subject.redelivery, sending).await {
        Ok(Ok(_)) => {}
        Ok(Err(Error::Connection { .. } | Error::Timeout { .. })) => {
            producer = open_producer(&context, &topic).await?;
            send(&*producer, ["during"]).await?;
        }
        Ok(Err(e)) => return Err(format!("expected the error of a lost link, found {e}").into()),
        Err(_) => return Err("a producer waits for ever on a lost link".into()),
    }
    let end = Instant::now() + context.subject.redelivery;
    loop {
        match timeout(context.subject.redelivery, next(&*consumer)).await {
            Ok(Ok(delivery)) => {
                let last = text(&delivery) == "during";
                match delivery.ack().await {
                    Ok(()) if last => break,
                    // The producer's link may be there again before the consumer's is cut. Then it comes again.
                    Ok(()) => {}
                    Err(failed) if matches!(failed.error, Error::Lost) => {}
                    Err(failed) => return Err(failed.into()),
                }
            }
            Ok(Err(Error::Connection { .. })) if Instant::now() < end => {
                consumer = open_consumer(&context, &topic, "s").await?;
                if !context.options().durable {
                    // Nobody collected it meanwhile.
                    send(&*producer, ["during"]).await?;
                }
            }
            Ok(Err(e)) => {
                return Err(format!("expected the error of a lost link, found {e}").into());
            }
            Err(_) => return Err("a consumer is silent after its link was lost".into()),
        }
    }
    send(&*producer, ["after"]).await?;
    let delivery = context.receive(&*consumer).await?;
    Ok(delivery.ack().await?)
}

pub(super) async fn reopened(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b", "c"]).await?;
    let held = context.receive(&*consumer).await?;
    context.cut().await;
    // Whoever uses the link finds out.
    let _ = timeout(
        context.subject.patience,
        producer.send(outgoing(&*producer, "d")),
    )
    .await;
    drop(held);
    drop(consumer);
    let consumer = open_consumer(&context, &topic, "s").await?;
    let mut missing = BTreeSet::from(["a", "b", "c"]);
    while !missing.is_empty() {
        let within = context.subject.redelivery;
        let delivery = context.receive_within(&*consumer, within).await;
        let delivery = delivery.map_err(|e| format!("{missing:?} should come again: {e}"))?;
        missing.remove(text(&delivery).as_str());
        delivery.ack().await?;
    }
    let _ = open_producer(&context, &topic).await?;
    Ok(())
}

pub(super) async fn broker_killed(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 200;
    let topic = context.topic("t");
    let keeper = context.consumer(&topic, "s").await?;
    let mut producer = context.producer(&topic).await?;
    let mut confirmed = BTreeSet::new();
    let mut failed = 0;
    for i in 0..COUNT {
        if i == COUNT / 2 {
            context.kill().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
            context.start().await;
        }
        let name = i.to_string();
        let sending = producer.send(outgoing(&*producer, name.clone()));
        match timeout(context.subject.redelivery, sending).await {
            // A broker that says that nobody will receive it has promised nothing.
            Ok(Ok(receipt)) if receipt.routed == Some(false) => failed += 1,
            Ok(Ok(_)) => {
                confirmed.insert(name);
            }
            Ok(Err(e)) if e.is_retryable() => {
                failed += 1;
                producer = open_producer(&context, &topic).await?;
            }
            Ok(Err(e)) => return Err(e.into()),
            Err(_) => return Err("a producer waits for ever while the broker is gone".into()),
        }
    }
    drop(keeper);
    let consumer = open_consumer(&context, &topic, "s").await?;
    let mut missing = confirmed.clone();
    let mut duplicates = 0;
    let mut seen = BTreeSet::new();
    let end = Instant::now() + context.subject.redelivery;
    while !missing.is_empty() && Instant::now() < end {
        let Ok(delivery) = timeout(context.subject.patience, next(&*consumer)).await else {
            break;
        };
        let delivery = delivery?;
        let name = text(&delivery);
        missing.remove(&name);
        duplicates += usize::from(!seen.insert(name));
        delivery.ack().await?;
    }
    tracing::info!(
        confirmed = confirmed.len(),
        failed,
        received = seen.len(),
        duplicates,
        lost = missing.len(),
        "the broker was killed"
    );
    ensure!(
        missing.is_empty(),
        "{} confirmed messages are lost, of {}: {missing:?}",
        missing.len(),
        confirmed.len()
    );
    ensure!(!confirmed.is_empty(), "nothing was confirmed");
    Ok(())
}

pub(super) async fn broker_down(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    context.kill().await;
    let backend = context.connect("late").await?;
    let start = Instant::now();
    let opened = timeout(context.subject.redelivery, producer(&backend, &topic)).await;
    let took = start.elapsed();
    context.start().await;
    match opened {
        Ok(Err(Error::Connection { .. } | Error::Timeout { .. })) => {}
        Ok(Err(e)) => return Err(format!("expected the error of no connection, found {e}").into()),
        Ok(Ok(producer)) => {
            // Opened without a link: then sending says it.
            drop(producer);
        }
        Err(_) => return Err(format!("opening is not over after {took:?}").into()),
    }
    let end = Instant::now() + context.subject.redelivery;
    loop {
        match producer(&backend, &topic).await {
            Ok(producer) => return send(&*producer, ["a"]).await,
            Err(e) if e.is_retryable() && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            Err(e) => return Err(format!("the broker is back, and: {e}").into()),
        }
    }
}

pub(super) async fn intruder(context: Context) -> Result<(), Failure> {
    // What a loaded machine needs for the right credentials it needs for wrong ones too.
    let start = Instant::now();
    context.producer(&context.topic("right")).await?;
    let limit = context.subject.patience.max(10 * start.elapsed());
    let Some(connect) = &context.subject.hooks.intruder else {
        return Err("no hook".into());
    };
    let topic = context.topic("t");
    let start = Instant::now();
    let tried = async {
        let backend = connect("intruder".to_owned()).await?;
        let backend: std::sync::Arc<dyn PubSubBackend> = match context.subject.sabotage {
            Some(sabotage) => sabotage.spoil(backend),
            None => backend,
        };
        backend.health().await?;
        producer(&backend, &topic).await.map(drop)
    };
    match timeout(limit, tried).await {
        Ok(Err(Error::Auth { .. })) => Ok(()),
        Ok(Err(e)) => Err(format!(
            "expected the error of refused access, found one of sort {}: {e}",
            e.kind()
        )
        .into()),
        Ok(Ok(())) => Err("wrong credentials were let in".into()),
        Err(_) => Err(format!(
            "wrong credentials are not refused after {:?}",
            start.elapsed()
        )
        .into()),
    }
}
