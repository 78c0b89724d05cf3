//! A typed message and bytes over MQTT, beside the client crate on the same broker.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tg_pubsub::{Consumer, Payload, Producer, PubSub, Raw as Plain};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::pubsub::Bytes;
use tg_schema::{Message as _, tg_schema};

use crate::Outcome;
use crate::raw::Raw;
use crate::report::{Comparison, Report};
use crate::rounds::{Clock, Run, Side};

/// Messages that are sent and not confirmed.
pub const IN_FLIGHT: usize = 64;
const SIZE: usize = 1024;
const SOON: Duration = Duration::from_secs(5);

/// A request as a service gets it.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Request {
    user: String,
    temperature: f64,
    tokens: i32,
    stream: bool,
    prompt: String,
}

/// A message of a kilobyte, as JSON.
fn request() -> Outcome<Request> {
    let mut request = Request {
        user: "customer-7".into(),
        temperature: 0.25,
        tokens: 400,
        stream: true,
        prompt: String::new(),
    };
    let rest = SIZE - request.to_json()?.len();
    request.prompt = "words of a prompt ".chars().cycle().take(rest).collect();
    Ok(request)
}

/// A producer and a consumer of one topic.
struct Ours<T> {
    producer: Producer<T>,
    consumer: Consumer<T>,
    message: Arc<T>,
}

impl<T: Payload + std::fmt::Debug> Ours<T> {
    async fn open(pubsub: &PubSub, topic: &str, message: T) -> Outcome<Self> {
        let consumer = pubsub
            .consumer(topic, "bench")
            .prefetch(1_000)
            .open()
            .await?;
        let producer = pubsub.producer(topic).open().await?;
        Ok(Ours {
            producer,
            consumer,
            message: Arc::new(message),
        })
    }

    async fn flood(&self, messages: usize) -> Outcome<Run> {
        let clock = Clock::start();
        let consumer = self.consumer.clone();
        let receiving = tokio::spawn(async move {
            for _ in 0..messages {
                consumer.receive().await?.ack().await?;
            }
            Outcome::Ok(())
        });
        let (producer, message) = (self.producer.clone(), self.message.clone());
        let sending = tokio::spawn(async move {
            let sends = stream::iter(0..messages).map(|_| producer.send(&message));
            let all = sends.buffer_unordered(IN_FLIGHT);
            all.try_for_each(|_| async { Ok(()) }).await
        });
        sending.await??;
        receiving.await??;
        Ok(clock.stop(messages))
    }

    async fn turns(&self, messages: usize) -> Outcome<Run> {
        let clock = Clock::start();
        for _ in 0..messages {
            self.producer.send(&self.message).await?;
            self.consumer.receive().await?.ack().await?;
        }
        Ok(clock.stop(messages))
    }

    async fn close(self) -> Outcome<()> {
        self.producer.close(SOON).await?;
        Ok(self.consumer.unsubscribe(SOON).await?)
    }
}

/// So many messages with many in flight, and so many one after the other.
pub async fn measure(port: u16, flood: usize, turns: usize, report: &mut Report) -> Outcome<()> {
    let message = request()?;
    let payload = Bytes::from(message.to_json()?);
    assert_eq!(payload.len(), SIZE);
    let backend = Mqtt::new(MqttConfig::new("127.0.0.1", port).instance("bench"))?;
    let pubsub = PubSub::new(Arc::new(backend));
    let mut raw = Raw::open(port, payload.clone(), false).await?;
    let mut same = Raw::open(port, payload.clone(), true).await?;
    let typed = Ours::open(&pubsub, "q1/tg/bench/typed", message).await?;
    let bytes = Ours::open(&pubsub, "q1/tg/bench/bytes", Plain(payload)).await?;

    for (what, messages, many) in [
        ("64 in flight", flood, true),
        ("one after the other", turns, false),
    ] {
        let mut sides = [
            "rumqttc-v5-next",
            "… with our properties",
            "typed, JSON",
            "bytes",
        ]
        .map(Side::new);
        // The first round is not counted: buffers grow, and the broker learns of everybody.
        for round in 0..=report.rounds {
            for turn in 0..sides.len() {
                let which = (round + turn) % sides.len();
                let run = match (which, many) {
                    (0, true) => raw.flood(messages).await?,
                    (0, false) => raw.turns(messages).await?,
                    (1, true) => same.flood(messages).await?,
                    (1, false) => same.turns(messages).await?,
                    (2, true) => typed.flood(messages).await?,
                    (2, false) => typed.turns(messages).await?,
                    (_, true) => bytes.flood(messages).await?,
                    (_, false) => bytes.turns(messages).await?,
                };
                if round > 0
                    && let Some(side) = sides.get_mut(which)
                {
                    side.runs.push(run);
                }
            }
        }
        let [base, same, typed, bytes] = sides;
        report.comparisons.push(Comparison {
            what: format!("MQTT, q1, 1 KB, {what}"),
            goals: vec![("typed, JSON", 0.90), ("bytes", 0.95)],
            base,
            sides: vec![same, typed, bytes],
            enough: None,
        });
    }
    typed.close().await?;
    bytes.close().await?;
    raw.close().await?;
    same.close().await?;
    pubsub.close(SOON).await?;
    Ok(())
}
