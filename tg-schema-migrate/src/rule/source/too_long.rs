//! A file takes too long to follow.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOO_LONG",
    level: Level::Error,
    title: "a file takes too long to follow",
    what: "\
        Following what the code at the top of this file does takes more steps than are allowed: a \
        loop with many turns, or calls of calls.",
    why: "\
        What comes after that place was not looked at. The file may define classes that are missing \
        from the definitions.",
    example: r"```python
TABLE = [[f(i, j) for i in range(10_000)] for j in range(10_000)]
```",
    remedy: "Leave the file out of the paths, or move the classes in it to a file of their own.",
};
