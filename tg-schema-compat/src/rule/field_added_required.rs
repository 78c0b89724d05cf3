//! A new field that every message has to carry.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words, see};
use crate::change::{Change, Own, What};

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_ADDED_REQUIRED",
        level: Level::Error,
        title: "a required field is new",
        what: "The new version has a field without a default that is not optional.",
        why: "Messages that were written before do not carry it, so new readers refuse them: Avro finds no value \
              and no default, and JSON readers miss the key. Old readers pass the field over and are not \
              disturbed. A registry whose policy is BACKWARD or FULL does not take the schema.",
        example: "Before:\n\n```toml\n[record.Order.fields]\nid = \"string\"\n```\n\nAfter:\n\n```toml\n\
                  [record.Order.fields]\nid = \"string\"\ncurrency = \"string\"\n```",
        remedy: "Give it a default, or make it optional. To make it required all the same, first release it with a \
                 default, let every producer send it until no older message is left, and then take the default away.",
    },
    owns: &[Cause::Missing, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Added(new) = &change.what else {
        return None;
    };
    if new.field.default.is_some() || new.is_nullable() {
        return None;
    }
    let name = &new.field.name;
    let own = see::added(change);
    Some(
        Words::new(format!("`{name}` is new and required"))
            .from_to("", new.type_text())
            .own(own)
            .suspect(Own::both(false, true))
            .fix(format!("give `{name}` a default, or make it optional")),
    )
}
