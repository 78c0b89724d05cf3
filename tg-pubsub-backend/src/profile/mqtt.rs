//! MQTT 5.

use tg_schema::Qos;
use tg_schema::pubsub::Support::{self, Downgraded, Emulated, Native, Unsupported};
use tg_schema::pubsub::{Capabilities, Feature, Format};
use tg_schema_model::topic;

use super::{Profile, SecondExclusive, note};

pub(super) const PROFILE: Profile = Profile {
    name: "mqtt",
    capabilities,
    topic_name: topic::mqtt::name,
    second_exclusive: SecondExclusive::TakesOver,
    attempts_survive: false,
    tells_duplicates: false,
    members_unsubscribe: true,
    refuses_property,
    refuses_text,
};

/// Most bytes of a text.
const MAX_TEXT: usize = u16::MAX as usize;

/// User property with the key of a message.
pub const KEY: &str = "tg-key";
/// User property with the identity of a message.
pub const ID: &str = "tg-id";
/// User property with the time of publication, in milliseconds since 1970, UTC.
pub const TIME: &str = "tg-time";
/// Before the name of a property of which name or value have characters that MQTT does not carry. Both are then
/// written with `%`, as in addresses of the web.
pub const ESCAPED: &str = "tg-escaped:";

fn refuses_property(name: &str) -> Option<&'static str> {
    let reserved = [KEY, ID, TIME].contains(&name) || name.starts_with(ESCAPED);
    reserved.then_some("the name is reserved")
}

fn refuses_text(text: &str) -> Option<&'static str> {
    if text.contains('\0') {
        return Some("the character NUL cannot be sent over MQTT");
    }
    (text.len() > MAX_TEXT).then_some("name and value may have 65,535 bytes each over MQTT")
}

const LOCAL: Support = Emulated("the message stays unacknowledged and waits in the consumer");

/// mosquitto confirms it nevertheless, so that nobody is told.
const UNANSWERED: &str = "request (where many wait, mosquitto drops those beyond its setting max_queued_messages, 1000 by default)";

/// A member that has a name keeps its place; the backend of an instance that has one says so.
const UNNAMED: Support = Downgraded(
    "a shared consumer that ends in order leaves; set --instance-id to keep its place while it is away",
);

fn capabilities(qos: Qos) -> Capabilities {
    let (offline, unnamed, crash) = match qos {
        Qos::Q0 => (note::Q0_NOT_KEPT, note::Q0_NOT_KEPT, note::Q0_ONCE),
        Qos::Q1 | Qos::Q2 => (Native, UNNAMED, Native),
    };
    let routed = match qos {
        Qos::Q1 => Native,
        Qos::Q0 | Qos::Q2 => Unsupported("the broker tells it for q1 only"),
    };
    let mut all = Capabilities::all(Format::Json);
    if qos != Qos::Q0 {
        all.unanswered = Some(UNANSWERED);
    }
    all
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
            note::ONE_TOPIC_A_KEY,
        )
        .with(
            Feature::Earliest,
            Downgraded("there is no history; a new subscription begins with the retained message, if there is one"),
        )
        .with(Feature::Offline, offline)
        .with(Feature::OfflineUnnamed, unnamed)
        .with(Feature::Nack, LOCAL)
        .with(Feature::NackDelay, LOCAL)
        .with(Feature::CrashRedelivery, crash)
        .with(
            Feature::Attempts,
            Emulated("counted by the consumer; after a restart it goes on from 2"),
        )
        .with(
            Feature::Keys,
            Emulated("a user property, by which one consumer orders, and the broker does not"),
        )
        .with(Feature::KeyOrder, note::WITHIN_EACH)
        .with(
            Feature::PublishTime,
            Emulated("the sender's clock, in correlation data"),
        )
        .with(Feature::Routed, routed)
        .with(
            Feature::Schemas,
            Unsupported("MQTT keeps no schemas; check changes before they are deployed"),
        )
        .with(
            Feature::TopicAdmin,
            note::TOPICS_BY_USE,
        )
}
