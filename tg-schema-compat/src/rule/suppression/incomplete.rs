//! A suppression without a reason, an end, or fingerprints.

use tg_schema_model::rule::{self, Level};

use super::look;
use crate::rule::Rule;

pub(in crate::rule) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SUPPRESSION_INCOMPLETE",
        level: Level::Error,
        title: "a suppression lacks something",
        what: "An `allow` has no `old` or `new`, no `reason` or no `until`. It covers nothing.",
        why: "Without fingerprints it would cover whatever the record becomes; without a reason nobody knows \
              later whether it still holds; without an end nobody asks.",
        example: "```toml\n[[record.Order.check.allow]]\nrule = \"FIELD_REMOVED\"\npath = \"note\"\n```",
        remedy: "Add what is missing. `tg-schema check` shows the whole `allow` with each finding; the reason and \
                 the end are yours to fill in.",
    },
    owns: &[],
    look,
};
