//! RabbitMQ: a topic is an exchange and a routing key, a subscription is a queue.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{Downgraded, Emulated, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, USUAL, note};

pub(super) const PROFILE: Profile = Profile {
    name: "rabbitmq",
    capabilities,
    topic_name: topic::rabbitmq::name,
    ..USUAL
};

fn capabilities(qos: Qos) -> Capabilities {
    let all = Capabilities::all(Format::Json)
        .with(Feature::Q2, note::LATE_DEDUP)
        .with(Feature::KeyShared, note::ONE_TOPIC_A_KEY)
        .with(Feature::KeyOrder, note::WITHIN_EACH)
        .with(
            Feature::Earliest,
            Downgraded("begins with what was sent since the subscription's queue was made"),
        )
        .with(Feature::NackDelay, note::HELD_BEFORE)
        .with(
            Feature::Extend,
            Unsupported("the broker has one time limit for all; raise its consumer_timeout"),
        )
        .with(
            Feature::Keys,
            Emulated("a header, by which one consumer orders, and the broker does not"),
        )
        .with(
            Feature::PublishTime,
            Emulated("the sender's clock, in a header"),
        )
        .with(
            Feature::Schemas,
            Unsupported("RabbitMQ keeps no schemas; check changes before they are deployed"),
        )
        .with(Feature::TopicAdmin, note::TOPICS_BY_USE);
    match qos {
        Qos::Q1 | Qos::Q2 => all,
        Qos::Q0 => all
            .with(Feature::Offline, note::Q0_NOT_KEPT)
            .with(Feature::OfflineUnnamed, note::Q0_NOT_KEPT)
            .with(Feature::Nack, note::KEPT_BY_CONSUMER)
            .with(Feature::CrashRedelivery, note::Q0_ONCE)
            .with(Feature::Attempts, note::COUNTED_BY_CONSUMER)
            .with(
                Feature::Routed,
                Unsupported("q0 is sent without a confirmation; use q1"),
            ),
    }
}
