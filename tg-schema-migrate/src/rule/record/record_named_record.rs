//! No schema can be made of a class named Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "RECORD_NAMED_RECORD",
    level: Level::Warning,
    title: "no schema can be made of a class named Record",
    what: "The client's metaclass passes over every class whose name is `Record`.",
    why: "\
        It collects no fields for it, and making its schema fails: `type object 'Record' has no \
        attribute '_fields'`. No such class was ever registered; its subclasses may be.",
    example: r"```python
class Record(pulsar.schema.Record):
    id = String()
```",
    remedy: "\
        Rename the class where its fields are meant. Its subclasses have their own fields alone, see \
        INHERITED_FIELDS_LOST.",
};
