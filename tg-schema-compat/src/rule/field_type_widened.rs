//! A type that holds every number of the old one.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Step};
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::Own;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_TYPE_WIDENED",
        level: Level::Error,
        title: "a number has a wider type",
        what: "A field, its items or its values had a number type whose every value the new type holds: `int` and \
               now `long`, `int` or `float` and now `double`.",
        why: "New readers read what old producers send. Old readers do not read the new type: Avro has no way back \
               from `long` to `int`, whatever the number, so a registry whose policy is FORWARD or FULL refuses the \
               schema. JSON readers refuse only the numbers that do not fit, such as 2147483648; a `double` is never \
               an integer to them once it is written as `1.0`. A `float` that becomes `double` is read by old JSON \
               readers with fewer digits. In Rust the field has another type.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
items = "int"
```

After:

```toml
[record.Order.fields]
id = "string"
items = "long"
```"#,
        remedy: "Release readers first, then producers. If old readers must go on, add a second field of the new \
               type, fill both, and drop the old one later.",
    },
    owns: &[Cause::Type, Cause::Range, Cause::Precision, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (step, types) = see::step(change)?;
    let (was, is) = (see::text(&types.old), see::text(&types.new));
    (step == Step::Widened).then(|| {
        Words::new(format!("{} was `{was}` and is `{is}`", change.name()))
            .from_to(was, is)
            .own(Own::both(true, false))
            .about(Part::Type)
    })
}
