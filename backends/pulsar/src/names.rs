//! Topics into what Pulsar calls them, and back.

use tg_schema::Topic;
use tg_schema_model::topic::pulsar;

/// The topic's name: `persistent://tenant/namespace/queue`, `non-persistent://…` on `q0`.
pub(crate) fn topic(topic: &Topic) -> String {
    pulsar::name(topic)
}

/// The names of the partitions of a topic that is divided.
pub(crate) fn partitions(name: &str, count: u32) -> impl Iterator<Item = String> {
    (0..count).map(move |number| format!("{name}-partition-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema::TopicError;

    fn address(text: &str) -> Topic {
        text.parse().expect("a topic")
    }

    #[test]
    fn there_and_back() {
        for (text, name) in [
            ("q0/tg/flow/x", "non-persistent://tg/flow/x"),
            ("q1/tg/flow/a.b-c_d", "persistent://tg/flow/a.b-c_d"),
            ("q2/tg/flow/x", "persistent://tg/flow/x"),
        ] {
            let address = address(text);
            assert_eq!(topic(&address), name);
            let parts = partitions(name, 2);
            for name in [name.to_owned()].into_iter().chain(parts) {
                let back = pulsar::candidates(&name);
                assert!(back.contains(&address), "{name}: {back:?}");
            }
        }
    }

    #[test]
    fn what_pulsar_keeps_for_itself_is_no_topic() {
        for text in [
            "q1/tg/flow/x-partition-0",
            "q1/tg/flow/__change_events",
            "q1/tg/flow/__transaction_buffer_snapshot",
            "q1/tg/flow/x-s__transaction_pending_ack",
        ] {
            let error: TopicError = text.parse::<Topic>().expect_err(text);
            assert!(error.to_string().contains("Pulsar keeps"), "{error}");
        }
        for text in ["q1/tg/flow/__x", "q1/tg/flow/x-partition-y"] {
            assert!(text.parse::<Topic>().is_ok(), "{text}");
        }
    }
}
