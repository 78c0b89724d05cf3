//! Fields of a base class are not part of this Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "INHERITED_FIELDS_LOST",
    level: Level::Warning,
    title: "fields of a base class are not part of this Record",
    what: "\
        The class inherits from another Record, or from a plain class with fields. The client \
        collects fields from the body of the class alone.",
    why: "\
        The registered schema has none of the inherited fields, they are never on the wire, and \
        `Child(a=\"x\")` ignores `a`. Reading `child.a` gives the Field object itself, which is not \
        `None` and not the value. The definition keeps what is registered.",
    example: r"```python
class Base(Record):
    id = String()

class Child(Base):      # schema: only `text`
    text = String()
```",
    remedy: "\
        If messages are meant to have these fields, add them to the definition as optional fields: \
        that is a change of the schema, and a compatible one only where they may be absent.",
};
