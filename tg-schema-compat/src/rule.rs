//! The kinds of changes: one module each, with its page, examples that are run, and the words for it.

use tg_schema_model::rule;

use crate::report::Severity;

/// One kind of change.
#[derive(Debug)]
pub struct Rule {
    /// Its id and its page.
    pub page: rule::Rule,
    /// How bad it is at worst.
    pub severity: Severity,
}
