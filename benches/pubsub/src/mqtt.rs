//! A typed message and bytes over MQTT, beside the client crate on the same broker.

use std::sync::Arc;

use tg_pubsub::{PubSub, Raw as Plain};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::Message as _;
use tg_schema::pubsub::Bytes;

use crate::Outcome;
use crate::ours::{Ours, SIZE, SOON, request};
use crate::raw::Raw;
use crate::report::{Comparison, Report};
use crate::rounds::interleaved;

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
        let run = async |which| match (which, many) {
            (0, true) => raw.flood(messages).await,
            (0, false) => raw.turns(messages).await,
            (1, true) => same.flood(messages).await,
            (1, false) => same.turns(messages).await,
            (2, true) => typed.flood(messages).await,
            (2, false) => typed.turns(messages).await,
            (_, true) => bytes.flood(messages).await,
            (_, false) => bytes.turns(messages).await,
        };
        let [base, same, typed, bytes] = interleaved(
            [
                "rumqttc-v5-next",
                "… with our properties",
                "typed, JSON",
                "bytes",
            ],
            report.rounds,
            run,
        )
        .await?;
        report.comparisons.push(Comparison {
            what: format!("MQTT, q1, 1 KB, {what}"),
            goals: vec![("typed, JSON", 0.90), ("bytes", 0.95)],
            base,
            sides: vec![same, typed, bytes],
            enough: None,
            repeated: Vec::new(),
        });
    }
    typed.close().await?;
    bytes.close().await?;
    raw.close().await?;
    same.close().await?;
    pubsub.close(SOON).await?;
    Ok(())
}
