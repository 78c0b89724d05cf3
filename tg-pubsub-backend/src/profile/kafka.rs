//! Apache Kafka, with a schema registry.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{self, Downgraded, Emulated};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, SecondExclusive, USUAL, note};

/// The client's default for a message.
const MAX_PAYLOAD: usize = 1_000_000;

pub(super) const PROFILE: Profile = Profile {
    name: "kafka",
    capabilities,
    topic_name: topic::kafka::name,
    second_exclusive: SecondExclusive::Waits,
    attempts_survive: false,
    ..USUAL
};

const LOCAL: Support =
    Emulated("the consumer delivers it again; its partition is committed no further meanwhile");
const ONE_PARTITION: Support =
    Downgraded("a group on a topic of one partition: one consumes, the others wait");

fn capabilities(qos: Qos) -> Capabilities {
    let mut all = Capabilities::all(Format::Avro)
        .with(
            Feature::Q2,
            Downgraded("an idempotent producer, and consumers that drop repetitions of late by the message's identity"),
        )
        .with(
            Feature::Shared,
            Emulated("a consumer group; no more consumers get messages than there are partitions"),
        )
        .with(Feature::Exclusive, ONE_PARTITION)
        .with(Feature::Failover, ONE_PARTITION)
        .with(
            Feature::KeyShared,
            Emulated("messages of a key are in one partition, and that has one consumer"),
        )
        .with(
            Feature::Temporary,
            Emulated("a consumer group that its last consumer deletes"),
        )
        .with(Feature::Nack, LOCAL)
        .with(Feature::NackDelay, LOCAL)
        .with(
            Feature::Attempts,
            Emulated("counted by the consumer; begins anew after a restart"),
        )
        .with(
            Feature::Routed,
            note::KEPT_FOR_GROUPS,
        );
    all.max_payload = Some(MAX_PAYLOAD);
    match qos {
        Qos::Q1 | Qos::Q2 => all,
        Qos::Q0 => all.with(
            Feature::CrashRedelivery,
            Downgraded("what was fetched counts as processed; use q1"),
        ),
    }
}
