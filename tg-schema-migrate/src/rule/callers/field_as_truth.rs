//! A truth test that changes its meaning.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "FIELD_AS_TRUTH",
    level: Level::Warning,
    title: "a truth test that changes its meaning",
    what: "\
        A sub-record is used as a condition: `if value.field:`, `not value.field`, `value.field or \
        other`, `isinstance(value.field, Class)`.",
    why: "\
        The object that stands for an unset sub-record is true, so the condition always held. In the \
        generated types it is None, so the condition begins to work.",
    example: r"```python
if response.error:      # always true for Records
    raise RuntimeError(response.error.message)
```",
    remedy: "Read both branches again: one of them has never run with an unset field.",
};
