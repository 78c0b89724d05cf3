//! What idle consumers cost, and what many topics leave behind.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::{PubSub, Raw};
use tg_pubsub_memory::Memory;
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::Topic;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Outcome;
use crate::report::{Bound, Report};
use crate::rounds::processor_time;

const CONSUMERS: usize = 100;
/// Topics that are open at the same time.
const TOGETHER: usize = 50;
const SOON: Duration = Duration::from_secs(10);

fn backends(port: u16) -> Outcome<[(&'static str, PubSub); 2]> {
    let mqtt = Mqtt::new(MqttConfig::new("127.0.0.1", port).instance("bench"))?;
    Ok([
        ("memory", PubSub::new(Arc::new(Memory::new()))),
        ("MQTT", PubSub::new(Arc::new(mqtt))),
    ])
}

/// Processor time of consumers with a handler, to which nothing is sent.
pub async fn idle(port: u16, seconds: u64, report: &mut Report) -> Outcome<()> {
    for (name, pubsub) in backends(port)? {
        let mut services = Vec::new();
        for i in 0..CONSUMERS {
            let topic = format!("q1/tg/bench/idle.{i}");
            let consumer = pubsub.consumer::<Raw>(topic, "bench").open().await?;
            services.push((consumer.clone(), consumer.run(|_| async { Ok(()) })?));
        }
        sleep(Duration::from_millis(500)).await;
        let before = processor_time();
        sleep(Duration::from_secs(seconds)).await;
        let spent = processor_time().saturating_sub(before);
        report.bounds.push(Bound {
            what: format!("{CONSUMERS} idle consumers, {name}: processor time"),
            unit: "ms a second",
            at_most: 2.0,
            measured: spent.as_secs_f64() * 1e3 / seconds as f64,
        });
        for (consumer, service) in services {
            drop(service);
            consumer.unsubscribe(SOON).await?;
        }
        pubsub.close(SOON).await?;
    }
    Ok(())
}

/// Tasks, descriptors and kilobytes of this process.
fn held() -> [f64; 3] {
    let tasks = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    let descriptors = std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: f64 = pages
        .split_whitespace()
        .nth(1)
        .and_then(|resident| resident.parse().ok())
        .unwrap_or(f64::NAN);
    [tasks as f64, descriptors as f64, pages * 4.0]
}

/// Opens and closes topics; a message travels over each.
pub async fn topics(port: u16, topics: usize, report: &mut Report) -> Outcome<()> {
    for (name, pubsub) in backends(port)? {
        // The first of them make the allocator and the runtime as large as they get.
        round(&pubsub, topics, "first").await?;
        let before = held();
        round(&pubsub, topics, "second").await?;
        let after = held();
        let limits = [
            ("tasks", "", 1.0),
            ("descriptors", "", 2.0),
            ("memory", "KiB", 1024.0),
        ];
        for (((what, unit, at_most), before), after) in limits.into_iter().zip(before).zip(after) {
            report.bounds.push(Bound {
                what: format!(
                    "{topics} more topics opened and closed, {name}: {what} more than before"
                ),
                unit,
                at_most,
                measured: after - before,
            });
        }
        pubsub.close(SOON).await?;
    }
    Ok(())
}

async fn round(pubsub: &PubSub, topics: usize, name: &str) -> Outcome<()> {
    let mut open = JoinSet::new();
    for i in 0..topics {
        if open.len() == TOGETHER
            && let Some(done) = open.join_next().await
        {
            done??;
        }
        let topic: Topic = format!("q1/tg/bench/{name}.{i}").parse()?;
        open.spawn(once(pubsub.clone(), topic));
    }
    while let Some(done) = open.join_next().await {
        done??;
    }
    sleep(Duration::from_millis(500)).await;
    Ok(())
}

async fn once(pubsub: PubSub, topic: Topic) -> Outcome<()> {
    let consumer = pubsub.consumer::<Raw>(&topic, "bench").open().await?;
    let producer = pubsub.producer::<Raw>(&topic).open().await?;
    producer.send(&Raw::from("x")).await?;
    consumer.receive_timeout(SOON).await?.ack().await?;
    producer.close(SOON).await?;
    consumer.unsubscribe(SOON).await?;
    // Topics in memory stay until they are deleted; with MQTT there are none to delete.
    match pubsub.backend().delete_topic(&topic).await {
        Ok(()) | Err(tg_pubsub::Error::Unsupported { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
