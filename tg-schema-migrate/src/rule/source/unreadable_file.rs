//! A file or folder cannot be read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNREADABLE_FILE",
    level: Level::Error,
    title: "a file or folder cannot be read",
    what: "\
        The operating system refused to open this path, it is a link that leads nowhere or round in \
        a circle, it is no regular file, or it is larger than what is read.",
    why: "What is in it is unknown, so the definitions may be incomplete. The rest was read.",
    example: r"```text
schemas/private: permission denied
```",
    remedy: "\
        Give the permission, repair the link, or leave the path out. A file over the limit of size \
        is generated or is data.",
};
