//! A rule of `--tighten` changes nothing.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TIGHTENED_NOTHING",
    level: Level::Warning,
    title: "a rule of `--tighten` changes nothing",
    what: "\
        Every field that the rule fits has the presence that it asks for already, or another rule that \
        is more specific counts for it.",
    why: "\
        The rule was written for an effect. A field that is required in Python needs none, and a rule \
        that another one beats may have been meant for more fields.",
    example: r"```text
tg-schema migrate src --tighten 'Order.*=required' --tighten 'Order.note=default:'
```",
    remedy: "Leave the rule out, or name the field that was meant.",
};
