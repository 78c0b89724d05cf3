//! Python source that could not be read: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod not_resolved;
pub mod source_encoding;
pub mod source_symlink_loop;
pub mod source_syntax_error;
pub mod source_too_deep;
pub mod source_too_large;
pub mod source_unreadable;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Python source that could not be read",
    rules: &[
        &not_resolved::RULE,
        &source_encoding::RULE,
        &source_symlink_loop::RULE,
        &source_syntax_error::RULE,
        &source_too_deep::RULE,
        &source_too_large::RULE,
        &source_unreadable::RULE,
    ],
};
