//! Python source that could not be read: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod not_resolved;
pub mod syntax_error;
pub mod too_deep;
pub mod too_long;
pub mod unreadable_file;
pub mod unreadable_text;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Python source that could not be read",
    rules: &[
        &not_resolved::RULE,
        &syntax_error::RULE,
        &too_deep::RULE,
        &too_long::RULE,
        &unreadable_file::RULE,
        &unreadable_text::RULE,
    ],
};
