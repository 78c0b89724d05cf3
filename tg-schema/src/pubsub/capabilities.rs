//! What a backend does, what it makes up for, what it lowers, and what it refuses.

use std::fmt;

use super::{ConsumerOptions, ConsumerType, Error, Format, InitialPosition};
use crate::{Qos, Topic};

/// Something that a program may ask of a backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// Best effort.
    Q0,
    /// At least once.
    Q1,
    /// Exactly once.
    Q2,
    /// Consumers compete for messages.
    Shared,
    /// One consumer, a second is refused.
    Exclusive,
    /// Another consumer takes over.
    Failover,
    /// Messages of a key go to one consumer.
    KeyShared,
    /// A new subscription begins with old messages.
    Earliest,
    /// A durable subscription collects while nobody consumes.
    Offline,
    /// … also where its shared consumers have no name of their own, and ended in order. The service layer tells the
    /// downgrade of a backend that declares one, which is an error only where every downgrade is.
    OfflineUnnamed,
    /// A subscription that goes away with its last consumer.
    Temporary,
    /// A subscription can be deleted.
    Unsubscribe,
    /// A message is delivered again on request.
    Nack,
    /// … not before a delay has passed.
    NackDelay,
    /// Unsettled messages of a consumer that died are delivered again.
    CrashRedelivery,
    /// Deliveries of a message are counted.
    Attempts,
    /// More time for a message can be asked for.
    Extend,
    /// Texts travel beside a message.
    Properties,
    /// Messages have keys.
    Keys,
    /// Of several shared consumers that each keep the order of messages of one key, all keep it together.
    KeyOrder,
    /// A message tells when it was published.
    PublishTime,
    /// A receipt tells whether a subscription got the message.
    Routed,
    /// The broker keeps schemas and checks them.
    Schemas,
    /// Topics can be created, deleted and asked for.
    TopicAdmin,
}

impl Feature {
    /// All of them, in the order of tables.
    pub const ALL: [Feature; 24] = [
        Feature::Q0,
        Feature::Q1,
        Feature::Q2,
        Feature::Shared,
        Feature::Exclusive,
        Feature::Failover,
        Feature::KeyShared,
        Feature::Earliest,
        Feature::Offline,
        Feature::OfflineUnnamed,
        Feature::Temporary,
        Feature::Unsubscribe,
        Feature::Nack,
        Feature::NackDelay,
        Feature::CrashRedelivery,
        Feature::Attempts,
        Feature::Extend,
        Feature::Properties,
        Feature::Keys,
        Feature::KeyOrder,
        Feature::PublishTime,
        Feature::Routed,
        Feature::Schemas,
        Feature::TopicAdmin,
    ];

    /// What it is, for tables and messages.
    pub const fn title(self) -> &'static str {
        match self {
            Feature::Q0 => "q0, best effort",
            Feature::Q1 => "q1, at least once",
            Feature::Q2 => "q2, exactly once",
            Feature::Shared => "shared consumers",
            Feature::Exclusive => "exclusive consumer",
            Feature::Failover => "failover consumers",
            Feature::KeyShared => "key-shared consumers",
            Feature::Earliest => "start at the earliest message",
            Feature::Offline => "durable subscription collects while offline",
            Feature::OfflineUnnamed => {
                "durable subscription collects while offline, without an instance id"
            }
            Feature::Temporary => "temporary subscription",
            Feature::Unsubscribe => "unsubscribe",
            Feature::Nack => "negative acknowledgement",
            Feature::NackDelay => "negative acknowledgement with a delay",
            Feature::CrashRedelivery => "redelivery after a crash",
            Feature::Attempts => "count of attempts",
            Feature::Extend => "extend the time for a message",
            Feature::Properties => "properties",
            Feature::Keys => "message keys",
            Feature::KeyOrder => "order by key among several shared consumers",
            Feature::PublishTime => "time of publication",
            Feature::Routed => "receipt tells of subscriptions",
            Feature::Schemas => "schemas checked by the broker",
            Feature::TopicAdmin => "create and delete topics",
        }
    }

    /// That of a quality of service.
    pub const fn of_qos(qos: Qos) -> Feature {
        match qos {
            Qos::Q0 => Feature::Q0,
            Qos::Q1 => Feature::Q1,
            Qos::Q2 => Feature::Q2,
        }
    }
    /// That of a consumer type.
    pub const fn of_consumer_type(consumer_type: ConsumerType) -> Feature {
        match consumer_type {
            ConsumerType::Shared => Feature::Shared,
            ConsumerType::Exclusive => Feature::Exclusive,
            ConsumerType::Failover => Feature::Failover,
            ConsumerType::KeyShared => Feature::KeyShared,
        }
    }
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

/// How far a backend has a feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The broker does it.
    Native,
    /// The broker does not; the backend does, and holds what is promised. The text says how.
    Emulated(&'static str),
    /// Something less happens, with one warning, and an error where downgrades are forbidden. The text says what.
    Downgraded(&'static str),
    /// It is refused. The text says what to do instead.
    Unsupported(&'static str),
}

impl Support {
    /// Whether what was promised is held.
    pub const fn holds(self) -> bool {
        matches!(self, Support::Native | Support::Emulated(_))
    }
    /// How, what, or what instead; empty for [`Support::Native`].
    pub const fn note(self) -> &'static str {
        match self {
            Support::Native => "",
            Support::Emulated(note) | Support::Downgraded(note) | Support::Unsupported(note) => {
                note
            }
        }
    }
}

/// What a backend does for a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capabilities {
    /// How messages travel.
    pub format: Format,
    /// Most bytes of a message, where the broker's limit is known without asking.
    pub max_payload: Option<usize>,
    /// What the time-out of a request that was confirmed and never answered is to be called, where the broker may have dropped
    /// it without telling anybody: `request`, and which of its settings to look at.
    pub unanswered: Option<&'static str>,
    support: [Support; Feature::ALL.len()],
}

/// Something that was asked for and is not fully there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downgrade {
    /// What was asked for.
    pub feature: Feature,
    /// What happens instead.
    pub instead: &'static str,
}

impl Capabilities {
    /// Those of a broker that does everything by itself.
    pub const fn all(format: Format) -> Self {
        Capabilities {
            format,
            max_payload: None,
            unanswered: None,
            support: [Support::Native; Feature::ALL.len()],
        }
    }
    /// With another support of one feature.
    #[must_use]
    pub const fn with(mut self, feature: Feature, support: Support) -> Self {
        self.support[feature as usize] = support;
        self
    }
    /// How far it has a feature.
    pub const fn support(&self, feature: Feature) -> Support {
        self.support[feature as usize]
    }
    /// Whether what the feature promises is held.
    pub const fn has(&self, feature: Feature) -> bool {
        self.support(feature).holds()
    }
    /// Whether the feature is not refused, be it lowered.
    pub const fn takes(&self, feature: Feature) -> bool {
        !matches!(self.support(feature), Support::Unsupported(_))
    }
    /// Each feature and its support.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Feature, Support)> {
        Feature::ALL.into_iter().map(|f| (f, self.support(f)))
    }

    /// What of this is asked for and not fully there.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where something is not there at all, or only lowered and `strict` is set.
    pub fn check(
        &self,
        backend: &str,
        features: impl IntoIterator<Item = Feature>,
        strict: bool,
    ) -> Result<Vec<Downgrade>, Error> {
        let mut downgrades = Vec::new();
        for feature in features {
            match self.support(feature) {
                Support::Native | Support::Emulated(_) => {}
                Support::Downgraded(instead) if !strict => {
                    downgrades.push(Downgrade { feature, instead });
                }
                Support::Downgraded(_) | Support::Unsupported(_) => {
                    return Err(self.unsupported(backend, feature));
                }
            }
        }
        Ok(downgrades)
    }

    /// What a consumer asks for.
    pub fn asked_by_consumer(topic: &Topic, options: &ConsumerOptions) -> Vec<Feature> {
        let mut asked = vec![
            Feature::of_qos(topic.qos()),
            Feature::of_consumer_type(options.consumer_type),
        ];
        if options.position == InitialPosition::Earliest {
            asked.push(Feature::Earliest);
        }
        if !options.durable {
            asked.push(Feature::Temporary);
        } else if topic.qos() != Qos::Q0 {
            asked.push(Feature::Offline);
        }
        asked
    }

    /// The error for a feature that is not fully there.
    pub fn unsupported(&self, backend: &str, feature: Feature) -> Error {
        let hint = match self.support(feature) {
            Support::Downgraded(instead) => {
                format!("what happens instead where downgrades are allowed: {instead}")
            }
            Support::Unsupported(hint) => hint.to_owned(),
            Support::Native | Support::Emulated(_) => "this backend does not do it".to_owned(),
        };
        Error::Unsupported {
            feature: feature.title().to_owned(),
            backend: backend.to_owned(),
            hint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_place() {
        for (i, feature) in Feature::ALL.into_iter().enumerate() {
            assert_eq!(feature as usize, i, "{feature}");
        }
    }

    #[test]
    fn downgrades_are_told_and_refused_where_strict() {
        let weak = Capabilities::all(Format::Json)
            .with(
                Feature::Earliest,
                Support::Downgraded("begins with the latest"),
            )
            .with(
                Feature::Failover,
                Support::Unsupported("use shared consumers"),
            )
            .with(Feature::NackDelay, Support::Emulated("held in memory"));
        let topic: Topic = "q1/tg/flow/x".parse().expect("a topic");
        let options = ConsumerOptions::default().position(InitialPosition::Earliest);
        let asked = Capabilities::asked_by_consumer(&topic, &options);
        let downgrades = weak.check("b", asked.clone(), false).expect("lowered");
        assert_eq!(downgrades.len(), 1);
        assert_eq!(downgrades[0].feature, Feature::Earliest);
        let strict = weak.check("b", asked, true).expect_err("strict");
        assert_eq!(
            strict.to_string(),
            "b cannot do this: start at the earliest message; what happens instead where downgrades are allowed: \
             begins with the latest"
        );
        assert!(weak.check("b", [Feature::NackDelay], true).is_ok());
        let failover = weak
            .check("b", [Feature::Failover], false)
            .expect_err("refused");
        assert!(
            failover.to_string().ends_with("use shared consumers"),
            "{failover}"
        );
    }
}
