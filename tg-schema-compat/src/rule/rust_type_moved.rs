//! A Rust type in another module.

use tg_schema_model::Module;
use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::{Change, RecordSide, What};

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RUST_TYPE_MOVED",
        level: Level::Error,
        title: "a generated Rust type is in another module",
        what: "The record or enum is defined in another file, so its generated type has another path. Its name on \
               the wire is the same.",
        why: "Nothing changes for messages. Code that names the type does not compile.",
        example: r#"A record that was defined in `shop/orders.toml` and is now in `shop/sales.toml` was `shop::orders::Order` and is `shop::sales::Order`."#,
        remedy: "Edit the paths, or keep the definition in its file.",
    },
    owns: &[Cause::Moved],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (old, new, name) = match &change.what {
        What::Record(both) => {
            let (old, new) = (both.old.defined?, both.new.defined?);
            if old.name != new.name {
                return None;
            }
            (
                path(both.old, old.module)?,
                path(both.new, new.module)?,
                &new.name,
            )
        }
        What::Enum(both) => {
            let (old, new) = (both.old.defined?, both.new.defined?);
            if old.name != new.name {
                return None;
            }
            (
                path(both.old.field?.record, old.module)?,
                path(both.new.field?.record, new.module)?,
                &new.name,
            )
        }
        _ => return None,
    };
    (old != new).then(|| {
        Words::new(format!("`{name}` was defined in `{old}` and is in `{new}`")).from_to(old, new)
    })
}

/// The module of a type, where that is known.
fn path(side: RecordSide<'_>, module: usize) -> Option<String> {
    let modules = &side.schema.modules;
    let known = modules.get(module).filter(|_| !side.without_modules);
    known.map(Module::dotted)
}
