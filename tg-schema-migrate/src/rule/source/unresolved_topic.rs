//! A topic whose address only running the code would tell.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_TOPIC",
    level: Level::Warning,
    title: "a topic whose address only running the code would tell",
    what: "\
        Parts of the address come from configuration, an environment variable or a parameter.",
    why: "A topic constant needs an address. A guess would be a topic that nobody else uses.",
    example: r#"```python
queue = f"persistent://{tenant}/flow/{name}"
```"#,
    remedy: "\
        Define the topic by hand, or build it where its parts are known: `topic(queue, qos, tenant, \
        namespace)`.",
};
