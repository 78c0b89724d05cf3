//! A file is not Python, or not all of it.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SYNTAX_ERROR",
    level: Level::Error,
    title: "a file is not Python, or not all of it",
    what: "\
        The parser found text that Python itself would refuse. Classes before and after it are still \
        read where the parser finds its way again.",
    why: "\
        A class inside the broken part is missing from the definitions, and its schema with it. \
        Usual causes are a shell script named `.py`, a template with placeholders, a merge conflict, \
        or Python 2.",
    example: r"```python
class Request(Record):
    prompt = String(
<<<<<<< HEAD
```",
    remedy: "\
        Repair the file, or leave it out of the paths that are given. Until then the run ends with \
        exit code 1.",
};
