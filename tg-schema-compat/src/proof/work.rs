//! What attacks on verdicts may cost, counted in messages and bytes: each, and those of a report together.

/// Messages with boundary values of one attack.
pub const MAX_BOUNDARIES: usize = 20_000;
/// Bytes of random messages of one attack.
pub const MAX_BYTES: usize = 4 << 20;
/// Messages with boundary values of all attacks of one report.
pub const TOTAL_BOUNDARIES: usize = 2_000_000;
/// Bytes of random messages of all attacks of one report.
pub const TOTAL_BYTES: usize = 256 << 20;
/// Bytes for which a message counts that was cut short.
const CUT_SHORT: usize = 4 << 10;

/// What an attack tried, and whether that is all that was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Messages with boundary values, at most [`MAX_BOUNDARIES`].
    pub boundaries: usize,
    /// Random messages.
    pub random: usize,
    /// Bytes of the random messages. The attack ends with the one that reaches [`MAX_BYTES`].
    pub bytes: usize,
    /// Whether one of the limits ended it.
    pub limited: bool,
}

impl Work {
    /// How many of these messages with boundary values are tried.
    pub(super) fn boundaries(&mut self, made: usize) -> usize {
        let tried = made.min(MAX_BOUNDARIES.saturating_sub(self.boundaries));
        self.boundaries += tried;
        self.limited |= tried < made;
        tried
    }

    /// Counts a random message, and says whether there may be more. One that was cut short is paid for too.
    pub(super) fn random(&mut self, bytes: Option<&[u8]>) -> bool {
        self.random += 1;
        self.bytes = self
            .bytes
            .saturating_add(bytes.map_or(CUT_SHORT, <[u8]>::len));
        self.limited |= self.bytes >= MAX_BYTES;
        self.bytes < MAX_BYTES
    }
}

/// What may still be tried for a report.
#[derive(Clone, Copy, Debug)]
pub(super) struct Total {
    boundaries: usize,
    bytes: usize,
}

impl Default for Total {
    fn default() -> Self {
        Total {
            boundaries: TOTAL_BOUNDARIES,
            bytes: TOTAL_BYTES,
        }
    }
}

impl Total {
    /// Nothing.
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Total {
            boundaries: 0,
            bytes: 0,
        }
    }

    /// Takes what an attack tried.
    pub(super) fn spend(&mut self, work: &Work) {
        self.boundaries = self.boundaries.saturating_sub(work.boundaries);
        self.bytes = self.bytes.saturating_sub(work.bytes);
    }

    /// Whether there may be another attack.
    pub(super) fn is_left(&self) -> bool {
        self.boundaries > 0 && self.bytes > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attacks_of_a_report_end() {
        let of = |boundaries, bytes| Work {
            boundaries,
            bytes,
            ..Work::default()
        };
        for most in [of(MAX_BOUNDARIES, 0), of(0, MAX_BYTES)] {
            let (mut total, mut attacks) = (Total::default(), 0);
            while total.is_left() {
                total.spend(&most);
                attacks += 1;
            }
            assert!((64..=100).contains(&attacks), "{attacks}");
        }
    }

    #[test]
    fn messages_with_boundary_values_end() {
        let mut work = Work::default();
        assert_eq!(work.boundaries(MAX_BOUNDARIES - 1), MAX_BOUNDARIES - 1);
        assert!(!work.limited);
        assert_eq!(work.boundaries(3), 1);
        assert!(work.limited);
        assert_eq!(work.boundaries(usize::MAX), 0);
        assert_eq!(work.boundaries, MAX_BOUNDARIES);
    }

    #[test]
    fn random_messages_end_also_where_all_are_cut_short() {
        for bytes in [None, Some([0; 1_000].as_slice())] {
            let mut work = Work::default();
            while work.random(bytes) {
                assert!(!work.limited && work.bytes < MAX_BYTES);
            }
            let of_each = bytes.map_or(CUT_SHORT, <[u8]>::len);
            assert_eq!(work.random, MAX_BYTES.div_ceil(of_each));
            assert!(work.limited);
        }
    }
}
