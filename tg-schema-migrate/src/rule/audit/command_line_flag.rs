//! A command line option about Pulsar.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "COMMAND_LINE_FLAG",
    level: Level::Warning,
    title: "a command line option about Pulsar",
    what: "\
        `add_argument(\"--pulsar-…\")`, a `click` or `typer` option of such a name, or reading the \
        value of one (`args.pulsar_host`).",
    why: "Deployments and scripts pass it. It says which broker there is.",
    example: r#"```python
parser.add_argument("-p", "--pulsar-host", default="pulsar://pulsar:6650")
```"#,
    remedy: "\
        The flags of the neutral configuration (`--pubsub-backend`, `--pulsar-host`, …), added by \
        one call; keep the old spelling as an alias while deployments use it.",
};
