//! A default that is computed.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NON_LITERAL_DEFAULT",
    level: Level::Warning,
    title: "a default that is computed",
    what: "\
        The default of a field is a call or an expression over values that are known only when the \
        code runs.",
    why: "\
        The client evaluates it once, when the class is made, and registers that value. What it was \
        cannot be seen in the text.",
    example: r"```python
created = Long(default=int(time.time()), required_default=True)
```",
    remedy: "\
        Write the value into the definition that the registered schema has (`--registered` \
        compares), or leave the default out.",
};
