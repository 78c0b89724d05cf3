//! A default that is not of its type.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
use crate::engine::avro::{self, Misfit, Why};
use crate::engine::stack;
use tg_schema_model::Json;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_INVALID",
        level: Level::Error,
        title: "a default does not fit the type of its field",
        what: "The schema of a field has a default that is no value of its type: text for a number, a symbol that \
               the enum has not, null beside a type without null, code points above U+00FF for bytes, a fixed of \
               another size.",
        why: "Libraries differ. The Java library refuses such a schema when it is told to look, as registries with \
               the interface of Confluent do for new schemas; it never looks whether the default of an enum field is \
               one of the symbols, writes a question mark for each code point that is no byte, and cuts or fills a \
               fixed. Others refuse that, or write other bytes. The broker does not look when it checks a schema, and then fails at the next \
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
    let nobody = "one release does it, since nobody can use the one it has";
    let (message, why) = match check {
        Ok(avro::Check::Invalid) => {
            let ty = graph.type_text(side.field.ty);
            (format!("the default {text} of `{name}` is no {ty}"), nobody)
        }
        _ => {
            let found = stack::walk(|budget| avro::misfit(graph, side.field.ty, default, budget));
            let found = found.ok()??;
            let why = match found.why {
                Why::Symbol => nobody,
                Why::NoBytes | Why::Size { .. } => {
                    "libraries read the one it has in different ways"
                }
            };
            (misfit(name, &found), why)
        }
    };
    Some(
        Words::new(message)
            .from_to("", text)
            .about(Part::Default)
            .fix(format!("give `{name}` a default of its type; {why}")),
    )
}

/// What libraries take without a look, and that is no value.
fn misfit(name: &str, found: &Misfit<'_>) -> String {
    let part = if found.whole { "" } else { "a part of " };
    let text = super::short(&Json::str(found.text));
    let why = match found.why {
        Why::Symbol => "which is no symbol of the enum".to_owned(),
        Why::NoBytes => "which is no bytes: it has code points above U+00FF".to_owned(),
        Why::Size { is, expected } => format!("of {is} bytes where the type has {expected}"),
    };
    format!("{part}the default of `{name}` is {text}, {why}")
}
