//! A record that follows other habits.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
use tg_schema_model::{Profile, Record};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "PROFILE_CHANGED",
        level: Level::Warning,
        title: "a record has another profile",
        what: "The record says `profile = \"pulsar-record\"` and did not before, or the other way round.",
        why: "The profile says what is registered and what readers put up with. Leaving it registers `\"default\": \
               null` for optional fields and bytes as base64; readers then take an object of nothing but nulls from an \
               old Python producer for a value, where the profile reads it as nothing. The rules of the fields say \
               what registries make of it.",
        example: r#"Before:

```toml
[record.Order]
profile = "pulsar-record"

[record.Order.fields]
id = "string?"
```

After:

```toml
[record.Order.fields]
id = "string?"
```"#,
        remedy: "Leave the profile when no Python Record sends the message any more. Declare the peer \
               `python-record` to see what is at stake.",
    },
    owns: &[
        Cause::Unset,
        Cause::Null,
        Cause::Missing,
        Cause::Encoding,
        Cause::SymbolAdded,
        Cause::SymbolRemoved,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Record(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.defined?, both.new.defined?);
    if old.profile == new.profile {
        return None;
    }
    let word = |record: &Record| match record.profile {
        Profile::Plain => "plain",
        Profile::PulsarRecord => "pulsar-record",
    };
    let (was, is) = (word(old), word(new));
    Some(Words::new(format!("`{}` had the profile {was} and has {is}", new.name)).from_to(was, is))
}
