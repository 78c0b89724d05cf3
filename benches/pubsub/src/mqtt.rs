//! A typed message and bytes over MQTT, beside the client crate on the same broker.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::{PubSub, Raw as Plain};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::Message as _;
use tg_schema::pubsub::Bytes;
use tg_test_brokers::Mosquitto;

use crate::Outcome;
use crate::ours::{Ours, Request, SIZE, SOON, request};
use crate::raw::Raw;
use crate::report::Comparison;
use crate::rounds::{Run, Side, interleaved, median, processor_time};

/// How `--side` calls the sides.
pub const NAMES: [&str; 4] = ["client", "properties", "typed", "bytes"];

const TITLES: [&str; NAMES.len()] = [
    "rumqttc-v5-next",
    "… with our properties",
    "typed, JSON",
    "bytes",
];

struct Sides {
    pubsub: PubSub,
    raw: Raw,
    same: Raw,
    typed: Ours<Request>,
    bytes: Ours<Plain>,
}

impl Sides {
    async fn open(port: u16) -> Outcome<Self> {
        let message = request()?;
        let payload = Bytes::from(message.to_json()?);
        assert_eq!(payload.len(), SIZE);
        let backend = Mqtt::new(MqttConfig::new("127.0.0.1", port).instance("bench"))?;
        let pubsub = PubSub::new(Arc::new(backend));
        Ok(Sides {
            raw: Raw::open(port, payload.clone(), false).await?,
            same: Raw::open(port, payload.clone(), true).await?,
            typed: Ours::open(&pubsub, "q1/tg/bench/typed", message).await?,
            bytes: Ours::open(&pubsub, "q1/tg/bench/bytes", Plain(payload)).await?,
            pubsub,
        })
    }

    /// One side by its place in [`NAMES`], with many in flight or one after the other.
    async fn run(&mut self, which: usize, messages: usize, many: bool) -> Outcome<Run> {
        match (which, many) {
            (0, true) => self.raw.flood(messages).await,
            (0, false) => self.raw.turns(messages).await,
            (1, true) => self.same.flood(messages).await,
            (1, false) => self.same.turns(messages).await,
            (2, true) => self.typed.flood(messages).await,
            (2, false) => self.typed.turns(messages).await,
            (_, true) => self.bytes.flood(messages).await,
            (_, false) => self.bytes.turns(messages).await,
        }
    }

    async fn close(self) -> Outcome<()> {
        self.typed.close().await?;
        self.bytes.close().await?;
        self.raw.close().await?;
        self.same.close().await?;
        Ok(self.pubsub.close(SOON).await?)
    }
}

/// So many messages with many in flight, and so many one after the other.
pub struct Messages {
    pub flood: usize,
    pub turns: usize,
}

/// All sides in this process, so many rounds.
pub async fn measure(port: u16, messages: &Messages, rounds: usize) -> Outcome<[Comparison; 2]> {
    let mut sides = Sides::open(port).await?;
    let mut comparisons = comparisons();
    for (comparison, (messages, many)) in comparisons
        .iter_mut()
        .zip([(messages.flood, true), (messages.turns, false)])
    {
        let run = async |which| sides.run(which, messages, many).await;
        let measured: [Side; NAMES.len()] = interleaved(TITLES, rounds, run).await?;
        comparison.add(measured)?;
    }
    sides.close().await?;
    Ok(comparisons)
}

/// What is compared, without a measurement.
pub fn comparisons() -> [Comparison; 2] {
    let [base, sides @ ..] = TITLES;
    ["64 in flight", "one after the other"].map(|what| Comparison {
        what: format!("MQTT, q1, 1 KB, {what}"),
        goals: vec![("typed, JSON", 0.90), ("bytes", 0.95)],
        base: Side::new(base),
        sides: sides.map(Side::new).to_vec(),
        enough: None,
        repeated: Vec::new(),
    })
}

/// One side with many messages in flight, so that what it does can be counted: system calls, instructions.
pub async fn alone(
    broker: &Mosquitto,
    messages: usize,
    rounds: usize,
    which: usize,
) -> Outcome<String> {
    let mut sides = Sides::open(broker.port()).await?;
    let pid = broker.pid().ok_or("mosquitto does not run")?;
    sides.run(which, messages, true).await?;
    let (before, started) = (busy(pid)?, processor_time());
    let mut rates = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        rates.push(sides.run(which, messages, true).await?.rate);
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / (rounds * messages) as f64;
    let text = format!(
        "{}: {:.0} /s; {:.2} us processor time for a message, and {:.2} us of mosquitto",
        NAMES.get(which).copied().unwrap_or_default(),
        median(rates.into_iter()),
        each(processor_time().saturating_sub(started)),
        each(busy(pid)?.saturating_sub(before)),
    );
    sides.close().await?;
    Ok(text)
}

/// Processor time of another process that has one thread.
fn busy(pid: u32) -> Outcome<Duration> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/schedstat"))?;
    let nanoseconds = text.split_whitespace().next().unwrap_or_default();
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}
