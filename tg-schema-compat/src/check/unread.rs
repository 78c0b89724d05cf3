//! Losses in JSON messages that nobody reads, taken out of the findings of a pair of messages.
//!
//! Where a reader refuses some messages of a writer, others may be read and lose something: only small numbers are
//! sent in a field that got narrower, say. So each loss is looked for in messages that are read, by running
//! them, and is told unless there is none.

use crate::engine::json::Peer;
use crate::loss::Direction;
use crate::proof::bench::Bench;
use crate::proof::{Question, Want};
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
        let before = effects.len();
        effects.retain(|effect| {
            let Some((direction, peer)) = doubtful(effect, matrix) else {
                return true;
            };
            if !(run.sought)(rule.page.id, path, effect) {
                return true;
            }
            let Some(fewer) = left.checked_sub(1) else {
                return true;
            };
            left = fewer;
            let question = Question {
                format: Format::Json,
                direction,
                peer,
                places: [path, former],
                branches,
                beside: false,
            };
            !matches!(question.answer(Want::Changed, bench, run.effort), Ok(None))
        });
        if effects.len() == before {
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
