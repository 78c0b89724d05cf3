//! An enum under another name.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_RENAMED",
        level: Level::Error,
        title: "an enum has another name",
        what: "A field holds an enum whose name is another one, without its namespace, and the old name is gone.",
        why: "Avro readers compare the names of enums. Without an alias nobody reads across the change; with the \
               old name in `aliases`, new readers do, and old ones never can. Registries and the broker say the same. \
               JSON messages carry symbols only, and are not concerned.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
```

After:

```toml
[record.Order.fields]
status = "State"

[enum.State]
symbols = ["open", "shipped"]
```"#,
        remedy: "Keep the name, or add the old one to `aliases` and release readers first.",
    },
    owns: &[
        Cause::Moved,
        Cause::Code,
        Cause::VariantAdded,
        Cause::VariantRemoved,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.definition, both.new.definition);
    if old.name.name == new.name.name {
        return None;
    }
    let full = old.name.full();
    if both
        .new
        .field
        .is_some_and(|f| see::defines(f.record.schema, &full))
    {
        return None;
    }
    let ways = see::reads((&old.name, &old.aliases), (&new.name, &new.aliases));
    Some(
        Words::new(format!("`{}` is now `{}`", old.name.name, new.name.name))
            .from_to(full.as_str(), new.name.full())
            .own(Own {
                avro: ways,
                pulsar: ways,
            })
            .fix(see::renamed((&old.name, &new.name), ways)),
    )
}
