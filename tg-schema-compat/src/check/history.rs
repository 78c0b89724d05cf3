//! What only the history shows: messages that are gone, and names that come back.

use std::collections::{HashMap, HashSet};

use tg_schema_model as model;
use tg_schema_model::avro::Name;

use super::pairing::Paired;
use super::{Options, Problem, Ready, judge, place};
use crate::change::{self, Change, FieldSide, RecordSide, Walked, What};
use crate::engine::avro::{Enum, Equality, Graph, Id, Shape};
use crate::engine::stack;
use crate::report::{Compared, Effect, Finding, Fix, Format, Severity};
use crate::rule::{self, Rule};
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
    let last = old.last().map_or(&[][..], |o| &o.version.tombstones);
    let whole = last.iter().filter(|t| t.field.is_none());
    let buried: HashSet<&str> = whole.map(|t| t.record.as_str()).collect();
    let mut living: HashMap<&str, Vec<&Message>> = HashMap::new();
    for message in &new.version.messages {
        living
            .entry(message.plain_name())
            .or_default()
            .push(message);
    }
    let mut told: HashSet<(&str, &str)> = HashSet::new();
    for (at, (ready, paired)) in old.iter().zip(paired).enumerate().rev() {
        for (index, message) in ready.version.messages.iter().enumerate() {
            let name = message.plain_name();
            let at_home = format!("{name}@{}", message.home);
            // Of several of one name each lives by itself.
            let lives = living.get(name).is_some_and(|all| {
                let mut all = all.iter();
                message.name == name || all.any(|m| m.home == message.home)
            });
            let known = told.contains(&(name, &message.home));
            if paired.is_kept(index)
                || known
                || lives
                || buried.contains(name)
                || buried.contains(&*at_home)
                || new.is_part(name)
                || !options.wants(&message.name)
            {
                continue;
            }
            told.insert((name, &message.home));
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

/// What became of a name in earlier versions.
#[derive(Clone)]
enum Life {
    /// No version has it.
    Unknown,
    /// The last version has it.
    Used(Use),
    /// The last version has not, and an earlier one has.
    GivenUp(Use),
    /// A version reserves it, and none has it since.
    Reserved(usize),
}

/// A field of an earlier version under a name.
#[derive(Clone)]
struct Use {
    /// The version.
    at: usize,
    /// Whether the type is the same as now, null aside.
    same: bool,
    ty: String,
}

/// Names that were in use once, were given up, and are back as something else: of fields, and of the message.
pub(super) fn reused(
    new: &Ready<'_>,
    message: &Message,
    old: &[Ready<'_>],
    formers: &[(usize, &Message)],
) -> Result<Vec<Finding>, Problem> {
    // What the last version has is in use, whatever was before.
    if formers
        .last()
        .is_some_and(|(_, former)| former.text == message.text)
    {
        return Ok(Vec::new());
    }
    let after = new.walked(message)?;
    let mut past = Vec::new();
    for &(at, former) in formers {
        if let Some(ready) = old.get(at) {
            past.push(Past::of(at, ready.walked(former)?));
        }
    }
    let label = |at: usize| old.get(at).map_or("", |o| o.version.label.as_str());
    let buried = |record: &str, field: Option<&str>| {
        let all = old.iter().rev().flat_map(|o| &o.version.tombstones);
        let mut named = all.filter(|t| t.record == record && t.field.as_deref() == field);
        named.next()
    };
    let mut findings = Vec::new();
    // The last version, and the last that has the message.
    let last = old.len().saturating_sub(1);
    let former = formers.last().map_or(last, |(at, _)| *at);
    // One that is back as it was last has returned above. One that had another name in between was there all the time.
    let is_there = formers.last().is_some_and(|(at, _)| *at == last);
    let mut names = formers.iter().map(|(_, former)| former.plain_name());
    let goes_on = is_there && names.any(|name| name == message.plain_name());
    if let Some(tombstone) = buried(&message.name, None).filter(|_| !goes_on) {
        let why = format!(
            "`{}` was given up after {}, and is back",
            message.name, tombstone.last
        );
        let change = Change::of_message(What::MessageAdded(new.version, message));
        let said = (String::new(), message.name.clone());
        findings.push(back(new, &change, &message.name, why, said, last));
    }
    let mut met = HashSet::new();
    for change in change::present(after) {
        let What::FieldPresent(field) = &change.what else {
            continue;
        };
        for definition in enums(field.record.graph, field.field.ty) {
            let name = definition.name.full();
            let tombstone = buried(&name, None).filter(|t| {
                let is_enum = t.ty == ENUM;
                !is_enum || latest(old, &name).is_none_or(|last| !alike_symbols(last, definition))
            });
            if let Some(tombstone) = tombstone
                && met.insert(name.clone())
            {
                let why = format!(
                    "`{name}` was given up after {}, where it was the name of another type, and is back as an enum",
                    tombstone.last
                );
                let said = (tombstone.ty.clone(), ENUM.to_owned());
                findings.push(back(new, &change, &name, why, said, last));
            }
        }
        let name = &field.field.name;
        let is = field.record.graph.type_text(field.field.ty);
        let (was, why, at) = match life(&past, field) {
            Life::GivenUp(then) if !then.same => {
                let last = label(then.at);
                let why = format!(
                    "`{name}` was given up after {last}, where it was `{}`, and is back as `{is}`",
                    then.ty
                );
                (then.ty, why, then.at)
            }
            Life::Reserved(at) => {
                let why = format!("`{name}` is reserved in {}, and is in use again", label(at));
                (String::new(), why, at)
            }
            Life::Unknown => {
                let tombstone = buried(&field.record.owner(), Some(name));
                let Some(tombstone) = tombstone.filter(|t| t.ty != field.type_text()) else {
                    continue;
                };
                let why = format!(
                    "`{name}` was given up after {}, where it was `{}`, and is back as `{is}`",
                    tombstone.last, tombstone.ty
                );
                (tombstone.ty.clone(), why, former)
            }
            Life::Used(_) | Life::GivenUp(_) => continue,
        };
        findings.push(back(new, &change, name, why, (was, is), at));
    }
    Ok(findings)
}

/// The word for an enum in [`crate::version::Tombstone::ty`].
const ENUM: &str = "enum";

/// The enums of a type, those of records in it aside.
fn enums(graph: &Graph, ty: Id) -> Vec<&Enum> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![ty], HashSet::new());
    while let Some(id) = open.pop() {
        match graph.shape(id) {
            _ if !seen.insert(id) => {}
            Shape::Enum(definition) => found.push(definition),
            Shape::Array(part) | Shape::Map(part) => open.push(*part),
            Shape::Union(branches) => open.extend(branches),
            _ => {}
        }
    }
    found
}

/// What the last version that has it says of an enum.
fn latest<'v>(old: &[Ready<'v>], name: &str) -> Option<&'v model::Enum> {
    let full = |e: &model::Enum| Name::resolve(&e.name, e.namespace.as_deref()).full();
    let mut versions = old.iter().rev().map(|ready| ready.version);
    versions.find_map(|version| version.schema.enums.iter().find(|e| full(e) == name))
}

fn alike_symbols(was: &model::Enum, is: &Enum) -> bool {
    let mut names = was.symbols.iter().map(|symbol| &symbol.name);
    was.symbols.len() == is.symbols.len() && is.symbols.iter().all(|s| names.next() == Some(s))
}

/// That a name is back, against the version that says so.
fn back(
    new: &Ready<'_>,
    change: &Change<'_>,
    name: &str,
    why: String,
    (was, is): (String, String),
    at: usize,
) -> Finding {
    let fix = format!("take another name than `{name}`");
    broken(rule::NAME_REUSED, (new, at), change, why, (was, is), fix)
}

/// A finding of the deployment that only the history shows, against the version of that number.
pub(super) fn broken(
    rule: &'static Rule,
    (new, at): (&Ready<'_>, usize),
    change: &Change<'_>,
    why: String,
    (was, is): (String, String),
    fix: String,
) -> Finding {
    Finding {
        rule,
        path: change.path.clone(),
        former: String::new(),
        branches: Vec::new(),
        severity: Severity::Breaking,
        effects: vec![Effect {
            format: Format::Deployment,
            peer: None,
            direction: None,
            loss: None,
            severity: Severity::Breaking,
            message: rule.page.title.to_owned(),
        }],
        message: why,
        old: was,
        new: is,
        place: place::of(change, &rule::Part::Name, None, new),
        against: vec![at],
        fix: Some(Fix {
            message: fix,
            ..Fix::default()
        }),
        counterexamples: Vec::new(),
        unproven: None,
        fewer: Vec::new(),
        suppressed: None,
        allow: None,
    }
}

/// The records of one earlier version of a message.
struct Past<'v> {
    at: usize,
    graph: &'v Graph,
    records: HashMap<String, RecordSide<'v>>,
}

impl<'v> Past<'v> {
    fn of(at: usize, walked: Walked<'v>) -> Self {
        let mut records = HashMap::new();
        for change in change::present(walked) {
            if let What::RecordPresent(record) = change.what {
                records.insert(record.owner(), record);
            }
        }
        Past {
            at,
            graph: walked.graph,
            records,
        }
    }

    /// The record under its name, else under a former one.
    fn record(&self, now: &RecordSide<'_>) -> Option<&RecordSide<'v>> {
        let mut former = now.record.aliases.iter().map(Name::full);
        let named = self.records.get(&now.owner());
        named.or_else(|| former.find_map(|name| self.records.get(&name)))
    }
}

/// What became of the name of a field.
fn life(past: &[Past<'_>], field: &FieldSide<'_>) -> Life {
    let mut life = Life::Unknown;
    let name = &field.field.name;
    for version in past {
        let Some(record) = version.record(&field.record) else {
            continue;
        };
        let reserves = |r: &model::Record| r.reserved.contains(name);
        life = match (record.record.field(name), record.defined) {
            (Some(then), _) => Life::Used(Use {
                at: version.at,
                same: alike(version.graph, then.ty, field.record.graph, field.field.ty),
                ty: version.graph.type_text(then.ty),
            }),
            (None, Some(defined)) if reserves(defined) => Life::Reserved(version.at),
            (None, _) => match life {
                Life::Used(last) => Life::GivenUp(last),
                other => other,
            },
        };
    }
    life
}

/// Whether two types are the same, null aside.
fn alike(old: &Graph, was: Id, new: &Graph, is: Id) -> bool {
    let plain = |graph: &Graph, id: Id| match graph.branches(id).1.as_slice() {
        [one] => *one,
        _ => id,
    };
    let (was, is) = (plain(old, was), plain(new, is));
    let same = stack::walk(|budget| Equality::new(old, new).of(was, is, budget));
    same.unwrap_or(false)
}
