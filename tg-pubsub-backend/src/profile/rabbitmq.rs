//! RabbitMQ: a topic is an exchange and a routing key, a subscription is a queue.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{Downgraded, Emulated, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, SecondExclusive};

pub(super) const PROFILE: Profile = Profile {
    name: "rabbitmq",
    capabilities,
    topic_name: topic::rabbitmq::name,
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
            Feature::KeyShared,
            Unsupported("use one topic a key, or shared consumers"),
        )
        .with(
            Feature::Earliest,
            Downgraded("begins with what was sent since the subscription's queue was made"),
        )
        .with(
            Feature::NackDelay,
            Emulated("the message waits in the consumer before it is given back"),
        )
        .with(
            Feature::Extend,
            Unsupported("the broker has one time limit for all; raise its consumer_timeout"),
        )
        .with(Feature::Keys, Emulated("a header, which does not order"))
        .with(
            Feature::PublishTime,
            Emulated("the sender's clock, in a header"),
        )
        .with(
            Feature::Schemas,
            Unsupported("RabbitMQ keeps no schemas; check changes before they are deployed"),
        )
        .with(
            Feature::TopicAdmin,
            Unsupported("topics come to be when somebody uses them"),
        );
    match qos {
        Qos::Q1 | Qos::Q2 => all,
        Qos::Q0 => all
            .with(
                Feature::Offline,
                Unsupported("q0 is not kept for consumers that are away; use q1"),
            )
            .with(
                Feature::Nack,
                Emulated("the consumer keeps the message and delivers it again"),
            )
            .with(
                Feature::CrashRedelivery,
                Unsupported("q0 is delivered once or not at all; use q1"),
            )
            .with(Feature::Attempts, Emulated("counted by the consumer"))
            .with(
                Feature::Routed,
                Unsupported("q0 is sent without a confirmation; use q1"),
            ),
    }
}
