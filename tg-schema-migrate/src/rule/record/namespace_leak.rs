//! A name is looked up in the wrong namespace.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NAMESPACE_LEAK",
    level: Level::Error,
    title: "a name is looked up in the wrong namespace",
    what: "\
        A record with a namespace holds one without, or the reverse, and the inner one is used \
        twice. The second use is a bare name.",
    why: "\
        Avro looks a bare name up in the namespace around it, where the type is not: `unknown type \
        a.b.In`. fastavro, Python's avro and Rust's apache-avro all refuse the schema.",
    example: r#"```python
class Out(Record):
    first = In()
    second = Spaced()       # _avro_namespace = "a.b", has a field In()
```"#,
    remedy: "\
        Give all records that are used together one namespace. The definition keeps the registered \
        text.",
};
