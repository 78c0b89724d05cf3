//! What ties a place to Pulsar, and everything that was found, in the order of the text.

use std::collections::BTreeMap;

use tg_schema_model::rule::{Level, Rule};
use tg_schema_model::{Diagnostic, Span};

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind it is.
    pub rule: &'static Rule,
    /// Where.
    pub span: Span,
    /// The file, as it was found.
    pub file: String,
    /// Line and column, from 1.
    pub line: usize,
    /// The column in characters.
    pub column: usize,
    /// What stands there, on one line.
    pub text: String,
    /// What it is, where the text does not say so: the dotted name in the client.
    pub what: String,
    /// What takes its place.
    pub replacement: String,
    /// Whether it is known to be the client's; otherwise its name says so.
    pub certain: bool,
}

impl Finding {
    /// For reports of problems.
    pub fn diagnostic(&self) -> Diagnostic {
        let title = self.rule.title;
        let label = match self.what.is_empty() {
            true => String::new(),
            false => self.what.clone(),
        };
        let message = match self.certain {
            true => title.to_owned(),
            false => format!("{title}, by its name"),
        };
        let diagnostic = match self.rule.level {
            Level::Error => Diagnostic::error(self.span, message, label),
            Level::Warning | Level::Note => Diagnostic::warning(self.span, message, label),
        };
        diagnostic
            .code(self.rule.id)
            .help(self.replacement.as_str())
    }
}

/// Everything that was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Sorted by file and place.
    pub findings: Vec<Finding>,
    /// How many files were looked at.
    pub files: usize,
}

/// How often something occurs, how often in each file.
pub type Counts<'a> = BTreeMap<&'a str, usize>;

impl Audit {
    /// Findings by kind.
    pub fn by_kind(&self) -> Counts<'_> {
        self.count(|f| f.rule.id)
    }
    /// Findings by file.
    pub fn by_file(&self) -> Counts<'_> {
        self.count(|f| &f.file)
    }
    /// Findings by kind, in each file.
    pub fn by_file_and_kind(&self) -> BTreeMap<&str, Counts<'_>> {
        let mut all: BTreeMap<&str, Counts<'_>> = BTreeMap::new();
        for f in &self.findings {
            *all.entry(&f.file)
                .or_default()
                .entry(f.rule.id)
                .or_default() += 1;
        }
        all
    }
    fn count<'a>(&'a self, key: impl Fn(&'a Finding) -> &'a str) -> Counts<'a> {
        let mut counts = Counts::new();
        for finding in &self.findings {
            *counts.entry(key(finding)).or_default() += 1;
        }
        counts
    }
}
