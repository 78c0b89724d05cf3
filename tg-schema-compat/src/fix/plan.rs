//! The releases to make where a change is meant: what the definitions are at each, as edits of the new ones.
//!
//! A field is never taken away from readers that need it, nor given another meaning: what is new comes beside it, the
//! old one gets a way to be without a value, and goes with a later release.

mod enumeration;
mod field;
mod topic;

use tg_schema_model::Field;
use tg_schema_model::edit::Edit;

use crate::change::{Both, Change, What};
use crate::check::Ready;
use crate::report::{Finding, Severity};

/// One release.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What to release, in the imperative; who is first is known when it was compared.
    pub text: String,
    /// What the definitions are then: these edits of the new ones.
    pub edits: Vec<Edit>,
}

/// Plans, each of some releases. The one that is liked best comes first.
pub(super) fn drafts(
    finding: &Finding,
    change: &Change<'_>,
    old: &Ready<'_>,
    new: &Ready<'_>,
) -> Vec<Vec<Draft>> {
    let versions = Both { old, new };
    let plans = match &change.what {
        _ if finding.severity == Severity::Info => None,
        What::Added(field) => Some(field::added(field, new)),
        What::Removed(field) => field::removed(field, &versions),
        What::Renamed { fields, .. } => field::renamed(fields, &versions),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            field::renamed(fields, &versions)
        }
        What::Field(fields) if fields.old.defined.map(bytes) != fields.new.defined.map(bytes) => {
            field::typed(fields, &versions)
        }
        What::Field(_) => None,
        What::Type(types) => match (types.old.field, types.new.field) {
            (Some(old), Some(new)) => field::typed(&Both { old, new }, &versions),
            _ => None,
        },
        What::Enum(both) => enumeration::enumeration(both, new),
        What::Record(both) => {
            let (was, is) = (both.old.record.name.full(), &both.new.record.name);
            let record = new.index.record(&is.full());
            let known = both.new.record.aliases.iter();
            let known = known.map(|alias| alias.full()).any(|alias| alias == was);
            record.map(|record| {
                let alias = Edit::AddRecordAlias {
                    record,
                    alias: was.clone(),
                };
                let edits = Vec::from_iter((!known).then_some(alias));
                let text = format!("release `{}` with the alias `{was}`", is.name);
                vec![as_it_is(text, edits)]
            })
        }
        What::Topic(Both {
            old: Some(was),
            new: Some(is),
        }) if was.address != is.address => Some(topic::moved(was, is, new)),
        What::Topic(Both {
            old: Some(was),
            new: None,
        }) => {
            let text = format!(
                "stop the writers of `{}`, let readers empty it, then release without it",
                was.address
            );
            Some(vec![as_it_is(text, Vec::new())])
        }
        _ => None,
    };
    let mut plans = plans.unwrap_or_default();
    let mut effects = finding.effects.iter();
    let concerns_order = effects.any(|e| e.direction.is_some() && e.severity > Severity::Info);
    let is_change = matches!(
        change.what,
        What::Added(_)
            | What::Removed(_)
            | What::Renamed { .. }
            | What::Field(_)
            | What::Type(_)
            | What::Enum(_)
    );
    if concerns_order && is_change {
        plans.push(as_it_is(
            format!("release {} as it is", change.name()),
            Vec::new(),
        ));
    }
    plans
}

fn bytes(field: &Field) -> tg_schema_model::Encoding {
    field.encoding
}

/// One release, in the order that the comparison gives.
fn as_it_is(text: String, edits: Vec<Edit>) -> Vec<Draft> {
    vec![Draft { text, edits }]
}
