//! An attribute that the Record does not have.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "MISSING_ATTRIBUTE",
    level: Level::Error,
    title: "an attribute that the Record does not have",
    what: "\
        Code reads or sets `value.name` on a value that is certainly of a Record class without such \
        a field.",
    why: "\
        The field was removed or renamed, or it is misspelt. Of a Record, setting an unknown \
        attribute raises and reading one raises AttributeError; code like this is in paths that are \
        not run. `hasattr` and `getattr` with a default are no findings.",
    example: r"```python
if response.chunk:        # the field went away two versions ago
```",
    remedy: "Use the field that took its place, or delete the code.",
};
