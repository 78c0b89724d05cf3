//! What rules and engines say of a message and its earlier versions. No message is run for it, so that it is the same
//! in whatever order messages are looked at: each on the thread that is free.

use std::collections::HashMap;
use std::fmt;

use tg_schema_model::Fingerprint;
use tg_schema_model::avro::{self, Rules};

use super::engines::Engines;
use super::{Options, Problem, Ready, judge, problem};
use crate::change::{self, Past};
use crate::engine::pulsar;
use crate::report::{Finding, Pair};
use crate::version::part::{Named, closure};
use crate::version::{Message, Version};

/// Findings of two versions of a message, at most.
const MAX_FINDINGS: usize = 10_000;

/// A message beside an earlier version of it.
pub(super) enum Studied {
    /// What was found.
    Judged(Box<Judged>),
    /// The same text stood in the version at that place, and is compared once.
    As(usize),
}

/// What is said of a message beside an earlier version of it, as far as no message is run.
pub(super) struct Judged {
    /// The verdicts. Whether anything gets lost is not said yet.
    pub pair: Pair,
    pub findings: Vec<Finding>,
}

/// A message beside each of its earlier versions, in their order.
pub(super) fn study(
    (old, formers): (&[Ready<'_>], &[(usize, &Message)]),
    (new, message): (&Ready<'_>, &Message),
    options: &Options,
) -> Result<Vec<Studied>, Problem> {
    let mut known: HashMap<_, usize> = HashMap::new();
    let past = formers
        .iter()
        .filter_map(|(at, former)| Some((old.get(*at)?.version, *former)));
    let past: Past<'_> = past.collect();
    let mut studied = Vec::with_capacity(formers.len());
    for &(at, former) in formers {
        let ready = old
            .get(at)
            .ok_or_else(|| problem(new.version, message, "no such version"))?;
        let kind = former.schema_type.as_deref();
        let text = (former.identity.as_str(), former.text.as_str(), kind);
        // Of one version alone nobody asks whether another is like it.
        let code = (formers.len() > 1).then(|| code(ready.version, former));
        let text = (text, code);
        studied.push(match known.get(&text) {
            Some(first) => Studied::As(*first),
            None => {
                known.insert(text, at);
                let judged = judged((ready, former), (new, message), (at, &past), options)?;
                Studied::Judged(Box::new(judged))
            }
        });
    }
    Ok(studied)
}

/// What code is told of a type and no text is: its module, where it is known, and whether it is `#[non_exhaustive]`.
type Told<'v> = (Option<&'v [String]>, Option<bool>);

/// That of the types that a message is made of.
fn code<'v>(version: &'v Version, message: &Message) -> Vec<Told<'v>> {
    let Some(root) = message.record else {
        return Vec::new();
    };
    let schema = &version.schema;
    let told = |named: Named| {
        let (module, non_exhaustive) = match named {
            Named::Record(at) => schema.records.get(at).map(|r| (r.module, r.non_exhaustive)),
            Named::Enum(at) => schema.enums.get(at).map(|e| (e.module, e.non_exhaustive)),
        }?;
        let module = schema.modules.get(module);
        let module = module.filter(|_| !version.without_modules);
        let path = module.map(|module| module.path.as_slice());
        Some((path, non_exhaustive.or(version.non_exhaustive)))
    };
    let types = closure(schema, [Named::Record(root.0)]).into_iter();
    types.filter_map(told).collect()
}

/// A message beside one earlier version.
fn judged<'v>(
    (old, former): (&'v Ready<'v>, &'v Message),
    (new, message): (&'v Ready<'v>, &'v Message),
    (at, past): (usize, &'v Past<'v>),
    options: &Options,
) -> Result<Judged, Problem> {
    let wrong = |reason: &dyn fmt::Display| problem(new.version, message, reason);
    former.share(message);
    let before = old.walked(former)?;
    let after = new.walked(message)?;
    let mut changes = change::between(before, after, past).map_err(|e| wrong(&e))?;
    changes.extend(change::remarkable(after));
    changes.extend(change::unreadable(after));
    let drafts = judge::look(&changes);
    let many = || {
        wrong(&format!(
            "there are more than {MAX_FINDINGS} findings; compare with a version that is nearer"
        ))
    };
    if drafts.len() > MAX_FINDINGS {
        return Err(many());
    }
    let engines =
        Engines::run(old, before, new, after, &changes, options).map_err(|e| wrong(&e))?;
    let findings = judge::judge((&changes, drafts), &engines, old, new, at);
    if findings.len() > MAX_FINDINGS {
        return Err(many());
    }
    let stored = match engines.matrix.pulsar {
        Some(_) => Some(!pulsar::is_known_as(after.graph, before.graph).map_err(|e| wrong(&e))?),
        None => None,
    };
    let fingerprint = |message: &Message| Fingerprint::of(&message.identity).sha256_hex();
    let is = fingerprint(message);
    let was = match former.identity == message.identity {
        true => is.clone(),
        false => fingerprint(former),
    };
    let pair = Pair {
        against: at,
        old: former.name.clone(),
        matrix: engines.matrix,
        loss: false,
        stored_by_pulsar: stored,
        // A text without its documentation differs from another one where a broker, which looks at no documentation,
        // says so; else it tells nothing.
        stored_by_registry: match old.version.without_docs {
            // Schemas that are not equal are no other spelling of each other.
            false => Some(stored == Some(true) || !is_respelled(&former.text, &message.text)),
            true => stored.filter(|stored| *stored),
        },
        fingerprints: (was, is),
    };
    Ok(Judged { pair, findings })
}

/// Whether two texts are one schema in another spelling, which registries do not tell apart: they compare what their library
/// writes of what it has read.
fn is_respelled(one: &str, other: &str) -> bool {
    let read = |text: &str| avro::parse_with(text, Rules::Registered).ok();
    one == other || read(one).is_some_and(|one| Some(one) == read(other))
}
