//! Two types of which neither is read as the other.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Step};
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_TYPE_CHANGED",
        level: Level::Error,
        title: "a field has another type",
        what: "A field, its items or its values have a type that is not read as the old one: `int` and now \
               `string`, an item and now a list, a record and now a map, one named type and now another.",
        why: "Registries and the broker refuse the schema under every policy but NONE. Where a registry does not \
               look, readers fail at the first message. JSON knows fewer types than Avro: an enum is read as a string, \
               and a record of texts as a map, so JSON readers may go on where Avro readers stop.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
total = "int"
```

After:

```toml
[record.Order.fields]
id = "string"
total = "string"
```"#,
        remedy: "Add a field with the new type under a new name, fill both until all readers know it, then remove \
               the old one and put its name into `reserved`.",
    },
    owns: &[
        Cause::Type,
        Cause::Range,
        Cause::Precision,
        Cause::Encoding,
        Cause::SymbolAdded,
        Cause::SymbolRemoved,
        Cause::Missing,
        Cause::Null,
        Cause::Twice,
        Cause::Code,
        Cause::Moved,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Type(types) = &change.what else {
        return None;
    };
    let (own, what) = match (see::step(change), see::replaced(change)) {
        (Some((Step::Other, _)), _) => (Own::both(false, false), ""),
        (None, Some(own)) => (own, ", which is another type"),
        _ => return None,
    };
    let (was, is) = (see::text(&types.old), see::text(&types.new));
    Some(
        Words::new(format!("{} was `{was}` and is `{is}`{what}", change.name()))
            .from_to(was, is)
            .own(own)
            .about(Part::Type)
            .fix(
                "add a field of the new type under another name, and keep the old one for a while",
            ),
    )
}
