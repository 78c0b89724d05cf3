//! A name that is reserved no more.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RESERVED_NAME_DROPPED",
        level: Level::Note,
        title: "a name is reserved no more",
        what: "The record had a name in `reserved` that it lacks now, and no field has it.",
        why: "The name was reserved because messages that carry it may be stored somewhere. Nothing keeps it now \
               from coming back as something else.",
        example: r#"Before:

```toml
[record.Order]
reserved = ["note"]

[record.Order.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
```"#,
        remedy: "Keep the name in `reserved`.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Record(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.defined?, both.new.defined?);
    if old.reserved == new.reserved {
        return None;
    }
    let back = |name: &String| new.fields.iter().any(|f| f.name == *name);
    let gone = old
        .reserved
        .iter()
        .filter(|name| !new.reserved.contains(name) && !back(name));
    let gone: Vec<&String> = gone.collect();
    if gone.is_empty() {
        return None;
    }
    Some(
        Words::new(format!(
            "{} {} reserved no more in `{}`",
            see::list(&gone),
            see::are(&gone),
            new.name
        ))
        .from_to(old.reserved.join(", "), new.reserved.join(", "))
        .fix(format!("keep {} in `reserved`", see::list(&gone))),
    )
}
