//! A default that is not of its type.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{FieldSide, What};
use crate::engine::avro::{self, Id, Shape};
use crate::engine::stack;
use tg_schema_model::Json;
use tg_schema_model::avro::Kind;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_INVALID",
        level: Level::Error,
        title: "a default does not fit the type of its field",
        what: "The schema of a field has a default that is no value of its type: text for a number, a symbol that \
               the enum has not, null beside a type without null.",
        why: "Libraries differ. The Java library refuses such a schema when it is told to look, as registries with \
               the interface of Confluent do for new schemas; it never looks whether the default of an enum field is \
               one of the symbols. The broker does not look when it checks a schema, and then fails at the next \
               registration on the topic, whatever that is. A reader that needs the default fails with the message in \
               hand.",
        example: r#"Before:

```json
{
  "type": "record", "name": "Order",
  "fields": [{"name": "id", "type": "string"}]
}
```

After:

```json
{
  "type": "record", "name": "Order",
  "fields": [
    {"name": "id", "type": "string"},
    {"name": "count", "type": "int", "default": "none"}
  ]
}
```"#,
        remedy: "Write a default of the type: `--fix` writes the plainest one, or leaves the default out where there is none. \
               That is one release: readers that have the wrong default can do no more with it than without. For a union, take a value of its first branch, which every version of \
               every library reads.",
    },
    owns: &[Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::FieldPresent(side) = &change.what else {
        return None;
    };
    let default = side.field.default.as_ref()?;
    let graph = side.record.graph;
    if default.is_null() && side.is_nullable() {
        return None;
    }
    let check = stack::walk(|budget| avro::is_valid(graph, side.field.ty, Some(default), budget));
    let name = &side.field.name;
    let text = super::short(default);
    let message = match check {
        Ok(avro::Check::Invalid) => {
            format!(
                "the default {text} of `{name}` is no {}",
                graph.type_text(side.field.ty)
            )
        }
        _ => {
            let symbol = unknown_symbol(side, default)?;
            format!("the default of `{name}` is {symbol}, which is no symbol of the enum")
        }
    };
    Some(
        Words::new(message)
            .from_to("", text)
            .about(Part::Default)
            .fix(format!(
                "give `{name}` a default of its type; one release does it, since nobody can use the one it has"
            )),
    )
}

/// The default of an enum field, where no symbol has that name. In a union another branch may take it.
fn unknown_symbol(side: &FieldSide<'_>, default: &Json) -> Option<String> {
    let symbol = default.as_str()?;
    let graph = side.record.graph;
    let (_, branches) = graph.branches(side.field.ty);
    let takes = |id: &Id| match graph.shape(*id) {
        Shape::Enum(definition) => definition.symbols.iter().any(|s| s == symbol),
        Shape::Primitive(Kind::String | Kind::Bytes) | Shape::Fixed(_) => true,
        _ => false,
    };
    (!branches.iter().any(takes)).then(|| super::short(default))
}
