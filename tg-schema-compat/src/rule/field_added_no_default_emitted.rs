//! A new nullable field whose schema has no default.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words, see};
use crate::change::{Change, Own, What};

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_ADDED_NO_DEFAULT_EMITTED",
        level: Level::Error,
        title: "an optional field is new, and its schema has no default",
        what: "The new version has a field whose type is a union with null, and the schema that is registered \
               gives it no default. Python Records are registered like that unless `required_default=True`.",
        why: "Null is a value that a message must carry; only a default says what to read where it carries \
              nothing. New readers therefore refuse old messages, and a broker whose strategy is BACKWARD or \
              FULL refuses the schema. JSON readers are not concerned.",
        example: "Before:\n\n```toml\n[record.Order]\nprofile = \"pulsar-record\"\n\n[record.Order.fields]\n\
                  id = \"string?\"\n```\n\nAfter:\n\n```toml\n[record.Order]\nprofile = \"pulsar-record\"\n\n\
                  [record.Order.fields]\nid = \"string?\"\nnote = \"string?\"\n```",
        remedy: "Leave the profile `pulsar-record` for this record, so that `\"default\": null` is registered; or \
                 set `pulsar = { required_default = true }` on the field, which registers it too.",
    },
    owns: &[Cause::Missing, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Added(new) = &change.what else {
        return None;
    };
    if new.field.default.is_some() || !new.is_nullable() {
        return None;
    }
    let name = &new.field.name;
    let own = see::added(change);
    Some(
        Words::new(format!(
            "`{name}` is new and optional, but its schema has no default"
        ))
        .from_to("", new.type_text())
        .own(own)
        .suspect(Own::both(false, true))
        .fix(format!("register `\"default\": null` for `{name}`")),
    )
}
