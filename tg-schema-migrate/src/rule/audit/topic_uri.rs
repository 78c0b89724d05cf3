//! An address in Pulsar's form.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOPIC_URI",
    level: Level::Warning,
    title: "an address in Pulsar's form",
    what: "\
        A string that begins with `persistent://` or `non-persistent://`, also where it is put \
        together by an f-string, `+`, `%`, `format` or a helper function.",
    why: "\
        No other broker takes it, and the parts are hidden in text. The scheme is the only place \
        that says whether messages may be lost.",
    example: r#"```python
topic = f"non-persistent://{tenant}/request/{queue}"
```"#,
    remedy: "\
        `topic(queue, qos, tenant, namespace)`, or the constant that is generated for it: \
        `q0/tg/request/…` for non-persistent, `q1/…` for persistent.",
};
