//! A fixed type under another name.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIXED_RENAMED",
        level: Level::Error,
        title: "a fixed type has another name",
        what: "A `fixed` type of Avro has another name, without its namespace.",
        why: "Avro readers compare the names of fixed types: without an alias nobody reads across the change, with \
               one only new readers do. Registries and the broker say the same.",
        example: r#"Before:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}}]}
```

After:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "hash", "type": {"type": "fixed", "name": "Digest", "size": 16}}]}
```"#,
        remedy: "Keep the name, or add the old one to `aliases`.",
    },
    owns: &[Cause::Type],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Fixed(both) = &change.what else {
        return None;
    };
    let ((_, old), (_, new)) = (both.old, both.new);
    if old.name.name == new.name.name {
        return None;
    }
    let ways = see::reads((&old.name, &old.aliases), (&new.name, &new.aliases));
    Some(
        Words::new(format!("`{}` is now `{}`", old.name.name, new.name.name))
            .from_to(old.name.full(), new.name.full())
            .own(Own {
                avro: ways,
                pulsar: ways,
            })
            .fix(see::renamed((&old.name, &new.name), ways)),
    )
}
