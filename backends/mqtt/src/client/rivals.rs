//! Tells another client with the same identifier from a bad line.
//!
//! Not every broker says why it closes a connection. Two clients with one identifier push each other out in turn: each
//! loses its connection soon after it took it up again. A bad line may look the same. So a row of such losses is a
//! guess and no more: the pauses between them grow, and a consumer that may have been replaced ends with an error that
//! says so and is worth a retry.

use std::time::Duration;

use tokio::time::Instant;

use crate::remembered::Knowledge;

/// Whether others may connect under the same identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nobody has it.
    None,
    /// Somebody may have it by mistake. Nobody ends for that: each goes on, less and less often.
    Mistaken,
    /// The last one to come is to have it; who may have been pushed out ends, and comes back less and less often.
    Expected,
}

/// Pauses before a connection is taken up again, by how many were lost in a row soon after they were taken up.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(500),
    Duration::from_millis(2_500),
    Duration::from_secs(5),
    Duration::from_secs(10),
];
/// Who may have been pushed out leaves the other so long at least to make the session its own: to come back earlier
/// pushes it out in the middle of that.
const MANNERS: Duration = Duration::from_millis(500);
/// So many in a row may be a rival's doing.
const ENOUGH: usize = 3;
/// A rival comes back after a pause that is no longer than ours, and after this at most.
const WAY: Duration = Duration::from_secs(2);

/// What to do about a lost connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Take it up again after this time.
    Resume(Duration),
    /// Somebody else has the identifier. Said once; then as with [`Verdict::Resume`].
    Warn(Duration),
    /// Leave it to the one who seems to have it.
    End,
    /// Leave it to the one who has it.
    Replaced,
}

/// The losses of one consumer.
#[derive(Debug)]
pub(crate) struct Rivals {
    kind: Kind,
    row: usize,
    /// Since when there is a session that was resumed at the first attempt.
    taken_up: Option<Instant>,
    warned: bool,
    replaced: bool,
}

impl Rivals {
    pub(crate) fn new(kind: Kind) -> Self {
        Rivals {
            kind,
            row: 0,
            taken_up: None,
            warned: false,
            replaced: false,
        }
    }

    /// Those of the next consumer with this identifier. One whose predecessor ended by [`Verdict::End`] goes on with
    /// its count.
    pub(crate) fn successor(&self) -> Self {
        Rivals {
            row: if self.row >= ENOUGH { self.row } else { 0 },
            ..Rivals::new(self.kind)
        }
    }

    /// How long to wait before it is opened.
    pub(crate) fn before_opening(&self) -> Duration {
        match self.row >= ENOUGH {
            true => self.pause(),
            false => Duration::ZERO,
        }
    }

    /// The consumer was opened.
    pub(super) fn opened(&mut self, now: Instant) {
        self.taken_up = (self.row >= ENOUGH).then_some(now);
    }

    /// This program opened another consumer with the identifier.
    pub(crate) fn replace(&mut self) {
        self.replaced = true;
    }

    fn pause(&self) -> Duration {
        let pause = PAUSES.get(self.row).or(PAUSES.last());
        let pause = pause.copied().unwrap_or(WAY);
        match self.kind {
            Kind::Expected => pause.max(MANNERS),
            Kind::None | Kind::Mistaken => pause,
        }
    }

    /// A lost connection is there again. `smoothly`: at the first attempt, and with its session. A broker that was
    /// away, or has forgotten the session, was not in a rival's hands.
    pub(super) fn taken_up(&mut self, smoothly: bool, now: Instant) {
        self.taken_up = smoothly.then_some(now);
    }

    /// The connection was lost.
    pub(super) fn lost(&mut self, now: Instant) -> Verdict {
        let since = self.taken_up.take();
        let soon = since.is_some_and(|since| now - since < self.pause() + WAY);
        self.row = match (self.kind, soon) {
            (Kind::None, _) | (_, false) => 0,
            (_, true) => self.row.saturating_add(1),
        };
        match self.kind {
            _ if self.replaced => Verdict::Replaced,
            Kind::Expected if self.row >= ENOUGH => Verdict::End,
            Kind::Mistaken if self.row >= ENOUGH && !self.warned => {
                self.warned = true;
                Verdict::Warn(self.pause())
            }
            _ => Verdict::Resume(self.pause()),
        }
    }
}

impl Knowledge for Rivals {
    /// As its successor would be told.
    fn tells_something(&mut self) -> bool {
        self.row >= ENOUGH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLISECOND: Duration = Duration::from_millis(1);

    /// The verdicts about losses that come so long after the connection was taken up again.
    fn verdicts(kind: Kind, lived: &[Duration], smoothly: bool) -> Vec<Verdict> {
        let mut rivals = Rivals::new(kind);
        let mut now = Instant::now();
        let mut verdicts = vec![rivals.lost(now)];
        for lived in lived {
            rivals.taken_up(smoothly, now);
            now += *lived;
            verdicts.push(rivals.lost(now));
        }
        verdicts
    }

    #[test]
    fn a_row_of_short_lives_is_a_rival() {
        let short = [50, 500, 2_500, 5_000, 10_000, 50].map(|ms| MILLISECOND * ms);
        let [a, b, c, d, e] = PAUSES.map(Verdict::Resume);
        let found = verdicts(Kind::Expected, short.get(..3).unwrap_or_default(), true);
        // The other gets the time that it needs.
        assert_eq!(found, [b, b, c, Verdict::End]);
        let warned = Verdict::Warn(MILLISECOND * 5_000);
        assert_ne!(warned, d);
        let found = verdicts(Kind::Mistaken, &short, true);
        assert_eq!(found, [a, b, c, warned, e, e, e]);
        assert_eq!(verdicts(Kind::None, &short, true), [a; 7]);
    }

    #[test]
    fn who_ended_comes_back_less_and_less_often_until_it_stays() {
        let mut rivals = Rivals::new(Kind::Expected);
        let mut now = Instant::now();
        rivals.lost(now);
        for _ in 0..ENOUGH {
            assert_eq!(rivals.before_opening(), Duration::ZERO);
            rivals.taken_up(true, now);
            rivals.lost(now);
        }
        for pause in [5_000, 10_000, 10_000] {
            assert_eq!(rivals.before_opening(), MILLISECOND * pause);
            rivals = rivals.successor();
            rivals.opened(now);
            assert_eq!(rivals.lost(now), Verdict::End);
        }
        rivals.opened(now);
        now += Duration::from_secs(60);
        assert_eq!(rivals.lost(now), Verdict::Resume(MANNERS));
        assert_eq!(rivals.before_opening(), Duration::ZERO);
        rivals.replace();
        assert_eq!(rivals.lost(now), Verdict::Replaced);
    }

    #[test]
    fn a_bad_line_and_a_broker_that_restarts_are_none() {
        let [_, b, c, ..] = PAUSES.map(Verdict::Resume);
        let twice = [MILLISECOND * 150, MILLISECOND * 2_000];
        assert_eq!(verdicts(Kind::Expected, &twice, true), [b, b, c]);
        // One that lives for longer ends the row.
        let long = [150, 2_000, 4_600, 150].map(|ms| MILLISECOND * ms);
        assert_eq!(verdicts(Kind::Expected, &long, true), [b, b, c, b, b]);
        let restarts = [MILLISECOND * 100; 9];
        assert_eq!(verdicts(Kind::Expected, &restarts, false), [b; 10]);
    }
}
