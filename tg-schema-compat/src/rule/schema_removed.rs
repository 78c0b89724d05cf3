//! A message that is gone.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SCHEMA_REMOVED",
        level: Level::Error,
        title: "a message is gone",
        what: "The old version has a record that the new one has under no name.",
        why: "Whoever still sends or reads it has no definition any more: code that uses the type does not compile, \
               and stored messages have no reader. Registries keep the old versions and say nothing.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"


[record.Parcel.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
```"#,
        remedy: "Keep the record until nobody sends it and no message of it is stored. If it has a new name, add the \
               old one to the `aliases` of the new one.",
    },
    owns: &[Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::MessageRemoved(_, message) = &change.what else {
        return None;
    };
    let name = &message.name;
    Some(
        Words::new(format!("`{name}` is gone"))
            .from_to(name.as_str(), "")
            .fix(format!(
                "keep `{name}` until nobody sends it and no message of it is stored"
            )),
    )
}
