//! Code that uses Records: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod enum_value;
pub mod field_as_none;
pub mod field_as_truth;
pub mod field_deleted;
pub mod missing_argument;
pub mod missing_attribute;
pub mod none_for_default;
pub mod none_for_tightened;
pub mod positional_argument;
pub mod record_method;
pub mod undeclared_argument;
pub mod unknown_arguments;
pub mod unset_record_read;
pub mod unset_record_write;
pub mod wrong_value;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Code that uses Records",
    rules: &[
        &enum_value::RULE,
        &field_as_none::RULE,
        &field_as_truth::RULE,
        &field_deleted::RULE,
        &missing_argument::RULE,
        &missing_attribute::RULE,
        &none_for_default::RULE,
        &none_for_tightened::RULE,
        &positional_argument::RULE,
        &record_method::RULE,
        &undeclared_argument::RULE,
        &unknown_arguments::RULE,
        &unset_record_read::RULE,
        &unset_record_write::RULE,
        &wrong_value::RULE,
    ],
};
