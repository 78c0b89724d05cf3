//! Python source that could not be read, and rules that could not be followed there: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod syntax_error;
pub mod tightened_nothing;
pub mod too_deep;
pub mod too_long;
pub mod unreadable_file;
pub mod unreadable_text;
pub mod unresolved_class;
pub mod unresolved_enum;
pub mod unresolved_field;
pub mod unresolved_topic;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Python source that could not be read",
    rules: &[
        &syntax_error::RULE,
        &tightened_nothing::RULE,
        &too_deep::RULE,
        &too_long::RULE,
        &unreadable_file::RULE,
        &unreadable_text::RULE,
        &unresolved_class::RULE,
        &unresolved_enum::RULE,
        &unresolved_field::RULE,
        &unresolved_topic::RULE,
    ],
};
