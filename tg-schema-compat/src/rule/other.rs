//! What an engine objects to and no other rule explains.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "INCOMPATIBLE",
        level: Level::Error,
        title: "a registry or a reader objects",
        what: "A registry, the Pulsar broker or a reader objects to the two versions for a reason that is in \
               neither of them alone: two branches of a union that fit in several ways, for instance, or types \
               that contain each other so that the broker's library fails.",
        why: "The words of the finding are those of the engine that objects. The verdict is exact.",
        example: "A broker cannot resolve a record that contains itself both directly and through an array; it \
                  answers with an error, and nothing is registered.",
        remedy: "Bring the new version nearer to the old one at the place that is named.",
    },
    owns: &[],
    look,
};

fn look(_: &Change<'_>) -> Option<Words> {
    None
}
