//! A text that registries cannot read.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SCHEMA_UNREADABLE",
        level: Level::Error,
        title: "registries cannot read the schema",
        what: "The schema of one of the versions is no Avro schema to the Java library: a name is defined twice in \
               different ways, or is not defined, or a form is used that only the Python client writes.",
        why: "A registry refuses the text. Python clients register texts of some Records that no other Avro library \
               reads; consumers in other languages then cannot decode. What such a text says cannot be compared, so \
               there is no verdict for registries and the broker; JSON and Rust are judged by the definitions.",
        example: r#"Before:

```toml
[record.Order]
profile = "pulsar-record"

[record.Order.fields]
id = "string?"
```

After:

```toml
[record.Order]
profile = "pulsar-record"

[record.Order.fields]
id = { type = "string?", pulsar = { raw = '["null", "text"]' } }
```"#,
        remedy: "Leave the profile `pulsar-record` for the record, or take the form out of `pulsar.raw`.",
    },
    owns: &[Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Unreadable { message, refusal } = &change.what else {
        return None;
    };
    Some(Words::new(format!(
        "the schema of `{}` cannot be read: {refusal}",
        message.name
    )))
}
