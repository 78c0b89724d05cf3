//! Fields in another order.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{RecordSide, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_ORDER_CHANGED",
        level: Level::Note,
        title: "fields come in another order",
        what: "Fields that both versions have come in another order.",
        why: "Avro readers find fields by name through the schema of the writer, JSON readers by key: nobody is \
               disturbed. The broker and registries store a new version. Code that reads Avro without the schema of \
               the writer reads one field as another. In Rust, `new` takes its parameters in another order, which the \
               compiler does not see where their types are the same.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
customer = "string"
```

After:

```toml
[record.Order.fields]
customer = "string"
id = "string"
```"#,
        remedy: "Add new fields at the end and leave the order alone.",
    },
    owns: &[Cause::Made],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Record(both) = &change.what else {
        return None;
    };
    let names = |side: &RecordSide<'_>| -> Vec<String> {
        side.record.fields.iter().map(|f| f.name.clone()).collect()
    };
    let of = |side: &crate::change::RecordSide<'_>| side.record.fields.len();
    if of(&both.old) < 2 {
        return None;
    }
    let old = both.old.record.fields.iter().map(|f| f.name.as_str());
    let new = both.new.record.fields.iter().map(|f| f.name.as_str());
    if !see::reordered(old, new) {
        return None;
    }
    Some(
        Words::new(format!(
            "fields of `{}` come in another order",
            both.new.record.name.name
        ))
        .from_to(names(&both.old).join(", "), names(&both.new).join(", ")),
    )
}
