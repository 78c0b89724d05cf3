//! Redis Streams: key `tenant:namespace:queue`.

use super::Topic;

/// The key of the stream.
pub fn name(topic: &Topic) -> String {
    topic.joined(':')
}

/// The addresses that a key may stand for.
pub fn candidates(name: &str) -> Vec<Topic> {
    Topic::parted(name, ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let topic: Topic = "q0/tg/flow/a.b".parse().expect("a topic");
        assert_eq!(name(&topic), "tg:flow:a.b");
        assert!(candidates("tg:flow:a.b").contains(&topic));
        assert!(candidates("tg:flow").is_empty());
        assert!(candidates("tg:flow:a:b").is_empty());
    }
}
