//! What only the history shows: messages that are gone, and names that come back.

use super::pairing::Paired;
use super::{Options, Ready, judge, place, wanted};
use crate::change::{Change, What};
use crate::engine::avro::{Equality, Graph, Record, Shape};
use crate::engine::stack;
use crate::report::{Compared, Effect, Finding, Fix, Format, Severity};
use crate::rule;
use crate::version::Message;

/// Messages of earlier versions that the new one has under no name, each with the last version that has it.
pub(super) fn gone(
    new: &Ready<'_>,
    old: &[Ready<'_>],
    paired: &[Paired],
    options: &Options,
) -> Vec<Compared> {
    let mut found: Vec<Compared> = Vec::new();
    // What a released version removed was accepted with it.
    let buried = |name: &str| {
        let last = old.last().map_or(&[][..], |o| &o.version.tombstones);
        last.iter().any(|t| t.field.is_none() && t.record == name)
    };
    for (at, (ready, paired)) in old.iter().zip(paired).enumerate().rev() {
        for (index, message) in ready.version.messages.iter().enumerate() {
            let known = found.iter().any(|c| c.record == message.name);
            let lives = new.version.messages.iter().any(|m| m.name == message.name);
            if paired.is_kept(index)
                || known
                || lives
                || buried(&message.name)
                || !wanted(options, message)
            {
                continue;
            }
            let change = Change::of_message(What::MessageRemoved(ready.version, message));
            found.push(Compared {
                record: message.name.clone(),
                old: Some(message.name.clone()),
                findings: judge::plain(&[change], new, Some((ready, at))),
                topics: ready
                    .version
                    .topics(message)
                    .map(|topic| topic.address.to_string())
                    .collect(),
                ..Compared::default()
            });
        }
    }
    found.sort_by(|a, b| a.record.cmp(&b.record));
    found
}

/// Fields of a message whose names were in use once, were given up, and are back as something else.
pub(super) fn reused(
    new: &Ready<'_>,
    message: &Message,
    old: &[Ready<'_>],
    formers: &[(usize, &Message)],
) -> Vec<Finding> {
    let Ok(graph) = message.graph() else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for record in records(graph) {
        for field in &record.fields {
            let owner = record.name.full();
            let mut seen: Option<(usize, bool, String)> = None;
            let mut given_up = None;
            for &(at, former) in formers {
                let Some((then, of)) = former
                    .graph()
                    .ok()
                    .and_then(|g| Some((g, find(g, &owner)?)))
                else {
                    continue;
                };
                match of.field(&field.name) {
                    Some(was) => {
                        let same = stack::walk(|budget| {
                            Equality::new(then, graph).of(was.ty, field.ty, budget)
                        });
                        seen = Some((at, same.unwrap_or(false), then.type_text(was.ty)));
                        given_up = None;
                    }
                    None if seen.is_some() => given_up = seen.clone(),
                    None => {}
                }
            }
            let reserved = formers.iter().rev().find(|(at, former)| {
                let schema = old.get(*at).map(|o| &o.version.schema);
                former.record.is_some()
                    && schema.is_some_and(|s| {
                        let of = s.records.iter().find(|r| r.full_name() == owner);
                        of.is_some_and(|r| r.reserved.contains(&field.name))
                    })
            });
            let tombstone = old.last().and_then(|o| {
                let named = |t: &&crate::version::Tombstone| {
                    t.record == owner && t.field.as_deref() == Some(field.name.as_str())
                };
                o.version.tombstones.iter().find(named)
            });
            let is = graph.type_text(field.ty);
            let (was, why) = match (given_up, reserved, tombstone) {
                (Some((_, true, _)), None, _) => continue,
                (Some((at, _, was)), _, _) => {
                    let label = old.get(at).map_or("", |o| o.version.label.as_str());
                    let why = format!(
                        "`{}` was given up after {label}, where it was `{was}`, and is back as `{is}`",
                        field.name
                    );
                    (was, why)
                }
                (None, Some((at, _)), _) => {
                    let label = old.get(*at).map_or("", |o| o.version.label.as_str());
                    let why = format!(
                        "`{}` is reserved in {label}, and is in use again",
                        field.name
                    );
                    (String::new(), why)
                }
                (None, None, Some(t)) if t.ty != is && seen.is_none() => {
                    let why = format!(
                        "`{}` was given up after {}, where it was `{}`, and is back as `{is}`",
                        field.name, t.last, t.ty
                    );
                    (t.ty.clone(), why)
                }
                _ => continue,
            };
            let span = new
                .index
                .record(&owner)
                .and_then(|id| new.version.schema.records.get(id.0))
                .and_then(|r| r.fields.iter().find(|f| f.name == field.name))
                .map(|f| f.span);
            findings.push(Finding {
                rule: rule::NAME_REUSED,
                path: path(graph, record, &field.name),
                severity: Severity::Breaking,
                effects: vec![Effect {
                    format: Format::Deployment,
                    peer: None,
                    direction: None,
                    severity: Severity::Breaking,
                    message: rule::NAME_REUSED.page.title.to_owned(),
                }],
                message: why,
                old: was,
                new: is,
                place: span.and_then(|span| place::place(new, span, None)),
                against: Vec::new(),
                fix: Some(Fix {
                    message: format!("take another name than `{}`", field.name),
                    ..Fix::default()
                }),
                counterexamples: Vec::new(),
                unproven: None,
                suppressed: None,
            });
        }
    }
    findings
}

fn records(graph: &Graph) -> impl Iterator<Item = &Record> {
    graph.nodes.iter().filter_map(|node| match &node.shape {
        Shape::Record(record) => Some(record),
        _ => None,
    })
}

fn find<'g>(graph: &'g Graph, name: &str) -> Option<&'g Record> {
    records(graph).find(|record| record.name.full() == name)
}

/// The field by its name alone where it is one of the message itself, else with its record's.
fn path(graph: &Graph, record: &Record, field: &str) -> String {
    match graph.shape(graph.root) {
        Shape::Record(root) if root.name == record.name => field.to_owned(),
        _ => format!("{}.{field}", record.name.name),
    }
}
