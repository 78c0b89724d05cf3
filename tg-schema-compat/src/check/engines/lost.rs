//! What is read and still lost, for whom, and where it is told.

use super::{Engines, Remark, Where, symbol};
use crate::change::{Change, Walked, What};
use crate::engine::json::Peer;
use crate::engine::stack::TooLarge;
use crate::loss::{self, Direction};
use crate::report::{Effect, Format, Severity};
use crate::rule::Cause;

impl Engines {
    /// Whether JSON readers of ours know a field that registered readers pass over.
    fn knows(&self, loss: &loss::Loss) -> bool {
        let [backward, forward] = &self.unknown;
        let (unknown, name) = match (loss.kind, loss.direction) {
            (loss::Kind::FieldRemoved, Direction::Backward) => (backward, &loss.old),
            (loss::Kind::FieldRemoved, Direction::Forward) => (forward, &loss.old),
            (loss::Kind::FieldRenamed, Direction::Backward) => (backward, &loss.new),
            (loss::Kind::FieldRenamed, Direction::Forward) => (forward, &loss.new),
            _ => return false,
        };
        unknown.as_ref().is_some_and(|all| !all.contains(name))
    }

    /// What everybody accepts and what is dropped or altered all the same.
    pub(super) fn losses(
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
                loss::Kind::SymbolsSubstituted | loss::Kind::SymbolRefused => {
                    symbol(loss.direction)
                }
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
                    // The broker never compares symbols, and JSON readers say so themselves.
                    (loss::Kind::SymbolRefused, _) => format == Format::Avro,
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
                        names: Some([loss.old.clone(), loss.new.clone()]),
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
    // What readers take for another branch is lost of the one that it is.
    places.extend(loss.branch.as_ref().map(|branch| {
        let union = branch.union.trim_start_matches('.');
        Where::Branch(union.to_owned(), branch.name.clone())
    }));
    if let loss::Kind::Precision | loss::Kind::Meaning = loss.kind {
        let types = [&loss.old, &loss.new].map(String::clone);
        places.push(Where::Became(path.to_owned(), types));
    }
    places.push(at(path));
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
