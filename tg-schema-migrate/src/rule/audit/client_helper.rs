//! A function of the project that gives the client is called.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_HELPER",
    level: Level::Warning,
    title: "a function of the project that gives the client is called",
    what: "\
        A call of a function or method whose result is a Pulsar client, producer, consumer or reader, or \
        an object of a class that holds one: by its annotation, or by what it returns.",
    why: "\
        The function is easy to replace, its callers go on with Pulsar's object all the same.",
    example: r"```python
def connect() -> pulsar.Client: ...

client = connect()
```",
    remedy: "\
        Let the function give what `get_pubsub(config)` gives, and change what the callers do with it.",
};
