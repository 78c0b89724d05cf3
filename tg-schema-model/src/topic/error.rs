//! What is wrong with a topic address, and where in its text.

use std::fmt;
use std::ops::Range;

pub(super) const QOS: &str = "q0 (best effort), q1 (at least once) or q2 (exactly once)";
pub(super) const NAME: &str = "one or more of A-Z a-z 0-9 _ -";
pub(super) const QUEUE: &str = "one or more of A-Z a-z 0-9 . _ -";
pub(super) const DOTS: &str = "a name other than . and ..";
pub(super) const AMQ: &str = "a tenant other than amq, which RabbitMQ keeps for itself";
pub(super) const PARTITION: &str =
    "a queue that does not end in -partition- and a number, which Pulsar keeps for partitions";
pub(super) const SYSTEM: &str = "a queue that is none of the topics that Pulsar keeps for itself";
pub(super) const LENGTH: &str = "at most 249 bytes for tenant, namespace and queue together";
pub(super) const PARTS: &str = "four parts, qos/tenant/namespace/queue, such as q1/tg/flow/config";
pub(super) const SCHEME: &str =
    "a neutral address such as q1/tg/flow/config, not a broker's own name";

/// The part of an address that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TopicPart {
    /// All of it.
    Whole,
    /// Quality of service.
    Qos,
    /// Tenant.
    Tenant,
    /// Namespace.
    Namespace,
    /// Queue.
    Queue,
}

impl fmt::Display for TopicPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            TopicPart::Whole => "topic",
            TopicPart::Qos => "quality of service",
            TopicPart::Tenant => "tenant",
            TopicPart::Namespace => "namespace",
            TopicPart::Queue => "queue",
        })
    }
}

/// An address that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicError {
    /// The part that is wrong.
    pub part: TopicPart,
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// What stands there.
    pub found: String,
    /// What was expected there.
    pub expected: &'static str,
}

impl TopicError {
    pub(super) fn new(
        part: TopicPart,
        range: Range<usize>,
        found: &str,
        expected: &'static str,
    ) -> Self {
        TopicError {
            part,
            range,
            found: found.to_owned(),
            expected,
        }
    }
}

impl fmt::Display for TopicError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.found.is_empty() {
            write!(f, "the {} is empty: expected {}", self.part, self.expected)
        } else {
            write!(
                f,
                "{:?} is no legal {}: expected {}",
                self.found, self.part, self.expected
            )
        }
    }
}

impl std::error::Error for TopicError {}

#[cfg(test)]
mod tests {
    use super::super::Topic;

    #[test]
    fn text_says_what_and_what_was_expected() {
        let text = |topic: &str| topic.parse::<Topic>().expect_err(topic).to_string();
        assert_eq!(
            text("q7/tg/flow/x"),
            "\"q7\" is no legal quality of service: expected q0 (best effort), q1 (at least once) or q2 (exactly once)"
        );
        assert_eq!(
            text("q1//flow/x"),
            "the tenant is empty: expected one or more of A-Z a-z 0-9 _ -"
        );
    }
}
