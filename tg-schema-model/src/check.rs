//! What a definition says of its checks: what may change, and which findings are accepted. Nothing here changes a
//! message, a schema text or an identity.

use crate::diagnostic::Span;
use crate::logical::Date;

/// `check` of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// What is required of this record instead of what the project requires: `avro=backward,loss=any`.
    pub require: Option<String>,
    /// Place of that text.
    pub require_span: Span,
    /// Findings that are accepted.
    pub allow: Vec<Allow>,
}

/// A finding that is accepted: one rule, at one path, between two versions.
///
/// What is missing makes it incomplete, and an incomplete one covers nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allow {
    /// Full name of the record, where this stands in no record: it is gone, or defined in another notation.
    pub record: Option<String>,
    /// Id of the rule.
    pub rule: String,
    /// The path of the finding; none for the record itself.
    pub path: Option<String>,
    /// Fingerprint of the old version, at least its first 16 digits, or [`Allow::GONE`].
    pub old: Option<String>,
    /// Fingerprint of the new version, or [`Allow::GONE`].
    pub new: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How long it holds.
    pub until: Option<Until>,
    /// Place of all of it.
    pub span: Span,
}

/// The end of what is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The last day.
    Day(Date),
    /// The last release in the lock, from 1.
    Release(u32),
}

impl Allow {
    /// What stands for the fingerprint of a record that is gone, or was before it came back.
    pub const GONE: &'static str = "none";
    /// The fewest digits of a fingerprint.
    pub const MIN_DIGITS: usize = 16;

    /// Whether a text is a fingerprint, or enough of its start.
    pub fn is_fingerprint(text: &str) -> bool {
        let length = Self::MIN_DIGITS..=64;
        let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        length.contains(&text.len()) && text.bytes().all(digit)
    }
}
