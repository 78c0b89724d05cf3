//! How long a link has been silent while somebody waited for it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::time;

/// The silence of the links of one consumer. It goes on from one call to the next, and stands still while nobody
/// receives: a program that works on a message hears nothing, and nothing is wrong.
pub(crate) struct Watchdog {
    after: Duration,
    state: Mutex<State>,
}

struct State {
    generation: u64,
    /// Begin of the silence, moved on by the times in which nobody waited.
    since: Instant,
    waiting: usize,
    /// When the last one stopped to wait.
    left: Instant,
}

/// One that waits, until it is dropped.
struct Waiting<'a>(&'a Watchdog);

impl Watchdog {
    pub(crate) fn new(after: Duration) -> Self {
        let now = Instant::now();
        Watchdog {
            after,
            state: Mutex::new(State {
                generation: 0,
                since: now,
                waiting: 0,
                left: now,
            }),
        }
    }

    /// The longest silence.
    pub(crate) fn after(&self) -> Duration {
        self.after
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message came.
    pub(crate) fn heard(&self) {
        self.state().since = Instant::now();
    }

    /// Ends when the link of this generation has been silent for too long.
    pub(crate) async fn silence(&self, generation: u64) {
        let _waiting = self.wait(generation);
        loop {
            let due = time::after_this(self.state().since, self.after);
            if due <= Instant::now() {
                return;
            }
            sleep_until(due).await;
        }
    }

    fn wait(&self, generation: u64) -> Waiting<'_> {
        let now = Instant::now();
        let mut state = self.state();
        if state.generation != generation {
            state.generation = generation;
            state.since = now;
        } else if state.waiting == 0 {
            let away = now.saturating_duration_since(state.left);
            // Never later than now, which is when it stood still for all of its time.
            state.since = state.since.checked_add(away).map_or(now, |s| s.min(now));
        }
        state.waiting += 1;
        Waiting(self)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting = state.waiting.saturating_sub(1);
        state.left = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn silence_adds_up_over_calls_and_only_while_somebody_waits() {
        let dog = Watchdog::new(5 * SECOND);
        for _ in 0..2 {
            assert!(timeout(2 * SECOND, dog.silence(1)).await.is_err());
            advance(100 * SECOND).await;
        }
        let start = Instant::now();
        dog.silence(1).await;
        assert_eq!(start.elapsed(), SECOND);
        // A new link, and a message over it.
        assert!(timeout(4 * SECOND, dog.silence(2)).await.is_err());
        dog.heard();
        assert!(timeout(4 * SECOND, dog.silence(2)).await.is_err());
        let start = Instant::now();
        tokio::join!(dog.silence(2), dog.silence(2));
        assert_eq!(start.elapsed(), SECOND, "two that wait are no more silent");
    }
}
