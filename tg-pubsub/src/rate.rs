//! So many a second, with a burst.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// A token bucket: it holds `burst` tokens and gets a new one each `1 / per_second` seconds.
#[derive(Debug)]
pub(crate) struct TokenBucket {
    interval: Duration,
    /// How far ahead of the steady rate one may be.
    slack: Duration,
    /// When the next token would come if they came steadily.
    next: Mutex<Option<Instant>>,
}

impl TokenBucket {
    /// `None` where the rate is no positive number.
    pub(crate) fn new(per_second: f64, burst: u32) -> Option<Self> {
        if !per_second.is_finite() || per_second <= 0.0 {
            return None;
        }
        let interval = Duration::try_from_secs_f64(1.0 / per_second).ok()?;
        Some(TokenBucket {
            interval,
            slack: interval.saturating_mul(burst.max(1) - 1),
            next: Mutex::new(None),
        })
    }

    /// Takes a token and tells when it may be used. A token that is taken is gone.
    pub(crate) fn take(&self) -> Instant {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        // A bucket that is full for long is not fuller than full.
        let steady = next.map_or(now, |next| next.max(now));
        *next = Some(steady.checked_add(self.interval).unwrap_or(steady));
        steady.checked_sub(self.slack).map_or(now, |at| at.max(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_a_steady_rate() {
        let bucket = TokenBucket::new(10.0, 3).expect("a rate");
        let start = Instant::now();
        let waits: Vec<_> = (0..6)
            .map(|_| bucket.take().duration_since(start).as_millis())
            .collect();
        assert_eq!(waits, [0, 0, 0, 100, 200, 300]);
        tokio::time::advance(Duration::from_secs(60)).await;
        let later = Instant::now();
        let waits: Vec<_> = (0..4)
            .map(|_| bucket.take().duration_since(later).as_millis())
            .collect();
        assert_eq!(waits, [0, 0, 0, 100]);
    }

    #[test]
    fn rates_are_positive() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
            assert!(TokenBucket::new(wrong, 1).is_none(), "{wrong}");
        }
    }
}
