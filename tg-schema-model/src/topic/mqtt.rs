//! MQTT: topic name `tenant/namespace/queue`; the quality of service travels with each message.

use super::Topic;

/// The topic name.
pub fn name(topic: &Topic) -> String {
    topic.joined('/')
}

/// The addresses that a topic name may stand for.
pub fn candidates(name: &str) -> Vec<Topic> {
    Topic::parted(name, '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let topic: Topic = "q1/tg/flow/a.b".parse().expect("a topic");
        assert_eq!(name(&topic), "tg/flow/a.b");
        assert!(candidates("tg/flow/a.b").contains(&topic));
        assert_eq!(candidates("tg/flow/a.b").len(), 3);
        for other in ["", "tg/flow", "tg/flow/a/b", "tg/+/a", "$SYS/broker/load"] {
            assert!(candidates(other).is_empty(), "{other}");
        }
    }
}
