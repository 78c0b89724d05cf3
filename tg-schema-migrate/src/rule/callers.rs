//! Code that uses Records: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod field_as_none;
pub mod field_as_truth;
pub mod missing_attribute;
pub mod positional_argument;
pub mod undeclared_argument;
pub mod unknown_arguments;
pub mod unset_record_read;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Code that uses Records",
    rules: &[
        &field_as_none::RULE,
        &field_as_truth::RULE,
        &missing_attribute::RULE,
        &positional_argument::RULE,
        &undeclared_argument::RULE,
        &unknown_arguments::RULE,
        &unset_record_read::RULE,
    ],
};
