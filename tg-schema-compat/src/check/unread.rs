//! Losses in JSON messages that nobody reads, taken out of the findings of a pair of messages.
//!
//! Where a reader refuses some messages of a writer, others may be read and lose something: only small numbers are
//! sent in a field that got narrower, say. So each loss is looked for in messages that are read, by running
//! them, and is told unless there is none.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use tg_schema_model::{Field, RecordId, Schema, Type};

use crate::engine::json::{EXTREMES, Peer};
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
    let numbers = Direction::ALL.map(|_| OnceCell::new());
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
            let numbers = match direction {
                Direction::Backward => &numbers[0],
                Direction::Forward => &numbers[1],
            };
            if *numbers.get_or_init(|| reads_numbers(bench.sides(direction))) {
                return true;
            }
            let mut is_lost = |peer: Peer| {
                if bench.is_hopeless(direction, peer) {
                    return Some(false);
                }
                let fewer = left.checked_sub(1)?;
                left = fewer;
                let question = Question {
                    format: Format::Json,
                    direction,
                    peer,
                    places: [path, former],
                    branches,
                    breaks: false,
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
    let (from, to) = (&writer.version.schema, &reader.version.schema);
    let root = |side: Side<'_>| side.message.record.map(Type::Record);
    let (Some(root_from), Some(root_to)) = (root(writer), root(reader)) else {
        return false;
    };
    let mut open = vec![(&root_from, &root_to)];
    let mut seen = HashSet::new();
    while let Some((from_type, to_type)) = open.pop() {
        match (from_type, to_type) {
            (Type::Optional(inner), other) => open.push((inner, other)),
            (other, Type::Optional(inner)) => open.push((other, inner)),
            (Type::Array(written), Type::Array(read)) | (Type::Map(written), Type::Map(read)) => {
                open.push((written, read));
            }
            (Type::Int | Type::Long, Type::Enum(id)) => {
                let known = to.enums.get(id.0);
                if known.is_some_and(|known| !known.pulsar.values.is_empty()) {
                    return true;
                }
            }
            _ if !seen.insert((from_type, to_type)) => {}
            (Type::Record(written), Type::Record(read)) => {
                let written = fields(from, *written).iter();
                let written: HashMap<&str, &Type> = written.map(|f| (&*f.name, &f.ty)).collect();
                for field in fields(to, *read) {
                    let mut names = std::iter::once(&field.name).chain(&field.aliases);
                    let same = names.find_map(|name| written.get(name.as_str()));
                    open.extend(same.map(|other| (*other, &field.ty)));
                }
            }
            // Objects without a type of their own.
            (Type::Map(written), Type::Record(read)) => {
                open.extend(
                    fields(to, *read)
                        .iter()
                        .map(|field| (&**written, &field.ty)),
                );
            }
            (Type::Record(written), Type::Map(read)) => {
                open.extend(
                    fields(from, *written)
                        .iter()
                        .map(|field| (&field.ty, &**read)),
                );
            }
            _ => {}
        }
    }
    false
}

fn fields(schema: &Schema, record: RecordId) -> &[Field] {
    schema
        .records
        .get(record.0)
        .map_or(&[], |record| record.fields.as_slice())
}

/// Whether a loss is one of readers that do not read everything: which ones.
fn doubtful(effect: &Effect, matrix: &Matrix) -> Option<(Direction, Peer)> {
    // What is refused is no loss of what is read.
    let is_loss = (effect.format, effect.severity) == (Format::Json, Severity::Loss);
    if !is_loss || effect.message == EXTREMES {
        return None;
    }
    let direction = effect.direction?;
    let peer = effect.peer.and_then(Peer::from_name).unwrap_or_default();
    let known = matrix.peers.iter().find(|(known, _)| *known == peer);
    let ways = known.map(|(_, ways)| *ways).or(matrix.json)?;
    (!ways.get(direction)).then_some((direction, peer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::version;

    #[test]
    fn numbers_are_found_wherever_they_are() {
        let root = |field: &str| {
            format!("[record.R]\nprofile = \"pulsar-record\"\n[record.R.fields]\na = \"{field}\"\n")
        };
        let part = |name: &str, field: &str| {
            format!(
                "[record.{name}]\nprofile = \"pulsar-record\"\n[record.{name}.fields]\nx = \"{field}\"\n"
            )
        };
        let symbols = "[enum.E]\nsymbols = [\"A\", \"B\"]\npulsar = { values = [1, 2] }\n";
        let reads = |written: &str, read: &str| {
            let old = root(written) + &part("P", "int?") + &part("Q", "P?");
            let new = root(read) + &part("P", "E?") + &part("Q", "P?") + symbols;
            let (old, new) = (version("old", &old), version("new", &new));
            reads_numbers([&old, &new].map(|version| Side {
                version,
                message: &version.messages[0],
            }))
        };
        for (written, read) in [
            ("int", "E"),
            ("long?", "E"),
            ("array<int>", "array<E>"),
            ("map<int>?", "map<E?>?"),
            ("P", "P?"),
            ("array<Q>", "array<Q>"),
            ("map<int>", "P"),
        ] {
            assert!(reads(written, read), "{written} {read}");
        }
        for (written, read) in [
            ("string", "E"),
            ("int", "int"),
            ("array<int>", "E"),
            ("P", "string"),
        ] {
            assert!(!reads(written, read), "{written} {read}");
        }
    }
}
