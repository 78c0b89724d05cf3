//! The client crate of Pulsar at its best: without batches, and with a connection for sending and another for receiving,
//! since packets of one connection wait for each other.

use std::collections::VecDeque;

use futures_util::TryStreamExt as _;
use pulsar::consumer::{Consumer, ConsumerOptions};
use pulsar::producer::{Message, Producer};
use pulsar::{Pulsar, SubType, TokioExecutor};

use crate::Outcome;
use crate::ours::IN_FLIGHT;
use crate::rounds::{Clock, Run};

/// Who sends, and who receives.
type Ends = (Producer<TokioExecutor>, Consumer<Vec<u8>, TokioExecutor>);

/// A producer and a consumer of one topic.
pub struct Raw {
    ends: Option<Ends>,
    payload: Vec<u8>,
}

const TOPIC: &str = "persistent://tg/flow/raw";

impl Raw {
    pub async fn open(url: &str, payload: Vec<u8>) -> Outcome<Self> {
        let receiving: Pulsar<_> = Pulsar::builder(url, TokioExecutor).build().await?;
        let consumer = receiving
            .consumer()
            .with_topic(TOPIC)
            .with_subscription("bench")
            .with_subscription_type(SubType::Shared)
            .with_batch_size(1_000)
            .with_options(ConsumerOptions::default())
            .build()
            .await?;
        let sending: Pulsar<_> = Pulsar::builder(url, TokioExecutor).build().await?;
        let producer = sending.producer().with_topic(TOPIC).build().await?;
        Ok(Raw {
            ends: Some((producer, consumer)),
            payload,
        })
    }

    /// Keeps so many messages in flight as there may be.
    pub async fn flood(&mut self, messages: usize) -> Outcome<Run> {
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
        self.ends = Some((sending.await??, receiving.await??));
        Ok(clock.stop(messages))
    }

    /// One message after the other: sent, confirmed, received, acknowledged.
    pub async fn turns(&mut self, messages: usize) -> Outcome<Run> {
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
