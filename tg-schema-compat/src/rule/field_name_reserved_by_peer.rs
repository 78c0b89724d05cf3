//! A name that a peer takes for something else.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_NAME_RESERVED_BY_PEER",
        level: Level::Warning,
        title: "a field has a name that Python Records take for a setting",
        what: "A field is called `default`, `required`, `required_default` or `self`.",
        why: "The constructor of `pulsar.schema.Record` takes `default`, `required` and `required_default` for \
               itself: the value never reaches the field, without an error. A key `self` makes it fail. Producers and \
               consumers in that client cannot send or read the field at all.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
required = "boolean?"
```"#,
        remedy: "Take another name, if Python Records send or read the message.",
    },
    owns: &[Cause::Swallowed],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::FieldPresent(side) = &change.what else {
        return None;
    };
    let name = side.field.name.as_str();
    matches!(name, "default" | "required" | "required_default" | "self").then(|| {
        Words::new(format!("Python Records cannot have a field `{name}`"))
            .fix(format!("take another name than `{name}`"))
    })
}
