//! Messages that wait for their time: items with a due time into items one by one, earliest first.
//!
//! A broker without delayed redelivery leaves it to its backend, which keeps the message here. There is no timer
//! task: the owner asks for what is due, or awaits [`Hold::next`]. Time is tokio's, so a paused clock works.

use std::collections::BTreeMap;

use tokio::time::Instant;

/// Items that wait, bounded in number and in bytes.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub_backend::hold::Hold;
/// use tokio::time::Instant;
///
/// let now = Instant::now();
/// let mut hold = Hold::new(2, 1_000);
/// hold.put("later", 100, now + Duration::from_secs(2)).expect("room");
/// hold.put("sooner", 100, now + Duration::from_secs(1)).expect("room");
/// assert_eq!(hold.put("one more", 100, now), Err("one more"));
/// assert_eq!(hold.pop_due(now), None);
/// assert_eq!(hold.pop_due(now + Duration::from_secs(5)), Some("sooner"));
/// ```
#[derive(Debug)]
pub struct Hold<T> {
    /// By due time, and for one time in the order of arrival.
    items: BTreeMap<(Instant, u64), (T, usize)>,
    arrivals: u64,
    bytes: usize,
    max_items: usize,
    max_bytes: usize,
}

impl<T> Hold<T> {
    /// An empty hold for at most `max_items` items of `max_bytes` bytes together.
    pub const fn new(max_items: usize, max_bytes: usize) -> Self {
        Hold {
            items: BTreeMap::new(),
            arrivals: 0,
            bytes: 0,
            max_items,
            max_bytes,
        }
    }

    /// Keeps an item of `bytes` bytes until `due`. An item larger than the whole hold is taken when the hold is empty.
    ///
    /// # Errors
    /// The item, where there is no room for it.
    pub fn put(&mut self, item: T, bytes: usize, due: Instant) -> Result<(), T> {
        if !self.has_room(bytes) {
            return Err(item);
        }
        self.arrivals += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        self.items.insert((due, self.arrivals), (item, bytes));
        Ok(())
    }

    /// Whether an item of `bytes` bytes would be taken.
    pub fn has_room(&self, bytes: usize) -> bool {
        self.items.len() < self.max_items
            && (self.items.is_empty() || self.bytes.saturating_add(bytes) <= self.max_bytes)
    }

    /// The earliest item, where its time has come.
    pub fn pop_due(&mut self, now: Instant) -> Option<T> {
        let first = self.items.first_entry()?;
        if first.key().0 > now {
            return None;
        }
        let (item, bytes) = first.remove();
        self.bytes = self.bytes.saturating_sub(bytes);
        Some(item)
    }

    /// When the earliest item is due.
    pub fn next_due(&self) -> Option<Instant> {
        self.items.first_key_value().map(|((due, _), _)| *due)
    }

    /// The earliest item, as soon as its time has come. Never answers while the hold is empty. Dropping the future
    /// loses nothing.
    pub async fn next(&mut self) -> T {
        loop {
            match self.next_due() {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
            if let Some(item) = self.pop_due(Instant::now()) {
                return item;
            }
        }
    }

    /// Takes out everything, earliest first: what waited for a link that is gone goes back to its broker.
    pub fn drain(&mut self) -> impl Iterator<Item = T> + use<T> {
        self.bytes = 0;
        std::mem::take(&mut self.items)
            .into_values()
            .map(|(item, _)| item)
    }

    /// How many items wait.
    pub fn len(&self) -> usize {
        self.items.len()
    }
    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
    /// Bytes of the items that wait.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn items_come_at_their_time_and_in_order() {
        let start = Instant::now();
        let mut hold = Hold::new(10, 100);
        for (item, after) in [("c", 3), ("a", 1), ("b", 1)] {
            assert_eq!(hold.put(item, 1, start + SECOND * after), Ok(()));
        }
        for (item, after) in [("a", 1), ("b", 1), ("c", 3)] {
            assert_eq!(hold.next().await, item);
            assert_eq!(start.elapsed().as_secs(), after);
        }
        assert!(hold.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_can_be_given_up() {
        let mut hold = Hold::new(10, 100);
        assert!(tokio::time::timeout(SECOND, hold.next()).await.is_err());
        assert_eq!(hold.put('x', 1, Instant::now() + SECOND * 5), Ok(()));
        assert!(tokio::time::timeout(SECOND, hold.next()).await.is_err());
        assert_eq!(hold.len(), 1);
        assert_eq!(hold.next().await, 'x');
    }

    #[test]
    fn it_is_bounded() {
        let now = Instant::now();
        let mut hold = Hold::new(2, 10);
        assert_eq!(hold.put(1, 50, now), Ok(()), "alone it may be larger");
        assert_eq!(hold.put(2, 1, now), Err(2), "bytes");
        assert_eq!(hold.pop_due(now), Some(1));
        assert_eq!(hold.put(3, 4, now), Ok(()));
        assert_eq!(hold.put(4, 6, now), Ok(()));
        assert_eq!(hold.put(5, 0, now), Err(5), "number");
        assert_eq!((hold.len(), hold.bytes()), (2, 10));
        assert_eq!(hold.drain().collect::<Vec<_>>(), [3, 4]);
        assert_eq!((hold.len(), hold.bytes(), hold.next_due()), (0, 0, None));
    }
}
