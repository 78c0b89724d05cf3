//! An enum member that is another name of one before it.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "ENUM_ALIAS",
    level: Level::Warning,
    title: "an enum member that is another name of one before it",
    what: "Two members of the enum have the same value; Python makes the second an alias.",
    why: "The schema lists the first name only, and messages carry it.",
    example: r"```python
class Color(Enum):
    RED = 1
    CRIMSON = 1
```",
    remedy: "Nothing: the definition has the symbol that is registered.",
};
