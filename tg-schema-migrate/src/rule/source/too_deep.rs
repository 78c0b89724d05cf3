//! An expression is nested deeper than what is read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOO_DEEP",
    level: Level::Error,
    title: "an expression is nested deeper than what is read",
    what: "\
        Brackets, operators or blocks in this file are nested beyond the limit of the reader.",
    why: "\
        Python's own compiler has such a limit too. Hostile or generated text would otherwise \
        exhaust the stack.",
    example: r"```python
TABLE = [[[[[[[[[[…]]]]]]]]]]
```",
    remedy: "Move generated data out of the file that declares Records.",
};
