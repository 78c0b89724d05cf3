//! An enum whose values are strings cannot be read back by the old client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "STRING_VALUED_ENUM",
    level: Level::Warning,
    title: "an enum whose values are strings cannot be read back by the old client",
    what: "The members of the enum have string values that differ from their names.",
    why: "\
        The JSON wire carries values (`\"dark\"`), and the client's decoder looks names up (`Invalid \
        enum value 'dark'`). Old consumers of such a field fail on every message that sets it. Avro \
        messages carry names and work.",
    example: r#"```python
class Theme(Enum):
    DARK = "dark"
```"#,
    remedy: "\
        The definition keeps the names, and the values that are strings or whole numbers; generated types \
        read both. Other values are told in the row of the enum. Nothing is to be done once the \
        consumers are migrated.",
};
