//! How long a link has been silent while somebody waited for it and nothing explained the silence.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use crate::time;

/// The silence of the links of one consumer. It goes on from one call to the next, and stands still while nobody
/// receives, and while a message is in anybody's hands: a program that works on a message may have all that there is,
/// and a new link would deliver it again. Where the broker was asked to hold a message back, the silence begins after
/// that.
pub(crate) struct Watchdog {
    after: Duration,
    state: Mutex<State>,
    /// The last message left the hands that held it.
    free: Notify,
}

struct State {
    generation: u64,
    /// Begin of the silence, moved on by the times that do not count. In the future where the broker was asked to
    /// hold a message back.
    since: Instant,
    waiting: usize,
    /// When the last one stopped to wait.
    left: Instant,
    /// Messages that are not settled.
    in_hand: usize,
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
                in_hand: 0,
            }),
            free: Notify::new(),
        }
    }

    /// The longest silence.
    pub(crate) fn after(&self) -> Duration {
        self.after
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message came, and is in somebody's hands until [`Watchdog::released`].
    pub(crate) fn received(&self) {
        let mut state = self.state();
        state.in_hand += 1;
        state.heard();
    }

    /// A message left the hands that held it.
    pub(crate) fn released(&self) {
        let mut state = self.state();
        state.in_hand = state.in_hand.saturating_sub(1);
        state.heard();
        if state.in_hand == 0 {
            drop(state);
            self.free.notify_waiters();
        }
    }

    /// The broker was asked to hold a message back for so long.
    pub(crate) fn held_back(&self, after: Duration) {
        let mut state = self.state();
        state.since = state.since.max(time::after(after));
    }

    /// Ends when the link of this generation has been silent for too long.
    pub(crate) async fn silence(&self, generation: u64) {
        let _waiting = self.wait(generation);
        loop {
            // Before the look at the state: what happens after it is not missed.
            let free = self.free.notified();
            let (since, busy) = {
                let state = self.state();
                (state.since, state.in_hand > 0)
            };
            if busy {
                free.await;
                continue;
            }
            let due = time::after_this(since, self.after);
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
            state.heard();
        } else if state.waiting == 0 {
            let away = now.saturating_duration_since(state.left);
            // Never later than now, which is when it stood still for all of its time.
            let moved = state.since.checked_add(away).map_or(now, |s| s.min(now));
            state.since = state.since.max(moved);
        }
        state.waiting += 1;
        Waiting(self)
    }
}

impl State {
    /// The silence begins now, where it does not begin later.
    fn heard(&mut self) {
        self.since = self.since.max(Instant::now());
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
        dog.received();
        dog.released();
        assert!(timeout(4 * SECOND, dog.silence(2)).await.is_err());
        let start = Instant::now();
        tokio::join!(dog.silence(2), dog.silence(2));
        assert_eq!(start.elapsed(), SECOND, "two that wait are no more silent");
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_in_hand_or_held_back_explains_the_silence() {
        let dog = Watchdog::new(5 * SECOND);
        dog.received();
        dog.received();
        assert!(timeout(100 * SECOND, dog.silence(1)).await.is_err());
        dog.released();
        assert!(timeout(100 * SECOND, dog.silence(1)).await.is_err());
        // Who waits when the last one is released begins anew.
        let start = Instant::now();
        let release = async {
            tokio::time::sleep(3 * SECOND).await;
            dog.released();
        };
        tokio::join!(dog.silence(1), release);
        assert_eq!(start.elapsed(), 8 * SECOND);

        dog.received();
        dog.held_back(60 * SECOND);
        dog.released();
        let start = Instant::now();
        // Also over a link more, and whoever is away meanwhile.
        assert!(timeout(10 * SECOND, dog.silence(1)).await.is_err());
        advance(10 * SECOND).await;
        dog.silence(2).await;
        assert_eq!(start.elapsed(), 65 * SECOND);
    }
}
