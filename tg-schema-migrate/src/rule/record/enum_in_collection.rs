//! A collection of an enum has an invalid schema.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "ENUM_IN_COLLECTION",
    level: Level::Error,
    title: "a collection of an enum has an invalid schema",
    what: "\
        `Array(CustomEnum(E))` and `Map(CustomEnum(E))` give `\"items\": \"enum\"` in the schema, \
        which names no type.",
    why: "\
        Every Avro reader refuses such a schema. Over JSON it works one way only: messages are \
        written and cannot be read (`Array field a items should all be of type enum`).",
    example: r"```python
class Palette(Record):
    colors = Array(CustomEnum(Color))
```",
    remedy: "\
        The definition keeps the registered text by `pulsar.raw`. Where nothing reads it, change the \
        type to `array<Color>?` and register a new version.",
};
