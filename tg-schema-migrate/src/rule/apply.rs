//! Changes to code: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod not_applied;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Changes to code",
    rules: &[&not_applied::RULE],
};
