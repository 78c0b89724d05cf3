//! What is known of client identifiers, for the next consumer that has one: kept while it is in use or tells something,
//! so that identifiers that never come back leave nothing behind.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Something that is known of an identifier.
pub(crate) trait Knowledge {
    /// Whether it would change anything for the next consumer.
    fn tells_something(&mut self) -> bool;
}

/// By client identifier.
#[derive(Debug)]
pub(crate) struct Remembered<T>(HashMap<String, Arc<Mutex<T>>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Remembered(HashMap::new())
    }
}

impl<T: Knowledge> Remembered<T> {
    pub(crate) fn get(&self, id: &str) -> Option<&Arc<Mutex<T>>> {
        self.0.get(id)
    }

    /// Remembers something in the place of what was known before, and gives that.
    pub(crate) fn insert(&mut self, id: String, value: Arc<Mutex<T>>) -> Option<Arc<Mutex<T>>> {
        // Swept when it would grow.
        if self.0.len() == self.0.capacity() {
            self.0.retain(|_, known| {
                Arc::strong_count(known) > 1 || {
                    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.tells_something()
                }
            });
        }
        self.0.insert(id, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Knowledge for bool {
        fn tells_something(&mut self) -> bool {
            *self
        }
    }

    #[test]
    fn what_nobody_uses_and_tells_nothing_is_forgotten() {
        let mut remembered = Remembered::default();
        let used = Arc::new(Mutex::new(false));
        remembered.insert("used".to_owned(), Arc::clone(&used));
        remembered.insert("telling".to_owned(), Arc::new(Mutex::new(true)));
        for number in 0..10_000 {
            remembered.insert(number.to_string(), Arc::default());
        }
        assert!(remembered.0.len() < 10, "{}", remembered.0.len());
        assert!(remembered.get("used").is_some());
        assert!(remembered.get("telling").is_some());
        let replaced = remembered.insert("used".to_owned(), Arc::default());
        assert!(replaced.is_some_and(|replaced| Arc::ptr_eq(&replaced, &used)));
    }
}
