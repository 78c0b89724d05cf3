//! Two classes of one name.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "DUPLICATE_RECORD_NAME",
    level: Level::Warning,
    title: "two classes of one name",
    what: "\
        Two Records, or a Record and an enum, share a name; they live in different files or scopes. \
        They are kept apart as modules.",
    why: "\
        Where one schema holds both, the client writes the second as a reference to the first: \
        silently the wrong type. Clients before 2.8.1 repeated the definition instead, which most \
        Avro readers refuse.",
    example: r"```python
# billing.py and shipping.py
class Address(Record): ...
```",
    remedy: "Rename one of them, or give one an `_avro_namespace`, where a schema reaches both.",
};
