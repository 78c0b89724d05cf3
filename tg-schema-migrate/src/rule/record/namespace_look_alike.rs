//! An attribute that looks like a namespace and is none.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NAMESPACE_LOOK_ALIKE",
    level: Level::Warning,
    title: "an attribute that looks like a namespace and is none",
    what: "\
        The class sets `_avro_namespace_`, `_namespace` or `avro_namespace`. The client knows \
        `_avro_namespace` alone.",
    why: "The registered name has no namespace, whatever the attribute says.",
    example: r#"```python
class Event(Record):
    _avro_namespace_ = "com.example"
```"#,
    remedy: "\
        Delete the attribute. To have the namespace from now on, set it in the definition: that is \
        another name, and with it another schema.",
};
