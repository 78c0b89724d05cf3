//! Our side of a comparison: a typed message, or bytes, over a backend.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tg_pubsub::{Consumer, Payload, Producer, PubSub};
use tg_schema::{Message as _, tg_schema};

use crate::Outcome;
use crate::rounds::{Clock, Run};

/// Messages that are sent and not confirmed.
pub const IN_FLIGHT: usize = 64;
pub const SIZE: usize = 1024;
/// Longer than anything should take.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub const SOON: Duration = Duration::from_secs(5);

/// A request as a service gets it.
#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    user: String,
    temperature: f64,
    tokens: i32,
    stream: bool,
    prompt: String,
}

/// A message of a kilobyte, as JSON.
pub fn request() -> Outcome<Request> {
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
pub struct Ours<T> {
    producer: Producer<T>,
    consumer: Consumer<T>,
    message: Arc<T>,
}

impl<T: Payload + std::fmt::Debug> Ours<T> {
    pub async fn open(pubsub: &PubSub, topic: &str, message: T) -> Outcome<Self> {
        let consumer = pubsub
            .consumer(topic, "bench")
            .prefetch(1_000)
            // What is disturbed for a moment is slow, and has not failed.
            .receive_timeout(PATIENCE)
            .open()
            .await?;
        let producer = pubsub.producer(topic).open().await?;
        Ok(Ours {
            producer,
            consumer,
            message: Arc::new(message),
        })
    }

    pub async fn flood(&self, messages: usize) -> Outcome<Run> {
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

    pub async fn turns(&self, messages: usize) -> Outcome<Run> {
        let clock = Clock::start();
        for _ in 0..messages {
            self.producer.send(&self.message).await?;
            self.consumer.receive().await?.ack().await?;
        }
        Ok(clock.stop(messages))
    }

    pub async fn close(self) -> Outcome<()> {
        self.producer.close(SOON).await?;
        Ok(self.consumer.unsubscribe(SOON).await?)
    }
}
