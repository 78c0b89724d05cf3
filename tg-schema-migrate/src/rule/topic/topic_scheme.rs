//! A queue name that is a whole address.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOPIC_SCHEME",
    level: Level::Warning,
    title: "a queue name that is a whole address",
    what: "\
        A string that a helper would put into an address begins with `persistent://` or \
        `non-persistent://` already, or holds slashes.",
    why: "\
        The address comes out with two schemes, or with parts at the wrong place. Pulsar refuses it \
        or, worse, makes a topic that nobody else uses.",
    example: r#"```python
topic("persistent://tg/flow/requests")
```"#,
    remedy: "\
        Give the queue alone; tenant, namespace and class of service have parameters of their own.",
};
