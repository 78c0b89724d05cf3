//! How many findings of a record are worked out: proven with messages, and mended by edits that are tried.
//!
//! Each takes a time that grows with the record, and a record may have as many findings as fields.

use crate::report::Compared;
use crate::version::Version;

/// Findings of one record that are proven and mended, at most.
pub(crate) const MAX_FINDINGS: usize = 50;
/// Bytes of schemas that are gone through for the findings of one record.
const MAX_BYTES: usize = 1 << 20;

/// Findings of a record that are worked out, at least one: [`MAX_FINDINGS`], fewer where its schemas are large.
pub(crate) fn findings(record: &Compared, new: &Version, against: &[Version]) -> usize {
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
        .unwrap_or(MAX_FINDINGS)
        .clamp(1, MAX_FINDINGS)
}
