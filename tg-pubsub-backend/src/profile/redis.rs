//! Redis Streams.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{Emulated, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, USUAL, note};

pub(super) const PROFILE: Profile = Profile {
    name: "redis",
    capabilities,
    topic_name: topic::redis::name,
    ..USUAL
};

fn capabilities(qos: Qos) -> Capabilities {
    let all = Capabilities::all(Format::Json)
        .with(Feature::Q2, note::LATE_DEDUP)
        .with(
            Feature::Exclusive,
            Unsupported("a group has no such thing; run one consumer, or use shared consumers"),
        )
        .with(
            Feature::Failover,
            Unsupported("use shared consumers; they take over what another left"),
        )
        .with(Feature::KeyShared, note::ONE_TOPIC_A_KEY)
        .with(Feature::KeyOrder, note::WITHIN_EACH)
        .with(
            Feature::Temporary,
            Emulated("a group that its last consumer deletes"),
        )
        .with(
            Feature::Nack,
            Emulated("the message stays pending and the consumer claims it again"),
        )
        .with(
            Feature::NackDelay,
            Emulated("the message stays pending and the consumer claims it when its time has come"),
        )
        .with(
            Feature::Keys,
            Emulated("a field, by which one consumer orders, and the broker does not"),
        )
        .with(Feature::Routed, note::KEPT_FOR_GROUPS)
        .with(
            Feature::Schemas,
            Unsupported("Redis keeps no schemas; check changes before they are deployed"),
        );
    match qos {
        Qos::Q1 | Qos::Q2 => all,
        Qos::Q0 => all
            .with(Feature::Nack, note::KEPT_BY_CONSUMER)
            .with(Feature::NackDelay, note::KEPT_BY_CONSUMER)
            .with(Feature::Attempts, note::COUNTED_BY_CONSUMER)
            .with(
                Feature::CrashRedelivery,
                Unsupported("q0 is read without a record of who has it; use q1"),
            ),
    }
}
