//! Other words.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
use tg_schema_model::Json;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "DOC_CHANGED",
        level: Level::Note,
        title: "documentation changed",
        what: "The documentation of a record, a field or an enum is another one.",
        why: "Nobody reads it on the wire. The Pulsar broker compares schemas without their documentation: it \
               stores no new version, and keeps the old words. A registry with the interface of Confluent stores a \
               version.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = "string?"
```

After:

```toml
[record.Order.fields]
id = "string"
note = { type = "string?", doc = "For the courier." }
```"#,
        remedy: "Nothing.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (old, new) = match &change.what {
        What::Field(fields) => (&fields.old.defined?.doc, &fields.new.defined?.doc),
        What::Record(both) => (&both.old.defined?.doc, &both.new.defined?.doc),
        What::Enum(both) => (&both.old.defined?.doc, &both.new.defined?.doc),
        _ => return None,
    };
    if old == new {
        return None;
    }
    let text = |doc: &Option<String>| {
        doc.as_deref()
            .map_or_else(String::new, |d| super::short(&Json::str(d)))
    };
    Some(
        Words::new(format!("{} is documented in other words", change.subject()))
            .from_to(text(old), text(new)),
    )
}
