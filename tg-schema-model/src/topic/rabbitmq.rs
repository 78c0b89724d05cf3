//! RabbitMQ: exchange `tenant.namespace`, routing key `queue`; every subscription has a queue of its own.

use super::Topic;

/// The exchange.
pub fn exchange(topic: &Topic) -> String {
    format!("{}.{}", topic.tenant, topic.namespace)
}

/// The routing key.
pub fn routing_key(topic: &Topic) -> String {
    topic.queue.clone()
}

/// Exchange and routing key as one name, for reports.
pub fn name(topic: &Topic) -> String {
    topic.joined('.')
}

/// The queue that collects a topic's messages for a subscription. The colon is in no part of a topic, so
/// two pairs never share a queue.
pub fn queue(topic: &Topic, subscription: &str) -> String {
    format!("{}:{subscription}", name(topic))
}

/// The addresses that an exchange and a routing key may stand for.
pub fn candidates(exchange: &str, routing_key: &str) -> Vec<Topic> {
    match exchange.split_once('.') {
        Some((tenant, namespace)) => Topic::candidates(tenant, namespace, routing_key),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let topic: Topic = "q2/tg/flow/a.b".parse().expect("a topic");
        assert_eq!(exchange(&topic), "tg.flow");
        assert_eq!(routing_key(&topic), "a.b");
        assert_eq!(name(&topic), "tg.flow.a.b");
        assert_eq!(queue(&topic, "workers"), "tg.flow.a.b:workers");
        assert!(candidates("tg.flow", "a.b").contains(&topic));
        for (exchange, key) in [
            ("", "a"),
            ("tg", "a"),
            ("tg.flow.x", "a"),
            ("amq.topic", "a"),
            ("tg.flow", ""),
        ] {
            assert!(candidates(exchange, key).is_empty(), "{exchange} {key}");
        }
    }
}
