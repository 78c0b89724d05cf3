//! A verdict that grows as facts come up, with the wire changes and the reasons beside it.

use tg_schema_model::{Origin, Verdict};

/// What is known of one row so far.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    wires: Vec<String>,
    reasons: Vec<String>,
}

impl Judgement {
    /// A fact that weighs `verdict`. The gravest decides.
    pub(super) fn say(&mut self, verdict: Verdict, reason: impl Into<String>) {
        self.verdict = self.verdict.max(verdict);
        self.reasons.push(reason.into());
    }
    /// A difference between what is written.
    pub(super) fn wire(&mut self, change: impl Into<String>) {
        self.wires.push(change.into());
    }
    /// What the migration itself wrote.
    pub(super) fn note(&mut self, origin: Option<&Origin>) {
        let Some(origin) = origin else { return };
        self.verdict = self.verdict.max(origin.verdict.unwrap_or_default());
        if let Some(note) = &origin.note {
            self.reasons.push(sentence(note));
        }
    }
    pub(super) fn wire_text(&self) -> String {
        match self.wires.as_slice() {
            [] => "none".to_owned(),
            wires => wires.join("; "),
        }
    }
    pub(super) fn reason_text(&self) -> String {
        self.reasons.join(" ")
    }
}

/// A text that ends as a sentence does.
fn sentence(text: &str) -> String {
    let text = text.trim();
    match text.ends_with(['.', '!', '?', ':', ')']) || text.is_empty() {
        true => text.to_owned(),
        false => format!("{text}."),
    }
}
