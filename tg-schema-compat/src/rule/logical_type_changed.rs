//! What a number or a text means.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::{TypeSide, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "LOGICAL_TYPE_CHANGED",
        level: Level::Error,
        title: "a value means something else",
        what: "A place has another logical type than before, or gained or lost one: milliseconds and now \
               microseconds, a plain number and now a date, a decimal with another scale.",
        why: "Registries and the broker compare the types below and do not look at what they mean, so everything is \
               accepted. An Avro reader then takes 1700000000000 milliseconds for microseconds, and lands in January \
               1970, reads the bytes of a decimal as a text, or refuses a number that is no date. Each counts as a loss: \
               `--require loss=none` objects. A plain value that becomes a date, a time, a UUID or a decimal is a loss where \
               some value of the type is none of these, and the message that shows it is one with such a value. JSON \
               carries dates and times as text: old text with milliseconds is read by readers of microseconds, but not \
               the other way round, and a plain number is not read as a date at all.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
at = "timestamp_ms"
```

After:

```toml
[record.Order.fields]
id = "string"
at = "timestamp_us"
```"#,
        remedy: "Add a field under another name for the new meaning. More digits of a decimal (`decimal(9,2)` and \
               now `decimal(12,2)`) are safe for new readers of JSON. Avro readers that look at the digits, ours \
               among them, refuse them, and another scale is never safe.",
    },
    owns: &[
        Cause::Type,
        Cause::Range,
        Cause::Precision,
        Cause::Meaning,
        Cause::Encoding,
        Cause::Code,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Type(types) = &change.what else {
        return None;
    };
    let properties = |side: &TypeSide<'_>| side.graph.node(side.id).properties.is_empty();
    if properties(&types.old) && properties(&types.new) {
        return None;
    }
    let (was, is) = (see::logical(&types.old), see::logical(&types.new));
    if was == is {
        return None;
    }
    let name = change.name();
    let message = match (&was, &is) {
        (Some(was), Some(is)) => format!("{name} was a {was} and is a {is}"),
        (Some(was), None) => format!("{name} was a {was} and is a plain {}", types.new.text()),
        (None, is) => format!(
            "{name} was a plain {} and is a {}",
            types.old.text(),
            is.as_deref().unwrap_or_default()
        ),
    };
    let plain =
        |logical: Option<String>, side: &TypeSide<'_>| logical.unwrap_or_else(|| side.text());
    Some(
        Words::new(message)
            .from_to(plain(was, &types.old), plain(is, &types.new))
            .about(Part::Type)
            .fix("add a field under another name for the new meaning"),
    )
}
