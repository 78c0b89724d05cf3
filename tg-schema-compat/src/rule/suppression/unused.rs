//! A suppression that matches no finding.

use tg_schema_model::rule::{self, Level};

use super::look;
use crate::rule::Rule;

pub(in crate::rule) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "SUPPRESSION_UNUSED",
        level: Level::Error,
        title: "a suppression covers nothing",
        what: "An `allow` matches no finding: the change was taken back, the record changed again and has another \
               fingerprint, the rule or the path is misspelt, or another `allow` before it covers the same. Where none of \
               the versions that were compared has the fingerprint in `old`, that is only said, and breaks nothing.",
        why: "What covers nothing today may cover tomorrow what nobody wanted to accept.",
        example: "```toml\n[[record.Order.check.allow]]\nrule = \"FIELD_REMOVED\"\npath = \"a_field_that_is_there\"\n\
                  old = \"0123456789abcdef\"\nnew = \"fedcba9876543210\"\nreason = \"nobody reads it\"\n\
                  until = \"2027-01-31\"\n```",
        remedy: "Remove it. If the finding is there under other fingerprints, look at the change again, and take \
                 the `allow` that is shown with it.",
    },
    owns: &[],
    look,
};
