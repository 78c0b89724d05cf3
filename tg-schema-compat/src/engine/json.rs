//! Readers of JSON messages: whether one reads all that another version writes, and what changes on the way.
//!
//! Both sides are records of the model, and each may have the habits of another peer: a writer that sends null
//! for what is not set, or a Python `Record` that sends a whole object of nulls and enums by value. The
//! rules for our own readers and writers are those of the wire contract, and are proven by running them.
//!
//! A verdict is on all messages. What only some messages do is said in words with each finding: a `long` is
//! no `int` from 2³¹ on.
//!
//! What a producer does against its own definition is not considered: a required field of a Python `Record`
//! counts as set, and its integers as in range.

mod nothing;
mod ours;
mod python;
mod targets;
mod typed;
mod unset;
mod untyped;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use tg_schema_model::{Encoding, Field, Presence, Profile, Record, RecordId, Schema, Type};

use super::stack::{self, Budget, TooLarge};
use nothing::nothing;
use targets::Targets;

/// Findings that a verdict lists.
pub const MAX_LISTED: usize = 10_000;

/// What is said of [`Effect::RefusesExtremes`].
pub(crate) const EXTREMES: &str = "is a double, which is refused beyond 3.4e38";

/// The habits of one side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Ours, in every language: no value is no key.
    #[default]
    Tg,
    /// Hand-written serializers of dataclasses: no value is null, and nothing is checked in reading but
    /// whether required keys are there.
    LegacyNull,
    /// `pulsar.schema.Record`.
    PythonRecord,
}

impl Peer {
    /// Every peer.
    pub const ALL: [Peer; 3] = [Peer::Tg, Peer::LegacyNull, Peer::PythonRecord];

    /// Its name in settings and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Peer::Tg => "tg",
            Peer::LegacyNull => "legacy-null",
            Peer::PythonRecord => "python-record",
        }
    }

    /// The peer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Peer::ALL.into_iter().find(|peer| peer.as_str() == name)
    }
}

/// One side: a record, and whose habits hold for it.
#[derive(Clone, Copy, Debug)]
pub struct Party<'s> {
    /// The definitions.
    pub schema: &'s Schema,
    /// Which of them the messages are.
    pub record: RecordId,
    /// Who reads or writes.
    pub peer: Peer,
}

/// What becomes of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Everything that happens to some message, in the order of the reader's fields.
    pub findings: Vec<Finding>,
    /// Whether there are more than are listed.
    pub more: bool,
}

impl Verdict {
    /// Whether the reader reads what the writer writes, as what it is; numbers beyond 3.4e38 for a `float`
    /// aside.
    pub fn is_compatible(&self) -> bool {
        !self.has(Effect::Refuses) && !self.has(Effect::Misreads) && !self.more
    }
    /// Whether no message at all is refused or misread.
    pub fn is_safe(&self) -> bool {
        self.is_compatible() && !self.has(Effect::RefusesExtremes)
    }
    /// Whether a finding has that effect.
    pub fn has(&self, effect: Effect) -> bool {
        self.findings.iter().any(|finding| finding.effect == effect)
    }
}

/// Something that happens to messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub effect: Effect,
    /// What it is.
    pub kind: Kind,
    /// The place, by names of the reader where it has them: `lines[].item`, `labels{}`.
    pub path: String,
    /// The facts, for people.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

/// What a finding means for a message that it happens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It cannot be read.
    Refuses,
    /// It is read as something else.
    Misreads,
    /// It cannot be read if it holds numbers that hardly any message holds.
    RefusesExtremes,
    /// A value is not quite what it was.
    Loses,
    /// What is not there becomes the reader's default.
    Fills,
    /// A field that the reader does not know is passed over.
    Ignores,
}

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A field is not there.
    Missing,
    /// A field or an element is null.
    Null,
    /// A field is there twice, under two names.
    Twice,
    /// The value has another form: a string for a number, say.
    Form,
    /// The number is out of range.
    Range,
    /// Digits are lost.
    Precision,
    /// The symbol is unknown.
    Symbol,
    /// Bytes are written as text in another way.
    Encoding,
    /// A sub-record that was not set arrives as an object.
    Unset,
    /// The reader does not know the field.
    Unknown,
    /// The reader knows the field by a former name.
    Renamed,
    /// The reader does not look at the type.
    Untyped,
    /// The reader takes the key for something else.
    Swallowed,
}

/// What becomes of the messages of `writer` at `reader`.
///
/// ```
/// use tg_schema_compat::engine::json::{Party, Peer, can_read};
/// use tg_schema_model::{Field, RecordId, Schema};
///
/// let schema = Schema {
///     records: vec![tg_schema_model::Record { name: "Empty".into(), ..Default::default() }],
///     ..Default::default()
/// };
/// let party = Party { schema: &schema, record: RecordId(0), peer: Peer::Tg };
/// assert!(can_read(party, party).unwrap().is_safe());
/// ```
pub fn can_read(reader: Party<'_>, writer: Party<'_>) -> Result<Verdict, TooLarge> {
    stack::walk(|budget| {
        let mut comparison = Comparison {
            reader,
            writer,
            seen: HashMap::new(),
            crossed: HashSet::new(),
            verdict: Verdict::default(),
            path: Vec::new(),
            apart: false,
            beneath: false,
            budget,
        };
        comparison.record(reader.record, writer.record)?;
        Ok(comparison.verdict)
    })
}

struct Comparison<'s, 'b> {
    reader: Party<'s>,
    writer: Party<'s>,
    /// Pairs of records that were looked at, and whether beneath no record that is another one.
    seen: HashMap<(RecordId, RecordId), bool>,
    /// Maps and records that were looked at as each other.
    crossed: HashSet<Crossing>,
    verdict: Verdict,
    path: Vec<Cow<'s, str>>,
    /// Whether it is in what was a record and is a map: no field there is what became of another one.
    apart: bool,
    /// Whether it is in what was another record, or a map: what is found there is told of that.
    beneath: bool,
    budget: &'b mut Budget,
}

/// The places of two types in their definitions, and how bytes in them travel.
type Crossing = ([*const Type; 2], [Encoding; 2]);

type Step = Result<(), TooLarge>;

impl<'s> Comparison<'s, '_> {
    fn find(&mut self, effect: Effect, kind: Kind, message: impl Into<String>) {
        #[cfg(test)]
        let Some(effect) = crate::planted::finding(self.reader.peer, kind, effect) else {
            return;
        };
        if self.verdict.findings.len() >= MAX_LISTED {
            // Everything that counts against a verdict is in `more`.
            self.verdict.more |= matches!(effect, Effect::Refuses | Effect::Misreads);
            return;
        }
        let mut path = String::new();
        for part in &self.path {
            if !path.is_empty() && !part.starts_with(['[', '{']) {
                path.push('.');
            }
            path.push_str(part);
        }
        self.verdict.findings.push(Finding {
            effect,
            kind,
            path,
            message: message.into(),
        });
    }

    /// Does something one step further down.
    fn inside(
        &mut self,
        part: impl Into<Cow<'s, str>>,
        work: impl FnOnce(&mut Self) -> Step,
    ) -> Step {
        self.budget.enter()?;
        self.path.push(part.into());
        work(self)?;
        self.path.pop();
        self.budget.leave();
        Ok(())
    }

    /// A map and a record, as each other. Those that refer to themselves are looked at once, where they are met first.
    fn cross(
        &mut self,
        (ty, of): (&'s Type, &'s Type),
        encodings: [Encoding; 2],
        work: impl FnOnce(&mut Self) -> Step,
    ) -> Step {
        let places = [ty, of].map(std::ptr::from_ref);
        if !self.crossed.insert((places, encodings)) {
            return Ok(());
        }
        let beneath = std::mem::replace(&mut self.beneath, true);
        work(self)?;
        self.beneath = beneath;
        Ok(())
    }

    /// A map that is read as a record: any entry may be there, or not. `read` is what becomes of one that is a field.
    fn entries(&mut self, r: RecordId, read: impl Fn(&mut Self, &'s Field) -> Step) -> Step {
        let Some(record) = self.reader.schema.records.get(r.0) else {
            return Ok(());
        };
        for field in &record.fields {
            self.inside(&field.name, |this| {
                this.absent(field, false);
                read(this, field)
            })?;
        }
        let message = "entries that are no field are passed over";
        self.find(Effect::Loses, Kind::Form, message);
        Ok(())
    }

    /// A pair of records; each is looked at once, where it is met first, and once more where that was beneath what is
    /// another record.
    fn record(&mut self, r: RecordId, w: RecordId) -> Step {
        let (Some(reader), Some(writer)) = (
            self.reader.schema.records.get(r.0),
            self.writer.schema.records.get(w.0),
        ) else {
            return Ok(());
        };
        let seen = self.seen.get(&(r, w));
        if seen.is_some_and(|plain| *plain || self.beneath) {
            return Ok(());
        }
        self.seen.insert((r, w), !self.beneath);
        let is_other = !self.path.is_empty() && reader.name != writer.name;
        let beneath = self.beneath;
        self.beneath |= is_other;
        self.fields(reader, writer)?;
        self.beneath = beneath;
        Ok(())
    }

    /// The fields of two records, in the order of the reader's.
    fn fields(&mut self, reader: &'s Record, writer: &'s Record) -> Step {
        let mut sources: Vec<Vec<&'s Field>> = vec![Vec::new(); reader.fields.len()];
        let mut unknown = Vec::new();
        let targets = Targets::of(&reader.fields, self.reader.peer);
        for field in &writer.fields {
            self.budget.step()?;
            match targets.find(&field.name).and_then(|at| sources.get_mut(at)) {
                Some(of) => of.push(field),
                None => unknown.push(field),
            }
        }
        for (field, sources) in reader.fields.iter().zip(sources) {
            self.inside(&field.name, |this| match *sources.as_slice() {
                [] => {
                    this.absent(field, true);
                    Ok(())
                }
                [source] => this.field(reader.profile, field, source),
                _ => {
                    let names: Vec<&str> = sources.iter().map(|f| f.name.as_str()).collect();
                    let message = format!("may be there as {}", names.join(" and as "));
                    this.find(Effect::Refuses, Kind::Twice, message);
                    Ok(())
                }
            })?;
        }
        // An alias in common says nothing of names.
        let names = Targets::of(&reader.fields, Peer::LegacyNull);
        let known = |name: &&String| names.find(name).is_some();
        for field in unknown {
            self.inside(&field.name, |this| {
                let former = field.aliases.iter().find(known).or_else(|| {
                    let mut fields = reader.fields.iter();
                    let renamed = fields.find(|other| other.aliases.contains(&field.name));
                    renamed.map(|other| &other.name)
                });
                match former {
                    Some(former) if !this.is_setting(&field.name) => {
                        let (name, kind) = (&field.name, Kind::Renamed);
                        let message = format!(
                            "values of {name} are passed over by readers that know {former}"
                        );
                        this.find(Effect::Ignores, kind, message);
                    }
                    _ => this.unknown(field),
                }
                if this.apart {
                    let message = format!("values of {} are passed over", field.name);
                    this.find(Effect::Loses, Kind::Form, message);
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Whether the constructor of a Python `Record` takes a key for itself.
    fn is_setting(&self, name: &str) -> bool {
        self.reader.peer == Peer::PythonRecord
            && matches!(name, "default" | "required" | "required_default" | "self")
    }

    fn unknown(&mut self, field: &Field) {
        match (self.reader.peer, field.name.as_str()) {
            (Peer::PythonRecord, "default" | "required" | "required_default") => {
                let message = "the reader takes this key for a setting of the record";
                self.find(Effect::Misreads, Kind::Swallowed, message);
            }
            (Peer::PythonRecord, "self") => {
                let message = "the reader cannot take a key of this name";
                self.find(Effect::Refuses, Kind::Swallowed, message);
            }
            _ => self.find(Effect::Ignores, Kind::Unknown, "is not known to the reader"),
        }
    }

    /// A field of both.
    fn field(&mut self, profile: Profile, field: &'s Field, source: &'s Field) -> Step {
        if self.is_setting(&field.name) {
            self.unknown(field);
            return Ok(());
        }
        let nothing = nothing(self.writer.peer, source);
        if nothing.absent {
            self.absent(field, false);
        }
        if nothing.null {
            self.null(field);
        }
        if nothing.unset {
            self.unset(profile, field, source);
        }
        self.value(
            &field.ty,
            self.encoding(self.reader, field),
            &source.ty,
            source,
        )
    }

    /// How a side writes bytes as text.
    fn encoding(&self, party: Party<'_>, field: &Field) -> Encoding {
        match party.peer {
            Peer::Tg => field.encoding,
            Peer::LegacyNull | Peer::PythonRecord => Encoding::Utf8,
        }
    }

    fn absent(&mut self, field: &Field, always: bool) {
        let when = if always {
            "is never there"
        } else {
            "may not be there"
        };
        match (self.reader.peer, &field.presence) {
            (Peer::PythonRecord, Presence::Required) => {
                self.find(
                    Effect::Fills,
                    Kind::Missing,
                    format!("{when}; is None then"),
                );
            }
            (_, Presence::Required) => {
                self.find(
                    Effect::Refuses,
                    Kind::Missing,
                    format!("{when}, and is required"),
                );
            }
            (_, Presence::Optional) => {}
            _ => self.find(
                Effect::Fills,
                Kind::Missing,
                format!("{when}; is the default then"),
            ),
        }
    }

    fn null(&mut self, field: &Field) {
        match (self.reader.peer, &field.presence) {
            (_, Presence::Optional) => {}
            (Peer::Tg, Presence::Required) => {
                self.find(Effect::Refuses, Kind::Null, "may be null, and is required");
            }
            (Peer::Tg, _) => {
                self.find(
                    Effect::Fills,
                    Kind::Null,
                    "may be null; is the default then",
                );
            }
            (Peer::LegacyNull, _) => {
                let message = "may be null, which the reader keeps without a look at the type";
                self.find(Effect::Misreads, Kind::Null, message);
            }
            (Peer::PythonRecord, _) => self.python_null(field),
        }
    }

    /// A value of the writer's field, by the reader's habits.
    fn value(&mut self, ty: &'s Type, encoding: Encoding, of: &'s Type, source: &'s Field) -> Step {
        let written = self.encoding(self.writer, source);
        match self.reader.peer {
            Peer::Tg => self.ours(ty, encoding, of, written),
            Peer::LegacyNull => self.untyped(ty, of, written),
            Peer::PythonRecord => self.python(ty, of, written),
        }
    }
}
