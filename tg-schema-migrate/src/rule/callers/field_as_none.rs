//! A comparison with None that changes its meaning.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "FIELD_AS_NONE",
    level: Level::Warning,
    title: "a comparison with None that changes its meaning",
    what: "\
        `value.field is None` (or `is not None`, `== None`, `case None`) where the field's value for \
        \"not set\" changes; `== None` of a Record.",
    why: "\
        An unset sub-record of a Record is not None but an object whose fields are null. In the \
        generated types an unset sub-record is None. A field that is tightened (`--tighten`) is never \
        None any more. Comparing a Record with None by `==` raised AttributeError; a dataclass \
        answers.",
    example: r"```python
if response.error is not None:      # true for every Record
```",
    remedy: "\
        Read the condition again: with generated types it does what it says. Tests on fields of the \
        sub-record (`response.error.type is None`) need a test for None before them.",
};
