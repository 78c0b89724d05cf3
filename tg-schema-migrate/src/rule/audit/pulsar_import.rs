//! An import of the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_IMPORT",
    level: Level::Warning,
    title: "an import of the Pulsar client",
    what: "A module imports `pulsar`, `pulsar.schema`, `_pulsar` or a name from them.",
    why: "\
        The client must be installed and loads its native library even where another broker is used.",
    example: r"```python
import pulsar
from pulsar.schema import JsonSchema, Record, String
```",
    remedy: "\
        Import generated dataclasses instead of Records, and the neutral factory instead of the \
        client: `get_pubsub`. `--apply-callers` writes the first as a patch.",
};
