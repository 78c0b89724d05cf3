//! `q1/tg/flow/name`: a neutral topic address, its parts, and each broker's name for it.
//!
//! | broker | name | back |
//! |---|---|---|
//! | [`pulsar`] | `persistent://tg/flow/name`, `non-persistent://tg/flow/name` | [`pulsar::parse`] |
//! | [`mqtt`] | `tg/flow/name` | [`mqtt::candidates`] |
//! | [`kafka`] | `tg.flow.name` | [`kafka::candidates`] |
//! | [`rabbitmq`] | exchange `tg.flow`, routing key `name` | [`rabbitmq::candidates`] |
//! | [`redis`] | `tg:flow:name` | [`redis::candidates`] |
//! | [`memory`] | `tg/flow/name` | [`memory::candidates`] |
//!
//! The quality of service is part of the address and, Pulsar apart, of no broker's name: a name has one
//! candidate for each quality, and two topics that differ in nothing else [collide](collides).

mod builder;
mod error;
pub mod kafka;
pub mod memory;
pub mod mqtt;
pub mod pulsar;
pub mod rabbitmq;
pub mod redis;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

pub use builder::{TopicBuilder, topic};
pub use error::{TopicError, TopicPart};

/// Most bytes of tenant, namespace and queue with a separator between each: Kafka's limit on a name.
/// AMQP's limits (255 bytes an exchange or routing key) are kept with it.
pub const MAX_NAME: usize = 249;

/// How often a message may arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qos {
    /// Best effort.
    Q0,
    /// At least once.
    #[default]
    Q1,
    /// Exactly once.
    Q2,
}

impl Qos {
    /// All, from weak to strong.
    pub const ALL: [Qos; 3] = [Qos::Q0, Qos::Q1, Qos::Q2];

    /// `q0`, `q1`, `q2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Qos::Q0 => "q0",
            Qos::Q1 => "q1",
            Qos::Q2 => "q2",
        }
    }
}

impl fmt::Display for Qos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Qos {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        Qos::ALL
            .into_iter()
            .find(|q| q.as_str() == text)
            .ok_or_else(|| TopicError::new(TopicPart::Qos, 0..text.len(), text, error::QOS))
    }
}

/// A neutral topic address; every part is legal on every broker.
///
/// ```
/// # use tg_schema_model::topic::{Qos, Topic, TopicError, topic};
/// let address: Topic = "q2/tg/config/config".parse()?;
/// assert_eq!(address.qos(), Qos::Q2);
/// assert_eq!(address, topic("config").qos(Qos::Q2).namespace("config").build()?);
/// # Ok::<(), TopicError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic {
    qos: Qos,
    tenant: String,
    namespace: String,
    queue: String,
}

impl Topic {
    /// Checks and joins the parts.
    pub fn new(qos: Qos, tenant: &str, namespace: &str, queue: &str) -> Result<Self, TopicError> {
        let ranges = part_ranges(qos.as_str(), tenant, namespace, queue);
        Topic::checked(qos, [tenant, namespace, queue], ranges)
    }
    /// Quality of service.
    pub fn qos(&self) -> Qos {
        self.qos
    }
    /// Tenant.
    pub fn tenant(&self) -> &str {
        &self.tenant
    }
    /// Namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }
    /// Queue.
    pub fn queue(&self) -> &str {
        &self.queue
    }
    /// The same address with another quality of service.
    #[must_use]
    pub fn with_qos(&self, qos: Qos) -> Self {
        Topic {
            qos,
            ..self.clone()
        }
    }
    /// Tenant, namespace and queue with `separator` between them.
    fn joined(&self, separator: char) -> String {
        format!(
            "{}{separator}{}{separator}{}",
            self.tenant, self.namespace, self.queue
        )
    }
    /// The addresses that a name of `joined` may stand for.
    fn parted(name: &str, separator: char) -> Vec<Topic> {
        match *name.split(separator).collect::<Vec<_>>().as_slice() {
            [tenant, namespace, queue] => Topic::candidates(tenant, namespace, queue),
            _ => Vec::new(),
        }
    }
    /// The addresses that a broker's parts may stand for, one a quality of service.
    fn candidates(tenant: &str, namespace: &str, queue: &str) -> Vec<Topic> {
        match Topic::new(Qos::Q0, tenant, namespace, queue) {
            Ok(topic) => Qos::ALL.map(|qos| topic.with_qos(qos)).into(),
            Err(_) => Vec::new(),
        }
    }
    /// Checks `[tenant, namespace, queue]`; `ranges` say where they stand in the text.
    fn checked(qos: Qos, parts: [&str; 3], ranges: [Range<usize>; 3]) -> Result<Self, TopicError> {
        const NAMES: [TopicPart; 3] = [TopicPart::Tenant, TopicPart::Namespace, TopicPart::Queue];
        let [tenant_range, _, queue_range] = ranges.clone();
        for ((name, part), range) in NAMES.into_iter().zip(parts).zip(ranges) {
            check_part(name, part, range)?;
        }
        let [tenant, namespace, queue] = parts;
        if tenant.len() + namespace.len() + queue.len() + 2 > MAX_NAME {
            let range = tenant_range.start..queue_range.end;
            let text = format!("{tenant}/{namespace}/{queue}");
            return Err(TopicError::new(
                TopicPart::Whole,
                range,
                &text,
                error::LENGTH,
            ));
        }
        Ok(Topic {
            qos,
            tenant: tenant.into(),
            namespace: namespace.into(),
            queue: queue.into(),
        })
    }
}

/// Whether two addresses differ in quality of service alone: they are one name on most brokers.
pub fn collides(a: &Topic, b: &Topic) -> bool {
    a.qos != b.qos && a.tenant == b.tenant && a.namespace == b.namespace && a.queue == b.queue
}

/// Where the last three parts stand in the joined text.
fn part_ranges(qos: &str, tenant: &str, namespace: &str, queue: &str) -> [Range<usize>; 3] {
    let mut start = qos.len() + 1;
    [tenant, namespace, queue].map(|part| {
        let range = start..start + part.len();
        start = range.end + 1;
        range
    })
}

/// One part other than the quality of service.
fn check_part(name: TopicPart, part: &str, range: Range<usize>) -> Result<(), TopicError> {
    let joins = name == TopicPart::Queue;
    let legal =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || (joins && c == '.');
    let expected = if part.is_empty() || !part.chars().all(legal) {
        if joins { error::QUEUE } else { error::NAME }
    } else if part == "." || part == ".." {
        error::DOTS
    } else if name == TopicPart::Tenant && part == "amq" {
        error::AMQ
    } else if joins && pulsar::partition(part).is_some() {
        error::PARTITION
    } else if joins && pulsar::is_system(part) {
        error::SYSTEM
    } else {
        return Ok(());
    };
    Err(TopicError::new(name, range, part, expected))
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.qos, self.joined('/')))
    }
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        let parts: Vec<&str> = text.split('/').collect();
        let &[qos, tenant, namespace, queue] = parts.as_slice() else {
            let expected = if text.contains("://") {
                error::SCHEME
            } else {
                error::PARTS
            };
            return Err(TopicError::new(
                TopicPart::Whole,
                0..text.len(),
                text,
                expected,
            ));
        };
        let ranges = part_ranges(qos, tenant, namespace, queue);
        Topic::checked(qos.parse()?, [tenant, namespace, queue], ranges)
    }
}

impl TryFrom<&str> for Topic {
    type Error = TopicError;

    fn try_from(text: &str) -> Result<Self, TopicError> {
        text.parse()
    }
}

impl From<&Topic> for String {
    fn from(topic: &Topic) -> String {
        topic.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (TopicPart, String) {
        let error = text.parse::<Topic>().expect_err(text);
        (error.part, text[error.range].to_owned())
    }

    #[test]
    fn text_goes_in_and_out() {
        for text in [
            "q0/tg/request/text-completion",
            "q1/tg/flow/a.b_c",
            "q2/t/n/q",
        ] {
            assert_eq!(
                text.parse::<Topic>().map(|t| t.to_string()),
                Ok(text.to_owned())
            );
        }
    }

    #[test]
    fn the_wrong_part_is_named_and_placed() {
        use TopicPart::{Namespace, Qos, Queue, Tenant, Whole};
        for (text, part, place) in [
            ("q3/tg/flow/x", Qos, "q3"),
            ("Q1/tg/flow/x", Qos, "Q1"),
            ("/tg/flow/x", Qos, ""),
            ("q1/t.g/flow/x", Tenant, "t.g"),
            ("q1//flow/x", Tenant, ""),
            ("q1/amq/flow/x", Tenant, "amq"),
            ("q1/tg/fl ow/x", Namespace, "fl ow"),
            ("q1/tg/flow/", Queue, ""),
            ("q1/tg/flow/a:b", Queue, "a:b"),
            ("q1/tg/flow/é", Queue, "é"),
            ("q1/tg/flow/..", Queue, ".."),
            ("q1/tg/flow/x-partition-3", Queue, "x-partition-3"),
            ("q1/tg/flow/__change_events", Queue, "__change_events"),
            ("tg/flow/x", Whole, "tg/flow/x"),
            ("q1/tg/flow/x/y", Whole, "q1/tg/flow/x/y"),
            ("", Whole, ""),
        ] {
            assert_eq!(refused(text), (part, place.to_owned()), "{text}");
        }
        let url = "persistent://tg/flow/x"
            .parse::<Topic>()
            .expect_err("a Pulsar name");
        assert!(url.to_string().contains("neutral"), "{url}");
    }

    #[test]
    fn names_fit_every_broker() {
        let fits = format!("q1/tg/flow/{}", "x".repeat(MAX_NAME - 8));
        assert_eq!(
            fits.parse::<Topic>().map(|t| kafka::name(&t).len()),
            Ok(MAX_NAME)
        );
        let (part, place) = refused(&format!("{fits}x"));
        assert_eq!(part, TopicPart::Whole);
        assert!(place.starts_with("tg/flow/"));
    }

    #[test]
    fn only_the_quality_of_service_collides() {
        let topic: Topic = "q1/tg/flow/x".parse().expect("a topic");
        assert!(collides(&topic, &topic.with_qos(Qos::Q2)));
        assert!(!collides(&topic, &topic));
        let other: Topic = "q0/tg/flow/y".parse().expect("a topic");
        assert!(!collides(&topic, &other));
    }
}
