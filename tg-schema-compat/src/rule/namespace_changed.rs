//! A name in another namespace.

use tg_schema_model::rule::{self, Level};

use super::{Part, see};
use super::{Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
use crate::engine::avro::Graph;
use crate::report::Ways;
use tg_schema_model::avro::Name;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "NAMESPACE_CHANGED",
        level: Level::Note,
        title: "a record or another type is in another namespace",
        what: "A record, an enum or a fixed type has the same name in another namespace. Types that moved together with the \
               message are not listed by themselves.",
        why: "Current Avro libraries compare names without namespaces, so registries and the broker accept it. Java \
               1.8, avsc and the Ruby library compare full names and refuse. A registry that names subjects by the \
               record sees a new subject with an empty history.",
        example: r#"Before:

```toml
namespace = "shop"

[record.Order.fields]
id = "string"
```

After:

```toml
namespace = "store"

[record.Order.fields]
id = "string"
```"#,
        remedy: "Keep the namespace, or add the old full name to `aliases`.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (old, new, roots) = match &change.what {
        What::Record(both) => {
            let roots = (!both.new.is_root).then(|| (root(both.old.graph), root(both.new.graph)));
            (&both.old.record.name, &both.new.record.name, roots)
        }
        What::Enum(both) => {
            let roots = both.old.field.zip(both.new.field);
            let roots = roots.map(|(old, new)| (root(old.record.graph), root(new.record.graph)));
            (&both.old.definition.name, &both.new.definition.name, roots)
        }
        What::Fixed(both) => {
            let ((was, old), (is, new)) = (both.old, both.new);
            let roots = (root(is) != Some(&new.name)).then(|| (root(was), root(is)));
            (&old.name, &new.name, roots)
        }
        _ => return None,
    };
    if old.namespace == new.namespace || old.name != new.name {
        return None;
    }
    if let Some((Some(was), Some(is))) = roots
        && was.namespace == old.namespace
        && is.namespace == new.namespace
    {
        return None;
    }
    // In unions the broker compares full names, and with the message other types may have moved.
    let suspect = Own {
        avro: Ways::FULL,
        pulsar: match roots {
            None => Ways::NONE,
            Some(_) => see::aliased(change),
        },
    };
    let text = |name: &Name| name.namespace.clone().unwrap_or_default();
    Some(
        Words::new(format!("`{}` is now `{}`", old.full(), new.full()))
            .from_to(text(old), text(new))
            .suspect(suspect)
            .about(Part::Namespace)
            .fix(format!(
                "keep the namespace, or add `{}` to the aliases",
                old.full()
            )),
    )
}

fn root(graph: &Graph) -> Option<&Name> {
    graph.shape(graph.root).name()
}
