//! An alias that is gone.

use tg_schema_model::rule::{self, Level};

use super::alias_added::names;
use super::see;
use super::{Rule, Words};
use crate::change::{Change, Own};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ALIAS_REMOVED",
        level: Level::Note,
        title: "an alias is gone",
        what: "A field, a record or an enum has lost an alias.",
        why: "Messages of versions that use the alias as a name are not found under it any more: required fields \
               are missed, values of others are passed over. Against the last version alone nothing happens, so nobody \
               objects; compare with the whole history.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = { type = "string?", aliases = ["comment"] }
```

After:

```toml
[record.Order.fields]
id = "string"
note = "string?"
```"#,
        remedy: "Keep the alias as long as messages with that name are stored anywhere.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (kept, old, new) = names(change)?;
    let gone: Vec<&String> = old
        .iter()
        .filter(|a| !new.contains(a) && !kept.contains(a))
        .collect();
    if gone.is_empty() {
        return None;
    }
    Some(
        Words::new(format!(
            "{} {} gone as an alias",
            see::list(&gone),
            see::are(&gone)
        ))
        .from_to(old.join(", "), new.join(", "))
        // An alias may be the name of something else.
        .suspect(Own {
            avro: Ways::FULL,
            pulsar: Ways::NONE,
        })
        .fix(format!("keep {} as an alias", see::list(&gone))),
    )
}
