//! A file is larger than what is read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SOURCE_TOO_LARGE",
    level: Level::Error,
    title: "a file is larger than what is read",
    what: "The file exceeds the size up to which sources are read.",
    why: "\
        A file of that size is generated or is data. Its tree would take many times its size in \
        memory.",
    example: r"```text
embeddings.py: 96 MB
```",
    remedy: "Leave it out of the paths, or split it where it does declare Records.",
};
