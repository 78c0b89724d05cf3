//! How many messages the broker may send: what was taken from it and is settled makes room for others.

/// Counts permits. The broker sends a batch as a whole, so that there may be fewer than none.
#[derive(Debug)]
pub(crate) struct Window {
    size: u32,
    /// Permits that the broker has and has not used.
    granted: i64,
    /// Permits that it can have, and that were not worth a command of their own yet.
    free: u64,
}

impl Window {
    pub(crate) fn new(size: u32) -> Self {
        Window {
            size: size.max(1),
            granted: 0,
            free: 0,
        }
    }
    /// A new link: all of it is to be granted.
    pub(crate) fn open(&mut self) -> u64 {
        self.granted = self.size.into();
        self.free = 0;
        self.size.into()
    }
    /// The broker sent so many messages.
    pub(crate) fn used(&mut self, messages: u32) {
        self.granted = self.granted.saturating_sub(messages.into());
    }
    /// So many messages are settled. What is to be granted now, where that is worth it.
    pub(crate) fn freed(&mut self, messages: u32) -> Option<u64> {
        self.free = self.free.saturating_add(messages.into());
        let worth = self.free >= self.size.div_ceil(2).into() || self.granted <= 0;
        if !worth || self.free == 0 {
            return None;
        }
        let free = std::mem::take(&mut self.free);
        self.granted = self.granted.saturating_add_unsigned(free);
        Some(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_come_in_halves_unless_the_broker_has_none() {
        let mut window = Window::new(10);
        assert_eq!(window.open(), 10);
        window.used(6);
        assert_eq!(
            (window.freed(1), window.freed(3), window.freed(1)),
            (None, None, Some(5))
        );
        window.used(9);
        assert_eq!(window.freed(1), Some(1), "it waits for room");
        window.used(5);
        assert_eq!(window.freed(1), Some(1), "it sent more than it was granted");
        assert_eq!(Window::new(0).open(), 1);
    }

    #[test]
    fn what_no_batch_has_is_given_back_to_the_last_one() {
        let mut window = Window::new(10);
        window.open();
        window.used(3);
        assert_eq!(window.freed(3), None);
        window.used(u32::MAX);
        assert_eq!(window.freed(u32::MAX), Some(u64::from(u32::MAX) + 3));
        window.used(6);
        assert_eq!(window.freed(6), Some(6), "it counts on as before");
    }

    #[test]
    fn nothing_is_granted_twice() {
        let mut window = Window::new(7);
        let (mut granted, mut used, mut held) = (window.open(), 0, 0);
        for i in 0..1_000_u32 {
            let sent = (i % 3).min(u32::try_from(granted).expect("few") - used);
            window.used(sent);
            used += sent;
            held += sent;
            let settled = (i % 2).min(held);
            held -= settled;
            granted += window.freed(settled).unwrap_or(0);
            assert!(granted - u64::from(used) + u64::from(held) <= 7, "{i}");
        }
    }
}
