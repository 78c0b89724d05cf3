//! A topic whose address or record only running the code would tell.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_TOPIC",
    level: Level::Warning,
    title: "a topic whose address or record only running the code would tell",
    what: "\
        Parts of the address come from configuration, an environment variable or a parameter. Or the \
        address is known and no place states what travels on it: no call has both the topic and a \
        schema, and no pair of both stands in a dictionary or a tuple.",
    why: "\
        A topic constant needs an address and a record. A guess would be a topic that nobody else \
        uses, or the wrong type on one; that a name sounds alike states nothing.",
    example: r#"```python
queue = f"persistent://{tenant}/flow/{name}"
```"#,
    remedy: "\
        Define the topic by hand, or build it where its parts are known: `topic(queue, qos, tenant, \
        namespace)`. Where only the record is missing, the reason suggests one of its name, if there \
        is one, as a line that can be copied.",
};
