//! A value that the field does not hold.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "WRONG_VALUE",
    level: Level::Error,
    title: "a value that the field does not hold",
    what: "\
        A field is given a literal of another type: an enum's value or name for its member, a \
        text for bytes, a dict for a sub-record, None for a required field, a text for a number.",
    why: "\
        Records look at each value when it is set: they make members of values and names, bytes \
        of texts and sub-records of dicts, and raise TypeError for the rest. Dataclasses keep \
        what they are given, and encoding raises an error.",
    example: r"```python
Car(color=1)             # was Color.RED
Car(key='text')          # was b'text'
Car(seats='5')           # raised TypeError
```",
    remedy: "\
        Give what the field holds: `Color.RED`, `'text'.encode()`, `Error(type='a')`, 5.",
};
