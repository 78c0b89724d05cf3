//! Kafka: topic `tenant.namespace.queue`. Tenant and namespace have no dot, so the first two dots part it.

use super::Topic;

/// The topic name.
pub fn name(topic: &Topic) -> String {
    topic.joined('.')
}

/// The addresses that a topic name may stand for.
pub fn candidates(name: &str) -> Vec<Topic> {
    match *name.splitn(3, '.').collect::<Vec<_>>().as_slice() {
        [tenant, namespace, queue] => Topic::candidates(tenant, namespace, queue),
        _ => Vec::new(),
    }
}

/// The name under which Kafka keeps metrics. Brokers refuse a topic whose metrics name is taken.
pub fn metrics_name(topic: &Topic) -> String {
    name(topic).replace('.', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let topic: Topic = "q1/tg/flow/a.b".parse().expect("a topic");
        assert_eq!(name(&topic), "tg.flow.a.b");
        assert_eq!(metrics_name(&topic), "tg_flow_a_b");
        assert!(candidates("tg.flow.a.b").contains(&topic));
        assert_eq!(candidates("tg.flow.a.b").len(), 3);
        for other in ["", "tg.flow", "tg..a", "__consumer_offsets"] {
            assert!(candidates(other).is_empty(), "{other}");
        }
    }
}
