//! Another kind of schema at the broker.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
use crate::engine::avro::Shape;
use crate::version::Message;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SCHEMA_TYPE_CHANGED",
        level: Level::Error,
        title: "messages are encoded in another way",
        what: "The broker holds the schema under another type than the new version has, such as AVRO and now JSON; \
               or the message was a record and is something else now, or the other way round.",
        why: "The broker compares only schemas of one type, and refuses one of another type under every strategy \
               but ALWAYS_COMPATIBLE. Where it accepts it, consumers meet bytes that they cannot decode: binary Avro \
               where JSON is expected, or the reverse. We register all messages of definitions on Pulsar as JSON; as \
               what the file of an Avro schema will be registered is not known, and not told.",
        example: r#"Before:

```json
{"type": "record", "name": "Order", "fields": []}
```

After:

```json
{"type": "enum", "name": "Order", "symbols": ["open"]}
```"#,
        remedy: "Use a new topic for the new encoding, and move as for another address.",
    },
    owns: &[Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Message(pair) = &change.what else {
        return None;
    };
    let (old, new) = (pair.messages.old, pair.messages.new);
    let (was, is) = match (&old.schema_type, &new.schema_type, new.record) {
        (Some(was), Some(is), _) => (was.clone(), is.clone()),
        // What definitions are registered as. As what the file of an Avro schema is, nobody says.
        (Some(was), None, Some(_)) if new.source.is_none() => (was.clone(), "JSON".to_owned()),
        _ => (word(old)?, word(new)?),
    };
    (was != is).then(|| {
        Words::new(format!("`{}` was {was} and is {is}", new.name))
            .fix("use a new topic for the new encoding")
            .from_to(was, is)
    })
}

fn word(message: &Message) -> Option<String> {
    let graph = message.graph().ok()?;
    match graph.shape(graph.root) {
        // Other differences have rules of their own.
        shape @ (Shape::Record(_) | Shape::Enum(_) | Shape::Fixed(_)) => {
            Some(shape.word().to_lowercase())
        }
        _ => None,
    }
}
