//! Authentication by the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "AUTHENTICATION",
    level: Level::Warning,
    title: "authentication by the Pulsar client",
    what: "\
        `AuthenticationToken`, `AuthenticationTLS`, `AuthenticationOauth2` and their like, or \
        `authentication=`.",
    why: "\
        It is an object of the client, and tokens in code or arguments end up in logs and process \
        lists.",
    example: r"```python
authentication=pulsar.AuthenticationToken(token)
```",
    remedy: "\
        The environment: `PULSAR_API_KEY` for Pulsar, and the like for other brokers; \
        `get_pubsub(config)` reads it and never shows it.",
};
