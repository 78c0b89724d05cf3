//! Messages a second between two tasks, beside a channel of tokio: `cargo run --release --example throughput`.
//!
//! Takes turns between the two, so that what else happens on the machine hits both, and prints the median of the pairs.

use std::time::Instant;

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{
    Bytes, ConsumerOptions, Error, Outgoing, ProducerOptions, PubSubBackend, SchemaInfo,
};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const MESSAGES: usize = 1_000_000;
const PAYLOAD: [u8; 100] = [b'x'; 100];
const PAIRS: usize = 7;

fn main() -> Result<(), Failure> {
    for threads in [1, 2] {
        let runtime = match threads {
            1 => tokio::runtime::Builder::new_current_thread().build()?,
            _ => tokio::runtime::Builder::new_multi_thread()
                .worker_threads(threads)
                .build()?,
        };
        let mut ratios = Vec::new();
        let (mut brokers, mut channels) = (Vec::new(), Vec::new());
        for _ in 0..PAIRS {
            let channel = runtime.block_on(channel())?;
            let broker = runtime.block_on(broker())?;
            ratios.push(broker / channel);
            brokers.push(broker);
            channels.push(channel);
        }
        println!(
            "{threads} thread(s): memory {:.2} M/s, channel {:.2} M/s, ratio {:.2}",
            median(&mut brokers) / 1e6,
            median(&mut channels) / 1e6,
            median(&mut ratios),
        );
    }
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// One producer that sends and one consumer that receives and acknowledges.
async fn broker() -> Result<f64, Failure> {
    let backend = Memory::new();
    let topic = "q1/tg/flow/throughput".parse()?;
    let none: Option<SchemaInfo> = None;
    let consumer = backend.create_consumer(&topic, "s", none, ConsumerOptions::default());
    let consumer = consumer.await?;
    let producer = backend.create_producer(&topic, none, ProducerOptions::default());
    let producer = producer.await?;
    let start = Instant::now();
    let sending = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            loop {
                let message = Outgoing::new(Bytes::copy_from_slice(&PAYLOAD));
                match producer.send(message).await {
                    Ok(_) => break,
                    Err(Error::Full { .. }) => tokio::task::yield_now().await,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    });
    let receiving = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            consumer.receive().await?.ack().await?;
        }
        Ok::<(), Failure>(())
    });
    sending.await??;
    receiving.await??;
    Ok(MESSAGES as f64 / start.elapsed().as_secs_f64())
}

async fn channel() -> Result<f64, Failure> {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1_000);
    let start = Instant::now();
    let sending = tokio::spawn(async move {
        for _ in 0..MESSAGES {
            sender.send(Bytes::copy_from_slice(&PAYLOAD)).await?;
        }
        Ok::<(), Failure>(())
    });
    let receiving = tokio::spawn(async move {
        let mut bytes = 0;
        while let Some(message) = receiver.recv().await {
            bytes += message.len();
        }
        bytes
    });
    sending.await??;
    assert_eq!(receiving.await?, MESSAGES * PAYLOAD.len());
    Ok(MESSAGES as f64 / start.elapsed().as_secs_f64())
}
