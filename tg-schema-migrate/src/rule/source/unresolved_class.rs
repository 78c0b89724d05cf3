//! A class that may be a Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_CLASS",
    level: Level::Warning,
    title: "a class that may be a Record",
    what: "\
        A base of the class is outside of the sources, or not known, and something says that it is a \
        Record: the body has fields of the client, a schema is made of the class, a Record holds it, or it \
        has the same base as such a class. So does a body of nothing but fields of unknown classes beside \
        Records of the client, and a base that is called like one.",
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
