//! How much is tried to mend what was found, and how much is read and written to show it with messages.
//!
//! Each takes a time that grows with the record, and a record may have as many findings as fields.

use crate::engine::avro::{Graph, Id, Shape};
use crate::report::Compared;
use crate::version::{Message, Version};

/// Findings of one report for which edits are tried; the others say so.
pub(crate) const MAX_TRIED: usize = 2_000;
/// Comparisons of one record with edits applied, at most. Most edits need none of their own: they are tried together.
const MAX_CHECKS: usize = 200;
/// Comparisons of one record that are made however large it is.
pub(crate) const FEWEST_CHECKS: usize = 2;
/// Bytes of schemas that are gone through in these.
const MAX_BYTES: usize = 4 << 20;
/// As many bytes take the time in which one type of a union is compared with one of another, or one field of it.
const BYTES_OF_A_PAIR: usize = 8;

/// Comparisons of a record with edits applied, at least two: [`MAX_CHECKS`], fewer where its schemas are large or many, or
/// have unions of many types with names.
pub(crate) fn checks(record: &Compared, new: &Version, against: &[Version]) -> usize {
    fn named<'v>(version: &'v Version, name: &str) -> Option<&'v Message> {
        version.messages.iter().find(|m| m.name == name)
    }
    let after = record.new.as_deref().and_then(|name| named(new, name));
    let after_size = after.map_or(0, |message| message.text.len());
    let pairs_of = |before: &Message| {
        let (before, after) = (before.graph().ok()?, after?.graph().ok()?);
        Some(pairs(before, after).max(pairs(after, before)))
    };
    let each = record.versions.iter().filter_map(|pair| {
        let before = named(against.get(pair.against)?, &pair.old)?;
        let pairs = pairs_of(before).unwrap_or(0);
        let texts = after_size.saturating_add(before.text.len());
        Some(texts.saturating_add(pairs.saturating_mul(BYTES_OF_A_PAIR)))
    });
    let all = each.reduce(usize::saturating_add);
    MAX_BYTES
        .checked_div(all.unwrap_or(after_size))
        .unwrap_or(MAX_CHECKS)
        .clamp(FEWEST_CHECKS, MAX_CHECKS)
}

/// How many pairs of types and fields a reader may have to look at to find the branches of a writer's unions in its own.
fn pairs(writer: &Graph, reader: &Graph) -> usize {
    let largest = branches(reader).map(Iterator::count).max().unwrap_or(0);
    let all: usize = branches(writer).flatten().sum();
    // One type has no other to be mistaken for.
    all.saturating_mul(largest.saturating_sub(1))
}

/// The types with names in each union: how many fields each has, itself included.
fn branches(graph: &Graph) -> impl Iterator<Item = impl Iterator<Item = usize>> {
    let size = |id: &Id| match graph.shape(*id) {
        Shape::Record(record) => Some(1 + record.fields.len()),
        Shape::Enum(_) | Shape::Fixed(_) => Some(1),
        _ => None,
    };
    graph.shapes().filter_map(move |shape| match shape {
        Shape::Union(branches) => Some(branches.iter().filter_map(size)),
        _ => None,
    })
}

/// Comparisons of releases of plans in one report, at most. Findings that come when they are made have no plan,
/// and say so.
pub(crate) const MAX_PLAN_CHECKS: usize = 600;

/// Bytes of messages that are written and read for the findings of one record.
pub(crate) const RECORD_BYTES: usize = 16 << 20;
/// Bytes of messages that are written and read for the findings of one report.
const REPORT_BYTES: usize = 48 << 20;

/// Bytes of messages, and of what became of them, that one report shows.
const SHOWN_BYTES: usize = 6 << 20;

/// What may still be written and read. It is counted and not timed, so that the same versions give the same report.
#[derive(Debug)]
pub(crate) struct Effort {
    report: usize,
    record: usize,
    /// What a record may take.
    share: usize,
    /// What may still be shown.
    shown: usize,
}

impl Effort {
    /// For a report.
    pub(crate) fn of_report() -> Self {
        Effort {
            report: REPORT_BYTES,
            record: RECORD_BYTES,
            share: RECORD_BYTES,
            shown: SHOWN_BYTES,
        }
    }

    /// For the plans of a report, which are many comparisons of what a few messages show.
    pub(crate) fn of_plans() -> Self {
        Effort {
            report: REPORT_BYTES / 4,
            record: RECORD_BYTES / 4,
            share: RECORD_BYTES / 4,
            shown: SHOWN_BYTES,
        }
    }

    /// Goes on to another record, which has its share of what is left.
    pub(crate) fn next_record(&mut self) {
        self.record = self.share.min(self.report);
    }

    /// Whether nothing is left for this record.
    pub(crate) fn is_spent(&self) -> bool {
        self.record == 0
    }

    /// Whether a report has room for a message of that length. Where it has not, shorter ones may still have some.
    pub(crate) fn show(&mut self, bytes: usize) -> bool {
        let left = self.shown.checked_sub(bytes);
        self.shown = left.unwrap_or(self.shown);
        left.is_some()
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
    use crate::report::Pair;

    /// How often a union of so many records is compared with one of as many others.
    fn checks_of(records: usize) -> usize {
        let version = |prefix: &str| {
            let record = |at| format!(r#"{{"type":"record","name":"{prefix}{at}","fields":[]}}"#);
            let records: Vec<String> = (0..records).map(record).collect();
            let text = format!("[{}]", records.join(","));
            Version {
                messages: vec![Message::new("union", &*text, &*text)],
                ..Version::default()
            }
        };
        let record = Compared {
            new: Some("union".to_owned()),
            versions: vec![Pair {
                old: "union".to_owned(),
                ..Pair::default()
            }],
            ..Compared::default()
        };
        checks(&record, &version("New"), &[version("Old")])
    }

    #[test]
    fn large_unions_are_compared_less_often() {
        assert_eq!(checks_of(10), MAX_CHECKS);
        assert!((20..=60).contains(&checks_of(100)), "{}", checks_of(100));
        assert!((2..=6).contains(&checks_of(300)), "{}", checks_of(300));
    }

    /// Each comparison is with all versions.
    #[test]
    fn what_has_many_versions_is_compared_less_often() {
        let text = format!(
            r#"{{"type":"record","name":"R","fields":[],"doc":"{}"}}"#,
            "-".repeat(20_000)
        );
        let version = Version {
            messages: vec![Message::new("R", &*text, &*text)],
            ..Version::default()
        };
        let checks_of = |versions: usize| {
            let pair = |against| Pair {
                against,
                old: "R".to_owned(),
                ..Pair::default()
            };
            let record = Compared {
                new: Some("R".to_owned()),
                versions: (0..versions).map(pair).collect(),
                ..Compared::default()
            };
            checks(&record, &version, &vec![version.clone(); versions])
        };
        assert!((95..=105).contains(&checks_of(1)), "{}", checks_of(1));
        assert!((9..=11).contains(&checks_of(10)), "{}", checks_of(10));
        assert_eq!(checks_of(100), FEWEST_CHECKS);
    }

    #[test]
    fn a_report_shows_so_much() {
        let mut effort = Effort::of_report();
        assert!(!effort.show(SHOWN_BYTES + 1) && effort.show(SHOWN_BYTES - 1));
        assert!(!effort.show(2) && effort.show(1) && !effort.show(1));
    }

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
