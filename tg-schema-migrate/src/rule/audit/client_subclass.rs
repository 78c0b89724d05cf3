//! A class inherits from a wrapper of the client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_SUBCLASS",
    level: Level::Warning,
    title: "a class inherits from a wrapper of the client",
    what: "\
        A base class, near or far, makes or holds a Pulsar object, or is a class of the client.",
    why: "\
        The subclass gets client, flags and life cycle with the base. In a code base of services \
        this is most of the coupling.",
    example: r"```python
class Processor(ConsumerProducer):
    ...
```",
    remedy: "\
        Migrate the base class first; the subclasses follow, unless they use its attributes (see \
        CLIENT_ATTRIBUTE).",
};
