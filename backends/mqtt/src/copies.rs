//! Copies of one message of quality q2: a sender that repeats a message gives it the same identity, and a consumer
//! processes one of them.

use std::collections::HashMap;
use std::time::Duration;

use tg_pubsub_backend::dedup::Window;
use tokio::time::Instant;

use crate::remembered::Knowledge;

/// Which messages were settled of late, and which are open.
#[derive(Debug)]
pub(crate) struct Copies {
    settled: Window,
    /// The packets of messages that are open: the one that was handed out, and copies that came since.
    open: HashMap<Box<str>, Vec<u16>>,
}

/// What is known of a message that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    New,
    /// It is being processed.
    Open,
    /// It was processed.
    Settled,
}

/// Most settled messages that are known, and for how long.
const REMEMBERED: usize = 10_000;
const AGE: Duration = Duration::from_secs(3_600);

impl Default for Copies {
    fn default() -> Self {
        Copies {
            settled: Window::new(REMEMBERED, AGE),
            open: HashMap::new(),
        }
    }
}

impl Copies {
    pub(crate) fn arrive(&mut self, id: &str, packet: u16) -> Seen {
        if self.settled.contains(id, Instant::now()) {
            return Seen::Settled;
        }
        match self.open.get_mut(id) {
            Some(packets) => {
                packets.push(packet);
                Seen::Open
            }
            None => {
                self.open.insert(id.into(), vec![packet]);
                Seen::New
            }
        }
    }

    /// It was processed: the packets of its copies, which are to be acknowledged too.
    pub(crate) fn settle(&mut self, id: &str, packet: u16) -> Vec<u16> {
        let mut copies = self.open.remove(id).unwrap_or_default();
        copies.retain(|copy| *copy != packet);
        self.settled.insert(id, Instant::now());
        copies
    }

    /// The subscription is gone, and with it everything that could come again.
    pub(crate) fn forget_all(&mut self) {
        *self = Copies::default();
    }

    /// The connection is gone: what was open comes again.
    pub(crate) fn forget_open(&mut self) {
        self.open.clear();
    }
}

impl Knowledge for Copies {
    fn tells_something(&mut self) -> bool {
        !self.open.is_empty() || !self.settled.is_empty_at(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_settled_with_the_first() {
        let mut copies = Copies::default();
        assert_eq!(copies.arrive("a", 1), Seen::New);
        assert_eq!(copies.arrive("a", 2), Seen::Open);
        assert_eq!(copies.arrive("b", 3), Seen::New);
        assert_eq!(copies.settle("a", 1), [2]);
        assert_eq!(copies.arrive("a", 4), Seen::Settled);
        copies.forget_open();
        assert_eq!(copies.arrive("b", 3), Seen::New);
        assert_eq!(copies.arrive("a", 4), Seen::Settled);
    }

    #[test]
    fn they_tell_something_until_their_subscription_ends() {
        let mut copies = Copies::default();
        assert!(!copies.tells_something());
        copies.arrive("a", 1);
        assert!(copies.tells_something());
        copies.settle("a", 1);
        assert!(copies.tells_something());
        copies.forget_all();
        assert!(!copies.tells_something());
        assert_eq!(copies.arrive("a", 1), Seen::New);
    }
}
