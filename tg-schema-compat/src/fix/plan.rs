//! The releases to make where a change is meant, and no single edit makes it harmless.

use crate::change::{Both, Change, What};
use crate::report::{Finding, Severity};

/// The steps, one a release.
pub(super) fn steps(finding: &Finding, change: &Change<'_>) -> Vec<String> {
    if finding.severity == Severity::Info {
        return Vec::new();
    }
    match &change.what {
        What::Added(field) => {
            let name = &field.field.name;
            vec![
                format!("release `{name}` as optional, and let every producer send it"),
                format!(
                    "when no message without `{name}` is left in any topic, release it as required"
                ),
            ]
        }
        What::Removed(field) => {
            let name = &field.field.name;
            vec![
                format!("release `{name}` marked `deprecated`; readers stop using it"),
                format!("when no reader needs it, writers stop sending it"),
                format!("remove `{name}` and add it to `reserved`"),
            ]
        }
        What::Renamed { fields, .. } => renamed(&fields.old.field.name, &fields.new.field.name),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            renamed(&fields.old.field.name, &fields.new.field.name)
        }
        What::Type(types) => {
            let Some(field) = types.new.field else {
                return Vec::new();
            };
            let name = &field.field.name;
            vec![
                format!(
                    "release a new optional field, `{name}_2` say, of the type {} beside `{name}`; writers \
                     fill both, readers prefer the new one",
                    types.new.text()
                ),
                format!(
                    "when no reader needs `{name}`, mark it `deprecated`, remove it, and reserve its name"
                ),
            ]
        }
        What::Enum(both) if both.old.definition.symbols != both.new.definition.symbols => {
            let name = &both.new.definition.name.name;
            match both.old.definition.default.is_some() {
                true => vec![
                    format!(
                        "release `{name}` to all readers first: the default of the enum stands for what they do not know"
                    ),
                    "then release the writers".to_owned(),
                ],
                false => vec![
                    format!(
                        "give `{name}` a default, with the symbols as they were, and release it to all readers"
                    ),
                    "then change the symbols, readers first".to_owned(),
                ],
            }
        }
        What::Record(both) => {
            let (was, is) = (&both.old.record.name.name, &both.new.record.name.name);
            vec![
                format!("release `{is}` with the alias `{was}` to all readers"),
                format!(
                    "then release the writers; readers that know only `{was}` must be gone by then"
                ),
            ]
        }
        What::Topic(Both {
            old: Some(was),
            new: Some(is),
        }) => vec![
            format!(
                "let readers subscribe to `{}` and `{}`",
                was.address, is.address
            ),
            format!("move the writers to `{}`", is.address),
            format!("when `{}` is drained, drop it", was.address),
        ],
        _ => Vec::new(),
    }
}

fn renamed(was: &str, is: &str) -> Vec<String> {
    vec![
        format!(
            "release `{is}` as optional beside `{was}`; writers fill both, readers prefer `{is}`"
        ),
        format!("when no reader needs `{was}`, mark it `deprecated`; writers stop sending it"),
        format!("remove `{was}` and add it to `reserved`"),
    ]
}
