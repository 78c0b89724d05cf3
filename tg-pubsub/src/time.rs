//! Points in time that never overflow, and times that ran out.

use std::time::Duration;

pub(crate) use tg_pubsub_backend::after;
use tg_schema::pubsub::Error;
use tokio::time::Instant;

/// A time that does not come.
pub(crate) fn far_future() -> Instant {
    after(Duration::MAX)
}

/// The time after this one from then, however long it is.
pub(crate) fn after_this(start: Instant, time: Duration) -> Instant {
    start.checked_add(time).unwrap_or_else(far_future)
}

/// How long it is until then.
pub(crate) fn until(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

/// The same, where a part that ran out of what was left of a time tells of the whole, which is what the caller gave.
pub(crate) fn of_the_whole<T>(done: Result<T, Error>, within: Duration) -> Result<T, Error> {
    done.map_err(|error| match error {
        Error::Timeout { operation, .. } => Error::Timeout {
            operation,
            after: within,
        },
        error => error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_tells_of_the_whole_time() {
        let part = Error::Timeout {
            operation: "close",
            after: Duration::from_micros(1_999_512),
        };
        let told = of_the_whole::<()>(Err(part), Duration::from_secs(2));
        let told = told.expect_err("a time-out").to_string();
        assert_eq!(told, "close: nothing within 2s");
        let other = Error::Closed { what: "producer" };
        let told = of_the_whole::<()>(Err(other), Duration::from_secs(2));
        assert!(matches!(told, Err(Error::Closed { .. })), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_is_too_long() {
        assert!(after(Duration::MAX) > after(Duration::from_secs(1_000_000)));
        assert_eq!(until(after(Duration::from_secs(5))), Duration::from_secs(5));
        let past = Instant::now();
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(until(past), Duration::ZERO);
    }
}
