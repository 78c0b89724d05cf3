//! Notices a broker that is silent for too long.
//!
//! The clock is read a few times in the time that a broker may be silent, and not at each packet, of which there are
//! tens of thousands a second. What was heard since the last look counts as heard at that look.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// So many times the clock is looked at in the time that a broker may be silent.
const LOOKS: u32 = 4;

/// How long the broker has been silent.
pub(super) struct Silence {
    /// Packets that came from the broker.
    pub(super) heard: u64,
    /// So many of them had come at the last look.
    looked: u64,
    /// Whether it was asked for a sign of life since it was heard.
    probed: bool,
    /// The look at which it was last known to have been heard.
    since: Instant,
    /// The next look.
    alarm: Pin<Box<Sleep>>,
}

impl Silence {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Silence {
            heard: 0,
            looked: 0,
            probed: false,
            since: now,
            alarm: Box::pin(sleep_until(now)),
        }
    }

    /// Looks at the clock when it is polled next.
    pub(super) fn look(&mut self) {
        self.alarm.as_mut().reset(Instant::now());
    }

    /// Ready when the broker has been silent for `patience`, and at most a quarter of it longer.
    ///
    /// The client sends a sign of life only when it sends nothing else. One that sends without being answered, as with
    /// q0, asks for an answer by `probe` when nothing was heard for `interval`.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        patience: Duration,
        interval: Option<Duration>,
        probe: impl Fn(),
    ) -> Poll<()> {
        loop {
            ready!(self.alarm.as_mut().poll(context));
            let now = Instant::now();
            if self.looked != self.heard {
                self.looked = self.heard;
                self.since = now;
                self.probed = false;
            }
            let silent = now.saturating_duration_since(self.since);
            if silent >= patience {
                return Poll::Ready(());
            }
            if !self.probed && interval.is_some_and(|interval| silent >= interval) {
                self.probed = true;
                probe();
            }
            let next = (patience / LOOKS).min(patience - silent);
            self.alarm.as_mut().reset(now + next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::poll_fn;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(8);
    const INTERVAL: Duration = Duration::from_secs(4);

    /// When it was found to be silent, and how often it was asked for a sign of life, where it is heard at these times.
    async fn silent(heard: &[u64]) -> (Duration, u32) {
        let start = Instant::now();
        let (mut silence, probes) = (Silence::new(), Cell::new(0));
        let mut at = heard.iter().map(|&s| start + Duration::from_secs(s));
        let mut next = at.next();
        loop {
            let found = poll_fn(|context| {
                let probe = || probes.set(probes.get() + 1);
                silence.poll(context, PATIENCE, Some(INTERVAL), probe)
            });
            tokio::select! {
                biased;
                () = sleep_until(next.unwrap_or(start)), if next.is_some() => {
                    next = at.next();
                    silence.heard += 1;
                }
                () = found => return (start.elapsed(), probes.get()),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_says_nothing_is_silent_from_the_start() {
        let (after, probes) = silent(&[]).await;
        assert_eq!((after.as_secs(), probes), (8, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_heard_counts_from_the_next_look() {
        // Heard just after a look, it counts as heard two seconds later.
        let (after, probes) = silent(&[1, 3, 4, 5]).await;
        assert_eq!((after.as_secs(), probes), (14, 1));
        let (after, probes) = silent(&[5, 11]).await;
        assert_eq!((after.as_secs(), probes), (20, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_speaks_is_not_asked() {
        let each: Vec<u64> = (1..40).map(|n| 3 * n).collect();
        let (after, probes) = silent(&each).await;
        assert_eq!((after.as_secs(), probes), (126, 1));
    }
}
