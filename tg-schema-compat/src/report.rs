//! What a comparison found. Every form of report is made from this, so that all say the same.

mod finding;

use tg_schema_model::Span;

use crate::engine::json::Peer;
use crate::engine::rust::Grade;
use crate::gate::Requirement;
use crate::loss::{self, Direction};
use crate::rule::Rule;

/// Everything that was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was compared, as people call it.
    pub new: String,
    /// What it was compared with, oldest first.
    pub against: Vec<String>,
    /// One for each message of the new version, in its order, then one for each that is gone.
    pub records: Vec<Compared>,
    /// The worst of all records.
    pub matrix: Matrix,
    /// Whether messages that are read lose or change something.
    pub loss: bool,
    /// Suppressions that matched nothing, are over, or lack something; and what else concerns no record.
    pub findings: Vec<Finding>,
    /// Everything that the gate objects to; empty where it is passed.
    pub objections: Vec<Objection>,
    /// What was written into the definitions before this was found, round by round.
    pub written: Vec<Written>,
}

/// One message, compared with each of its earlier versions.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    /// The name that it is known by: the new one, else the old one.
    pub record: String,
    /// The full name in the latest earlier version that has it; none where the message is new.
    pub old: Option<String>,
    /// The full name in the new version; none where the message is gone.
    pub new: Option<String>,
    /// The worst of all earlier versions; none where there is nothing to compare.
    pub matrix: Option<Matrix>,
    /// Whether messages that are read lose or change something.
    pub loss: bool,
    /// The verdict for each distinct earlier version, oldest first.
    pub versions: Vec<Pair>,
    /// What was found, in the order of the definition.
    pub findings: Vec<Finding>,
    /// Addresses of the topics that carry it.
    pub topics: Vec<String>,
    /// Who is to be released first, by topic, then by wire.
    pub rollout: Vec<Rollout>,
}

/// A message against one earlier version.
#[derive(Clone, Debug, Default)]
pub struct Pair {
    /// Index into [`Report::against`].
    pub against: usize,
    /// The full name of the message there.
    pub old: String,
    /// The verdicts.
    pub matrix: Matrix,
    /// Whether messages that are read lose or change something.
    pub loss: bool,
    /// Whether a Pulsar broker that accepts the new text stores it as a new version.
    pub stored_by_pulsar: Option<bool>,
    /// Whether a registry with Confluent's interface stores it as a new version.
    pub stored_by_registry: Option<bool>,
    /// Fingerprints of the two, which suppressions are bound to.
    pub fingerprints: (String, String),
}

/// Verdicts by format. None: the format does not apply, because no definition can say what the message is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Registries with Confluent's interface.
    pub avro: Option<Ways>,
    /// The Pulsar broker.
    pub pulsar: Option<Ways>,
    /// JSON messages: the worst of the peers.
    pub json: Option<Ways>,
    /// JSON messages by peer, in the order in which they were declared.
    pub peers: Vec<(Peer, Ways)>,
    /// Rust code that uses the types.
    pub rust: Option<Grade>,
}

/// Verdicts by direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ways {
    /// New readers read old messages.
    pub backward: bool,
    /// Old readers read new messages.
    pub forward: bool,
}

/// Whose verdict it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Registries with Confluent's interface.
    Avro,
    /// The Pulsar broker.
    Pulsar,
    /// JSON readers.
    Json,
    /// Rust code.
    Rust,
    /// Nobody's but the deployment's: topics, names, what cannot be registered at all.
    Deployment,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// It is read, and something is dropped or altered.
    Loss,
    /// Somebody does not read somebody's messages, or code does not compile.
    Breaking,
}

/// A change and what it does.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of change.
    pub rule: &'static Rule,
    /// The place, by the names of the new version where it has them: `lines[].item`. Empty for the message itself.
    pub path: String,
    /// The same place where the old version has it under another name, else empty.
    pub former: String,
    /// Branches of unions that lead to it, the outermost first.
    pub branches: Vec<Branch>,
    /// How bad it is.
    pub severity: Severity,
    /// Whom it concerns, and how.
    pub effects: Vec<Effect>,
    /// What changed, as one sentence without a full stop.
    pub message: String,
    /// What was there before, in short; empty where nothing was.
    pub old: String,
    /// What is there now; empty where nothing is.
    pub new: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// Indices into [`Report::against`]: the versions against which this was found.
    pub against: Vec<usize>,
    /// Those of them against which not all of `effects` were found, each with what was.
    pub fewer: Vec<(usize, Vec<Effect>)>,
    /// What to do.
    pub fix: Option<Fix>,
    /// Messages that show it, each executed; at most one for a format and direction.
    pub counterexamples: Vec<Counterexample>,
    /// Why a verdict has no message that shows it: a registry objects to a name, say, and readers do not.
    pub unproven: Option<String>,
    /// The reason of the suppression that covers it.
    pub suppressed: Option<String>,
    /// What accepts it, to be pasted at the end of a definition file; none where it is accepted, where it breaks
    /// and loses nothing, or where there is no earlier version to bind it to.
    pub allow: Option<String>,
}

/// The branch of a union that a place is in, or is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The place of the union, as [`Finding::path`].
    pub union: String,
    /// What tells the branch from others in the old version: the full name, else the word of the type; none where that
    /// version does not have it.
    pub old: Option<String>,
    /// The same in the new version.
    pub new: Option<String>,
}

/// What a change does to somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effect {
    /// Whose verdict.
    pub format: Format,
    /// Which JSON peer, where it is not ours.
    pub peer: Option<&'static str>,
    /// Which readers; none for Rust code and the deployment.
    pub direction: Option<Direction>,
    /// How bad.
    pub severity: Severity,
    /// The words of the engine.
    pub message: String,
    /// What gets lost, where that is what is told.
    pub loss: Option<loss::Kind>,
}

/// A place in a text of one of the versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index into [`Report::against`] for a place in an old text; none for one in the new.
    pub version: Option<usize>,
    /// The range in [`crate::version::Version::sources`].
    pub span: Span,
    /// Name of the file.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// A message that a reader refuses, or reads as something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counterexample {
    /// On which wire.
    pub format: Format,
    /// Which readers.
    pub direction: Direction,
    /// The JSON peer that wrote or reads it, where it is not ours.
    pub peer: Option<&'static str>,
    /// The message, as JSON.
    pub message: String,
    /// Its bytes, on a binary wire.
    pub bytes: Option<Vec<u8>>,
    /// What became of it.
    pub outcome: Outcome,
    /// Where something is altered or dropped, and what; none where it is refused.
    pub difference: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The reader's error.
    Refused(String),
    /// What the reader has instead, as JSON.
    Changed(String),
}

/// What to do about a finding.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fix {
    /// In words, in the imperative.
    pub message: String,
    /// The edits of the new definition that do it; empty where there is no single one.
    pub edits: Vec<Edit>,
    /// Whether a comparison with the edits applied was clean of the finding and of what it broke.
    pub proven: bool,
    /// The releases to make where the change is meant, one step each.
    pub plan: Vec<Step>,
}

/// A release of a plan. It was compared with the one before it and with all earlier versions, as far as the finding is
/// concerned that the plan is of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What to do and who is first, in words.
    pub text: String,
    /// The registered schema of the message then.
    pub schema: String,
    /// What the definitions are then: these edits of the new version.
    pub edits: Vec<tg_schema_model::edit::Edit>,
    /// The same as edits of its texts; empty where the definitions are the new ones, or cannot be edited.
    pub texts: Vec<Edit>,
    /// Who is to be released first, by wire: beside the step before, or the latest version.
    pub orders: Vec<(Format, Order)>,
    /// Whether all earlier versions of the comparison read it and are read, by wire.
    pub registered: Vec<(Format, Ways)>,
}

/// Edits that were written into the definitions, all at once.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// The files that they changed.
    pub files: Vec<String>,
    /// What they mended.
    pub mended: Vec<Mended>,
}

/// A finding that edits mended. It is not in the report of what was found after them.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The rule.
    pub rule: &'static Rule,
    /// The record, as [`Compared::record`].
    pub record: String,
    /// The place, as [`Finding::path`].
    pub path: String,
    /// What was done, in the imperative.
    pub message: String,
}

/// A replacement in a text of the new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The range that is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Who is to be released first, on one topic and one wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollout {
    /// The address of the topic; none where the message has no topic.
    pub topic: Option<String>,
    /// The wire.
    pub format: Format,
    /// The order.
    pub order: Order,
}

/// An order of releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Order {
    /// Any.
    Any,
    /// All readers, then the writers.
    ReadersFirst,
    /// All writers, then the readers.
    WritersFirst,
    /// Everybody at once, with no message under way.
    StopTheWorld,
}

/// Something that the gate objects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The record, or none.
    pub record: Option<String>,
    /// What was required.
    pub requirement: Requirement,
    /// What was found instead, as one sentence without a full stop.
    pub message: String,
}

impl Ways {
    /// Both directions.
    pub const FULL: Ways = Ways {
        backward: true,
        forward: true,
    };

    /// Neither direction.
    pub const NONE: Ways = Ways {
        backward: false,
        forward: false,
    };

    /// That direction alone.
    #[must_use]
    pub const fn only(direction: Direction) -> Ways {
        match direction {
            Direction::Backward => Ways {
                backward: true,
                ..Ways::NONE
            },
            Direction::Forward => Ways {
                forward: true,
                ..Ways::NONE
            },
        }
    }

    /// Whether it holds in a direction.
    pub const fn get(self, direction: Direction) -> bool {
        match direction {
            Direction::Backward => self.backward,
            Direction::Forward => self.forward,
        }
    }

    /// What holds in both.
    #[must_use]
    pub const fn and(self, other: Ways) -> Ways {
        Ways {
            backward: self.backward && other.backward,
            forward: self.forward && other.forward,
        }
    }

    /// `full`, `backward`, `forward` or `none`.
    pub const fn as_str(self) -> &'static str {
        match (self.backward, self.forward) {
            (true, true) => "full",
            (true, false) => "backward",
            (false, true) => "forward",
            (false, false) => "none",
        }
    }
}

impl Matrix {
    /// Makes it the worst of itself and another one.
    pub fn worsen(&mut self, other: &Matrix) {
        let both = |a: Option<Ways>, b: Option<Ways>| match (a, b) {
            (Some(a), Some(b)) => Some(a.and(b)),
            (a, b) => a.or(b),
        };
        self.avro = both(self.avro, other.avro);
        self.pulsar = both(self.pulsar, other.pulsar);
        self.json = both(self.json, other.json);
        self.rust = self.rust.max(other.rust);
        for &(peer, ways) in &other.peers {
            match self.peers.iter_mut().find(|(known, _)| *known == peer) {
                Some((_, worst)) => *worst = worst.and(ways),
                None => self.peers.push((peer, ways)),
            }
        }
    }

    /// The verdict of a format that has directions.
    pub fn ways(&self, format: Format) -> Option<Ways> {
        match format {
            Format::Avro => self.avro,
            Format::Pulsar => self.pulsar,
            Format::Json => self.json,
            Format::Rust | Format::Deployment => None,
        }
    }
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 5] = [
        Format::Avro,
        Format::Pulsar,
        Format::Json,
        Format::Rust,
        Format::Deployment,
    ];

    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Avro => "avro",
            Format::Pulsar => "pulsar",
            Format::Json => "json",
            Format::Rust => "rust",
            Format::Deployment => "deployment",
        }
    }
}

impl Severity {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Loss => "loss",
            Severity::Breaking => "breaking",
        }
    }
}

impl Order {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Order::Any => "any order",
            Order::ReadersFirst => "readers first",
            Order::WritersFirst => "writers first",
            Order::StopTheWorld => "stop the world",
        }
    }
}

impl Direction {
    /// Both.
    pub const ALL: [Direction; 2] = [Direction::Backward, Direction::Forward];

    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::Backward => "backward",
            Direction::Forward => "forward",
        }
    }
}
