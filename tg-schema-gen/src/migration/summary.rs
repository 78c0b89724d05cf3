//! How many of each: every row is counted once by its kind and once by its verdict.

use tg_schema_model::Verdict;

use super::{Kind, Table};

/// Counts of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// All rows.
    pub rows: usize,
    /// Rows by kind ([`Kind::ALL`]) and verdict ([`Verdict::ALL`]).
    pub counts: [[usize; 4]; 4],
    /// Rows that could not be defined.
    pub unresolved: usize,
    /// Rows of tightened fields.
    pub tightened: usize,
    /// All classes.
    pub classes: usize,
    /// Classes for which a text is registered.
    pub with_text: usize,
    /// Classes for which none is.
    pub without_text: usize,
}

impl Summary {
    pub(super) fn of(table: &Table) -> Summary {
        let mut summary = Summary {
            rows: table.rows.len(),
            classes: table.classes.len(),
            ..Summary::default()
        };
        for row in &table.rows {
            summary.counts[row.kind as usize][row.verdict as usize] += 1;
            summary.unresolved += usize::from(row.open);
            summary.tightened += usize::from(row.tightened());
        }
        for class in &table.classes {
            match class.sha256 {
                Some(_) => summary.with_text += 1,
                None => summary.without_text += 1,
            }
        }
        summary
    }
    /// Rows of one kind.
    pub fn of_kind(&self, kind: Kind) -> usize {
        self.counts[kind as usize].iter().sum()
    }
    /// Rows of one verdict.
    pub fn of_verdict(&self, verdict: Verdict) -> usize {
        self.counts.iter().map(|row| row[verdict as usize]).sum()
    }
    /// The sentences below the counts.
    pub(super) fn sentences(&self) -> Vec<String> {
        vec![
            format!(
                "{}: {} with a text to register, {} without.",
                counted(self.classes, "class", "classes"),
                self.with_text,
                self.without_text
            ),
            format!(
                "{} left open, {} tightened.",
                counted(self.unresolved, "row", "rows"),
                self.tightened
            ),
        ]
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
