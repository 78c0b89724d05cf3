//! The first positional argument of a field is its default.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "POSITIONAL_DEFAULT",
    level: Level::Note,
    title: "the first positional argument of a field is its default",
    what: "\
        `Long(1)` means `Long(default=1)`, and `In(5)` is a sub-record with a default. The second \
        argument of `Map` is its default, too.",
    why: "\
        It reads like a size or a tag. `Map(String(), String())` takes the second type for a default \
        and raises.",
    example: r"```python
version = Integer(3)      # default 3, not a width
```",
    remedy: "Nothing: the definition says `default`. Check that a default was meant.",
};
