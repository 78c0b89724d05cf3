//! Messages of one key one after the other, those of others beside them.

use std::collections::{HashMap, VecDeque};

/// Items that wait for their turn. Of each key one is handled at a time, in the order in which they came; items without
/// a key have no order. At most `limit` are handled at a time and `room` wait.
pub(crate) struct Lanes<M> {
    limit: usize,
    room: usize,
    /// Keys of which an item is handled or ready, and what came after it.
    queues: HashMap<String, VecDeque<M>>,
    ready: VecDeque<(Option<String>, M)>,
    running: usize,
    waiting: usize,
}

impl<M> Lanes<M> {
    pub(crate) fn new(limit: usize, room: usize) -> Self {
        Lanes {
            limit: limit.max(1),
            room: room.max(1),
            queues: HashMap::new(),
            ready: VecDeque::new(),
            running: 0,
            waiting: 0,
        }
    }

    /// Whether another item may come.
    pub(crate) fn has_room(&self) -> bool {
        self.waiting < self.room
    }

    pub(crate) fn push(&mut self, key: Option<String>, item: M) {
        self.waiting += 1;
        if let Some(key) = &key {
            if let Some(queue) = self.queues.get_mut(key) {
                queue.push_back(item);
                return;
            }
            self.queues.insert(key.clone(), VecDeque::new());
        }
        self.ready.push_back((key, item));
    }

    /// An item whose turn it is. Its key is to be given to [`Lanes::done`].
    pub(crate) fn begin(&mut self) -> Option<(Option<String>, M)> {
        if self.running >= self.limit {
            return None;
        }
        let begun = self.ready.pop_front()?;
        self.running += 1;
        self.waiting -= 1;
        Some(begun)
    }

    /// Lets go of what waits, in its order, but for what comes after an item that is handled now.
    pub(crate) fn release(&mut self) {
        for (key, item) in self.ready.drain(..) {
            self.waiting -= 1;
            drop(item);
            if let Some(queue) = key.and_then(|key| self.queues.remove(&key)) {
                self.waiting -= queue.len();
                drop(queue);
            }
        }
    }

    /// An item was handled.
    pub(crate) fn done(&mut self, key: Option<String>) {
        self.running = self.running.saturating_sub(1);
        let Some(key) = key else { return };
        match self.queues.get_mut(&key).and_then(VecDeque::pop_front) {
            Some(next) => self.ready.push_back((Some(key), next)),
            None => {
                self.queues.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(k: &str) -> Option<String> {
        Some(k.to_owned())
    }

    #[test]
    fn one_of_a_key_at_a_time_in_order() {
        let mut lanes = Lanes::new(2, 10);
        for (k, item) in [("a", 1), ("a", 2), ("b", 3), ("a", 4), ("c", 5)] {
            lanes.push(key(k), item);
        }
        assert_eq!(lanes.begin(), Some((key("a"), 1)));
        assert_eq!(lanes.begin(), Some((key("b"), 3)));
        assert_eq!(lanes.begin(), None, "two are handled");
        lanes.done(key("b"));
        assert_eq!(lanes.begin(), Some((key("c"), 5)), "not a second one of a");
        lanes.done(key("a"));
        assert_eq!(lanes.begin(), Some((key("a"), 2)));
        lanes.done(key("c"));
        lanes.done(key("a"));
        assert_eq!(lanes.begin(), Some((key("a"), 4)));
        lanes.done(key("a"));
        assert!(lanes.queues.is_empty() && lanes.running == 0 && lanes.waiting == 0);
    }

    #[test]
    fn what_is_released_goes_in_order_and_what_follows_a_handled_item_stays() {
        use std::cell::RefCell;
        use std::rc::Rc;

        struct Item(&'static str, Rc<RefCell<Vec<&'static str>>>);
        impl Drop for Item {
            fn drop(&mut self) {
                self.1.borrow_mut().push(self.0);
            }
        }
        let gone = Rc::new(RefCell::new(Vec::new()));
        let mut lanes = Lanes::new(1, 10);
        for item in ["a1", "a2", "b1", "b2", "c1", "a3", "b3"] {
            lanes.push(key(&item[..1]), Item(item, gone.clone()));
        }
        let handled = lanes.begin().expect("a1");
        lanes.release();
        assert_eq!(*gone.borrow(), ["b1", "b2", "b3", "c1"]);
        assert_eq!(lanes.waiting, 2);
        drop(handled);
        drop(lanes);
        assert_eq!(gone.borrow()[4..], ["a1", "a2", "a3"]);
    }

    #[test]
    fn waiting_is_bounded_and_no_key_is_no_order() {
        let mut lanes = Lanes::new(3, 2);
        lanes.push(None, 1);
        assert!(lanes.has_room());
        lanes.push(None, 2);
        assert!(!lanes.has_room());
        assert_eq!(lanes.begin(), Some((None, 1)));
        assert_eq!(lanes.begin(), Some((None, 2)));
        assert!(lanes.has_room());
    }
}
