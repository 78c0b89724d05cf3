//! A schema object of the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SCHEMA_WRAPPER",
    level: Level::Warning,
    title: "a schema object of the Pulsar client",
    what: "`JsonSchema(R)`, `AvroSchema(R)`, `BytesSchema()` or `StringSchema()`.",
    why: "\
        It decides what is registered and how messages are encoded, at each place where a producer \
        or consumer is made. With BytesSchema nothing is registered, and no broker checks anything.",
    example: r"```python
schema = JsonSchema(TextCompletionRequest)
```",
    remedy: "\
        Delete it: the generated type brings its schema, and the broker chooses the codec (JSON on \
        Pulsar, Avro on Kafka). `tg-schema check` replaces what a broker does not check.",
};
