//! The constructor keeps a field of this name for itself.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SWALLOWED_FIELD_NAME",
    level: Level::Warning,
    title: "the constructor keeps a field of this name for itself",
    what: "\
        `required`, `default` and `required_default` are parameters of the constructor of every \
        Record. A field of that name is in the registered schema.",
    why: "\
        `Field(required=True)` does not set the field: the constructor takes the argument. The field \
        is null on every message, when it is decoded too, and inside other records. A message that \
        holds such a key even changes the object's internals. After the migration the field works \
        for the first time.",
    example: r#"```python
class Parameter(Record):
    name = String()
    required = Boolean()

Parameter(name="x", required=True).required  # False
```"#,
    remedy: "\
        Keep the name: the registered schema has it. Look at the code that reads the field, which \
        now sees values. To rename it later, give the new field the old name as an alias.",
};
