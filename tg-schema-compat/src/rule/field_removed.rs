//! A field that is gone.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words, see};
use crate::change::{Change, Own, What};

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_REMOVED",
        level: Level::Error,
        title: "a field is gone",
        what: "The old version has a field that the new one has not, under no name. Where several fields are new and \
               of its type, and no name says which one it may be now, they are named.",
        why: "New readers pass its values over: what old producers send is lost without a word. Old readers of a \
              required field refuse new messages; of an optional field, or one with a default, they read nothing \
              or the default, and cannot tell that from a value that was sent. Code that uses it does not compile.",
        example: "Before:\n\n```toml\n[record.Order.fields]\nid = \"string\"\nnote = \"string?\"\n```\n\nAfter:\n\n\
                  ```toml\n[record.Order.fields]\nid = \"string\"\n```",
        remedy: "Keep the field and mark it `deprecated` until nobody sends or reads it. When it goes, put its name \
                 into `reserved`, so that it does not come back with another meaning. If it has a new name, add the old one \
                 to the `aliases` of the new field.",
    },
    owns: &[Cause::Gone, Cause::Missing, Cause::Swallowed, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Removed(old) = &change.what else {
        return None;
    };
    let name = &old.field.name;
    let meant = match change.may_be.as_slice() {
        [] => String::new(),
        [one] => format!("; `{one}` is new and of its type, and may be it"),
        several => format!(
            "; {} are new and of its type, and one of them may be it",
            see::list(several)
        ),
    };
    Some(
        Words::new(format!("`{name}` is gone{meant}"))
            .from_to(old.type_text(), "")
            .own(Own::both(true, old.field.default.is_some()))
            .fix(format!(
                "keep `{name}`, marked `deprecated`, until nobody sends or reads it; then add it to `reserved`"
            )),
    )
}
