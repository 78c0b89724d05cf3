//! How a lost link is taken up again: attempts, with growing pauses, for a bounded time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::failure::Failure;

const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Attempts until one succeeds. `passes` tells whether another attempt is worth while.
pub(crate) async fn attempts<T, F: Future<Output = Result<T, Failure>>>(
    within: Duration,
    passes: fn(&Failure) -> bool,
    mut attempt: impl FnMut() -> F,
) -> Result<T, Failure> {
    let end = Instant::now() + within;
    let mut pause = FIRST_PAUSE;
    loop {
        let why = match attempt().await {
            Ok(done) => return Ok(done),
            Err(why) => why,
        };
        let left = end.saturating_duration_since(Instant::now());
        if !passes(&why) || left.is_zero() {
            return Err(why);
        }
        tracing::debug!(why = why.text(), ?left, "another attempt follows");
        sleep(pause.min(left)).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

/// Attaches what lost its link until it is attached, or `settled` says that it need not be any more. A link may be lost
/// again as soon as it is there.
pub(crate) async fn until_settled<F: Future<Output = Result<(), Failure>>>(
    within: Duration,
    attach: impl Fn() -> F,
    settled: impl Fn() -> bool,
) -> Result<(), Failure> {
    loop {
        attempts(within, Failure::is_passing_after_loss, &attach).await?;
        if settled() {
            return Ok(());
        }
    }
}

/// Whether something that is being opened is worth another attempt: the broker is there, and not ready yet.
pub(crate) fn not_ready(failure: &Failure) -> bool {
    matches!(failure, Failure::NotReady(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn attempts_end_in_time() {
        let start = Instant::now();
        let mut count = 0;
        let failed: Result<(), _> = attempts(Duration::from_secs(5), Failure::is_passing, || {
            count += 1;
            async { Err(Failure::Connection("x".to_owned())) }
        })
        .await;
        assert_eq!(failed, Err(Failure::Connection("x".to_owned())));
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert!((10..20).contains(&count), "{count}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_that_is_lost_again_is_taken_up_again() {
        let count = std::cell::Cell::new(0);
        let attach = || {
            count.set(count.get() + 1);
            async { Ok(()) }
        };
        let done = until_settled(Duration::ZERO, attach, || count.get() == 3).await;
        assert_eq!((done, count.get()), (Ok(()), 3));
        let attach = || async { Err(Failure::Closed) };
        let failed = until_settled(Duration::ZERO, attach, || true).await;
        assert_eq!(failed, Err(Failure::Closed));
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_ends_them() {
        let mut answers = [Err(Failure::Closed), Err(Failure::NotReady(String::new()))].into_iter();
        let failed: Result<(), _> = attempts(Duration::from_secs(5), not_ready, || {
            let answer = answers.next_back().unwrap_or(Ok(()));
            async { answer }
        })
        .await;
        assert_eq!(failed, Err(Failure::Closed));
        let done = attempts(Duration::ZERO, not_ready, || async { Ok(1) }).await;
        assert_eq!(done, Ok(1));
    }
}
