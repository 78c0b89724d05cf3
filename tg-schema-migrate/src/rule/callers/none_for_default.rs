//! None for a field with a default.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NONE_FOR_DEFAULT",
    level: Level::Warning,
    title: "None for a field with a default",
    what: "\
        A field that has a default is given None: in the constructor, by an assignment or by \
        `setattr`. So does what may be None: `values.get(\"x\")` and `os.environ.get` without a default, and \
        a parameter whose default or annotation says so.",
    why: "\
        A Record puts its default in the place of None. A dataclass keeps the None, and null is \
        sent.",
    example: r"```python
class Request(Record):
    limit = Integer(default=10)
Request(limit=None).limit      # was 10, is None
```",
    remedy: "\
        Leave the argument out where the default is meant. Fields of type `Boolean` have the \
        default False.",
};
