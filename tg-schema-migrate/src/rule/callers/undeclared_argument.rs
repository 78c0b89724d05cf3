//! An argument that the Record does not declare.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNDECLARED_ARGUMENT",
    level: Level::Error,
    title: "an argument that the Record does not declare",
    what: "A constructor is called with a keyword that is no field of the class.",
    why: "\
        Records silently ignore such arguments: the value never went anywhere. Dataclasses raise a \
        TypeError, often in an error path that no test runs. A hand migration of 76 classes missed \
        two of fourteen such calls, and one was found months later.",
    example: r"```python
class Response(Record):
    error = Error()

Response(error=e, response=None)      # TypeError after the migration
```",
    remedy: "\
        Delete the argument, or declare the field if it was meant. `--apply-callers` deletes it \
        where that is certain.",
};
