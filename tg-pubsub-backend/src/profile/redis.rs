//! Redis Streams.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{Downgraded, Emulated, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, SecondExclusive};

pub(super) const PROFILE: Profile = Profile {
    name: "redis",
    capabilities,
    topic_name: topic::redis::name,
    second_exclusive: SecondExclusive::Refused,
    attempts_survive: true,
    tells_duplicates: true,
    members_unsubscribe: false,
    refuses_property: |_| None,
    refuses_text: |_| None,
};

fn capabilities(qos: Qos) -> Capabilities {
    let all = Capabilities::all(Format::Json)
        .with(
            Feature::Q2,
            Downgraded("as q1; consumers drop repetitions of late by the message's identity"),
        )
        .with(
            Feature::Exclusive,
            Unsupported("a group has no such thing; run one consumer, or use shared consumers"),
        )
        .with(
            Feature::Failover,
            Unsupported("use shared consumers; they take over what another left"),
        )
        .with(
            Feature::KeyShared,
            Unsupported("use one topic a key, or shared consumers"),
        )
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
        .with(Feature::Keys, Emulated("a field, which does not order"))
        .with(
            Feature::Routed,
            Unsupported("the broker does not tell; it keeps what groups may need"),
        )
        .with(
            Feature::Schemas,
            Unsupported("Redis keeps no schemas; check changes before they are deployed"),
        );
    match qos {
        Qos::Q1 | Qos::Q2 => all,
        Qos::Q0 => {
            const LOCAL: &str = "the consumer keeps the message and delivers it again";
            all.with(Feature::Nack, Emulated(LOCAL))
                .with(Feature::NackDelay, Emulated(LOCAL))
                .with(Feature::Attempts, Emulated("counted by the consumer"))
                .with(
                    Feature::CrashRedelivery,
                    Unsupported("q0 is read without a record of who has it; use q1"),
                )
        }
    }
}
