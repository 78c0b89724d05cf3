//! Code that runs inside of Pulsar.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_FUNCTION",
    level: Level::Warning,
    title: "code that runs inside of Pulsar",
    what: "`pulsar.Function`, its `Context`, and `SerDe` with the classes that come from it.",
    why: "\
        A Pulsar Function is started, fed and given its settings by the broker. No other broker does \
        that.",
    example: r"```python
class Enrich(pulsar.Function):
    def process(self, input, context): ...
```",
    remedy: "\
        A service of its own: a `Consumer`, the code of `process`, and a `Producer`. State and settings \
        of the context need another home.",
};
