//! Settings of Pulsar pass through here.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "HANDED_THROUGH",
    level: Level::Warning,
    title: "settings of Pulsar pass through here",
    what: "\
        A function that adds Pulsar's flags to a parser is called (`PulsarClient.add_args(parser)`), \
        or such settings are handed on (`pulsar_host=self.pulsar_host`).",
    why: "\
        A chain of such calls connects each program to the client. Cut in the middle, flags exist \
        that do nothing.",
    example: r"```python
@staticmethod
def add_args(parser):
    PulsarClient.add_args(parser)
```",
    remedy: "Hand one configuration object through, and let the neutral layer add its flags.",
};
