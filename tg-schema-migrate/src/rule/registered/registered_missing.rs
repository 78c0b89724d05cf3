//! Nothing is registered for this class.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REGISTERED_MISSING",
    level: Level::Note,
    title: "nothing is registered for this class",
    what: "Among the registered schemas that were given there is none of this name.",
    why: "\
        A class that is only part of others has no schema of its own, and that is fine. A class with \
        a topic should have one, unless its topic uses BytesSchema or has had no producer yet.",
    example: r"```text
not found: AgentRequest
```",
    remedy: "\
        Fetch the schemas of all topics, or check the name: a registered schema is found by the name \
        in it.",
};
