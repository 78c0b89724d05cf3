//! A type that does not hold every number of the old one.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Step};
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::Own;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_TYPE_NARROWED",
        level: Level::Error,
        title: "a number has a narrower type",
        what: "A field, its items or its values had a number type that holds more than the new one: `long` and now \
               `int`, `double` and now `float`.",
        why: "Avro readers of the new type refuse every old message, also where the number would fit: a registry \
               whose policy is BACKWARD or FULL refuses the schema. JSON readers refuse the numbers that are out of \
               range, and read a `double` as a `float` with fewer digits. Old readers read new messages.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
items = "long"
```

After:

```toml
[record.Order.fields]
id = "string"
items = "int"
```"#,
        remedy: "Keep the wider type. To narrow it all the same, add a field of the new type, fill both until no old \
               message is left, then drop the old one.",
    },
    owns: &[Cause::Type, Cause::Range, Cause::Precision, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (step, types) = see::step(change)?;
    let (was, is) = (see::text(&types.old), see::text(&types.new));
    (step == Step::Narrowed).then(|| {
        Words::new(format!("{} was `{was}` and is `{is}`", change.name()))
            .from_to(was, is)
            .own(Own::both(false, true))
            .about(Part::Type)
            .fix(format!("keep `{}`", see::text(&types.old)))
    })
}
