//! Arguments that cannot be seen here.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNKNOWN_ARGUMENTS",
    level: Level::Note,
    title: "arguments that cannot be seen here",
    what: "A Record is made with `**values`.",
    why: "\
        Whether all keys are fields is known only when the code runs. Unknown ones were ignored and \
        will raise.",
    example: r"```python
Request(**json.loads(text))
```",
    remedy: "\
        Decode with the generated type's own reader, which passes over unknown keys, or filter the \
        dict.",
};
