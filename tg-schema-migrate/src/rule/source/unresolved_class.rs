//! A class that may be a Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_CLASS",
    level: Level::Warning,
    title: "a class that may be a Record",
    what: "\
        A base of the class is outside of the sources, or not known, and the body has fields of the \
        client, a schema is made of the class, or the base is called `Record` and the body is empty.",
    why: "\
        If the base is a Record, the class has a schema; if it is not, the fields mean nothing. Only \
        the base tells.",
    example: r"```python
from company.messaging import Envelope

class Order(Envelope):
    total = Integer()
```",
    remedy: "\
        Name the sources of the base too, or define the record by hand and delete the `unresolved` \
        entry.",
};
