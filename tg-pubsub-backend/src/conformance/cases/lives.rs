//! Sending, receiving and closing.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Poller, Poll, ready};
use std::time::Duration;

use tg_schema::Qos;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, Error, Feature, InitialPosition, Outgoing,
};
use tokio::task::unconstrained;
use tokio::time::{Instant, timeout};

use super::super::context::{Context, Failure, consumer, ensure, next, outgoing, send, text};

const CLOSE: Duration = Duration::from_secs(60);

pub(super) async fn best_effort(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 3_000;
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    // Nobody takes anything meanwhile. A backend that is slow by itself sends fewer.
    let end = Instant::now() + context.subject.patience;
    for i in 0..COUNT {
        if Instant::now() >= end {
            break;
        }
        let sending = producer.send(outgoing(&*producer, i.to_string()));
        match timeout(context.subject.patience, sending).await {
            Ok(sent) => drop(sent?),
            Err(_) => return Err("a sender waits for a consumer that is slow".into()),
        }
    }
    let delivery = context.receive(&*consumer).await?;
    Ok(delivery.ack().await?)
}

pub(super) async fn exactly_once(context: Context) -> Result<(), Failure> {
    let topic = context.topic_of(Qos::Q2, "t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    for name in ["a", "b"] {
        for _ in 0..3 {
            let message = outgoing(&*producer, name).id(format!("{}-{name}", context.subject.run));
            producer.send(message).await?;
        }
    }
    for expected in ["a", "b"] {
        let delivery = context.receive(&*consumer).await?;
        let found = text(&delivery);
        ensure!(found == expected, "expected {expected}, received {found}");
        delivery.ack().await?;
    }
    context.silent(&*consumer).await
}

pub(super) async fn confirmed(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 200;
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..COUNT).map(|i| i.to_string())).await?;
    context.collect(&*consumer, COUNT).await?;
    Ok(())
}

pub(super) async fn flushed(context: Context) -> Result<(), Failure> {
    const COUNT: usize = 100;
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    // All of it is polled here, and not by tasks whose turn a loaded machine puts off.
    let mut under_way: Vec<_> = (0..COUNT)
        .map(|i| Some(producer.send(outgoing(&*producer, i.to_string()))))
        .collect();
    let mut flushing = producer.flush();
    let mut failed = None;
    let flushed = poll_fn(|context| {
        let mut confirm = |context: &mut Poller<'_>| {
            for sending in &mut under_way {
                let polled = sending.as_mut().map(|sent| Pin::new(sent).poll(context));
                if let Some(Poll::Ready(sent)) = polled {
                    *sending = None;
                    failed = failed.take().or(sent.err());
                }
            }
        };
        // The first time, every `send` is under way before the flush.
        confirm(context);
        let flushed = ready!(Pin::new(&mut flushing).poll(context));
        // Confirmations were here before the flush ended.
        confirm(context);
        Poll::Ready(flushed)
    });
    match timeout(context.subject.patience, unconstrained(flushed)).await {
        Ok(flushed) => flushed?,
        Err(_) => return Err("flushing does not end".into()),
    }
    let late = under_way.iter().flatten().count();
    ensure!(
        late == 0,
        "after the flush, {late} of {COUNT} messages were not confirmed"
    );
    if let Some(error) = failed {
        return Err(error.into());
    }
    context.collect(&*consumer, COUNT).await?;
    Ok(())
}

pub(super) async fn prefetch(context: Context) -> Result<(), Failure> {
    const PREFETCH: usize = 10;
    let topic = context.topic("t");
    let options = context.options().prefetch(PREFETCH);
    let consumer = context.consumer_with(&topic, "s", options).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..5 * PREFETCH).map(|i| i.to_string())).await?;
    let mut held = Vec::new();
    loop {
        let within = match held.len() < PREFETCH {
            true => context.subject.patience,
            false => context.subject.silence,
        };
        let Ok(delivery) = timeout(within, next(&*consumer)).await else {
            break;
        };
        held.push(delivery?);
        ensure!(
            held.len() <= PREFETCH,
            "{} unsettled messages, at most {PREFETCH} were asked for",
            held.len()
        );
    }
    ensure!(
        held.len() == PREFETCH,
        "{} messages came, {PREFETCH} were asked for",
        held.len()
    );
    for delivery in held {
        delivery.ack().await?;
    }
    context.collect(&*consumer, 4 * PREFETCH).await?;
    Ok(())
}

pub(super) async fn cancelled(context: Context) -> Result<(), Failure> {
    const ROUNDS: usize = 10_000;
    const COUNT: usize = 200;
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer: Arc<dyn BackendProducer> = context.producer(&topic).await?.into();
    let sender = producer.clone();
    let sending = tokio::spawn(async move {
        for i in 0..COUNT {
            sender.send(outgoing(&*sender, i.to_string())).await?;
            if i % 8 == 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        Ok::<_, Error>(())
    });
    let mut seen = std::collections::BTreeMap::new();
    for round in 0..ROUNDS {
        // Polled once or a few times, then given up.
        let patience = Duration::from_micros((round % 4) as u64 * 300);
        if let Ok(delivery) = timeout(patience, next(&*consumer)).await {
            let delivery = delivery?;
            *seen.entry(text(&delivery)).or_insert(0_usize) += 1;
            delivery.ack().await?;
        }
        if round % 64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    sending.await.map_err(|e| Failure::from(e.to_string()))??;
    let missing = COUNT - seen.len();
    if missing > 0 {
        for (name, times) in context.collect(&*consumer, missing).await? {
            *seen.entry(name).or_insert(0) += times;
        }
    }
    ensure!(
        seen.len() == COUNT,
        "{} of {COUNT} messages came",
        seen.len()
    );
    Ok(())
}

pub(super) async fn many_receivers(context: Context) -> Result<(), Failure> {
    const TASKS: usize = 8;
    let topic = context.topic("t");
    let consumer: Arc<dyn BackendConsumer> = context.consumer(&topic, "s").await?.into();
    let mut tasks = Vec::new();
    for _ in 0..TASKS {
        let (context, consumer) = (context.clone(), consumer.clone());
        tasks.push(tokio::spawn(async move {
            // Each holds its message until all have one.
            let delivery = context.receive(&*consumer).await?;
            Ok::<_, Failure>(delivery)
        }));
    }
    let producer = context.producer(&topic).await?;
    send(&*producer, (0..TASKS).map(|i| i.to_string())).await?;
    let mut seen = std::collections::BTreeSet::new();
    let mut held = Vec::new();
    for task in tasks {
        let delivery = task.await.map_err(|e| Failure::from(e.to_string()))??;
        seen.insert(text(&delivery));
        held.push(delivery);
    }
    for delivery in held {
        delivery.ack().await?;
    }
    ensure!(
        seen.len() == TASKS,
        "{TASKS} tasks received {} different messages",
        seen.len()
    );
    Ok(())
}

pub(super) async fn closed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let consumer = context.consumer(&topic, "s").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    context.backend.close(CLOSE).await?;
    match timeout(context.subject.patience, next(&*consumer)).await {
        Ok(Err(Error::Closed { .. })) => {}
        Ok(Err(e)) => {
            return Err(format!("expected the error of a closed consumer, found {e}").into());
        }
        Ok(Ok(_)) => return Err("a consumer receives after its backend was closed".into()),
        Err(_) => return Err("a consumer waits for ever after its backend was closed".into()),
    }
    match timeout(context.subject.patience, producer.send(Outgoing::new("b"))).await {
        Ok(Err(Error::Closed { .. })) => {}
        Ok(Err(e)) => {
            return Err(format!("expected the error of a closed producer, found {e}").into());
        }
        Ok(Ok(_)) => return Err("a producer sends after its backend was closed".into()),
        Err(_) => return Err("a producer waits for ever after its backend was closed".into()),
    }
    let opened = context.producer(&topic).await;
    ensure!(
        opened.is_err(),
        "a producer was opened after the backend was closed"
    );
    Ok(())
}

pub(super) async fn topics(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let backend = &context.backend;
    ensure!(
        !backend.topic_exists(&topic).await?,
        "a topic exists before it was created"
    );
    for _ in 0..2 {
        backend.ensure_topic(&topic).await?;
        ensure!(
            backend.topic_exists(&topic).await?,
            "a topic does not exist after it was created"
        );
    }
    let producer = context.producer(&topic).await?;
    send(&*producer, ["deleted"]).await?;
    producer.close(CLOSE).await?;
    backend.delete_topic(&topic).await?;
    ensure!(
        !backend.topic_exists(&topic).await?,
        "a topic exists after it was deleted"
    );
    if backend.capabilities(&topic).has(Feature::Earliest) {
        let options = context.options().position(InitialPosition::Earliest);
        let anew = context.consumer_with(&topic, "s", options).await?;
        context.silent(&*anew).await?;
    }
    Ok(())
}

/// Open files of this process, where the system tells.
fn files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}

pub(super) async fn many_topics(context: Context) -> Result<(), Failure> {
    let many = context.subject.many;
    let tasks = || {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    };
    // What is opened once and kept is opened before it is counted.
    one_topic(&context, 0).await?;
    tokio::time::sleep(context.subject.silence).await;
    let (tasks_before, files_before) = (tasks(), files());
    for i in 1..=many {
        one_topic(&context, i).await?;
    }
    for _ in 0..600 {
        if tasks() <= tasks_before && files() <= files_before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (tasks_after, files_after) = (tasks(), files());
    // Other tests in the same process open things meanwhile; a leak is of one a topic.
    let slack = many / 2;
    ensure!(
        tasks_after <= tasks_before + slack,
        "{tasks_before} tasks before {many} topics were opened and closed, {tasks_after} after"
    );
    if let (Some(before), Some(after)) = (files_before, files_after) {
        ensure!(
            after <= before + slack,
            "{before} open files before {many} topics were opened and closed, {after} after"
        );
    }
    // What was closed is gone at the broker too: nobody holds the subscription any more.
    let topic = context.topic("exclusive");
    for _ in 0..2 {
        let options = context
            .options()
            .consumer_type(tg_schema::pubsub::ConsumerType::Exclusive);
        match context
            .backend
            .create_consumer(&topic, "s", None, options)
            .await
        {
            Ok(consumer) => consumer.close(CLOSE).await?,
            Err(Error::Unsupported { .. }) => break,
            Err(e) => return Err(format!("a consumer that was closed is still there: {e}").into()),
        }
    }
    Ok(())
}

async fn one_topic(context: &Context, i: usize) -> Result<(), Failure> {
    let topic = context.topic(&format!("t{i}"));
    let capabilities = context.backend.capabilities(&topic);
    let mut options = context.options();
    // One that is kept is deleted at the end, where that is possible.
    options.durable &= !capabilities.takes(Feature::Temporary);
    let durable = options.durable;
    let consumer = context.consumer_with(&topic, "s", options).await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["x"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    producer.close(CLOSE).await?;
    match durable && capabilities.has(Feature::Unsubscribe) {
        true => Ok(consumer.unsubscribe().await?),
        false => Ok(consumer.close(CLOSE).await?),
    }
}

pub(super) async fn handle_closed(context: Context) -> Result<(), Failure> {
    let topic = context.topic("t");
    let other = context.connect("two").await?;
    let stays = consumer(&other, &topic, "two", context.options()).await?;
    let consumer = context.consumer(&topic, "one").await?;
    let producer = context.producer(&topic).await?;
    send(&*producer, ["a", "b"]).await?;
    context.receive(&*consumer).await?.ack().await?;
    context.backend.close(CLOSE).await?;
    drop(consumer);
    let seen = context.collect(&*stays, 2).await?;
    ensure!(
        seen.keys().eq(["a", "b"]),
        "another handle should get a and b, it got {seen:?}"
    );
    let again = context.connect("one").await?;
    let options = context.options();
    let resumed = again.create_consumer(&topic, "one", None, options).await?;
    let delivery = context
        .receive_within(&*resumed, context.subject.redelivery)
        .await?;
    ensure!(
        text(&delivery) == "b",
        "expected b, received {}",
        text(&delivery)
    );
    Ok(delivery.ack().await?)
}

pub(super) async fn opened_together(context: Context) -> Result<(), Failure> {
    const TASKS: usize = 16;
    let mut tasks = Vec::new();
    for i in 0..TASKS {
        let context = context.clone();
        tasks.push(tokio::spawn(async move {
            let topic = context.topic(&format!("t{}", i % 4));
            let consumer = context.consumer(&topic, &format!("s{i}")).await?;
            let producer = context.producer(&topic).await?;
            let name = i.to_string();
            send(&*producer, [name.clone()]).await?;
            // Others send to this topic too.
            loop {
                let delivery = context.receive(&*consumer).await?;
                let found = text(&delivery) == name;
                delivery.ack().await?;
                if found {
                    return Ok::<(), Failure>(());
                }
            }
        }));
    }
    for task in tasks {
        task.await.map_err(|e| Failure::from(e.to_string()))??;
    }
    Ok(())
}
