//! The client, or what stands for it, comes in as a parameter.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_PARAMETER",
    level: Level::Warning,
    title: "the client, or what stands for it, comes in as a parameter",
    what: "\
        A parameter for a Pulsar client, producer, consumer or reader, or for an object of a class that \
        holds one. The annotation says so, or a call that hands one over.",
    why: "\
        The file need not import the client and still works with nothing else.",
    example: r"```python
def publish(client: PulsarClient, text: str) -> None:
```",
    remedy: "\
        Take what is needed: a `PubSubBackend`, a `Producer` or a `Consumer`.",
};
