//! A required field is not given.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "MISSING_ARGUMENT",
    level: Level::Error,
    title: "a required field is not given",
    what: "\
        A Record is made without an argument for a field that is required and has no default.",
    why: "\
        Of a Record, the field was None until somebody set it, and encoding raised if nobody \
        did. Generated dataclasses ask for such a field in the constructor and raise TypeError \
        without it.",
    example: r"```python
class Request(Record):
    text = String(required=True)
request = Request()
request.text = 'hello'
```",
    remedy: "\
        Give the value in the constructor, or give the field a default in its definition.",
};
