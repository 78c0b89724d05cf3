//! A Record is made with positional arguments.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "POSITIONAL_ARGUMENT",
    level: Level::Error,
    title: "a Record is made with positional arguments",
    what: "A constructor of a Record is called with a value that has no name.",
    why: "\
        The first parameters of a Record's constructor are `default`, `required`, \
        `required_default`: the value went there, not into a field. Generated dataclasses take names \
        only and raise.",
    example: r"```python
Point(1, 2)       # sets no field
```",
    remedy: "\
        Write the field's name, if a field was meant: `Point(x=1, y=2)`. The values were never on \
        the wire before.",
};
