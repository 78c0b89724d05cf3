//! `pulsar-peer`: the generated Rust types on a Pulsar broker, for tests in other languages.
//!
//! The argument is the broker's address. Each line of standard input is `operation module.Record topic hex`; each line
//! of standard output is `ok hex` or `error text`. Operations: `attach` opens a producer and a consumer and closes them,
//! `send` sends a message that is given in JSON, `receive` receives one and gives it in JSON, `close` closes both.

use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};
use std::time::Duration;

use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, InitialPosition, Outgoing, ProducerOptions,
    PubSubBackend as _,
};
use tg_schema_tests::{Operations, all, unhex};

/// Subscription of every topic.
const SUBSCRIPTION: &str = "rust";
const PATIENCE: Duration = Duration::from_secs(120);

struct Peer {
    backend: Pulsar,
    types: HashMap<&'static str, Operations>,
    producers: HashMap<String, Box<dyn BackendProducer>>,
    consumers: HashMap<String, Box<dyn BackendConsumer>>,
}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

impl Peer {
    async fn answer(&mut self, line: &str) -> Result<Vec<u8>, String> {
        let mut parts = line.split(' ');
        let (Some(operation), Some(name), Some(topic)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err("expected: operation module.Record topic hex".into());
        };
        let bytes = unhex(parts.next().unwrap_or("")).ok_or("the bytes are not hexadecimal")?;
        match operation {
            "attach" => {
                self.open(name, topic).await?;
                self.close(topic).await?;
                Ok(Vec::new())
            }
            "send" => self.send(name, topic, &bytes).await,
            "receive" => self.receive(name, topic).await,
            "close" => self.close(topic).await.map(|()| Vec::new()),
            other => Err(format!("no operation {other}")),
        }
    }

    fn of(&self, name: &str) -> Result<&Operations, String> {
        self.types
            .get(name)
            .ok_or_else(|| format!("no record {name}"))
    }

    async fn open(&mut self, name: &str, place: &str) -> Result<(), String> {
        let schema = Some((self.of(name)?.info)().map_err(text)?);
        let topic: Topic = place.parse().map_err(text)?;
        if !self.producers.contains_key(place) {
            let options = ProducerOptions::default().send_timeout(PATIENCE);
            let opened = self.backend.create_producer(&topic, schema, options).await;
            self.producers
                .insert(place.to_owned(), opened.map_err(text)?);
        }
        if !self.consumers.contains_key(place) {
            let options = ConsumerOptions::default().position(InitialPosition::Earliest);
            let opened = self
                .backend
                .create_consumer(&topic, SUBSCRIPTION, schema, options)
                .await;
            self.consumers
                .insert(place.to_owned(), opened.map_err(text)?);
        }
        Ok(())
    }

    async fn send(&mut self, name: &str, topic: &str, json: &[u8]) -> Result<Vec<u8>, String> {
        self.open(name, topic).await?;
        let written = (self.of(name)?.json)(json).map_err(text)?;
        let producer = self.producers.get(topic).ok_or("no producer")?;
        let receipt = producer.send(Outgoing::new(written)).await.map_err(text)?;
        Ok(receipt.id.unwrap_or_default().into_bytes())
    }

    async fn receive(&mut self, name: &str, topic: &str) -> Result<Vec<u8>, String> {
        self.open(name, topic).await?;
        let consumer = self.consumers.get(topic).ok_or("no consumer")?;
        let received = tokio::time::timeout(PATIENCE, consumer.receive()).await;
        let delivery = received.map_err(text)?.map_err(text)?;
        let read = (self.of(name)?.json)(&delivery.payload).map_err(text)?;
        delivery.ack().await.map_err(text)?;
        Ok(read)
    }

    async fn close(&mut self, topic: &str) -> Result<(), String> {
        if let Some(producer) = self.producers.remove(topic) {
            producer.close(PATIENCE).await.map_err(text)?;
        }
        if let Some(consumer) = self.consumers.remove(topic) {
            consumer.close(PATIENCE).await.map_err(text)?;
        }
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("usage: pulsar-peer URL")?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    // A loaded machine takes its time, and so does its broker.
    let mut config = PulsarConfig::new(url);
    config.connect_timeout = PATIENCE;
    config.operation_timeout = PATIENCE;
    let mut peer = Peer {
        backend: runtime.block_on(async { Pulsar::new(config) })?,
        types: all().into_iter().map(|o| (o.name, o)).collect(),
        producers: HashMap::new(),
        consumers: HashMap::new(),
    };
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        match runtime.block_on(peer.answer(&line?)) {
            Ok(bytes) => writeln!(out, "ok {}", tg_schema_model::fingerprint::hex(&bytes))?,
            Err(e) => writeln!(out, "error {}", e.replace('\n', " "))?,
        }
        out.flush()?;
    }
    Ok(())
}
