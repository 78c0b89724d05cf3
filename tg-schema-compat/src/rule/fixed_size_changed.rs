//! A fixed type of another size.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIXED_SIZE_CHANGED",
        level: Level::Error,
        title: "a fixed type has another size",
        what: "A `fixed` type of Avro has another number of bytes.",
        why: "A message has exactly that many bytes at this place, and no reader takes another number of them. \
               Registries and the broker refuse it in both directions.",
        example: r#"Before:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 16}}]}
```

After:

```json
{"type": "record", "name": "Order", "fields": [
  {"name": "hash", "type": {"type": "fixed", "name": "Hash", "size": 32}}]}
```"#,
        remedy: "Keep the size, and add a field with a new type, or use `bytes`. There are no releases that lead from one size \
               to the other: a union of both would have two types of one name.",
    },
    owns: &[Cause::Type],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Fixed(both) = &change.what else {
        return None;
    };
    let ((_, old), (_, new)) = (both.old, both.new);
    if old.size == new.size {
        return None;
    }
    Some(
        Words::new(format!(
            "`{}` had {} bytes and has {}",
            new.name.name, old.size, new.size
        ))
        .from_to(old.size.to_string(), new.size.to_string())
        .own(Own::both(false, false)),
    )
}
