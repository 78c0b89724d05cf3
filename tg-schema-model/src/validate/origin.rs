//! What a migration left open, said each time until somebody has defined it.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::origin::{Open, Unresolved};
use crate::schema::Schema;

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    for module in &schema.modules {
        for open in &module.unresolved {
            found.push(warning(open, None));
        }
    }
    for record in &schema.records {
        for open in &record.unresolved {
            found.push(warning(open, Some(&record.name)));
        }
    }
}

fn warning(open: &Unresolved, record: Option<&str>) -> Diagnostic {
    let Unresolved {
        kind,
        name,
        place,
        reason,
        ..
    } = open;
    let owner = record.map_or(String::new(), |record| format!(" of {record:?}"));
    let old = match &open.expression {
        Some(expression) => format!("{place}: {expression}"),
        None => place.clone(),
    };
    let kind_name = kind.name();
    let define = match kind {
        Open::Field => "add the field to `fields`",
        Open::Class => "write the record, if it is one",
        Open::Enum => "write the enum",
        Open::Topic => "write the topic",
    };
    Diagnostic::warning(
        open.span,
        format!("the {kind_name} {name:?}{owner} is left open by migration: {reason}"),
        old,
    )
    .help(match record {
        Some(_) => format!(
            "{define}, then remove this entry of `unresolved`; until then no schema text is written for the record, nor for one that holds it"
        ),
        None => format!("{define}, then remove this entry of `unresolved`"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::Sample;
    use crate::origin::{Open, Unresolved};

    #[test]
    fn each_is_told_once() {
        let open = |kind, name: &str| Unresolved {
            kind,
            name: name.into(),
            place: "a.py:7".into(),
            expression: Some("make()".into()),
            reason: "`make` is called when the program runs".into(),
            ..Unresolved::default()
        };
        let mut sample = Sample::new()
            .record("R", vec![])
            .last(|r| r.unresolved = vec![open(Open::Field, "x")]);
        sample.schema.modules[0].unresolved = vec![open(Open::Topic, "t"), open(Open::Topic, "t")];
        assert_eq!(
            sample.messages(),
            [
                "warning: the field \"x\" of \"R\" is left open by migration: `make` is called when the program runs",
                "warning: the topic \"t\" is left open by migration: `make` is called when the program runs",
            ]
        );
    }
}
