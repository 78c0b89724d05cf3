//! A logger is handed to the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_LOGGER",
    level: Level::Warning,
    title: "a logger is handed to the Pulsar client",
    what: "\
        `pulsar.ConsoleLogger`, `pulsar.FileLogger`, `LoggerLevel`, or `logger=` of the client.",
    why: "The client is native code and logs past Python's logging without it.",
    example: r"```python
client = pulsar.Client(host, logger=pulsar.ConsoleLogger(pulsar.LoggerLevel.Error))
```",
    remedy: "\
        Delete it: the neutral layer logs by the ordinary means, and the level is set there.",
};
