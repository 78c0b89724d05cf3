//! Another default.

use tg_schema_model::Encoding;
use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::{FieldSide, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_CHANGED",
        level: Level::Note,
        title: "a field has another default",
        what: "The value that a reader takes where a message has none is another one.",
        why: "Every registry accepts it, and the broker stores a new version. From now on two readers disagree \
               about the same message: what one of them reads as the old default, the other reads as the new one. \
               Messages of our producers carry the value always, so this concerns messages of versions that lack the \
               field, and of other producers.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
retries = { type = "int", default = 3 }
```

After:

```toml
[record.Order.fields]
id = "string"
retries = { type = "int", default = 5 }
```"#,
        remedy: "Keep the default, and let producers send the new value.",
    },
    owns: &[Cause::Default, Cause::Missing],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Field(fields) = &change.what else {
        return None;
    };
    if fields.old.field.default.is_none() && fields.old.defined.is_none() {
        return None;
    }
    let (old, new) = (see::default_of(&fields.old)?, see::default_of(&fields.new)?);
    // Bytes are the same, or others, whatever their encodings are.
    let plain = |side: &FieldSide<'_>| see::default_in(side, Encoding::Base64);
    let ty = |side: &FieldSide<'_>| side.type_text().trim_end_matches('?').to_owned();
    let differ = match (plain(&fields.old), plain(&fields.new)) {
        (Some(old), Some(new)) if ty(&fields.old) == ty(&fields.new) => see::differ(&old, &new),
        _ => see::differ(&old, &new),
    };
    if !differ {
        return None;
    }
    let (was, is) = (super::short(&old), super::short(&new));
    Some(
        Words::new(format!(
            "the default of {} was {was} and is {is}",
            change.name()
        ))
        .about(Part::Default)
        .fix(format!("keep the default {was}"))
        .from_to(was, is),
    )
}
