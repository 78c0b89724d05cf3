//! Topics: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod topic_illegal;
pub mod topic_moved;
pub mod topic_scheme;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Topics",
    rules: &[
        &topic_illegal::RULE,
        &topic_moved::RULE,
        &topic_scheme::RULE,
    ],
};
