//! A file that the patch leaves out.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NOT_APPLIED",
    level: Level::Note,
    title: "a file that the patch leaves out",
    what: "\
        `--apply-callers` found something to change in this file and did not: it could not be sure \
        of all of it.",
    why: "\
        A patch that is right for nine of ten lines costs more than it gives. Such files are left as \
        they are: those with `import *`, with code after a syntax error, in which a name is bound twice, or \
        which give a field a value that a Record took and a dataclass may refuse.",
    example: r"```python
from pulsar.schema import *
```",
    remedy: "Change the file by hand; the audit lists what is in it.",
};
