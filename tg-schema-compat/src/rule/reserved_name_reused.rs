//! A name that was given up and is back as something else.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RESERVED_NAME_REUSED",
        level: Level::Error,
        title: "a name that was given up is back as something else",
        what: "A field has a name that an earlier version reserved, or that one used for another type before \
               the name was given up. Or a message or an enum has the name of a type that a release of the lock gave up, and is \
               not what that was last.",
        why: "Each step may be compatible with the one before it, and still messages of the first version \
              cannot be read by the last one, or are read as something that they never meant. Long retention, \
              dead-letter topics and consumers that lag behind bring such messages.",
        example: "Before:\n\n```toml\n[record.Order]\nreserved = [\"note\"]\n\n[record.Order.fields]\nid = \
                  \"string\"\n```\n\nAfter:\n\n```toml\n[record.Order.fields]\nid = \"string\"\nnote = \"int?\"\n```",
        remedy: "Take another name, and keep the old one in `reserved`.",
    },
    owns: &[Cause::Deployment],
    look,
};

/// It takes the whole history to see it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
