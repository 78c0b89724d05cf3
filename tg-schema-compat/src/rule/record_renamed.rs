//! A record under another name.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RECORD_RENAMED",
        level: Level::Error,
        title: "a record has another name",
        what: "A message, or a record inside of one, has another name, without its namespace, and the old name is \
               gone.",
        why: "Registries with the interface of Confluent compare names: without an alias nobody reads across the \
               change; with the old name in `aliases` new readers do, and old ones never can. The Pulsar broker does \
               not compare names of records and accepts it. Of decoders, Java and Rust go on, fastavro and the plain \
               `avro` package for Python refuse. In JSON names do not travel. Code that names the type does not \
               compile.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
buyer = "Buyer"

[record.Buyer.fields]
name = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
buyer = "Customer"

[record.Customer.fields]
name = "string"
```"#,
        remedy: "Keep the name, or add the old one to `aliases` and release readers first.",
    },
    owns: &[Cause::Moved, Cause::Code, Cause::Gone],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Record(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.record, both.new.record);
    if old.name.name == new.name.name {
        return None;
    }
    let full = old.name.full();
    // One of several of its name leaves it to the others.
    let of_several = change.messages.old.is_some_and(|m| m.name.contains('@'));
    if !of_several && see::defines(both.new.schema, &full) || see::has(both.new.graph, &old.name) {
        return None;
    }
    let avro = see::reads((&old.name, &old.aliases), (&new.name, &new.aliases));
    Some(
        Words::new(format!("`{}` is now `{}`", old.name.name, new.name.name))
            .from_to(full.as_str(), new.name.full())
            .own(Own {
                avro,
                pulsar: Ways::FULL,
            })
            // In unions the broker compares full names.
            .suspect(Own {
                avro,
                pulsar: see::aliased(change),
            })
            .fix(see::renamed((&old.name, &new.name), avro)),
    )
}
