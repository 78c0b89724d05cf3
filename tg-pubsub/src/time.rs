//! Points in time that never overflow.

use std::time::Duration;

use tokio::time::Instant;

/// A time that does not come.
pub(crate) fn far_future() -> Instant {
    Instant::now() + Duration::from_secs(60 * 60 * 24 * 365 * 30)
}

/// The time after this one from now, however long it is.
pub(crate) fn after(time: Duration) -> Instant {
    after_this(Instant::now(), time)
}

/// The time after this one from then, however long it is.
pub(crate) fn after_this(start: Instant, time: Duration) -> Instant {
    start.checked_add(time).unwrap_or_else(far_future)
}

/// How long it is until then.
pub(crate) fn until(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn no_time_is_too_long() {
        assert!(after(Duration::MAX) > after(Duration::from_secs(1_000_000)));
        assert_eq!(until(after(Duration::from_secs(5))), Duration::from_secs(5));
        let past = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(until(past), Duration::ZERO);
    }
}
