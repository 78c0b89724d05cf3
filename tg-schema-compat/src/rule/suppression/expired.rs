//! A suppression whose last day or release is past.

use tg_schema_model::rule::{self, Level};

use super::look;
use crate::rule::Rule;

pub(in crate::rule) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SUPPRESSION_EXPIRED",
        level: Level::Error,
        title: "a suppression is over",
        what: "An `allow` matches a finding, and the day or the release in its `until` is past. The finding counts again.",
        why: "A suppression says that something is accepted for a while: until a consumer is gone, say. Its end \
              is when somebody wanted to look again.",
        example: "```toml\n[[record.Order.check.allow]]\nrule = \"FIELD_REMOVED\"\npath = \"note\"\n\
                  old = \"0123456789abcdef\"\nnew = \"fedcba9876543210\"\n\
                  reason = \"the last reader of it goes in spring\"\nuntil = \"2020-05-31\"\n```",
        remedy: "Look whether the reason still holds. If it does, set a later end; if not, do what the finding \
                 says, and remove the `allow`.",
    },
    owns: &[],
    look,
};
