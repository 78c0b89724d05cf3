//! Declarations of Records: one module a rule.

use tg_schema_model::rule::Chapter;

pub mod bare_class_in_collection;
pub mod bytes_default;
pub mod default_not_registered;
pub mod duplicate_record_name;
pub mod enum_alias;
pub mod enum_in_collection;
pub mod inherited_fields_lost;
pub mod method_shadowing_name;
pub mod namespace_leak;
pub mod namespace_look_alike;
pub mod nan_default;
pub mod narrow_timestamp;
pub mod nested_collection;
pub mod non_ascii_name;
pub mod non_literal_default;
pub mod not_a_field;
pub mod null_default_on_required;
pub mod null_field;
pub mod own_code;
pub mod positional_default;
pub mod record_default;
pub mod record_named_record;
pub mod refused_field;
pub mod required_default_without_default;
pub mod string_valued_enum;
pub mod swallowed_field_name;
pub mod unknown_field_argument;

/// These rules.
pub const CHAPTER: Chapter = Chapter {
    title: "Declarations of Records",
    rules: &[
        &bare_class_in_collection::RULE,
        &bytes_default::RULE,
        &default_not_registered::RULE,
        &duplicate_record_name::RULE,
        &enum_alias::RULE,
        &enum_in_collection::RULE,
        &inherited_fields_lost::RULE,
        &method_shadowing_name::RULE,
        &namespace_leak::RULE,
        &namespace_look_alike::RULE,
        &nan_default::RULE,
        &narrow_timestamp::RULE,
        &nested_collection::RULE,
        &non_ascii_name::RULE,
        &non_literal_default::RULE,
        &not_a_field::RULE,
        &null_default_on_required::RULE,
        &null_field::RULE,
        &own_code::RULE,
        &positional_default::RULE,
        &record_default::RULE,
        &record_named_record::RULE,
        &refused_field::RULE,
        &required_default_without_default::RULE,
        &string_valued_enum::RULE,
        &swallowed_field_name::RULE,
        &unknown_field_argument::RULE,
    ],
};
