//! What is registered: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod registered_differs;
pub mod registered_missing;
pub mod registered_repeated;
pub mod registered_sorted;
pub mod registered_unreadable;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "What is registered",
    rules: &[
        &registered_differs::RULE,
        &registered_missing::RULE,
        &registered_repeated::RULE,
        &registered_sorted::RULE,
        &registered_unreadable::RULE,
    ],
};
