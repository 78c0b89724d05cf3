//! A new version and earlier ones into a [`Report`].
//!
//! Each message is compared with each distinct earlier version of itself. The engines give the verdicts; rules
//! say what changed; and each objection of an engine is laid to the change that causes it, so that whatever
//! the matrix denies, a finding explains.

mod address;
mod choice;
pub(crate) mod engines;
mod history;
pub(crate) mod judge;
mod logical;
mod nearby;
pub(crate) mod pairing;
mod place;
pub(crate) mod rollout;
mod study;
mod unread;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use tg_schema_model::{Field, Record, RecordId, Span, crew};

use crate::change::{self, Change, Index, Walked, What};
use crate::effort::Effort;
use crate::engine::json::Peer;
use crate::engine::rust;
use crate::proof::Side;
use crate::proof::bench::{Bench, Schemas, Shelves};
use crate::report::{Compared, Counterexample, Effect, Finding, Matrix, Pair, Report, Severity};
use crate::version::{Message, Version, plain};
use study::{Judged, Studied};

/// How to compare.
#[derive(Clone, Debug)]
pub struct Options {
    /// The JSON peers whose messages are read, and who read ours.
    pub peers: Vec<Peer>,
    /// How Rust types are generated.
    pub rust: rust::Options,
    /// Names of the records that are compared; all where it is empty.
    pub only: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            peers: vec![Peer::Tg],
            rust: rust::Options::default(),
            only: Vec::new(),
        }
    }
}

impl Options {
    /// Whether a record of that full name is compared.
    pub fn wants(&self, full: &str) -> bool {
        let bare = plain(full);
        let short = bare.rsplit('.').next().unwrap_or_default();
        let is = |name: &String| {
            // Who names none of several of one name wants each.
            let any = !name.contains('@') || bare == full;
            name == full || any && (plain(name) == bare || plain(name) == short)
        };
        self.only.is_empty() || self.only.iter().any(is)
    }
}

/// Why two versions cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The version, as people call it.
    pub version: String,
    /// The message.
    pub message: String,
    /// Where it is defined, as `file:line:column`; none where nobody knows.
    pub place: Option<String>,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem {
            version,
            message,
            place,
            reason,
        } = self;
        if let Some(place) = place {
            write!(f, "{place}: ")?;
        }
        write!(f, "`{message}` of {version} cannot be compared: {reason}")
    }
}

impl std::error::Error for Problem {}

/// One version with what is made of it once.
pub(crate) struct Ready<'v> {
    pub version: &'v Version,
    pub index: Index,
    pub types: rust::Types<'v>,
    /// The places of the fields of each record in the order of their names; made when somebody asks.
    fields: OnceLock<Vec<Vec<usize>>>,
    /// The record at each address; made when somebody asks.
    addresses: OnceLock<HashMap<String, RecordId>>,
    /// The names of all types in Avro schemas; made when somebody asks.
    parts: OnceLock<HashSet<String>>,
}

impl<'v> Ready<'v> {
    pub(crate) fn of(version: &'v Version) -> Self {
        Ready {
            version,
            index: Index::of(&version.schema),
            types: rust::Types::of(&version.schema),
            fields: OnceLock::new(),
            addresses: OnceLock::new(),
            parts: OnceLock::new(),
        }
    }

    /// Whether there are Avro schemas alone, and one of them has a type of that full name inside, where none is of it.
    fn is_part(&self, name: &str) -> bool {
        if !self.version.only_schemas {
            return false;
        }
        let names = |message: &'v Message| {
            let nodes = message.graph().map_or(&[][..], |graph| &graph.nodes);
            nodes
                .iter()
                .filter_map(|node| Some(node.shape.name()?.full()))
        };
        let parts = || self.version.messages.iter().flat_map(names).collect();
        let mut messages = self.version.messages.iter();
        self.parts.get_or_init(parts).contains(name)
            && !messages.any(|message| message.plain_name() == name)
    }

    /// A field of a record.
    pub(crate) fn field(&self, record: RecordId, name: &str) -> Option<&'v Field> {
        let records = &self.version.schema.records;
        let fields = self.fields.get_or_init(|| {
            let sorted = |record: &Record| {
                let mut places: Vec<usize> = (0..record.fields.len()).collect();
                places.sort_by_key(|at| record.fields.get(*at).map(|f| &f.name));
                places
            };
            records.iter().map(sorted).collect()
        });
        let (fields, all) = (fields.get(record.0)?, &records.get(record.0)?.fields);
        let called = |at: &usize| all.get(*at).map_or("", |f| f.name.as_str());
        let at = fields.binary_search_by_key(&name, called).ok()?;
        all.get(*fields.get(at)?)
    }

    /// The record that a topic at an address carries.
    fn carried(&self, address: &str) -> Option<RecordId> {
        let topics = &self.version.schema.topics;
        let all = self.addresses.get_or_init(|| {
            let carried = topics.iter().map(|t| (t.address.to_string(), t.record));
            carried.collect()
        });
        all.get(address).copied()
    }

    pub(crate) fn walked(&'v self, message: &'v Message) -> Result<Walked<'v>, Problem> {
        let graph = message
            .outline(&self.version.schema)
            .map_err(|refusal| problem(self.version, message, refusal))?;
        Ok(Walked {
            version: self.version,
            message,
            index: &self.index,
            graph,
            refusal: message.graph().err(),
        })
    }
}

fn problem(version: &Version, message: &Message, reason: impl fmt::Display) -> Problem {
    let record = message
        .record
        .and_then(|id| version.schema.records.get(id.0));
    let text = message.source.map(|source| Span::new(source, 0..0));
    let span = record.map(|record| record.span).or(text);
    Problem {
        place: span.and_then(|span| version.sources.place(span)),
        version: version.label.clone(),
        message: message.name.clone(),
        reason: reason.to_string(),
    }
}

/// Compares a new version with earlier ones, oldest first.
///
/// Nothing is required, proven or mended here: that is done to the report.
pub fn check(new: &Version, against: &[Version], options: &Options) -> Result<Report, Problem> {
    let mut run = Run {
        effort: &mut Effort::of_report(),
        sought: &|_, _, _| true,
    };
    check_with(new, against, options, &mut run)
}

/// What is executed in a comparison.
pub(crate) struct Run<'r> {
    pub effort: &'r mut Effort,
    /// Whether to look, by running messages, if what the rule of that id tells of a path is so.
    pub sought: &'r dyn Fn(&'static str, &str, &Effect) -> bool,
}

/// The same, executing what is asked for.
pub(crate) fn check_with(
    new: &Version,
    against: &[Version],
    options: &Options,
    run: &mut Run<'_>,
) -> Result<Report, Problem> {
    let new = Ready::of(new);
    let old: Vec<Ready<'_>> = against.iter().map(Ready::of).collect();
    let paired = pairing::pair_all(against, new.version);
    let mut report = Report {
        new: new.version.label.clone(),
        against: against.iter().map(|v| v.label.clone()).collect(),
        ..Report::default()
    };
    let all = new.version.messages.iter().enumerate();
    let wanted = all.filter(|(_, message)| options.wants(&message.name));
    let wanted = wanted.map(|(at, message)| (message, pairing::formers(&paired, against, at)));
    let wanted: Vec<(&Message, Vec<(usize, &Message)>)> = wanted.collect();
    let studied = crew::each(&wanted, WORTH_A_THREAD, |(message, formers)| {
        study::study((&old, formers), (&new, message), options)
    });
    for ((message, formers), studied) in wanted.iter().zip(studied) {
        run.effort.next_record();
        let compared = compare(&new, message, (&old, formers), studied?, run)?;
        report.records.push(compared);
    }
    report
        .records
        .extend(history::gone(&new, &old, &paired, options));
    for record in &report.records {
        if let Some(matrix) = &record.matrix {
            report.matrix.worsen(matrix);
        }
        report.loss |= record.loss;
    }
    Ok(report)
}

/// Messages for each thread, at least.
const WORTH_A_THREAD: usize = 8;

/// A message against its earlier versions.
fn compare(
    new: &Ready<'_>,
    message: &Message,
    (old, formers): (&[Ready<'_>], &[(usize, &Message)]),
    studied: Vec<Studied>,
    run: &mut Run<'_>,
) -> Result<Compared, Problem> {
    let mut compared = Compared {
        record: message.name.clone(),
        old: formers.last().map(|(_, former)| former.name.clone()),
        new: Some(message.name.clone()),
        topics: new
            .version
            .topics(message)
            .map(|topic| topic.address.to_string())
            .collect(),
        ..Compared::default()
    };
    if formers.is_empty() {
        let mut changes = Vec::new();
        if !old.iter().any(|ready| ready.is_part(message.plain_name())) {
            changes.push(Change::of_message(What::MessageAdded(new.version, message)));
        }
        let after = new.walked(message)?;
        changes.extend(change::unreadable(after));
        changes.extend(change::remarkable(after));
        compared.findings = judge::plain(&changes, new, None);
    }
    for (&(at, former), studied) in formers.iter().zip(studied) {
        let ready = old
            .get(at)
            .ok_or_else(|| problem(new.version, message, "no such version"))?;
        let judged = match studied {
            Studied::Judged(judged) => judged,
            // The topics of each version are looked at all the same.
            Studied::As(first) => {
                if !ready.version.superseded {
                    let again = judge::topics_only(ready, former, new, message, at);
                    merge(&mut compared.findings, again, at);
                }
                for finding in &mut compared.findings {
                    if finding.against.contains(&first)
                        && !finding.against.contains(&at)
                        && !finding.is_topic()
                    {
                        finding.join(finding.effects_against(first).to_vec(), at);
                    }
                }
                continue;
            }
        };
        let (pair, mut findings) = execute(*judged, (ready, former), (new, message), run);
        if ready.version.superseded {
            findings.retain(|finding| !finding.is_topic());
        }
        compared
            .matrix
            .get_or_insert_with(Matrix::default)
            .worsen(&pair.matrix);
        compared.loss |= pair.loss;
        compared.versions.push(pair);
        merge(&mut compared.findings, findings, at);
    }
    let mut taken = Vec::new();
    for reused in address::reused(new, message, old, formers) {
        merge(&mut compared.findings, vec![reused.finding], reused.at);
        taken.push(reused.address);
    }
    let reused = history::reused(new, message, old, formers)?;
    merge(
        &mut compared.findings,
        reused,
        formers.last().map_or(0, |f| f.0),
    );
    if let Some(matrix) = &compared.matrix {
        let latest = formers.last().map_or(0, |(at, _)| *at);
        let topics = &compared.topics;
        // Of a topic that it has, another message had it; of one that it had, another one has it.
        let is_shared = |topic: &str| match topics.iter().any(|own| own == topic) {
            true => taken.iter().any(|taken| taken == topic),
            false => new.carried(topic).is_some(),
        };
        compared.rollout = rollout::of(matrix, &compared.findings, topics, latest, &is_shared);
    }
    Ok(compared)
}

/// Runs the messages of which the answers of engines leave open what becomes of them.
fn execute<'v>(
    judged: Judged,
    (old, former): (&Ready<'v>, &'v Message),
    (new, message): (&Ready<'v>, &'v Message),
    run: &mut Run<'_>,
) -> (Pair, Vec<Finding>) {
    let Judged {
        mut pair,
        mut findings,
    } = judged;
    let side = |ready: &Ready<'v>, message: &'v Message| Side {
        version: ready.version,
        message,
    };
    let schemas = Schemas::of(side(old, former), side(new, message));
    let shelves = Shelves::default();
    let mut bench = Bench::new(&schemas, &shelves);
    logical::add(&mut findings, &pair.matrix, &mut bench, run.effort);
    unread::leave_out(&mut findings, &pair.matrix, &mut bench, run);
    pair.loss = findings
        .iter()
        .flat_map(|finding| &finding.effects)
        .any(|effect| effect.severity == Severity::Loss);
    (pair, findings)
}

/// Adds findings against a version to those against others: one that is there already is found there too.
fn merge(findings: &mut Vec<Finding>, more: Vec<Finding>, at: usize) {
    if more.is_empty() {
        return;
    }
    let hasher = RandomState::new();
    let hash = |f: &Finding| hasher.hash_one((f.rule.page.id, &f.path, &f.message));
    let mut by_hash: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, finding) in findings.iter().enumerate() {
        by_hash.entry(hash(finding)).or_default().push(place);
    }
    for finding in more {
        let same = |known: &Finding| {
            known.rule.page.id == finding.rule.page.id
                && known.path == finding.path
                && known.message == finding.message
        };
        let places = by_hash.entry(hash(&finding)).or_default();
        let mut known = places.iter().copied();
        let known = known.find(|place| findings.get(*place).is_some_and(same));
        match known.and_then(|place| findings.get_mut(place)) {
            Some(known) => {
                known.join(finding.effects, at);
                known.severity = known.severity.max(finding.severity);
                for one in finding.counterexamples {
                    let is =
                        |c: &Counterexample| (c.format, c.direction) == (one.format, one.direction);
                    if !known.counterexamples.iter().any(is) {
                        known.counterexamples.push(one);
                    }
                }
            }
            None => {
                places.push(findings.len());
                findings.push(finding);
            }
        }
    }
}
