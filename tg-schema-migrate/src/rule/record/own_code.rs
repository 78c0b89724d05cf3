//! A Record or an enum has code of its own.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "OWN_CODE",
    level: Level::Warning,
    title: "a Record or an enum has code of its own",
    what: "\
        The class has more than fields or members: methods, properties, a constructor, values that \
        its code reads. A constructor that only hands its arguments on is none.",
    why: "\
        Definitions say what is on the wire. The generated types have fields and members and \
        nothing else, so that `reading.label()` raises AttributeError, and what a constructor has \
        filled in stays unset.",
    example: r"```python
class Reading(Record):
    sensor = String()

    def label(self):
        return 'sensor ' + self.sensor
```",
    remedy: "\
        Keep the code beside the generated types: functions that take a message, or a class that \
        holds one. `--callers` tells who uses it.",
};
