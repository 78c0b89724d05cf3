//! A class of the Pulsar client is named.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_CLASS",
    level: Level::Warning,
    title: "a class of the Pulsar client is named",
    what: "\
        `pulsar.Client`, `Producer`, `Consumer`, `Reader`, `Message` or their like in an annotation, \
        in `isinstance`, or as a value. Parameters for the client are `CLIENT_PARAMETER`.",
    why: "\
        It says that the code around expects Pulsar's object, and type checkers hold it to that.",
    example: r"```python
def last() -> pulsar.Message:
```",
    remedy: "The neutral types: `PubSubBackend`, `Producer`, `Consumer`, `Delivery`.",
};
