//! A typed message and bytes over Pulsar, beside the client crate on the same broker.

use std::sync::Arc;

use tg_pubsub::{PubSub, Raw as Plain};
use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Message as _;
use tg_schema::pubsub::Bytes;

use crate::Outcome;
use crate::ours::{Ours, SOON, request};
use crate::pulsar_raw::Raw;
use crate::report::{Comparison, Report};
use crate::rounds::interleaved;

/// So many messages with many in flight, and so many one after the other.
pub async fn measure(url: &str, flood: usize, turns: usize, report: &mut Report) -> Outcome<()> {
    let message = request()?;
    let payload = Bytes::from(message.to_json()?);
    let pubsub = |receipts: bool| -> Outcome<PubSub> {
        let mut config = PulsarConfig::new(url);
        config.ack_receipt = receipts;
        Ok(PubSub::new(Arc::new(Pulsar::new(config)?)))
    };
    // The client crate sends acknowledgements and asks for no answer.
    let (told, usual) = (pubsub(false)?, pubsub(true)?);
    let mut raw = Raw::open(url, payload.to_vec()).await?;
    let typed = Ours::open(&told, "q1/tg/flow/typed", message).await?;
    let bytes = Ours::open(&told, "q1/tg/flow/bytes", Plain(payload.clone())).await?;
    let receipts = Ours::open(&usual, "q1/tg/flow/receipts", Plain(payload)).await?;

    for (what, messages, many) in [
        ("64 in flight", flood, true),
        ("one after the other", turns, false),
    ] {
        let run = async |which| match (which, many) {
            (0, _) => raw.run(messages, many).await,
            (1, true) => typed.flood(messages).await,
            (1, false) => typed.turns(messages).await,
            (2, true) => bytes.flood(messages).await,
            (2, false) => bytes.turns(messages).await,
            (_, true) => receipts.flood(messages).await,
            (_, false) => receipts.turns(messages).await,
        };
        let [base, typed, bytes, receipts] = interleaved(
            ["pulsar", "typed, JSON", "bytes", "… with ack receipts"],
            report.rounds,
            run,
        )
        .await?;
        report.comparisons.push(Comparison {
            what: format!("Pulsar, q1, 1 KB, {what}"),
            goals: vec![("typed, JSON", 0.90), ("bytes", 0.95)],
            base,
            sides: vec![typed, bytes, receipts],
            enough: None,
            repeated: std::mem::take(&mut raw.repeated),
        });
    }
    typed.close().await?;
    bytes.close().await?;
    receipts.close().await?;
    told.close(SOON).await?;
    usual.close(SOON).await?;
    Ok(())
}
