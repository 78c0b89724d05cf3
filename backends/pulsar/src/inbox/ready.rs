//! Messages that are ready to be handed out, in their order, and how many bytes they are.

use std::collections::VecDeque;

use super::Held;

#[derive(Default)]
pub(super) struct Ready {
    messages: VecDeque<Held>,
    bytes: usize,
}

impl Ready {
    pub(super) fn push(&mut self, held: Held) {
        self.bytes = self.bytes.saturating_add(held.message.payload.len());
        self.messages.push_back(held);
    }
    pub(super) fn pop(&mut self) -> Option<Held> {
        let held = self.messages.pop_front()?;
        self.bytes = self.bytes.saturating_sub(held.message.payload.len());
        Some(held)
    }
    pub(super) fn clear(&mut self) {
        *self = Ready::default();
    }
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
