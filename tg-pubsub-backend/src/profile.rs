//! What each broker does: a table of capabilities a quality of service, its limits, and how it names a topic.
//!
//! The backend of a broker answers with its own table; the memory backend takes that of another broker to behave
//! like it; documentation is made from them.

mod kafka;
mod memory;
pub mod mqtt;
mod note;
mod pulsar;
mod rabbitmq;
mod redis;

use tg_schema::pubsub::{Capabilities, Format};
use tg_schema::{Qos, Topic};

/// What is known of a broker without asking it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Profile {
    /// Name of its backend.
    pub name: &'static str,
    /// What the backend does for a topic of this quality of service.
    pub capabilities: fn(Qos) -> Capabilities,
    /// The broker's name for a topic.
    pub topic_name: fn(&Topic) -> String,
    /// What becomes of a second consumer that wants the subscription for itself.
    pub second_exclusive: SecondExclusive,
    /// Whether the count of attempts goes on when a message comes back from a consumer that is gone. Where it does
    /// not, the broker tells at most that the message was delivered before.
    pub attempts_survive: bool,
    /// Whether a receipt tells that the message was a repetition. Where it does not, consumers leave repetitions out.
    pub tells_duplicates: bool,
    /// Whether a consumer can unsubscribe while others of its subscription go on: it ends its own part.
    pub members_unsubscribe: bool,
    /// Why a property may not be called so.
    pub refuses_property: fn(&str) -> Option<&'static str>,
    /// Why this cannot be the name or the value of a property, a key or an identity.
    pub refuses_text: fn(&str) -> Option<&'static str>,
}

/// What becomes of a second consumer that wants the subscription for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondExclusive {
    /// It is refused.
    Refused,
    /// It takes over, and the first one ends for good.
    TakesOver,
    /// It waits until the first one is gone.
    Waits,
}

/// What most brokers have in common, under no name.
const USUAL: Profile = Profile {
    name: "",
    capabilities: |_| Capabilities::all(Format::Json),
    topic_name: |_| String::new(),
    second_exclusive: SecondExclusive::Refused,
    attempts_survive: true,
    tells_duplicates: true,
    members_unsubscribe: false,
    refuses_property: |_| None,
    refuses_text: |_| None,
};

impl Profile {
    /// The backend inside the process.
    pub const MEMORY: Profile = memory::PROFILE;
    /// Apache Pulsar.
    pub const PULSAR: Profile = pulsar::PROFILE;
    /// MQTT 5.
    pub const MQTT: Profile = mqtt::PROFILE;
    /// Apache Kafka, with a schema registry.
    pub const KAFKA: Profile = kafka::PROFILE;
    /// Redis Streams.
    pub const REDIS: Profile = redis::PROFILE;
    /// RabbitMQ.
    pub const RABBITMQ: Profile = rabbitmq::PROFILE;

    /// All brokers, in the order of tables.
    pub const ALL: [Profile; 6] = [
        Profile::MEMORY,
        Profile::PULSAR,
        Profile::MQTT,
        Profile::KAFKA,
        Profile::REDIS,
        Profile::RABBITMQ,
    ];

    /// That of a backend.
    ///
    /// ```
    /// use tg_pubsub_backend::profile::Profile;
    /// use tg_schema::{Qos, pubsub::Feature};
    ///
    /// let memory = Profile::by_name("memory").expect("a known broker");
    /// assert!((memory.capabilities)(Qos::Q1).has(Feature::Failover));
    /// assert!(Profile::by_name("none").is_none());
    /// ```
    pub fn by_name(name: &str) -> Option<Profile> {
        Profile::ALL.into_iter().find(|p| p.name == name)
    }
}

#[cfg(test)]
mod tests {
    use tg_schema::pubsub::{Feature, Support};

    use super::*;

    #[test]
    fn notes_are_sentences_for_users() {
        for profile in Profile::ALL {
            for qos in Qos::ALL {
                for (feature, support) in (profile.capabilities)(qos).iter() {
                    let note = support.note();
                    let at = format!("{} {qos} {feature}: {note:?}", profile.name);
                    assert_eq!(note.is_empty(), support == Support::Native, "{at}");
                    assert!(!note.ends_with('.') && note.len() <= 120, "{at}");
                    assert_eq!(note, note.trim(), "{at}");
                }
            }
        }
    }

    #[test]
    fn what_no_backend_may_lack() {
        for profile in Profile::ALL {
            for qos in Qos::ALL {
                let capabilities = (profile.capabilities)(qos);
                for feature in [Feature::Shared, Feature::Nack, Feature::Properties] {
                    assert!(capabilities.has(feature), "{} {feature}", profile.name);
                }
                let taken = capabilities.takes(Feature::of_qos(qos));
                assert!(taken, "{} {qos}", profile.name);
            }
        }
    }

    #[test]
    fn mqtt_refuses_some_texts() {
        let Profile {
            refuses_property,
            refuses_text,
            ..
        } = Profile::MQTT;
        for name in ["tg-key", "tg-id", "tg-time", "tg-escaped:x"] {
            assert!(refuses_property(name).is_some(), "{name}");
        }
        for name in ["tg-keys", "tg-other", "key", ""] {
            assert!(refuses_property(name).is_none(), "{name}");
        }
        assert!(refuses_text("a\0").is_some_and(|why| why.contains("NUL")));
        assert!(refuses_text(&"x".repeat(65_536)).is_some());
        assert!(refuses_text(&"x".repeat(65_535)).is_none());
        assert!((Profile::MEMORY.refuses_text)("a\0").is_none());
    }

    #[test]
    fn brokers_name_topics_in_their_way() {
        let topic: Topic = "q1/tg/flow/x".parse().expect("a topic");
        let names = Profile::ALL.map(|p| (p.name, (p.topic_name)(&topic)));
        let expected = [
            ("memory", "tg/flow/x"),
            ("pulsar", "persistent://tg/flow/x"),
            ("mqtt", "tg/flow/x"),
            ("kafka", "tg.flow.x"),
            ("redis", "tg:flow:x"),
            ("rabbitmq", "tg.flow.x"),
        ];
        assert_eq!(names, expected.map(|(p, n)| (p, n.to_owned())));
        for profile in Profile::ALL {
            assert_eq!(
                Profile::by_name(profile.name).map(|p| p.name),
                Some(profile.name)
            );
        }
    }
}
