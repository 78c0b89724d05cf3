//! A record that no message can be.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
use crate::engine::avro::{Graph, Id, Record, Shape};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RECURSION_UNINHABITED",
        level: Level::Error,
        title: "a record requires itself",
        what: "A record has a field that every message must carry and that holds, directly or through other \
               records, the record itself.",
        why: "No message can be written: each would have to hold another one. Registries accept the schema. \
               Libraries that make an example or a default value overflow the stack.",
        example: r#"Before:

```json
{"type": "record", "name": "Node", "fields": [{"name": "id", "type": "string"}]}
```

After:

```json
{
  "type": "record", "name": "Node",
  "fields": [{"name": "id", "type": "string"}, {"name": "next", "type": "Node"}]
}
```"#,
        remedy: "Make one of the fields on the way optional, an array or a map: `--fix` makes it optional. There is nothing \
               to release in steps, since there is no message of it yet.",
    },
    owns: &[Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::RecordPresent(side) = &change.what else {
        return None;
    };
    if !side.is_root || side.graph.is_plain() {
        return None;
    }
    let empty = uninhabited(side.graph);
    let names: Vec<&str> = empty
        .iter()
        .map(|record| record.name.name.as_str())
        .collect();
    if names.is_empty() {
        return None;
    }
    let who = if names.len() == 1 {
        "requires itself"
    } else {
        "require each other"
    };
    Some(
        Words::new(format!("{} {who}, so no message has it", see::list(&names)))
            .own(Own {
                avro: Ways::FULL,
                pulsar: Ways::NONE,
            })
            .fix(
                "make one of the fields on the way optional, an array or a map; no message has it, so nothing is released in \
                 steps",
            ),
    )
}

/// Records without a value: all but those that are made of types with one.
pub(crate) fn uninhabited(graph: &Graph) -> Vec<&Record> {
    let mut lives = vec![false; graph.nodes.len()];
    // Each round finds at least one more, or is the last. Long chains are rare, and types stand before users.
    let mut grows = true;
    while grows {
        grows = false;
        for (at, node) in graph.nodes.iter().enumerate() {
            let alive = |id: &Id| lives.get(id.0).copied().unwrap_or(true);
            let now = alive(&Id(at))
                || match &node.shape {
                    Shape::Record(record) => record.fields.iter().all(|f| alive(&f.ty)),
                    Shape::Union(branches) => branches.iter().any(alive),
                    _ => true,
                };
            if let Some(known) = lives.get_mut(at)
                && now != *known
            {
                *known = now;
                grows = true;
            }
        }
    }
    let nodes = graph.nodes.iter().zip(&lives).filter(|(_, alive)| !**alive);
    let records = nodes.filter_map(|(node, _)| match &node.shape {
        Shape::Record(record) => Some(record),
        _ => None,
    });
    records.collect()
}
