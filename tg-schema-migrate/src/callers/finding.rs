//! What was found where Records are used.

use std::collections::BTreeMap;

use tg_schema_model::rule::{Level, Rule};
use tg_schema_model::{Diagnostic, Json, Span};

use crate::interpret::Site;

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind it is.
    pub rule: &'static Rule,
    /// The place in the files.
    pub site: Site,
    /// The same for reports.
    pub span: Span,
    /// The file, as it was found.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// The Record's class.
    pub class: String,
    /// Where the class is defined: file and line.
    pub defined: String,
    /// The argument or attribute.
    pub name: String,
    /// One sentence.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Finding {
    /// For reports of problems.
    pub fn diagnostic(&self) -> Diagnostic {
        let label = format!("`{}` is defined at {}", self.class, self.defined);
        let diagnostic = match self.rule.level {
            Level::Error => Diagnostic::error(self.span, &self.message, label),
            Level::Warning | Level::Note => Diagnostic::warning(self.span, &self.message, label),
        };
        diagnostic.code(self.rule.id).help(&self.help)
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Sorted by file and place.
    pub findings: Vec<Finding>,
    /// Values that a Record may take and a dataclass not, where they are not known: no findings, and nothing to
    /// change by a patch.
    pub doubts: Vec<Finding>,
    /// Calls that may be of a Record, by their name alone: not judged.
    pub uncertain: usize,
    /// Calls of Records that were looked at.
    pub calls: usize,
    /// Uses of attributes of Records that were looked at.
    pub attributes: usize,
}

impl Report {
    /// Findings by kind.
    pub fn by_kind(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.rule.id).or_default() += 1;
        }
        counts
    }

    /// The counts, for people.
    pub fn summary(&self) -> String {
        let mut out = String::new();
        let kinds = self.by_kind();
        let width = kinds.keys().map(|k| k.len()).max().unwrap_or(0);
        for (kind, count) in &kinds {
            out.push_str(&format!("{kind:<width$}  {count:>5}\n"));
        }
        let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        out.push_str(&format!(
            "{} in {} and {} of attributes of Records; {} by their name alone, not judged\n",
            count(self.findings.len(), "finding"),
            count(self.calls, "call"),
            count(self.attributes, "use"),
            count(self.uncertain, "call"),
        ));
        out
    }

    /// For programs.
    pub fn json(&self) -> Json {
        let number = |n: usize| Json::Number(n.to_string());
        let finding = |f: &Finding| {
            Json::object([
                ("kind", Json::str(f.rule.id)),
                ("file", Json::str(&f.file)),
                ("line", number(f.line)),
                ("text", Json::str(&f.text)),
                ("class", Json::str(&f.class)),
                ("defined", Json::str(&f.defined)),
                ("name", Json::str(&f.name)),
                ("message", Json::str(&f.message)),
                ("help", Json::str(&f.help)),
            ])
        };
        let kinds = self.by_kind().into_iter().map(|(k, n)| (k, number(n)));
        Json::object([
            (
                "findings",
                Json::Array(self.findings.iter().map(finding).collect()),
            ),
            (
                "counts",
                Json::object([
                    ("total", number(self.findings.len())),
                    ("calls", number(self.calls)),
                    ("attributes", number(self.attributes)),
                    ("uncertain", number(self.uncertain)),
                    ("kinds", Json::object(kinds)),
                ]),
            ),
        ])
    }
}
