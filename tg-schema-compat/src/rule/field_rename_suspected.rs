//! A field that is gone and another one that is new, which may be the same.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{FieldSide, Own, What};
use crate::loss::pairing::LIKE;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_RENAME_SUSPECTED",
        level: Level::Error,
        title: "a field may have been renamed without an alias",
        what: "A field is gone, another one of the same type is new, and their names are more alike \
               than those of any other two, or they are the only ones of the kind.",
        why: "If it is the same field, then the values are lost in both directions: new readers look for the new \
               name in old messages, old readers for the old name in new ones, and each finds nothing. Where the field \
               is optional or has a default, every registry and the broker accept the change as fully compatible.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
vectors = "array<double>?"
```

After:

```toml
[record.Order.fields]
id = "string"
vector = "array<double>?"
```"#,
        remedy: "If it is the same field, add the old name to its `aliases`. If it is not, say so by putting the old \
               name into `reserved`.",
    },
    owns: &[
        Cause::Missing,
        Cause::Gone,
        Cause::Null,
        Cause::Unset,
        Cause::Swallowed,
        Cause::Code,
        Cause::Made,
    ],
    look,
};

/// Whether a field finds another one of the other version by an alias.
fn is_read(reader: &FieldSide<'_>, writer: &FieldSide<'_>) -> bool {
    let mut aliases = reader.field.aliases.iter();
    aliases.any(|alias| writer.record.record.field(alias).is_some())
}

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Renamed { fields, likeness } = &change.what else {
        return None;
    };
    let (old, new) = (fields.old.field, fields.new.field);
    let (was, is) = (&old.name, &new.name);
    let words = Words::new(format!(
        "`{was}` is gone and `{is}` is new and of its type: perhaps the same field, {}",
        match *likeness {
            likeness if likeness >= LIKE => format!("since the names are {likeness} % alike"),
            _ => "since there is no other one".to_owned(),
        }
    ))
    .fix(format!(
        "if it is the same field, add `aliases = [\"{was}\"]` to `{is}`"
    ));
    Some(
        words
            .from_to(
                format!("{was}: {}", fields.old.type_text()),
                format!("{is}: {}", fields.new.type_text()),
            )
            .own(Own::both(
                new.default.is_some() || is_read(&fields.new, &fields.old),
                old.default.is_some() || is_read(&fields.old, &fields.new),
            )),
    )
}
