//! Links that are silent, lost, not there yet, and ended.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_backend::conformance::ensure;
use tg_schema::pubsub::Error;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use super::support::{CLOSE, Note, SHORT, builder, clean, lock, note, until};
use super::{Context, Failure};
use crate::{Incoming, LinkState, Shutdown};

pub(super) async fn silent(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let within = context.subject().silence;
    for _ in 0..2 {
        match consumer.receive_timeout(within).await {
            Err(Error::Timeout { operation, after }) => ensure!(
                operation == "receive" && after == within,
                "a time-out of {operation} after {after:?}, it was receive after {within:?}"
            ),
            Err(e) => return Err(format!("expected a time-out, found {}: {e}", e.kind()).into()),
            Ok(other) => return Err(format!("nothing was sent, and {other:?} came").into()),
        }
    }
    let producer = pubsub.producer::<Note>(&topic).open().await?;
    producer.send(&note("a")).await?;
    let received = consumer.receive_timeout(context.subject().patience).await?;
    ensure!(
        *received.value() == note("a"),
        "expected a, received {:?}",
        received.value()
    );
    received.ack().await.map_err(Error::from)?;
    Ok(consumer.close(CLOSE).await?)
}

pub(super) async fn restarted(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 100;
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .backoff(SHORT);
    let consumer = consumer.open().await?;
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let keep = seen.clone();
    let service = consumer.service().concurrency(4).run(move |note| {
        lock(&keep).insert(note.into_value().text);
        async { Ok(()) }
    })?;
    let patience = context.subject().redelivery;
    let producer = pubsub.producer::<Note>(&topic).backoff(SHORT);
    let producer = producer.send_timeout(patience).open().await?;
    let mut kept = Vec::new();
    let send = async |texts: std::ops::Range<usize>, kept: &mut Vec<String>| {
        for n in texts {
            let text = n.to_string();
            // A broker that says that nobody will receive it has promised nothing.
            if producer.send(&note(&text)).await?.routed != Some(false) {
                kept.push(text);
            }
        }
        Ok::<(), Failure>(())
    };
    send(0..COUNT / 2, &mut kept).await?;
    context.kill().await;
    let back = async {
        sleep(Duration::from_millis(500)).await;
        context.start().await;
    };
    // Sent while the broker is gone: each waits until it is back.
    let (sent, ()) = tokio::join!(send(COUNT / 2..COUNT, &mut kept), back);
    sent.map_err(|e| format!("a producer did not outlive a restart of the broker: {e}"))?;
    until(&context, "everything that was confirmed came", || {
        let seen = lock(&seen);
        kept.iter().all(|text| seen.contains(text))
    })
    .await?;
    until(&context, "both links are up", || {
        consumer.health().link == LinkState::Up && producer.health().link == LinkState::Up
    })
    .await?;
    // Both go on.
    until_heard(&context, &producer, &seen).await?;
    let mut shutdown = Shutdown::new();
    shutdown.add(service).add(producer);
    clean(shutdown.drain(CLOSE).await)
}

/// Sends until something comes: after a restart, a broker may need a moment to know its subscribers again.
async fn until_heard(
    context: &Context,
    producer: &crate::Producer<Note>,
    seen: &Mutex<BTreeSet<String>>,
) -> Result<(), Failure> {
    let end = crate::time::after(context.subject().redelivery);
    while Instant::now() < end {
        producer.send(&note("at last")).await?;
        sleep(Duration::from_millis(100)).await;
        if lock(seen).contains("at last") {
            return Ok(());
        }
    }
    Err("nothing comes after a restart of the broker".into())
}

pub(super) async fn down_at_start(context: Context) -> Result<(), Failure> {
    const IMPATIENT: Duration = Duration::from_millis(500);
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let patience = context.subject().redelivery;
    context.kill().await;
    let start = Instant::now();
    let opening = pubsub
        .producer::<Note>(&topic)
        .backoff(SHORT)
        .connect_timeout(IMPATIENT)
        .open();
    let opened = timeout(patience, opening).await;
    let took = start.elapsed();
    let waiting = {
        let consumer = pubsub.consumer::<Note>(&topic, "s");
        let consumer = consumer.options(context.options()).backoff(SHORT);
        tokio::spawn(async move { consumer.connect_timeout(patience).open().await })
    };
    sleep(IMPATIENT).await;
    context.start().await;
    match opened {
        Ok(Err(Error::Connection { .. } | Error::Timeout { .. })) => {}
        Ok(Err(e)) => return Err(format!("expected the error of no connection, found {e}").into()),
        Ok(Ok(_)) => return Err("a producer was opened on a broker that is down".into()),
        Err(_) => return Err(format!("opening is not over after {took:?}").into()),
    }
    let consumer = waiting.await.map_err(|e| Failure::from(e.to_string()))?;
    let consumer = consumer.map_err(|e| format!("the broker is back, and: {e}"))?;
    let producer = pubsub.producer::<Note>(&topic).backoff(SHORT);
    let producer = producer.connect_timeout(patience).open().await?;
    producer.send(&note("a")).await?;
    let received = consumer.receive_timeout(context.subject().patience).await?;
    received.ack().await.map_err(Error::from)?;
    Ok(consumer.close(CLOSE).await?)
}

pub(super) async fn drained(context: Context) -> Result<(), Failure> {
    // For a handler that never ends: how long is all the same.
    const CUT: Duration = Duration::from_secs(1);
    let topic = context.topic("t");
    let pubsub = builder(&context).build();
    let producer = pubsub.producer::<Note>(&topic).open().await?;

    let released = Arc::new(Notify::new());
    let finished: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let (gate, keep) = (released.clone(), finished.clone());
    let service = consumer.service().run(move |note| {
        let (text, gate, keep) = (note.into_value().text, gate.clone(), keep.clone());
        async move {
            gate.notified().await;
            lock(&keep).insert(text);
            Ok(())
        }
    })?;
    producer.send(&note("slow")).await?;
    until(&context, "it is in hand", || service.active() == 1).await?;
    let (drained, ()) = tokio::join!(service.drain(CLOSE), async { released.notify_one() });
    ensure!(
        drained.is_clean() && lock(&finished).contains("slow"),
        "a handler that would have finished in time was cut off: {drained:?}"
    );

    let consumer = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let service = consumer.service().run(|_: Incoming<Note>| pending())?;
    producer.send(&note("stuck")).await?;
    until(&context, "it is in hand", || service.active() == 1).await?;
    let start = Instant::now();
    let drained = service.drain(CUT).await;
    ensure!(
        start.elapsed() < CUT + CLOSE,
        "a drain of {CUT:?} took {:?}",
        start.elapsed()
    );
    ensure!(
        drained.abandoned == 1,
        "one handler was cut off, {} are counted",
        drained.abandoned
    );
    let again = pubsub
        .consumer::<Note>(&topic, "s")
        .options(context.options())
        .open()
        .await?;
    let received = again.receive_timeout(context.subject().redelivery).await;
    let received = received.map_err(|e| format!("what was cut off should come again: {e}"))?;
    ensure!(
        *received.value() == note("stuck"),
        "what was cut off should come again, there came {:?}",
        received.value()
    );
    received.ack().await.map_err(Error::from)?;
    Ok(again.close(CLOSE).await?)
}
