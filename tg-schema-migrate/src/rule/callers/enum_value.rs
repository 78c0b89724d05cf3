//! The value of an enum's member is read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "ENUM_VALUE",
    level: Level::Warning,
    title: "the value of an enum's member is read",
    what: "\
        `value.field.value`, where the field holds a member of an enum whose values are not its \
        names, and `Color.RED.value` of such an enum anywhere else. A member of an `IntEnum`, or of \
        an enum that is a `str` too, used as that number or text: compared with one, ordered, added, \
        looked up, asked for a method of texts.",
    why: "\
        The members of a generated enum have their names as values, as they are on the wire: a \
        number or another text is there no more. Code goes on with another value, and nothing is \
        raised. They are members and nothing else: equal to no text and no number, and without order.",
    example: r"```python
class Color(Enum):
    RED = 1
if car.color.value == 1:       # 'RED' now
```",
    remedy: "\
        Compare with the member: `car.color is Color.RED`. Where the number itself is needed, \
        keep a table of the members.",
};
