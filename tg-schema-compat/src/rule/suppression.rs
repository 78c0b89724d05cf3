//! What is wrong with suppressions: one module a rule. No change is looked at for them.

use super::{Rule, Words};
use crate::change::Change;

pub(super) mod expired;
pub(super) mod incomplete;
pub(super) mod unused;

/// A suppression that is over.
pub static EXPIRED: &Rule = &expired::RULE;

/// A suppression that lacks something.
pub static INCOMPLETE: &Rule = &incomplete::RULE;

/// A suppression that covers nothing.
pub static UNUSED: &Rule = &unused::RULE;

fn look(_: &Change<'_>) -> Option<Words> {
    None
}
