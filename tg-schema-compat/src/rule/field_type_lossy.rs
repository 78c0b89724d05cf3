//! Numbers that are read with fewer digits.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Step};
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::Own;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_TYPE_LOSSY",
        level: Level::Error,
        title: "a number has a type that drops digits",
        what: "A field, its items or its values had an integer type, and now have a floating-point type that does \
               not hold all of its digits: `int` or `long` and now `float`, `long` and now `double`.",
        why: "Everybody accepts it for new readers, and large numbers change on the way: a `float` is exact up to \
               16777216, a `double` up to 9007199254740992. An identifier read like this is another identifier. Old \
               readers refuse the new type.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
account = "long"
```

After:

```toml
[record.Order.fields]
id = "string"
account = "double"
```"#,
        remedy: "Take `double` for an `int`, and for a `long` no floating-point type at all: `decimal(19,0)` in a \
               new field holds every digit.",
    },
    owns: &[Cause::Type, Cause::Range, Cause::Precision, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (step, types) = see::step(change)?;
    let (was, is) = (see::text(&types.old), see::text(&types.new));
    (step == Step::Lossy).then(|| {
        Words::new(format!(
            "{} was `{was}` and is `{is}`, which does not hold all of its digits",
            change.name()
        ))
        .from_to(was, is)
        .own(Own::both(true, false))
        .about(Part::Type)
    })
}
