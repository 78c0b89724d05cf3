//! The client crate of Pulsar at its best: without batches, and with a connection for sending and another for receiving,
//! since packets of one connection wait for each other.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use pulsar::consumer::{Consumer, ConsumerOptions};
use pulsar::producer::{Message, Producer};
use pulsar::{ConnectionRetryOptions, Pulsar, SubType, TokioExecutor};
use tokio::time::timeout;

use crate::Outcome;
use crate::ours::{IN_FLIGHT, PATIENCE};
use crate::rounds::{Clock, Run};

/// Who sends, and who receives.
type Ends = (Producer<TokioExecutor>, Consumer<Vec<u8>, TokioExecutor>);

/// A producer and a consumer of one topic.
pub struct Raw {
    url: String,
    ends: Option<Ends>,
    payload: Vec<u8>,
    /// Runs that failed and were done again, and why.
    pub repeated: Vec<String>,
    /// How many topics it has used.
    topics: usize,
}

const TOPIC: &str = "persistent://tg/flow/raw";

/// More failed runs than that, and there is nothing to compare with.
const MOST_REPEATED: usize = 5;

impl Raw {
    pub async fn open(url: &str, payload: Vec<u8>) -> Outcome<Self> {
        Ok(Raw {
            ends: Some(Self::ends(url, TOPIC).await?),
            url: url.to_owned(),
            payload,
            repeated: Vec::new(),
            topics: 1,
        })
    }

    /// A run, done again over new connections and another topic where it fails. The client may lose a confirmation or
    /// its connection, which it does not make up for; what it measures otherwise is not worse for that.
    pub async fn run(&mut self, messages: usize, many: bool) -> Outcome<Run> {
        loop {
            let run = async {
                match many {
                    true => self.flood(messages).await,
                    false => self.turns(messages).await,
                }
            };
            let why = match timeout(PATIENCE, run).await {
                Ok(Ok(run)) => return Ok(run),
                Ok(Err(why)) => why.to_string(),
                Err(_) => format!("it did not end within {PATIENCE:?}"),
            };
            eprintln!("pulsar: a run failed and is done again: {why}");
            self.repeated.push(why);
            let failed = self.repeated.len();
            if failed > MOST_REPEATED {
                return Err(format!("{failed} runs failed: {}", self.repeated.join("; ")).into());
            }
            // What is left in the topic is not to be counted.
            let topic = format!("{TOPIC}-{}", self.topics);
            self.topics += 1;
            self.ends = Some(Self::ends(&self.url, &topic).await?);
        }
    }

    async fn ends(url: &str, topic: &str) -> Outcome<Ends> {
        let receiving = client(url).await?;
        let consumer = receiving
            .consumer()
            .with_topic(topic)
            .with_subscription("bench")
            .with_subscription_type(SubType::Shared)
            .with_batch_size(1_000)
            .with_options(ConsumerOptions::default())
            .build()
            .await?;
        let sending = client(url).await?;
        let producer = sending.producer().with_topic(topic).build().await?;
        Ok((producer, consumer))
    }

    /// Keeps so many messages in flight as there may be.
    async fn flood(&mut self, messages: usize) -> Outcome<Run> {
        let (mut producer, mut consumer) = self.ends.take().ok_or("a run before failed")?;
        let payload = self.payload.clone();
        let clock = Clock::start();
        let receiving = tokio::spawn(async move {
            receive(&mut consumer, messages).await?;
            Outcome::Ok(consumer)
        });
        let sending = tokio::spawn(async move {
            let mut under_way = VecDeque::with_capacity(IN_FLIGHT);
            for _ in 0..messages {
                if under_way.len() == IN_FLIGHT
                    && let Some(oldest) = under_way.pop_front()
                {
                    confirmed(oldest).await?;
                }
                under_way.push_back(producer.send_non_blocking(message(&payload)).await?);
            }
            for receipt in under_way {
                confirmed(receipt).await?;
            }
            Outcome::Ok(producer)
        });
        let receiver = receiving.abort_handle();
        let producer = match sending.await? {
            Ok(producer) => producer,
            Err(why) => {
                // It would wait for what was not sent.
                receiver.abort();
                return Err(why);
            }
        };
        self.ends = Some((producer, receiving.await??));
        Ok(clock.stop(messages))
    }

    /// One message after the other: sent, confirmed, received, acknowledged.
    async fn turns(&mut self, messages: usize) -> Outcome<Run> {
        let (mut producer, mut consumer) = self.ends.take().ok_or("a run before failed")?;
        let clock = Clock::start();
        for _ in 0..messages {
            let receipt = producer.send_non_blocking(message(&self.payload)).await?;
            confirmed(receipt).await?;
            receive(&mut consumer, 1).await?;
        }
        let run = clock.stop(messages);
        self.ends = Some((producer, consumer));
        Ok(run)
    }
}

/// A client that asks its broker for no signs of life. Under load it may see the answer before it notes that it asked,
/// and gives up a connection that is alive half a minute later (seen with 6.9.1). The broker asks it, which is enough.
async fn client(url: &str) -> Outcome<Pulsar<TokioExecutor>> {
    let options = ConnectionRetryOptions {
        keep_alive: NEVER,
        ..ConnectionRetryOptions::default()
    };
    let client = Pulsar::builder(url, TokioExecutor).with_connection_retry_options(options);
    Ok(client.build().await?)
}

/// Longer than anything is measured. The first one is asked for at once, before there is load.
const NEVER: Duration = Duration::from_secs(24 * 3600);

fn message(payload: &[u8]) -> Message {
    Message {
        payload: payload.to_vec(),
        ..Message::default()
    }
}

async fn confirmed(receipt: pulsar::producer::SendFuture) -> Outcome<()> {
    receipt.await?;
    Ok(())
}

/// Receives and acknowledges so many messages.
async fn receive(consumer: &mut Consumer<Vec<u8>, TokioExecutor>, messages: usize) -> Outcome<()> {
    for _ in 0..messages {
        let message = consumer.try_next().await?.ok_or("the stream ended")?;
        consumer.ack(&message).await?;
    }
    Ok(())
}
