//! The messages of a topic in the order in which they came.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::config::Config;
use crate::message::Stored;

/// A log that forgets at its front.
#[derive(Debug, Default)]
pub(crate) struct Log {
    first: u64,
    bytes: usize,
    messages: VecDeque<Arc<Stored>>,
}

impl Log {
    /// Place of the oldest message that is kept.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }
    /// Place that the next message gets.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.messages.len() as u64
    }
    pub(crate) fn push(&mut self, message: Arc<Stored>) {
        self.bytes += message.size;
        self.messages.push_back(message);
    }
    pub(crate) fn get(&self, place: u64) -> Option<&Arc<Stored>> {
        let at = usize::try_from(place.checked_sub(self.first)?).ok()?;
        self.messages.get(at)
    }
    pub(crate) fn from(&self, place: u64) -> impl Iterator<Item = &Arc<Stored>> {
        let at = usize::try_from(place.saturating_sub(self.first)).unwrap_or(usize::MAX);
        self.messages.iter().skip(at)
    }
    /// Whether there is more than history may be.
    pub(crate) fn is_long(&self, config: &Config) -> bool {
        self.messages.len() > config.history_messages || self.bytes > config.history_bytes
    }
    /// Forgets the oldest messages before `cursor` until history is within its limits.
    pub(crate) fn trim(&mut self, cursor: u64, config: &Config) {
        while self.first < cursor && self.is_long(config) {
            let Some(message) = self.messages.pop_front() else {
                return;
            };
            self.first += 1;
            self.bytes -= message.size;
        }
    }
}
