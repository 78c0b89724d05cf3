//! Losses in JSON messages that nobody reads, taken out of the findings of a pair of messages.
//!
//! Where a reader refuses some messages of a writer, others may be read and lose something: only small numbers are
//! sent in a field that got narrower, say. So each loss is looked for in messages that are read, by running
//! them, and is told unless there is none.

use tg_schema_model::{Field, Type};

use crate::engine::json::Peer;
use crate::loss::Direction;
use crate::proof::bench::Bench;
use crate::proof::{Question, Side, Want};
use crate::report::{Effect, Finding, Format, Matrix, Severity};

use super::Run;
use super::judge::severity;
use crate::rule;

/// Losses of one pair that are looked for. Further ones are told.
const MAX_SOUGHT: usize = 100;

/// Leaves out what is lost in no message that is read. What is not `sought` is told as it is.
pub(super) fn leave_out(
    findings: &mut Vec<Finding>,
    matrix: &Matrix,
    bench: &mut Bench<'_, '_, '_>,
    run: &mut Run<'_>,
) {
    let mut left = MAX_SOUGHT;
    findings.retain_mut(|finding| {
        let Finding {
            effects,
            path,
            former,
            branches,
            rule,
            ..
        } = finding;
        let before = effects.clone();
        // What nobody of ours loses others may, who read more.
        let mut others = Vec::new();
        effects.retain(|effect| {
            let Some((direction, peer)) = doubtful(effect, matrix) else {
                return true;
            };
            if !(run.sought)(rule.page.id, path, effect) {
                return true;
            }
            if reads_numbers(bench.sides(direction)) {
                return true;
            }
            let mut is_lost = |peer: Peer| {
                let fewer = left.checked_sub(1)?;
                left = fewer;
                let question = Question {
                    format: Format::Json,
                    direction,
                    peer,
                    places: [path, former],
                    branches,
                    beside: false,
                };
                let answer = question.answer(Want::Changed, bench, run.effort);
                Some(!matches!(answer, Ok(None)))
            };
            if is_lost(peer).unwrap_or(true) {
                return true;
            }
            let declared = matrix.peers.iter().map(|(declared, _)| *declared);
            for other in declared.filter(|_| peer == Peer::Tg) {
                if other != Peer::Tg && is_lost(other) == Some(true) {
                    others.push(Effect {
                        peer: Some(other.as_str()),
                        ..effect.clone()
                    });
                }
            }
            false
        });
        others.retain(|other| !effects.contains(other));
        effects.extend(others);
        effects.sort();
        if *effects == before {
            return true;
        }
        finding.severity = severity(&finding.effects);
        // What an engine says is all there is of such a finding.
        let id = finding.rule.page.id;
        let told = [rule::PEER, rule::OTHER]
            .iter()
            .any(|rule| rule.page.id == id);
        !(told && finding.effects.is_empty())
    });
}

/// Whether a reader takes some numbers of the writer for symbols, by the values that Python gave these: no message that is
/// made from types alone has one of them.
fn reads_numbers([writer, reader]: [Side<'_>; 2]) -> bool {
    let enums = &reader.version.schema.enums;
    fields(reader).iter().any(|field| {
        let numbered = match &field.ty {
            Type::Enum(id) => enums.get(id.0).is_some_and(|e| !e.pulsar.values.is_empty()),
            _ => false,
        };
        numbered
            && fields(writer)
                .iter()
                .any(|from| from.name == field.name && matches!(from.ty, Type::Int | Type::Long))
    })
}

fn fields<'v>(side: Side<'v>) -> &'v [Field] {
    let records = &side.version.schema.records;
    let record = side.message.record.and_then(|id| records.get(id.0));
    record.map_or(&[], |record| record.fields.as_slice())
}

/// Whether a loss is one of readers that do not read everything: which ones.
fn doubtful(effect: &Effect, matrix: &Matrix) -> Option<(Direction, Peer)> {
    if (effect.format, effect.severity) != (Format::Json, Severity::Loss) {
        return None;
    }
    let direction = effect.direction?;
    let peer = effect.peer.and_then(Peer::from_name).unwrap_or_default();
    let known = matrix.peers.iter().find(|(known, _)| *known == peer);
    let ways = known.map(|(_, ways)| *ways).or(matrix.json)?;
    (!ways.get(direction)).then_some((direction, peer))
}
