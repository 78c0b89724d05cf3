//! A report as text: JSON, Markdown, one page of HTML, and what code hosts and build servers take.
//!
//! | function | turns a report into |
//! |---|---|
//! | [`json`] | the JSON report, as `schemas/check-report.schema.json` describes it |
//! | [`markdown`] | a comment on a pull request |
//! | [`html`] | one page that needs nothing else |
//! | [`github`] | annotations of a GitHub workflow |
//! | [`gitlab`] | a GitLab code quality report |
//! | [`junit`] | JUnit XML |
//!
//! All are pure functions of a [`Report`] and of the texts that its places point into. They say the same:
//! of each finding its rule, place, path, what changed, whom it concerns and how, and what to do. What the
//! words for these are is in [`words`] and [`plain`]. Names and texts in a report may hold anything; what steers a
//! terminal, is markup, or turns the direction of text is shown as what it is.

mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
pub mod matrix;
pub mod once;
pub mod patch;
pub mod plain;
mod prose;
mod root;
pub mod words;

pub use github::github;
pub use gitlab::gitlab;
pub use html::html;
pub use json::{counterexample, json};
pub use junit::junit;
pub use markdown::{MAX_COMMENT, markdown};
pub use root::Root;

use tg_schema_model::{Sources, Span};

use crate::report::{Compared, Finding, Place, Report};
use crate::version::Version;

/// The versions that a report is of.
#[derive(Clone, Copy, Debug)]
pub struct Texts<'t> {
    /// What was compared.
    pub new: &'t Version,
    /// What it was compared with, as in [`Report::against`].
    pub against: &'t [Version],
    /// The repository that the files are in; none where paths stay as they are written.
    pub root: Option<&'t Root>,
}

/// A place in the new version that a finding can be shown at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Name of the file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl<'t> Texts<'t> {
    /// The path of a file as code hosts count it.
    pub(crate) fn hosted(&self, file: &str) -> String {
        match self.root {
            Some(root) => root.path(file),
            None => file.strip_prefix("./").unwrap_or(file).to_owned(),
        }
    }

    /// The texts that places of a version point into: of the new one, or of an earlier one.
    pub fn sources(&self, version: Option<usize>) -> Option<&'t Sources> {
        match version {
            None => Some(&self.new.sources),
            Some(at) => self.against.get(at).map(|version| &version.sources),
        }
    }

    /// Where a finding is shown by programs that know the new files only: its place, or for one in an old
    /// text the declaration of the record, else the same file. None where nothing of it is left.
    pub fn anchor(&self, record: Option<&Compared>, finding: &Finding) -> Option<Anchor> {
        let place = finding.place.as_ref();
        if let Some(place) = place.filter(|place| place.version.is_none()) {
            return Some(Anchor {
                file: place.file.clone(),
                line: place.line,
                column: place.column,
            });
        }
        let declared = record
            .and_then(|record| record.new.as_deref())
            .and_then(|name| self.declaration(name));
        declared.or_else(|| {
            let file = &place?.file;
            let same = self.new.sources.0.iter().find(|s| s.name == *file)?;
            Some(Anchor {
                file: same.name.clone(),
                line: 1,
                column: 1,
            })
        })
    }

    /// Where a message of the new version is declared.
    fn declaration(&self, name: &str) -> Option<Anchor> {
        let message = self.new.messages.iter().find(|m| m.name == name)?;
        let span = match (message.record, message.source) {
            (Some(id), _) => self.new.schema.records.get(id.0)?.span,
            (None, Some(source)) => Span::new(source, 0..0),
            (None, None) => return None,
        };
        let (file, at) = self.new.place(span)?;
        Some(Anchor {
            file: file.to_owned(),
            line: at.line,
            column: at.column,
        })
    }
}

/// Every finding of a report with its record: those of records in their order, then those of none.
pub fn findings(report: &Report) -> impl Iterator<Item = (Option<&Compared>, &Finding)> {
    let of_records = report.records.iter().flat_map(|record| {
        let findings = record.findings.iter();
        findings.map(move |finding| (Some(record), finding))
    });
    of_records.chain(report.findings.iter().map(|finding| (None, finding)))
}

/// `file:line:column`, and of which earlier version it is where it is of one.
pub fn place(report: &Report, place: &Place) -> String {
    let at = format!("{}:{}:{}", place.file, place.line, place.column);
    match version(report, place) {
        Some(label) => format!("{at} in {label}"),
        None => at,
    }
}

/// What people call the earlier version that a place is in.
pub fn version<'r>(report: &'r Report, place: &Place) -> Option<&'r str> {
    let at = place.version?;
    Some(
        report
            .against
            .get(at)
            .map_or("an earlier version", String::as_str),
    )
}
