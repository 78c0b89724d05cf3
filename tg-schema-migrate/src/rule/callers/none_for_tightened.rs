//! None for a field that is tightened.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NONE_FOR_TIGHTENED",
    level: Level::Error,
    title: "None for a field that is tightened",
    what: "\
        A field that `--tighten` has made one without None is given None: in the constructor, by an \
        assignment or by `setattr`.",
    why: "\
        Of a Record, None was null on the wire. The generated type has no null for the field, and \
        encoding the value raises an error.",
    example: r"```python
response = Response(text=None, last=True)      # `text` is tightened
response.text = found.text if found else None
```",
    remedy: "\
        Leave the argument out, or give the default (an empty text, 0, an empty list). Where \"not \
        set\" means something to a reader, do not tighten the field.",
};
