//! What came out.

use std::fmt;

use super::Case;

/// What came out of all cases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// Whose.
    pub subject: String,
    /// One row a case, in the order of the suite.
    pub rows: Vec<Row>,
    /// What the cases made at the broker and could not be taken away again, and why.
    pub left_behind: Vec<String>,
    /// Names that were asked for and are no case of the suites.
    pub unknown: Vec<String>,
}

/// What came out of one case.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The case.
    pub case: &'static str,
    /// What it promises.
    pub promise: &'static str,
    /// What came out.
    pub outcome: Outcome,
}

/// What came out of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The promise is kept.
    Passed,
    /// It could not be run; why.
    Skipped(String),
    /// The promise is broken; how.
    Failed(String),
}

impl Row {
    /// A row.
    pub fn new(case: &Case, outcome: Outcome) -> Self {
        Row {
            case: case.name,
            promise: case.promise,
            outcome,
        }
    }
}

impl Report {
    pub(super) fn new(subject: &str) -> Self {
        Report {
            subject: subject.to_owned(),
            rows: Vec::new(),
            left_behind: Vec::new(),
            unknown: Vec::new(),
        }
    }
    /// Whether no promise is broken, something was run at all, and nothing was asked for that does not exist.
    pub fn holds(&self) -> bool {
        let broken = self
            .rows
            .iter()
            .any(|r| matches!(r.outcome, Outcome::Failed(_)));
        !broken && self.unknown.is_empty() && self.rows.iter().any(|r| r.outcome == Outcome::Passed)
    }
    /// How many rows are of this sort: passed, skipped, failed.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count =
            |sort: fn(&Outcome) -> bool| self.rows.iter().filter(|r| sort(&r.outcome)).count();
        (
            count(|o| matches!(o, Outcome::Passed)),
            count(|o| matches!(o, Outcome::Skipped(_))),
            count(|o| matches!(o, Outcome::Failed(_))),
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let (word, reason) = match &row.outcome {
                Outcome::Passed => ("ok", ""),
                Outcome::Skipped(reason) => ("SKIPPED", reason.as_str()),
                Outcome::Failed(reason) => ("FAILED", reason.as_str()),
            };
            write!(
                f,
                "{:8} {}: {}: {word}",
                self.subject, row.case, row.promise
            )?;
            match reason.is_empty() {
                true => writeln!(f)?,
                false => writeln!(f, ": {reason}")?,
            }
        }
        for left in &self.left_behind {
            writeln!(f, "{:8} left behind: {left}", self.subject)?;
        }
        for name in &self.unknown {
            writeln!(f, "{:8} {name}: no such case", self.subject)?;
        }
        let (passed, skipped, failed) = self.counts();
        write!(
            f,
            "{}: {passed} passed, {skipped} skipped, {failed} failed",
            self.subject
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_no_case_is_told_and_holds_nothing() {
        let mut report = Report::new("mine");
        report.rows.push(Row {
            case: "order",
            promise: "in order",
            outcome: Outcome::Passed,
        });
        assert!(report.holds());
        report.unknown.push("ordre".to_owned());
        assert!(!report.holds());
        assert!(
            report.to_string().contains("ordre: no such case"),
            "{report}"
        );
    }
}
