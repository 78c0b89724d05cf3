//! What all engines say of one pair of messages.

mod lost;

use std::collections::HashSet;

use super::{Options, Ready};
use crate::change::{Change, Spot, Walked, locate};
use crate::engine::avro::Graph;
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
    /// The two names of a field by which its values get lost.
    pub names: Option<[String; 2]>,
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
    /// What became of a branch, by the path of its union and by the names of the two types.
    Became(String, [String; 2]),
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
        let mut broker = None;
        if before.refusal.is_none() && after.refusal.is_none() {
            engines.registries(before, after)?;
            broker = Some(engines.broker(before, after)?);
        }
        engines.json(before, after, &options.peers)?;
        if let (Some(was), Some(is)) = (before.message.record, after.message.record) {
            let mut rust = options.rust;
            rust.was_non_exhaustive = old
                .version
                .non_exhaustive
                .unwrap_or(rust.was_non_exhaustive);
            rust.non_exhaustive = new.version.non_exhaustive.unwrap_or(rust.non_exhaustive);
            rust.without_modules |= old.version.without_modules || new.version.without_modules;
            let verdict = rust::compare((&old.types, was), (&new.types, is), rust);
            engines.matrix.rust = Some(verdict.grade());
            engines
                .remarks
                .extend(verdict.findings.into_iter().map(code));
        }
        engines.losses(before, after, changes)?;
        for (direction, verdict) in broker.into_iter().flatten() {
            engines.unread(before, after, (direction, verdict))?;
        }
        Ok(engines)
    }

    fn registries(&mut self, before: Walked<'_>, after: Walked<'_>) -> Result<(), TooLarge> {
        let mut ways = Ways::FULL;
        for (direction, verdict) in each_way(before, after, confluent::can_read)? {
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

    fn broker(
        &mut self,
        before: Walked<'_>,
        after: Walked<'_>,
    ) -> Result<[(Direction, pulsar::Verdict); 2], TooLarge> {
        let mut ways = Ways::FULL;
        let verdicts = each_way(before, after, pulsar::can_read)?;
        for (direction, verdict) in &verdicts {
            set(&mut ways, *direction, verdict.is_compatible());
            let (message, failed) = match verdict {
                pulsar::Verdict::Compatible => continue,
                pulsar::Verdict::Incompatible { errors, .. } => {
                    (errors.first().map_or_else(String::new, placed), None)
                }
                pulsar::Verdict::Throws(thrown) => (
                    format!("the broker answers with an error: {thrown}"),
                    Some(rule::way_out(thrown)),
                ),
            };
            self.object(Format::Pulsar, *direction, message, failed);
        }
        self.matrix.pulsar = Some(ways);
        Ok(verdicts)
    }

    /// What readers with Avro's library for Java refuse of what registries or the broker accept, and no other loss says.
    fn unread(
        &mut self,
        before: Walked<'_>,
        after: Walked<'_>,
        (direction, broker): (Direction, pulsar::Verdict),
    ) -> Result<(), TooLarge> {
        let (reader, writer) = match direction {
            Direction::Backward => (after.graph, before.graph),
            Direction::Forward => (before.graph, after.graph),
        };
        let again = match reader.has_aliases() {
            true => Some(pulsar::can_read_messages(reader, writer)?),
            false => None,
        };
        let verdict = again.as_ref().unwrap_or(&broker);
        let accepts = |format: Format| {
            let ways = self.matrix.ways(format);
            ways.is_some_and(|ways| ways.get(direction))
        };
        let in_union = |e: &pulsar::Mismatch| e.kind == pulsar::Kind::NoMatchingBranch;
        let (kind, reason) = match verdict {
            // Where a registry refuses it, that is told.
            pulsar::Verdict::Compatible if !accepts(Format::Avro) => return Ok(()),
            pulsar::Verdict::Compatible => match pulsar::unknown_symbol(reader, writer)? {
                Some(symbol) => (loss::Kind::SymbolRefused, symbol),
                None => return Ok(()),
            },
            // What the broker accepts, aliases that are applied once more have turned.
            pulsar::Verdict::Incompatible { errors, .. }
                if !broker.is_compatible() && errors.iter().any(in_union) =>
            {
                (loss::Kind::BranchRefused, String::new())
            }
            pulsar::Verdict::Incompatible { errors, .. } => (
                loss::Kind::Refused,
                errors.first().map_or_else(String::new, placed),
            ),
            pulsar::Verdict::Throws(
                thrown @ (pulsar::Thrown::AmbiguousBranch { .. }
                | pulsar::Thrown::AmbiguousField { .. }
                | pulsar::Thrown::WriterDefault { .. }
                | pulsar::Thrown::ReaderDefault { .. }),
            ) => (loss::Kind::Refused, thrown.to_string()),
            // Others are of a schema by itself.
            pulsar::Verdict::Throws(_) => return Ok(()),
        };
        let failed = match (verdict, &broker) {
            (pulsar::Verdict::Throws(thrown), pulsar::Verdict::Throws(_)) => {
                Some(rule::way_out(thrown))
            }
            _ => None,
        };
        let loss = loss::Loss::of_message(kind, direction, reason);
        for format in [Format::Avro, Format::Pulsar] {
            let accepts = accepts(format);
            let is_told = |remark: &Remark| {
                let effect = &remark.effect;
                (effect.format, effect.direction) == (format, Some(direction))
                    && effect.loss.is_some_and(loss::Kind::is_refused)
            };
            let told = kind != loss::Kind::BranchRefused && self.remarks.iter().any(is_told);
            // The broker never compares symbols.
            let blind = format == Format::Pulsar && kind == loss::Kind::SymbolRefused;
            if !accepts || told || blind {
                continue;
            }
            self.objections.push(Objection {
                effect: Effect {
                    format,
                    peer: None,
                    direction: Some(direction),
                    loss: Some(kind),
                    severity: Severity::Loss,
                    message: loss.facts(),
                },
                failed,
            });
        }
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
                    #[cfg(test)]
                    let remark = remark.filter(|_| {
                        let silent = crate::planted::Mistake::Silent(peer, finding.kind, direction);
                        !crate::planted::is(silent)
                    });
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
}

/// What the broker refuses, and where.
fn placed(error: &pulsar::Mismatch) -> String {
    match error.path.trim_start_matches('.') {
        "" => error.to_string(),
        path => format!("{path}: {error}"),
    }
}

/// What a registry says of each direction. It is asked once where both versions are one text.
fn each_way<V: Clone>(
    before: Walked<'_>,
    after: Walked<'_>,
    can_read: impl Fn(&Graph, &Graph) -> Result<V, TooLarge>,
) -> Result<[(Direction, V); 2], TooLarge> {
    let backward = can_read(after.graph, before.graph)?;
    let forward = match std::ptr::eq(before.graph, after.graph) {
        true => backward.clone(),
        false => can_read(before.graph, after.graph)?,
    };
    Ok([
        (Direction::Backward, backward),
        (Direction::Forward, forward),
    ])
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
        names: None,
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
        rust::Kind::NonExhaustive => Cause::NonExhaustive,
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
        names: None,
    }
}
