//! A link leads back to a folder above it.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SOURCE_SYMLINK_LOOP",
    level: Level::Warning,
    title: "a link leads back to a folder above it",
    what: "\
        A symbolic link points to a folder that is already being walked through. It is not followed \
        again.",
    why: "\
        Nothing is lost, since everything below it was read once. But a link that was meant to lead \
        elsewhere leads nowhere.",
    example: r"```text
schemas/v1/schemas -> ..
```",
    remedy: "Remove the link, or point it to where it should lead.",
};
