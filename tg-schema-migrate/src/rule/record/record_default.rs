//! A default of a sub-record makes the schema fail.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "RECORD_DEFAULT",
    level: Level::Error,
    title: "a default of a sub-record makes the schema fail",
    what: "`In(default=In(x=3), required_default=True)`.",
    why: "\
        The client puts the object into a JSON text and raises `Object of type In is not JSON \
        serializable`. Without `required_default` the default is ignored, except that setting the \
        field to `None` brings it back.",
    example: r"```python
point = Point(default=Point(x=0), required_default=True)
```",
    remedy: "Drop the default; an absent sub-record is `None` in the generated types.",
};
