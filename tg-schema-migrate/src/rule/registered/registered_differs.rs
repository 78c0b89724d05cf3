//! The registered schema is another one.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REGISTERED_DIFFERS",
    level: Level::Error,
    title: "the registered schema is another one",
    what: "\
        The text that was fetched for this class and the text that follows from its definition \
        differ, beyond the order of fields and the repetition of definitions. The pointer leads to \
        the first difference.",
    why: "\
        Messages in the topic were written by what is registered. A broker refuses a producer whose \
        schema is incompatible with it.",
    example: r#"```text
differs at /fields/3/type: "long" is registered, the source says "int"
```"#,
    remedy: "\
        Find out which of the two is right: the source may be newer than the deployment, or another \
        version of the source was deployed. Migrate from the version that is in use.",
};
