//! An alias that some readers do not know.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::{Cause, Rule, Words};
use crate::change::{Change, FieldSide, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ALIAS_NOT_ON_JSON_WIRE",
        level: Level::Warning,
        title: "some readers do not know aliases",
        what: "A field was renamed, and the new version has the old name as an alias.",
        why: "An alias is a hint to readers, and not all take it. Our readers do, in JSON and in Avro. JSON readers \
               of other origin look for the names in the message: Python `Record` classes, hand-written dataclasses \
               and Java classes see nothing, without an error. Of Avro libraries, apache-avro for Rust and the plain \
               `avro` package for Python do not apply aliases of fields in decoding, although their checkers count \
               them. The broker has approved the schema by then.",
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
        remedy: "If such readers exist, declare them as peers, so that the verdict is theirs too. Send the value \
               under both names until they are gone.",
    },
    owns: &[Cause::Alias],
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
    let known = |fields: &FieldSide<'_>, name: &String| {
        let defined = fields.defined.is_some_and(|f| f.aliases.contains(name));
        defined || fields.field.aliases.contains(name)
    };
    let message = match (known(&fields.new, &old.name), known(&fields.old, &new.name)) {
        (true, _) => format!(
            "readers that know no aliases do not find values of `{}` in `{}`",
            old.name, new.name
        ),
        (false, true) => format!(
            "old readers that know no aliases do not find values of `{}` in `{}`",
            new.name, old.name
        ),
        (false, false) => return None,
    };
    Some(
        Words::new(message)
            .from_to(old.name.as_str(), new.name.as_str())
            .about(Part::Alias(old.name.clone())),
    )
}
