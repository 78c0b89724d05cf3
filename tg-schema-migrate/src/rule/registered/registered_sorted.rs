//! The registered schema has its fields sorted.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REGISTERED_SORTED",
    level: Level::Note,
    title: "the registered schema has its fields sorted",
    what: "\
        The registered schema equals the definition's once fields are sorted by name (or the keys of \
        its objects are in another order).",
    why: "\
        Clients before September 2021 wrote fields sorted and keys in another order; \
        `_sorted_fields` does the first today. Avro binary messages follow the order of the fields.",
    example: r"```text
equal after sorting
```",
    remedy: "\
        Set `pulsar.sorted_fields` on the record (`--sorted-fields` does it for all), so that the \
        definition gives the registered text.",
};
