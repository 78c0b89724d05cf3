//! How much is tried to mend what was found, and how much is read and written to show it with messages.
//!
//! Each takes a time that grows with the record, and a record may have as many findings as fields.

use crate::report::Compared;
use crate::version::Version;

/// Findings of one report for which edits are tried; the others say so.
pub(crate) const MAX_TRIED: usize = 2_000;
/// Comparisons of one record with edits applied, at most. Most edits need none of their own: they are tried together.
const MAX_CHECKS: usize = 200;
/// Bytes of schemas that are gone through in these.
const MAX_BYTES: usize = 4 << 20;

/// Comparisons of a record with edits applied, at least two: [`MAX_CHECKS`], fewer where its schemas are large.
pub(crate) fn checks(record: &Compared, new: &Version, against: &[Version]) -> usize {
    let bytes = |version: &Version, name: &str| {
        let message = version.messages.iter().find(|m| m.name == name);
        message.map_or(0, |m| m.text.len())
    };
    let after = record.new.as_deref().map_or(0, |name| bytes(new, name));
    let before = record
        .versions
        .iter()
        .filter_map(|pair| Some(bytes(against.get(pair.against)?, &pair.old)));
    let both = after.saturating_add(before.max().unwrap_or(0));
    MAX_BYTES
        .checked_div(both)
        .unwrap_or(MAX_CHECKS)
        .clamp(2, MAX_CHECKS)
}

/// Comparisons of releases of plans in one report, at most. Findings that come when they are made have no plan,
/// and say so.
pub(crate) const MAX_PLAN_CHECKS: usize = 600;

/// Bytes of messages that are written and read for the findings of one record.
pub(crate) const RECORD_BYTES: usize = 16 << 20;
/// Bytes of messages that are written and read for the findings of one report.
const REPORT_BYTES: usize = 48 << 20;

/// What may still be written and read. It is counted and not timed, so that the same versions give the same report.
#[derive(Debug)]
pub(crate) struct Effort {
    report: usize,
    record: usize,
}

impl Effort {
    /// For a report.
    pub(crate) fn of_report() -> Self {
        Effort {
            report: REPORT_BYTES,
            record: RECORD_BYTES,
        }
    }

    /// Goes on to another record, which has its share of what is left.
    pub(crate) fn next_record(&mut self) {
        self.record = RECORD_BYTES.min(self.report);
    }

    /// Whether nothing is left for this record.
    pub(crate) fn is_spent(&self) -> bool {
        self.record == 0
    }

    /// Takes some bytes. Whether there were as many; where there were not, none are left.
    pub(crate) fn spend(&mut self, bytes: usize) -> bool {
        let enough = bytes <= self.record;
        let taken = bytes.min(self.record);
        self.record = if enough { self.record - taken } else { 0 };
        self.report = self.report.saturating_sub(taken);
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_a_share_and_the_report_an_end() {
        let mut effort = Effort::of_report();
        for _ in 0..REPORT_BYTES / RECORD_BYTES {
            effort.next_record();
            assert!(effort.spend(RECORD_BYTES - 1));
            assert!(!effort.spend(2) && !effort.spend(1));
        }
        effort.next_record();
        assert!(!effort.spend(1));
    }
}
