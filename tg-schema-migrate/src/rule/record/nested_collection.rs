//! Records in a collection of collections are not decoded by the old client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NESTED_COLLECTION",
    level: Level::Warning,
    title: "records in a collection of collections are not decoded by the old client",
    what: "`Array(Array(R))`, `Map(Array(R))` and their like, with a Record innermost.",
    why: "\
        The client writes them and leaves dicts when it reads. Code after it may rely on the dicts \
        (`item[\"name\"]`). Generated types give records.",
    example: r"```python
rows = Array(Array(Cell()))
```",
    remedy: "Look for subscripts on the items of this field, and turn them into attributes.",
};
