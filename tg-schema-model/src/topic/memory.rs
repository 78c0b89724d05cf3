//! The backend inside the process: `tenant/namespace/queue`.

use super::Topic;

/// The name.
pub fn name(topic: &Topic) -> String {
    topic.joined('/')
}

/// The addresses that a name may stand for.
pub fn candidates(name: &str) -> Vec<Topic> {
    Topic::parted(name, '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let topic: Topic = "q0/tg/flow/x".parse().expect("a topic");
        assert_eq!(name(&topic), "tg/flow/x");
        assert_eq!(candidates("tg/flow/x").first(), Some(&topic));
    }
}
