//! Small messages between two tasks: the memory backend beside a channel of tokio.

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{
    Bytes, ConsumerOptions, Error, Outgoing, ProducerOptions, PubSubBackend, SchemaInfo,
};

use crate::Outcome;
use crate::report::{Comparison, Report};
use crate::rounds::{Clock, Run, interleaved};

const PAYLOAD: [u8; 100] = [b'x'; 100];

pub fn measure(messages: usize, report: &mut Report) -> Outcome<()> {
    for threads in [1, 2] {
        let runtime = match threads {
            1 => tokio::runtime::Builder::new_current_thread().build()?,
            _ => tokio::runtime::Builder::new_multi_thread()
                .worker_threads(threads)
                .build()?,
        };
        let run = async |which| match which {
            0 => channel(messages).await,
            _ => broker(messages).await,
        };
        let sides = interleaved(["tokio mpsc", "memory"], report.rounds, run);
        let [channels, brokers] = runtime.block_on(sides)?;
        report.comparisons.push(Comparison {
            what: format!("memory, 100 bytes, two tasks on {threads} thread(s)"),
            goals: vec![("memory", 0.70)],
            base: channels,
            sides: vec![brokers],
            enough: Some(1e6),
            repeated: Vec::new(),
        });
    }
    Ok(())
}

/// One producer that sends and one consumer that receives and acknowledges.
async fn broker(messages: usize) -> Outcome<Run> {
    let backend = Memory::new();
    let topic = "q1/tg/flow/throughput".parse()?;
    let none: Option<SchemaInfo> = None;
    let consumer = backend.create_consumer(&topic, "s", none, ConsumerOptions::default());
    let consumer = consumer.await?;
    let producer = backend.create_producer(&topic, none, ProducerOptions::default());
    let producer = producer.await?;
    let clock = Clock::start();
    let sending = tokio::spawn(async move {
        for _ in 0..messages {
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
        for _ in 0..messages {
            consumer.receive().await?.ack().await?;
        }
        Outcome::Ok(())
    });
    sending.await??;
    receiving.await??;
    Ok(clock.stop(messages))
}

async fn channel(messages: usize) -> Outcome<Run> {
    let (sender, mut receiver) = tokio::sync::mpsc::channel(1_000);
    let clock = Clock::start();
    let sending = tokio::spawn(async move {
        for _ in 0..messages {
            sender.send(Bytes::copy_from_slice(&PAYLOAD)).await?;
        }
        Outcome::Ok(())
    });
    let receiving = tokio::spawn(async move {
        let mut bytes = 0;
        while let Some(message) = receiver.recv().await {
            bytes += message.len();
        }
        bytes
    });
    sending.await??;
    let received = receiving.await?;
    let run = clock.stop(messages);
    assert_eq!(received, messages * PAYLOAD.len());
    Ok(run)
}
