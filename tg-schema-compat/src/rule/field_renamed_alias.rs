//! A field under a new name that remembers the old one.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_RENAMED_ALIAS",
        level: Level::Error,
        title: "a field has a new name, with an alias",
        what: "A field of the new version has another name, and one of its `aliases` is the old name. Or the old \
               version has the alias, and the new one has gone back to the earlier name.",
        why: "Readers that know the alias find old values: registries and the broker accept it for new readers. Old \
               readers know nothing of the new name: they refuse a message without a required field, and of an \
               optional one they read nothing while the value is there under the new name. Not every reader applies \
               aliases: see ALIAS_NOT_ON_JSON_WIRE. Code that uses the field has to be edited.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
customer = "string?"
```

After:

```toml
[record.Order.fields]
id = "string"
buyer = { type = "string?", aliases = ["customer"] }
```"#,
        remedy: "Rename in two steps: add the new field, fill and read both, and remove the old one when all readers \
               know the new one. Or leave the name on the wire as it is.",
    },
    owns: &[
        Cause::Missing,
        Cause::Gone,
        Cause::Null,
        Cause::Unset,
        Cause::Twice,
        Cause::Swallowed,
        Cause::Code,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Field(fields) = &change.what else {
        return None;
    };
    let (old, new) = (fields.old.field, fields.new.field);
    if old.name == new.name {
        return None;
    }
    let (was, is) = (fields.old.record.record, fields.new.record.record);
    let avro = Ways {
        backward: new.aliases.contains(&old.name) || new.default.is_some(),
        forward: old.aliases.contains(&new.name) || old.default.is_some(),
    };
    // The broker looks for aliases of fields in records of the same full name only.
    let same = was.name == is.name;
    let pulsar = Ways {
        backward: avro.backward
            && (same || is.aliases.contains(&was.name) || new.default.is_some()),
        forward: avro.forward && (same || was.aliases.contains(&is.name) || old.default.is_some()),
    };
    let known = match (
        new.aliases.contains(&old.name),
        old.aliases.contains(&new.name),
    ) {
        (true, _) => "with the old name as an alias",
        (_, true) => "which the old version has as an alias",
        _ => "with the old name as an alias that is not registered",
    };
    Some(
        Words::new(format!("`{}` is now `{}`, {known}", old.name, new.name))
            .from_to(old.name.as_str(), new.name.as_str())
            .own(Own { avro, pulsar }),
    )
}
