//! What definitions accept of their changes, applied to a report.
//!
//! An `allow` covers a finding of its rule at its path, between two versions of its record that it names by their
//! fingerprints: the latest old version that the finding is found against, and the new one. What breaks or gets lost
//! against earlier versions alone takes another one, which names the latest of these. When both have been
//! released, it goes on to cover that finding against the old version and those before it, as long as the
//! finding is not found against the later one: the step between the two was accepted, whatever came after.
//!
//! It covers nothing when it lacks something or its last day or release is past. That, and that it covers nothing or
//! nothing that another one before it does not, are findings themselves.

mod index;
mod paste;

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::logical::Date;
use tg_schema_model::name::nearest;
use tg_schema_model::{Allow, Fingerprint, Until};

use crate::check::Options;
use crate::report::{Compared, Effect, Finding, Fix, Format, Place, Report, Severity};
use crate::rule::{self, Rule, suppression};
use crate::version::{Version, plain};
use index::Index;

/// One `allow` and the record that it is for.
struct Given<'v> {
    record: String,
    allow: &'v Allow,
}

/// When a version is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The day.
    pub today: Date,
    /// Which release of the lock the new version is, or would be; none where no lock counts them.
    pub release: Option<u32>,
}

/// Whether a version accepts something until a release.
pub fn counts_releases(version: &Version) -> bool {
    let mut given = given(version).into_iter();
    given.any(|given| matches!(given.allow.until, Some(Until::Release(_))))
}

/// Marks the findings that definitions of `new` accept at the time `now`, says of the others what would accept
/// them, and adds what is wrong with what is accepted to [`Report::findings`]. `against` and `options` are
/// what the report is of.
pub fn apply(report: &mut Report, new: &Version, against: &[Version], options: &Options, now: Now) {
    let given = given(new);
    let mut of_record: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, given) in given.iter().enumerate() {
        of_record.entry(&given.record).or_default().push(at);
    }
    let (mut used, mut repeats) = (vec![false; given.len()], vec![false; given.len()]);
    let index = Index::of(new, against);
    for record in &mut report.records {
        let name = record.new.as_ref().unwrap_or(&record.record);
        // Of several of one name, what names none of them is for each.
        let bare = plain(name);
        let names = std::iter::once(name.as_str()).chain((bare != name).then_some(bare));
        let own: Vec<usize> = names
            .filter_map(|name| of_record.get(name))
            .flatten()
            .copied()
            .collect();
        if record.findings.is_empty() {
            continue;
        }
        let sides = Sides::of(record, &index);
        let head = paste::head(record, new, &index.records);
        for finding in &mut record.findings {
            let all = latest(finding);
            let mut open = all.clone();
            let mut reasons: Vec<&String> = Vec::new();
            for &at in &own {
                let Some(allow) = given.get(at).map(|given| given.allow) else {
                    continue;
                };
                let covers = |version: &usize| sides.covers(allow, finding, *version);
                let covered: BTreeSet<usize> = all.iter().copied().filter(covers).collect();
                if !allow.is_complete() || covered.is_empty() {
                    continue;
                }
                // What is covered already needs no other.
                let is_needed = !open.is_disjoint(&covered);
                let counted = match is_needed {
                    true => &mut used,
                    false => &mut repeats,
                };
                if let Some(counted) = counted.get_mut(at) {
                    *counted = true;
                }
                if allow.until.is_some_and(|until| now.is_within(until)) {
                    open.retain(|version| !covered.contains(version));
                    reasons.extend(allow.reason.iter().filter(|_| is_needed));
                }
            }
            match open.last() {
                None if !reasons.is_empty() => {
                    let reasons: Vec<&str> = reasons.into_iter().map(String::as_str).collect();
                    finding.suppressed = Some(reasons.join("; "));
                }
                Some(version) if finding.severity > Severity::Info => {
                    let pair = sides.old(*version).map(|old| (old, sides.new.as_str()));
                    finding.allow = pair.map(|pair| paste::text(&head, finding, pair));
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    for ((Given { record, allow }, used), repeats) in given.iter().zip(used).zip(repeats) {
        let compared = report.records.iter().find(|c| {
            let name = c.new.as_ref().unwrap_or(&c.record);
            name == record || plain(name) == record
        });
        // A record that nobody asked to compare, be it still there or gone.
        let mut messages = new.messages.iter();
        let there = messages.any(|m| m.name == *record || m.plain_name() == record);
        if compared.is_none() && (there || !options.wants(record)) {
            continue;
        }
        let wrong = Wrong { record, allow, new };
        if !allow.is_complete() {
            found.push(wrong.incomplete());
        } else if !used {
            let sides = compared.map(|compared| Sides::of(compared, &index));
            let why = if repeats {
                Unused::Repeats
            } else if was_released(record, allow, against, sides.as_ref()) {
                Unused::Released
            } else if sides.is_none_or(|sides| sides.knows(allow)) {
                Unused::NoFinding
            } else {
                Unused::OtherVersion
            };
            found.push(wrong.unused(why));
        } else if let Some(until) = allow.until.filter(|until| !now.is_within(*until)) {
            found.push(wrong.expired(until, now));
        }
    }
    report.findings.append(&mut found);
}

/// The versions that a finding is to be covered against: the latest of it, and the latest of each thing that breaks or
/// gets lost, which may be found against earlier ones alone.
fn latest(finding: &Finding) -> BTreeSet<usize> {
    let kind = |e: &Effect| (e.format, e.peer, e.direction, e.severity);
    let of = |effect: &Effect| {
        let is = |at: &&usize| {
            let mut effects = finding.effects_against(**at).iter();
            effects.any(|other| kind(other) == kind(effect))
        };
        finding.against.iter().filter(is).max()
    };
    let harmful = finding
        .effects
        .iter()
        .filter(|e| e.severity > Severity::Info);
    let all = harmful.filter_map(of).chain(finding.against.iter().max());
    all.copied().collect()
}

impl Now {
    fn is_within(self, until: Until) -> bool {
        match until {
            Until::Day(day) => self.today <= day,
            Until::Release(last) => self.release.is_some_and(|release| release <= last),
        }
    }
}

/// Why an `allow` covers nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unused {
    /// What it is for is not so.
    NoFinding,
    /// Its old version is none of those that were compared.
    OtherVersion,
    /// A release of the lock has what it is for: nobody objects to it any more.
    Released,
    /// Another one before it covers the same.
    Repeats,
}

/// Whether an `allow` is for what a lock accepts with a release, once and for all: a message that is gone, a topic
/// that is elsewhere, a name that is back.
fn was_released(
    record: &str,
    allow: &Allow,
    against: &[Version],
    sides: Option<&Sides<'_>>,
) -> bool {
    let rule = rule::ALL.iter().find(|rule| rule.page.id == allow.rule);
    let topic = rule.is_some_and(|rule| rule.is_of_topics());
    let mut tombstones = against.iter().flat_map(|version| &version.tombstones);
    let gone = tombstones.any(|gone| gone.field.is_none() && gone.record == record);
    match topic {
        true => gone || against.iter().any(|version| version.superseded),
        false if gone && allow.new.as_deref() == Some(Allow::GONE) => true,
        false => {
            let once = [rule::REMOVED, rule::NAME_REUSED].map(|rule| rule.page.id);
            once.contains(&allow.rule.as_str()) && sides.is_some_and(|sides| sides.step(allow))
        }
    }
}

/// Everything that the definitions of a version accept.
fn given(version: &Version) -> Vec<Given<'_>> {
    let schema = &version.schema;
    let records = version.called();
    let records = records.filter_map(|(name, record)| {
        let check = record.check.as_deref()?;
        Some((name, &check.allow))
    });
    let own = records.flat_map(|(name, allow)| {
        allow.iter().map(move |allow| Given {
            record: name.clone(),
            allow,
        })
    });
    let files = schema.modules.iter().flat_map(|module| &module.allow);
    let other = files.map(|allow| Given {
        record: allow.record.clone().unwrap_or_default(),
        allow,
    });
    own.chain(other).collect()
}

/// The fingerprints of a record's versions.
struct Sides<'c> {
    /// By index of the earlier version, in order; each distinct one once.
    old: Vec<(usize, String)>,
    /// What the record was called, and what it is known by.
    names: [String; 2],
    index: &'c Index<'c>,
    new: String,
}

impl<'c> Sides<'c> {
    fn of(record: &Compared, index: &'c Index<'c>) -> Self {
        let pairs = record.versions.iter();
        let old = pairs
            .map(|pair| (pair.against, pair.fingerprints.0.clone()))
            .collect();
        let name = record.new.as_ref();
        let message = name.and_then(|name| index.new.get(name.as_str()));
        let message = message.map(|(_, message)| message);
        let new = match record.versions.last() {
            Some(pair) => pair.fingerprints.1.clone(),
            None => message.map_or(Allow::GONE.to_owned(), |m| fingerprint(&m.identity)),
        };
        Sides {
            old,
            names: [
                record.old.clone().unwrap_or_default(),
                record.record.clone(),
            ],
            index,
            new,
        }
    }

    /// The fingerprint of an earlier version.
    fn old(&self, at: usize) -> Option<String> {
        if let Some((_, print)) = self.old.iter().find(|(known, _)| *known == at) {
            return Some(print.clone());
        }
        // It is as one before it, or the record is gone, or back.
        let messages = self.index.against.get(at)?;
        let named = self
            .names
            .iter()
            .filter_map(|name| messages.get(name.as_str()));
        let message = named.min_by_key(|(at, _)| *at).map(|(_, message)| message);
        Some(message.map_or(Allow::GONE.to_owned(), |m| fingerprint(&m.identity)))
    }

    /// Whether what is found against that version, and no later one, is covered.
    fn covers(&self, allow: &Allow, finding: &Finding, version: usize) -> bool {
        let path = allow.path.as_deref().unwrap_or_default();
        if finding.rule.page.id != allow.rule || finding.path != path {
            return false;
        }
        let Some(old) = self.old(version) else {
            return false;
        };
        let (Some(from), Some(to)) = (&allow.old, &allow.new) else {
            return false;
        };
        let later = || {
            let mut later = self.old.iter().filter(|(at, _)| *at > version);
            later.any(|(_, print)| print.starts_with(to))
        };
        old.starts_with(from) && (self.new.starts_with(to) || later())
    }

    /// Whether an `allow` is for a step between two of the earlier versions.
    fn step(&self, allow: &Allow) -> bool {
        let (Some(from), Some(to)) = (&allow.old, &allow.new) else {
            return false;
        };
        let mut prints = (0..self.index.against.len()).filter_map(|at| self.old(at));
        prints.any(|print| print.starts_with(from)) && prints.any(|print| print.starts_with(to))
    }

    /// Whether one of the versions is the old one of an `allow`.
    fn knows(&self, allow: &Allow) -> bool {
        let Some(from) = &allow.old else { return false };
        let known = self.old.iter().any(|(_, print)| print.starts_with(from));
        let last = self.index.against.len().checked_sub(1);
        known
            || last
                .and_then(|at| self.old(at))
                .is_some_and(|print| print.starts_with(from))
    }
}

fn fingerprint(identity: &str) -> String {
    Fingerprint::of(identity).sha256_hex()
}

trait Complete {
    fn is_complete(&self) -> bool;
}

impl Complete for Allow {
    fn is_complete(&self) -> bool {
        let prints = self.old.is_some() && self.new.is_some();
        prints && self.reason.is_some() && self.until.is_some()
    }
}

/// An `allow` that something is wrong with.
struct Wrong<'v> {
    record: &'v str,
    allow: &'v Allow,
    new: &'v Version,
}

impl Wrong<'_> {
    /// The words for what it is meant to cover.
    fn what(&self) -> String {
        let Allow { rule, path, .. } = self.allow;
        let at = path.as_ref().map(|path| format!(" at `{path}`"));
        format!("{rule}{} of `{}`", at.unwrap_or_default(), self.record)
    }

    fn incomplete(&self) -> Finding {
        let Allow {
            old,
            new,
            reason,
            until,
            ..
        } = self.allow;
        let keys = [
            ("old", old.is_some()),
            ("new", new.is_some()),
            ("reason", reason.is_some()),
            ("until", until.is_some()),
        ];
        let missing: Vec<String> = keys
            .into_iter()
            .filter(|(_, there)| !there)
            .map(|(key, _)| format!("`{key}`"))
            .collect();
        let message = format!(
            "the suppression of {} has no {}",
            self.what(),
            missing.join(" and no ")
        );
        let fix = "add what is missing, or remove the `allow`".to_owned();
        self.finding(suppression::INCOMPLETE, message, fix, true)
    }

    fn expired(&self, until: Until, now: Now) -> Finding {
        let (why, fix) = match (until, now.release) {
            (Until::Day(day), _) => (
                format!("was over after {day}"),
                "set a later day in `until`",
            ),
            (Until::Release(last), Some(release)) => (
                format!("was over with release {last}, and this is release {release}"),
                "set a later release in `until`",
            ),
            (Until::Release(last), None) => (
                format!("is until release {last}, and no lock counts releases"),
                "start a lock with `tg-schema check --accept`, write a day",
            ),
        };
        let message = format!("the suppression of {} {why}", self.what());
        let fix = format!("{fix}, or remove the `allow`");
        self.finding(suppression::EXPIRED, message, fix, true)
    }

    fn unused(&self, why: Unused) -> Finding {
        let ids = || rule::ALL.iter().map(|rule| rule.page.id);
        if !ids().any(|id| id == self.allow.rule) {
            let message = format!(
                "the suppression of {} is of no rule that there is",
                self.what()
            );
            let fix = match nearest(&self.allow.rule, ids()) {
                Some(near) => format!("write `{near}`, if that is meant"),
                None => "remove the `allow`".to_owned(),
            };
            return self.finding(suppression::UNUSED, message, fix, true);
        }
        let told = match why {
            Unused::NoFinding => "matches no finding",
            Unused::OtherVersion => "is of an old version that was not compared",
            Unused::Repeats => "is there twice: an `allow` before it covers the same",
            Unused::Released => "is not needed any more: a release has accepted what it is for",
        };
        let message = format!("the suppression of {} {told}", self.what());
        self.finding(
            suppression::UNUSED,
            message,
            "remove the `allow`".to_owned(),
            matches!(why, Unused::NoFinding | Unused::Repeats),
        )
    }

    fn finding(&self, rule: &'static Rule, message: String, fix: String, breaks: bool) -> Finding {
        let severity = if breaks {
            Severity::Breaking
        } else {
            Severity::Info
        };
        let place = self
            .new
            .place(self.allow.span)
            .map(|(file, position)| Place {
                version: None,
                span: self.allow.span,
                file: file.to_owned(),
                line: position.line,
                column: position.column,
            });
        Finding {
            rule,
            path: String::new(),
            former: String::new(),
            branches: Vec::new(),
            severity,
            effects: vec![Effect {
                format: Format::Deployment,
                peer: None,
                direction: None,
                loss: None,
                severity,
                message: rule.page.title.to_owned(),
            }],
            message,
            old: String::new(),
            new: String::new(),
            place,
            against: Vec::new(),
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
}
