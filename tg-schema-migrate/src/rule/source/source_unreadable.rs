//! A file or folder cannot be read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SOURCE_UNREADABLE",
    level: Level::Error,
    title: "a file or folder cannot be read",
    what: "\
        The operating system refused to open this path, or an error came up while it was read.",
    why: "What is in it is unknown, so the definitions may be incomplete. The rest was read.",
    example: r"```text
schemas/private: permission denied
```",
    remedy: "Give the permission, or leave the path out.",
};
