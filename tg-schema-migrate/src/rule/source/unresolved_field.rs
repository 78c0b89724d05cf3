//! A field that only running the code would tell.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_FIELD",
    level: Level::Warning,
    title: "a field that only running the code would tell",
    what: "\
        The field's value depends on what happens at run time: a function's result, a loop, an \
        environment variable, a conditional import. Python code is read here and never run.",
    why: "\
        A guess could be a schema that nothing registers. So nothing is guessed: the definitions \
        hold an `unresolved` entry with the expression and the reason, and the table a row with the \
        verdict `manual`.",
    example: r#"```python
class Event(Record):
    kind = make_field("kind")
```"#,
    remedy: "\
        Write the field in the definition by hand and delete the `unresolved` entry, or replace the \
        expression by the constant that it always has. `--allow-unresolved` accepts what is left.",
};
