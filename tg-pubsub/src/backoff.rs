//! A count of failures into a time to wait.

use std::time::Duration;

use crate::random;

/// How long to wait after a failure: longer each time up to a bound, and never the same for everybody.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub::Backoff;
///
/// let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60)).jitter(0.0);
/// assert_eq!(backoff.delay(1), Duration::from_secs(1));
/// assert_eq!(backoff.delay(4), Duration::from_secs(8));
/// assert_eq!(backoff.delay(40), Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    jitter: f64,
}

impl Backoff {
    /// That of lost links: 100 ms up to 10 s.
    pub const LINK: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
    /// That of messages whose processing failed: 1 s up to 60 s.
    pub const MESSAGE: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));

    /// `first` after the first failure, twice as much after each further one, up to `max`, with a jitter of 0.2.
    pub const fn new(first: Duration, max: Duration) -> Self {
        Backoff {
            first,
            max,
            jitter: 0.2,
        }
    }
    /// Shortens each time by a random part of at most this fraction, from 0 to 1. The bound is never exceeded.
    #[must_use]
    pub fn jitter(mut self, fraction: f64) -> Self {
        self.jitter = if fraction.is_finite() {
            fraction.clamp(0.0, 1.0)
        } else {
            0.0
        };
        self
    }
    /// The longest time.
    pub const fn max(&self) -> Duration {
        self.max
    }
    /// The time after this many failures, from 1.
    pub fn delay(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(31));
        let full = self.first.saturating_mul(doubled).min(self.max);
        part(full, 1.0 - self.jitter * random::fraction())
    }
    /// A random time up to the first one: for the first attempt of many who lost the same link at once.
    pub(crate) fn spread(&self) -> Duration {
        part(self.first.min(self.max), random::fraction() * self.jitter)
    }
}

/// A part of a time, by a fraction from 0 to 1.
fn part(whole: Duration, fraction: f64) -> Duration {
    // The largest times are rounded up by an f64, to more than a Duration holds.
    Duration::try_from_secs_f64(whole.as_secs_f64() * fraction)
        .unwrap_or(whole)
        .min(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_shortens_and_spreads() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60)).jitter(0.5);
        let delays: Vec<_> = (0..100).map(|_| backoff.delay(3)).collect();
        assert!(
            delays
                .iter()
                .all(|d| (Duration::from_secs(2)..=Duration::from_secs(4)).contains(d))
        );
        let distinct: std::collections::HashSet<_> = delays.into_iter().collect();
        assert!(distinct.len() > 50, "{}", distinct.len());
    }

    #[test]
    fn extremes_do_not_overflow() {
        let backoff = Backoff::new(Duration::MAX, Duration::MAX).jitter(0.0);
        assert_eq!(backoff.delay(u32::MAX), Duration::MAX);
        let none = Backoff::new(Duration::ZERO, Duration::ZERO).jitter(f64::NAN);
        assert_eq!(none.delay(0), Duration::ZERO);
    }
}
