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

/// A text that begins and ends as a sentence does.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let end = match text.ends_with(['.', '!', '?', ':']) || text.ends_with(".)") || text.is_empty()
    {
        true => "",
        false => ".",
    };
    let mut rest = text.chars();
    let word = text.split(' ').next().unwrap_or("");
    match rest.next() {
        // Code stays as it is.
        Some(first) if word.chars().all(|c| c.is_ascii_lowercase()) => {
            format!("{}{}{end}", first.to_ascii_uppercase(), rest.as_str())
        }
        _ => format!("{text}{end}"),
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn notes_become_sentences() {
        for (note, told) in [
            ("", ""),
            ("its default is lost", "Its default is lost."),
            ("why (a.py:7)", "Why (a.py:7)."),
            ("Done. (As asked.)", "Done. (As asked.)"),
            ("`name` is taken", "`name` is taken."),
            ("a.py is not there!", "a.py is not there!"),
        ] {
            assert_eq!(sentence(note), told);
        }
    }
}
