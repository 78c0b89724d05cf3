//! A message that is new.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SCHEMA_ADDED",
        level: Level::Note,
        title: "a message is new",
        what: "The new version has a record that the old one has under no name.",
        why: "There is nothing to compare it with. A registry stores it as the first of its subject.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"


[record.Parcel.fields]
id = "string"
```"#,
        remedy: "If it is an old record under a new name, add the old name to its `aliases`.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::MessageAdded(_, message) = &change.what else {
        return None;
    };
    Some(Words::new(format!("`{}` is new", message.name)).from_to("", message.name.as_str()))
}
