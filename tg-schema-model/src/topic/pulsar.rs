//! Pulsar: `persistent://tenant/namespace/queue`, and `non-persistent://…` for best effort.
//!
//! Exactly once is a persistent topic with de-duplication, which its name does not show.

use super::{Qos, Topic, TopicError, TopicPart};

const PERSISTENT: &str = "persistent://";
const NON_PERSISTENT: &str = "non-persistent://";

/// Pulsar's name of a topic.
pub fn name(topic: &Topic) -> String {
    let scheme = match topic.qos {
        Qos::Q0 => NON_PERSISTENT,
        Qos::Q1 | Qos::Q2 => PERSISTENT,
    };
    format!("{scheme}{}", topic.joined('/'))
}

/// The full name of a topic that may be written in a short form: `x` is `persistent://public/default/x`.
pub fn full_name(name: &str) -> String {
    match name.split('/').count() {
        _ if name.contains("://") => name.to_owned(),
        1 => format!("{PERSISTENT}public/default/{name}"),
        _ => format!("{PERSISTENT}{name}"),
    }
}

/// The address of a Pulsar topic, persistent ones as `q1`.
///
/// Accepts full names, the short forms `tenant/namespace/queue` and `queue` (in `public/default`), and the
/// names of single partitions, which give the topic that they are a part of.
pub fn parse(name: &str) -> Result<Topic, TopicError> {
    const EXPECTED: &str =
        "persistent://tenant/namespace/queue or non-persistent://tenant/namespace/queue";
    let refuse = || TopicError::new(TopicPart::Whole, 0..name.len(), name, EXPECTED);
    let (qos, path) = if let Some(path) = name.strip_prefix(NON_PERSISTENT) {
        (Qos::Q0, path)
    } else if let Some(path) = name.strip_prefix(PERSISTENT) {
        (Qos::Q1, path)
    } else {
        (Qos::Q1, name)
    };
    let parts: Vec<&str> = path.split('/').collect();
    let (tenant, namespace, queue) = match *parts.as_slice() {
        [queue] if path == name => ("public", "default", queue),
        [tenant, namespace, queue] => (tenant, namespace, queue),
        _ => return Err(refuse()),
    };
    let queue = partition(queue).unwrap_or(queue);
    Topic::new(qos, tenant, namespace, queue).map_err(|wrong| TopicError {
        range: place(name, &wrong.found),
        ..wrong
    })
}

/// The addresses that a Pulsar name may stand for: a persistent topic is `q1` or `q2`.
pub fn candidates(name: &str) -> Vec<Topic> {
    match parse(name) {
        Ok(topic) if topic.qos == Qos::Q0 => vec![topic],
        Ok(topic) => vec![topic.clone(), topic.with_qos(Qos::Q2)],
        Err(_) => Vec::new(),
    }
}

/// `x` of `x-partition-3`.
pub(super) fn partition(queue: &str) -> Option<&str> {
    let (head, number) = queue.rsplit_once("-partition-")?;
    (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(head)
}

/// Whether brokers keep something of their own in a topic of this name, in each namespace.
pub(super) fn is_system(queue: &str) -> bool {
    queue == "__change_events"
        || queue.starts_with("__transaction_buffer_snapshot")
        || queue.ends_with("__transaction_pending_ack")
}

/// Where `part` stands in `name`: the last place, so that the scheme is not met; all of it where the part
/// was not written.
fn place(name: &str, part: &str) -> std::ops::Range<usize> {
    match name.rfind(part) {
        Some(start) if !part.is_empty() => start..start + part.len(),
        _ => 0..name.len(),
    }
}

/// What a person should write instead of a Pulsar name.
pub fn neutral(name: &str) -> Option<String> {
    name.contains("://")
        .then(|| parse(name).ok())
        .flatten()
        .map(|topic| topic.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_quality_of_service() {
        for (address, pulsar) in [
            ("q0/tg/request/x", "non-persistent://tg/request/x"),
            ("q1/tg/flow/x", "persistent://tg/flow/x"),
            ("q2/tg/config/x", "persistent://tg/config/x"),
        ] {
            let topic: Topic = address.parse().expect("a topic");
            assert_eq!(name(&topic), pulsar);
            assert!(candidates(pulsar).contains(&topic));
        }
        assert_eq!(candidates("persistent://tg/flow/x").len(), 2);
        assert_eq!(candidates("non-persistent://tg/flow/x").len(), 1);
    }

    #[test]
    fn short_forms_and_partitions() {
        for (pulsar, address) in [
            ("x", "q1/public/default/x"),
            ("tg/flow/x", "q1/tg/flow/x"),
            ("persistent://tg/flow/x-partition-12", "q1/tg/flow/x"),
            ("non-persistent://tg/flow/x", "q0/tg/flow/x"),
        ] {
            assert_eq!(parse(pulsar).map(|t| t.to_string()), Ok(address.to_owned()));
        }
        assert_eq!(
            neutral("persistent://tg/flow/x"),
            Some("q1/tg/flow/x".into())
        );
        assert_eq!(neutral("tg/flow/x"), None);
        for (short, full) in [
            ("x", "persistent://public/default/x"),
            ("tg/flow/x", "persistent://tg/flow/x"),
            ("non-persistent://tg/flow/x", "non-persistent://tg/flow/x"),
        ] {
            assert_eq!(full_name(short), full);
        }
    }

    #[test]
    fn other_names_are_refused() {
        for name in [
            "",
            "persistent://x",
            "persistent://a/b",
            "persistent://t/cluster/n/q",
            "kafka://a/b/c",
            "a/b",
        ] {
            assert!(parse(name).is_err(), "{name:?}");
        }
        let error = parse("persistent://t/n/a:b").expect_err("a colon");
        assert_eq!((error.part, error.range), (TopicPart::Queue, 17..20));
        assert_eq!(error.expected, super::super::error::QUEUE);
    }
}
