//! Apache Pulsar: `q0` is a non-persistent topic, `q1` and `q2` are persistent ones.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{self, Downgraded, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, USUAL, note};

/// The broker's default of 5 MiB, less what metadata may take.
const MAX_PAYLOAD: usize = 5 * 1024 * 1024 - 10 * 1024;

pub(super) const PROFILE: Profile = Profile {
    name: "pulsar",
    capabilities,
    topic_name: topic::pulsar::name,
    // The broker counts while one consumer of the subscription is there.
    attempts_survive: false,
    ..USUAL
};

const NOT_KEPT: Support =
    Unsupported("a non-persistent topic keeps nothing while nobody consumes; use q1");

fn capabilities(qos: Qos) -> Capabilities {
    let mut persistent = Capabilities::all(Format::Json)
        .with(
            Feature::Q2,
            Downgraded(
                "as q1; repetitions of a named producer are dropped where the broker de-duplicates",
            ),
        )
        .with(Feature::NackDelay, note::HELD_BEFORE)
        .with(Feature::KeyOrder, note::USE_KEY_SHARED)
        .with(
            Feature::Routed,
            Unsupported("the broker does not tell; it keeps what subscriptions may need"),
        )
        .with(
            Feature::TopicAdmin,
            Unsupported("topics come to be when somebody uses them; pulsar-admin deletes them"),
        );
    persistent.max_payload = Some(MAX_PAYLOAD);
    match qos {
        Qos::Q1 | Qos::Q2 => persistent,
        Qos::Q0 => persistent
            .with(
                Feature::Earliest,
                Downgraded("a non-persistent topic has no history; begins with the latest"),
            )
            .with(Feature::Offline, NOT_KEPT)
            .with(Feature::OfflineUnnamed, NOT_KEPT)
            .with(Feature::Nack, note::KEPT_BY_CONSUMER)
            .with(
                Feature::CrashRedelivery,
                Unsupported("a non-persistent topic delivers once or not at all; use q1"),
            )
            .with(Feature::Attempts, note::COUNTED_BY_CONSUMER),
    }
}
