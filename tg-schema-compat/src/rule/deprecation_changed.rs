//! Something that should not be used any more, or may be again.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "DEPRECATION_CHANGED",
        level: Level::Note,
        title: "something is deprecated now, or is so no more",
        what: "A field or a record is marked `deprecated`, or the mark is gone.",
        why: "Nothing changes on the wire. Rust code that uses it gets a warning, which fails a build that denies \
               warnings.",
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
note = { type = "string?", deprecated = "Use remarks." }
```"#,
        remedy: "Move the users, then remove it.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (old, new) = match &change.what {
        What::Field(fields) => (
            &fields.old.defined?.deprecated,
            &fields.new.defined?.deprecated,
        ),
        What::Record(both) => (&both.old.defined?.deprecated, &both.new.defined?.deprecated),
        _ => return None,
    };
    if old.is_some() == new.is_some() {
        return None;
    }
    let is = if new.is_some() {
        "is deprecated"
    } else {
        "is deprecated no more"
    };
    let text = |reason: &Option<String>| reason.clone().unwrap_or_default();
    Some(Words::new(format!("{} {is}", change.subject())).from_to(text(old), text(new)))
}
