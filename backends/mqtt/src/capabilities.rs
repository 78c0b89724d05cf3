//! What MQTT does for a topic.

use tg_schema::Qos;
use tg_schema::pubsub::{Capabilities, Feature, Support};

use crate::packet::FORMAT;

pub(crate) const fn of(qos: Qos) -> Capabilities {
    use Support::{Downgraded, Emulated, Unsupported};

    let offline = match qos {
        Qos::Q0 => Unsupported("q0 is not kept for consumers that are away; use q1"),
        Qos::Q1 | Qos::Q2 => Support::Native,
    };
    let crash = match qos {
        Qos::Q0 => Unsupported("q0 is delivered once or not at all; use q1"),
        Qos::Q1 | Qos::Q2 => Support::Native,
    };
    let routed = match qos {
        Qos::Q1 => Support::Native,
        Qos::Q0 | Qos::Q2 => Unsupported("the broker tells it for q1 only"),
    };
    Capabilities::all(FORMAT)
        .with(
            Feature::Q2,
            Emulated("exactly once between client and broker; a consumer knows repetitions by the message's identity"),
        )
        .with(
            Feature::Exclusive,
            Downgraded("a second consumer takes the subscription over, the first one ends"),
        )
        .with(
            Feature::Failover,
            Unsupported("use an exclusive consumer, which another takes over, or shared consumers"),
        )
        .with(
            Feature::KeyShared,
            Unsupported("use one topic a key, or shared consumers"),
        )
        .with(
            Feature::Earliest,
            Downgraded("there is no history; a new subscription begins with the retained message, if there is one"),
        )
        .with(Feature::Offline, offline)
        .with(Feature::CrashRedelivery, crash)
        .with(
            Feature::Nack,
            Emulated("the message stays unacknowledged and waits in the consumer"),
        )
        .with(
            Feature::NackDelay,
            Emulated("the message stays unacknowledged and waits in the consumer"),
        )
        .with(
            Feature::Attempts,
            Emulated("counted by the consumer; after a restart it goes on from 2"),
        )
        .with(Feature::Keys, Emulated("a user property, which does not order"))
        .with(Feature::PublishTime, Emulated("the sender's clock, in a user property"))
        .with(Feature::Routed, routed)
        .with(
            Feature::Schemas,
            Unsupported("MQTT keeps no schemas; check changes before they are deployed"),
        )
        .with(
            Feature::TopicAdmin,
            Unsupported("topics come to be when somebody uses them"),
        )
}
