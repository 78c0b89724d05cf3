//! A new field that old messages can do without.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::{Change, What};

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_ADDED",
        level: Level::Note,
        title: "a field is new that old messages can do without",
        what: "The new version has a field that is optional or has a default.",
        why: "Old messages are read with the default or with no value, and old readers pass the field over. In \
              Rust, a literal of the struct with every field has to be edited.",
        example: "Before:\n\n```toml\n[record.Order.fields]\nid = \"string\"\n```\n\nAfter:\n\n```toml\n\
                  [record.Order.fields]\nid = \"string\"\nnote = \"string?\"\n```",
        remedy: "Nothing.",
    },
    owns: &[Cause::Missing, Cause::Gone, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Added(new) = &change.what else {
        return None;
    };
    let default = new.field.default.as_ref()?;
    let name = &new.field.name;
    let what = match default.is_null() {
        true => format!("`{name}` is new and optional"),
        false => format!(
            "`{name}` is new, with the default {}",
            super::short(default)
        ),
    };
    Some(Words::new(what).from_to("", new.type_text()))
}
