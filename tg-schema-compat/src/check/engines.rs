//! What all engines say of one pair of messages.

use std::collections::HashSet;

use super::{Options, Ready};
use crate::change::{Change, Spot, Walked, What, locate};
use crate::engine::json::{self, Party, Peer};
use crate::engine::rust::{self, Grade};
use crate::engine::stack::TooLarge;
use crate::engine::{confluent, pulsar};
use crate::loss::{self, Direction};
use crate::report::{Effect, Format, Matrix, Severity, Ways};
use crate::rule::{self, Cause};

/// Verdicts, and what is behind those that say where it is.
pub(super) struct Engines {
    pub matrix: Matrix,
    /// The first objections of the registries, for what no rule explains.
    pub objections: Vec<Objection>,
    /// What JSON readers, Rust code and the data say, with places.
    pub remarks: Vec<Remark>,
    /// Fields of messages that JSON readers of ours do not know, by direction; none where not all are listed.
    unknown: [Option<HashSet<String>>; 2],
    /// What old JSON readers, each with a word, do not find under new names.
    renamed: Vec<(Peer, Remark)>,
}

/// What a registry objects to.
pub(super) struct Objection {
    pub effect: Effect,
    /// Whether it failed in comparing, and did not come to an answer: what to do then.
    pub failed: Option<&'static str>,
}

/// Something that an engine says of a place.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub effect: Effect,
    pub cause: Cause,
    /// The place, then the type that is there, then what is around it.
    pub places: Vec<Where>,
    /// For people.
    pub path: String,
}

/// A place, as an engine names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// In the old version.
    Old(Spot),
    /// In the new version.
    New(Spot),
    /// A generated type and its member, by their short names.
    Type(String, String),
    /// By the path of the change.
    Path(String),
    /// A branch, by the path of its union and by its name.
    Branch(String, String),
}

impl Engines {
    pub(super) fn run(
        old: &Ready<'_>,
        before: Walked<'_>,
        new: &Ready<'_>,
        after: Walked<'_>,
        changes: &[Change<'_>],
        options: &Options,
    ) -> Result<Self, TooLarge> {
        let mut engines = Engines {
            matrix: Matrix::default(),
            objections: Vec::new(),
            remarks: Vec::new(),
            unknown: [None, None],
            renamed: Vec::new(),
        };
        if before.refusal.is_none() && after.refusal.is_none() {
            engines.registries(before, after)?;
            engines.broker(before, after)?;
        }
        engines.json(before, after, &options.peers)?;
        if let (Some(was), Some(is)) = (before.message.record, after.message.record) {
            let mut rust = options.rust;
            rust.without_modules |= old.version.without_modules || new.version.without_modules;
            let verdict = rust::compare((&old.types, was), (&new.types, is), rust);
            engines.matrix.rust = Some(verdict.grade());
            engines
                .remarks
                .extend(verdict.findings.into_iter().map(code));
        }
        engines.losses(before, after, changes)?;
        Ok(engines)
    }

    fn registries(&mut self, before: Walked<'_>, after: Walked<'_>) -> Result<(), TooLarge> {
        let mut ways = Ways::FULL;
        for (direction, reader, writer) in both(before, after) {
            let verdict = confluent::can_read(reader.graph, writer.graph)?;
            let fine = verdict.is_compatible();
            set(&mut ways, direction, fine);
            if !fine {
                let first = verdict.incompatibilities.first();
                let message = first.map_or_else(String::new, |i| {
                    format!("{} at {}: {}", i.kind.as_str(), i.location, i.message)
                });
                self.object(Format::Avro, direction, message, None);
            }
        }
        self.matrix.avro = Some(ways);
        Ok(())
    }

    fn broker(&mut self, before: Walked<'_>, after: Walked<'_>) -> Result<(), TooLarge> {
        let mut ways = Ways::FULL;
        for (direction, reader, writer) in both(before, after) {
            let verdict = pulsar::can_read(reader.graph, writer.graph)?;
            set(&mut ways, direction, verdict.is_compatible());
            let message = match &verdict {
                pulsar::Verdict::Compatible => continue,
                pulsar::Verdict::Incompatible { errors, .. } => {
                    errors
                        .first()
                        .map_or_else(String::new, |e| match e.path.as_str() {
                            "" => e.to_string(),
                            path => format!("{}: {e}", path.trim_start_matches('.')),
                        })
                }
                pulsar::Verdict::Throws(thrown) => {
                    format!("the broker answers with an error: {thrown}")
                }
            };
            let failed = match &verdict {
                pulsar::Verdict::Throws(thrown) => Some(rule::way_out(thrown)),
                _ => None,
            };
            self.object(Format::Pulsar, direction, message, failed);
        }
        self.matrix.pulsar = Some(ways);
        Ok(())
    }

    fn object(
        &mut self,
        format: Format,
        direction: Direction,
        message: String,
        failed: Option<&'static str>,
    ) {
        let effect = Effect {
            format,
            peer: None,
            direction: Some(direction),
            loss: None,
            severity: Severity::Breaking,
            message,
        };
        self.objections.push(Objection { effect, failed });
    }

    /// Ours beside each peer: new readers and its old messages, its old readers and our new messages.
    fn json(
        &mut self,
        before: Walked<'_>,
        after: Walked<'_>,
        peers: &[Peer],
    ) -> Result<(), TooLarge> {
        let (Some(was), Some(is)) = (before.message.record, after.message.record) else {
            return Ok(());
        };
        for &peer in peers {
            let old = Party {
                schema: &before.version.schema,
                record: was,
                peer,
            };
            let new = Party {
                schema: &after.version.schema,
                record: is,
                peer: Peer::Tg,
            };
            let mut ways = Ways::FULL;
            for direction in Direction::ALL {
                let (reader, writer) = match direction {
                    Direction::Backward => (new, old),
                    Direction::Forward => (old, new),
                };
                let verdict = json::can_read(reader, writer)?;
                set(&mut ways, direction, verdict.is_compatible());
                if peer == Peer::Tg {
                    let [backward, forward] = &mut self.unknown;
                    let of = match direction {
                        Direction::Backward => backward,
                        Direction::Forward => forward,
                    };
                    *of = unknown(&verdict);
                }
                for finding in &verdict.findings {
                    let remark = remark(finding, direction, reader, writer, peer);
                    match finding.kind {
                        json::Kind::Renamed => {
                            self.renamed.extend(remark.map(|remark| (peer, remark)));
                        }
                        _ => self.remarks.extend(remark),
                    }
                }
            }
            self.matrix.peers.push((peer, ways));
            self.matrix.json = Some(self.matrix.json.map_or(ways, |worst| worst.and(ways)));
        }
        Ok(())
    }

    /// Whether JSON readers of ours know a field that registered readers pass over.
    fn knows(&self, loss: &loss::Loss) -> bool {
        let [backward, forward] = &self.unknown;
        let (unknown, name) = match (loss.kind, loss.direction) {
            (loss::Kind::FieldRemoved, _) => (backward, &loss.old),
            (loss::Kind::FieldRenamed, Direction::Backward) => (backward, &loss.new),
            (loss::Kind::FieldRenamed, Direction::Forward) => (forward, &loss.new),
            _ => return false,
        };
        unknown.as_ref().is_some_and(|all| !all.contains(name))
    }

    /// What everybody accepts and what is dropped or altered all the same.
    fn losses(
        &mut self,
        before: Walked<'_>,
        after: Walked<'_>,
        changes: &[Change<'_>],
    ) -> Result<(), TooLarge> {
        // What nobody reads loses nothing. A registry refuses all messages or none; of JSON messages some may be
        // read, which is found out by running them.
        let reads = |format: Format, direction: Direction| {
            let ways = self.matrix.ways(format);
            ways.is_some_and(|ways| format == Format::Json || ways.get(direction))
        };
        // The first that reads everything tells it for the others.
        let knows_no_alias = |direction: Direction| -> Vec<Option<Peer>> {
            let peers = self.matrix.peers.iter();
            let others = peers.filter(|(peer, _)| *peer != Peer::Tg);
            let reads = others.clone().find(|(_, ways)| ways.get(direction));
            match reads {
                Some((peer, _)) => vec![Some(*peer)],
                None => others.map(|(peer, _)| Some(*peer)).collect(),
            }
        };
        let mut found = Vec::new();
        let mut losses = loss::between(before.graph, after.graph)?;
        // Which fields may be one is told as in the changes, where more is known of them.
        losses.retain(|loss| loss.kind != loss::Kind::RenameSuspected);
        losses.extend(changes.iter().flat_map(suspected));
        losses.extend(changes.iter().filter_map(unregistered));
        for loss in losses {
            let (severity, peers) = match loss.kind {
                // Only old readers have to know; the new ones are ours.
                loss::Kind::AliasUnknown if loss.direction == Direction::Forward => {
                    (Severity::Loss, knows_no_alias(loss.direction))
                }
                loss::Kind::AliasUnknown => continue,
                loss::Kind::DefaultChanged => (Severity::Info, vec![None]),
                _ if loss.kind.is_loss() => (Severity::Loss, vec![None]),
                _ => continue,
            };
            let cause = match loss.kind {
                _ if loss.alias.is_some() => Cause::Taken,
                loss::Kind::Precision => Cause::Precision,
                loss::Kind::Meaning => Cause::Meaning,
                loss::Kind::SymbolsSubstituted => symbol(loss.direction),
                loss::Kind::DefaultChanged => Cause::Default,
                loss::Kind::AliasUnknown => Cause::Alias,
                _ => Cause::Gone,
            };
            let path = loss.path.trim_start_matches('.').to_owned();
            let formats = [Format::Avro, Format::Pulsar, Format::Json].into_iter();
            for (format, peer) in formats.flat_map(|f| peers.iter().map(move |p| (f, *p))) {
                let concerned = match (loss.kind, peer) {
                    // JSON readers that find two values say so themselves.
                    _ if loss.alias.is_some() => {
                        format != Format::Json && severity == Severity::Loss
                    }
                    // In JSON these are texts, which our readers understand or refuse.
                    (loss::Kind::Meaning, _) => format != Format::Json,
                    // Where a registry accepts it at all: by the bare names of records.
                    (loss::Kind::AliasOutOfReach | loss::Kind::AliasRefused, _) => {
                        format != Format::Json
                    }
                    (_, Some(_)) => format == Format::Json,
                    _ => true,
                };
                // Our readers know aliases that are not registered.
                let known = format == Format::Json && self.knows(&loss);
                #[cfg(test)]
                let concerned = concerned
                    && !(severity == Severity::Loss
                        && crate::planted::is(crate::planted::Mistake::Told(
                            format,
                            loss.kind,
                            loss.direction,
                        )));
                if concerned && !known && reads(format, loss.direction) {
                    found.push(Remark {
                        effect: Effect {
                            format,
                            peer: peer.map(Peer::as_str),
                            direction: Some(loss.direction),
                            loss: Some(loss.kind),
                            severity,
                            message: loss.facts(),
                        },
                        cause,
                        places: places(&loss, &path),
                        path: path.clone(),
                    });
                }
            }
        }
        let without = knows_no_alias(Direction::Forward);
        let renamed = std::mem::take(&mut self.renamed).into_iter();
        let told = |(peer, _): &(Peer, Remark)| *peer == Peer::Tg || without.contains(&Some(*peer));
        self.remarks.extend(found);
        self.remarks
            .extend(renamed.filter(told).map(|(_, remark)| remark));
        Ok(())
    }
}

/// Where a loss is, the branch of a union that it is in, and the fields that an alias gives one value.
fn places(loss: &loss::Loss, path: &str) -> Vec<Where> {
    let at = |place: &str| Where::Path(place.trim_start_matches('.').to_owned());
    let mut places = Vec::new();
    if let Some(alias) = &loss.alias {
        places.extend([at(&alias.source), at(&alias.field)]);
    }
    places.push(at(path));
    places.extend(loss.branch.as_ref().map(|branch| {
        let union = branch.union.trim_start_matches('.');
        Where::Branch(union.to_owned(), branch.name.clone())
    }));
    places
}

/// What gets lost if a field that is gone and one that is new are the same.
fn suspected(change: &Change<'_>) -> Vec<loss::Loss> {
    let What::Renamed { fields, likeness } = &change.what else {
        return Vec::new();
    };
    let read = Direction::ALL.into_iter();
    let read = read.filter(|direction| change.read.get(*direction));
    let loss = |direction| loss::Loss {
        kind: loss::Kind::RenameSuspected,
        direction,
        path: change.former.clone(),
        old: fields.old.field.name.clone(),
        new: fields.new.field.name.clone(),
        likeness: *likeness,
        branch: None,
        alias: None,
    };
    read.map(loss).collect()
}

/// What old readers lose of a field that a definition gave another name, where its alias is not registered.
fn unregistered(change: &Change<'_>) -> Option<loss::Loss> {
    let What::Field(fields) = &change.what else {
        return None;
    };
    let (old, new) = (fields.old.field, fields.new.field);
    let registered = new.aliases.contains(&old.name) || old.aliases.contains(&new.name);
    let lost = old.name != new.name
        && !registered
        && change.read.forward
        && fields.new.record.graph.holds(new.ty);
    lost.then(|| loss::Loss {
        kind: loss::Kind::FieldRenamed,
        direction: Direction::Forward,
        path: change.path.clone(),
        old: old.name.clone(),
        new: new.name.clone(),
        likeness: 0,
        branch: None,
        alias: None,
    })
}

/// Reader and writer of each direction.
fn both<'v>(before: Walked<'v>, after: Walked<'v>) -> [(Direction, Walked<'v>, Walked<'v>); 2] {
    [
        (Direction::Backward, after, before),
        (Direction::Forward, before, after),
    ]
}

/// Which symbols a reader does not know: new readers those that are gone, old ones those that are new.
fn symbol(direction: Direction) -> Cause {
    match direction {
        Direction::Backward => Cause::SymbolRemoved,
        Direction::Forward => Cause::SymbolAdded,
    }
}

fn set(ways: &mut Ways, direction: Direction, fine: bool) {
    match direction {
        Direction::Backward => ways.backward = fine,
        Direction::Forward => ways.forward = fine,
    }
}

/// The fields that a reader does not know, unless there are more than are listed.
fn unknown(verdict: &json::Verdict) -> Option<HashSet<String>> {
    let all = verdict.findings.len() < json::MAX_LISTED;
    let ignored = verdict.findings.iter();
    let ignored = ignored.filter(|finding| finding.effect == json::Effect::Ignores);
    let name = |finding: &json::Finding| {
        finding
            .path
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    all.then(|| ignored.map(name).collect())
}

/// What a JSON reader says, if it is worth a word: what is filled in or passed over is told by the rules.
fn remark(
    finding: &json::Finding,
    direction: Direction,
    reader: Party<'_>,
    writer: Party<'_>,
    peer: Peer,
) -> Option<Remark> {
    let severity = match finding.effect {
        json::Effect::Refuses | json::Effect::Misreads => Severity::Breaking,
        json::Effect::Loses | json::Effect::RefusesExtremes => Severity::Loss,
        json::Effect::Ignores
            if (direction, finding.kind) == (Direction::Forward, json::Kind::Renamed) =>
        {
            Severity::Loss
        }
        json::Effect::Fills | json::Effect::Ignores => return None,
    };
    let cause = match finding.kind {
        json::Kind::Missing => Cause::Missing,
        json::Kind::Null => Cause::Null,
        json::Kind::Twice => Cause::Twice,
        json::Kind::Form | json::Kind::Untyped => Cause::Type,
        json::Kind::Range => Cause::Range,
        json::Kind::Precision => Cause::Precision,
        json::Kind::Symbol => symbol(direction),
        json::Kind::Encoding => Cause::Encoding,
        json::Kind::Unset => Cause::Unset,
        json::Kind::Renamed if peer != Peer::Tg => Cause::Alias,
        json::Kind::Unknown | json::Kind::Renamed => Cause::Gone,
        json::Kind::Swallowed => Cause::Swallowed,
    };
    let mut places = Vec::new();
    for (party, is_new) in [
        (reader, direction == Direction::Backward),
        (writer, direction == Direction::Forward),
    ] {
        let spots = locate(party.schema, party.record, &finding.path);
        let place = |spot| {
            if is_new {
                Where::New(spot)
            } else {
                Where::Old(spot)
            }
        };
        places.extend(
            spots
                .into_iter()
                .map(|(distance, spot)| (distance, place(spot))),
        );
    }
    places.push((0, Where::Path(finding.path.clone())));
    places.sort_by_key(|(distance, _)| *distance);
    let places = places.into_iter().map(|(_, place)| place).collect();
    Some(Remark {
        effect: Effect {
            format: Format::Json,
            peer: (peer != Peer::Tg).then_some(peer.as_str()),
            direction: Some(direction),
            loss: (cause == Cause::Alias).then_some(loss::Kind::AliasUnknown),
            severity,
            message: finding.message.clone(),
        },
        cause,
        places,
        path: finding.path.clone(),
    })
}

/// What Rust code says.
fn code(finding: rust::Finding) -> Remark {
    let severity = match finding.grade {
        Grade::Breaking => Severity::Breaking,
        Grade::Soft | Grade::Ok => Severity::Info,
    };
    let cause = match finding.kind {
        rust::Kind::Moved => Cause::Moved,
        rust::Kind::Type | rust::Kind::Added | rust::Kind::Removed | rust::Kind::Opened => {
            Cause::Code
        }
        rust::Kind::Made => Cause::Made,
        rust::Kind::Derive => Cause::Derive,
        rust::Kind::VariantAdded => Cause::VariantAdded,
        rust::Kind::VariantRemoved => Cause::VariantRemoved,
    };
    let (owner, member) = finding.path.split_once('.').unwrap_or((&finding.path, ""));
    let codes = match finding.codes {
        [] => String::new(),
        codes => format!(" ({})", codes.join(", ")),
    };
    Remark {
        effect: Effect {
            format: Format::Rust,
            peer: None,
            direction: None,
            loss: None,
            severity,
            message: format!("{}{codes}", finding.message),
        },
        cause,
        places: vec![Where::Type(owner.to_owned(), member.to_owned())],
        path: member.to_owned(),
    }
}
