//! Avro messages that registries and brokers let pass and readers refuse, added to the findings of a pair of messages.
//!
//! Registries compare the types below and not what values stand for: text is read as a UUID, a plain number as a date,
//! a decimal as one of other digits. Readers that know better refuse what is none. Each such message is found
//! and executed, and told beside the verdict, which stays that of the registry. It counts as a loss: everybody
//! accepts the change, and the message is gone.

use std::collections::HashSet;

use super::judge::severity;
use crate::effort::Effort;
use crate::engine::json::Peer;
use crate::loss::Direction;
use crate::proof::bench::Bench;
use crate::proof::{Question, Want};
use crate::report::{Effect, Finding, Format, Matrix, Severity};
use crate::rule::{self, Rule};

/// Verdicts of one pair for which messages are looked for.
const MAX_SOUGHT: usize = 100;

/// Adds them.
pub(super) fn add(
    findings: &mut [Finding],
    matrix: &Matrix,
    bench: &mut Bench<'_, '_, '_>,
    effort: &mut Effort,
) {
    let is = |finding: &Finding, rule: &Rule| finding.rule.page.id == rule.page.id;
    let logical = findings.iter().filter(|f| is(f, rule::LOGICAL_TYPE));
    let logical: HashSet<String> = logical.map(|f| f.path.clone()).collect();
    // Text that becomes a decimal is both.
    let concerned = |finding: &&mut Finding| {
        is(finding, rule::LOGICAL_TYPE)
            || (is(finding, rule::STRING_BYTES) && !logical.contains(&finding.path))
    };
    let pairs = findings.iter_mut().filter(concerned).flat_map(|finding| {
        let is_open = |(format, direction): &(Format, Direction)| {
            let mut effects = finding.effects.iter();
            let told = effects.any(|e| {
                (e.format, e.direction) == (*format, Some(*direction))
                    && e.severity > Severity::Info
            });
            let ways = matrix.ways(*format);
            ways.is_some_and(|ways| ways.get(*direction)) && !told
        };
        // Of plain text and bytes it is said once that not all bytes are text.
        let wires: &[Format] = match is(finding, rule::LOGICAL_TYPE) {
            true => &[Format::Avro, Format::Pulsar],
            false => &[Format::Avro],
        };
        let wires = wires.iter().copied();
        let all = wires.flat_map(|format| Direction::ALL.map(|direction| (format, direction)));
        let open: Vec<(Format, Direction)> = all.filter(is_open).collect();
        (!open.is_empty()).then_some((finding, open))
    });
    for (finding, open) in pairs.take(MAX_SOUGHT) {
        // Of plain text and bytes it is known that not all bytes are text.
        let harm = match is(finding, rule::LOGICAL_TYPE) {
            true => Severity::Loss,
            false => Severity::Info,
        };
        for (format, direction) in open {
            let question = Question {
                format,
                direction,
                peer: Peer::Tg,
                places: [&finding.path, &finding.former],
                branches: &finding.branches,
                breaks: false,
            };
            if let Ok(Some(shown)) = question.answer(Want::Refused, bench, effort) {
                finding.counterexamples.push(shown);
                // Which says more than that a broker accepts it.
                let known = (format, Some(direction), Severity::Info);
                let effects = &mut finding.effects;
                effects.retain(|e| (e.format, e.direction, e.severity) != known);
                finding.effects.push(Effect {
                    format,
                    peer: None,
                    direction: Some(direction),
                    loss: None,
                    severity: harm,
                    message: "registries accept it, and readers that know what the values stand for refuse some \
                              messages"
                        .to_owned(),
                });
            }
        }
        finding.effects.sort();
        finding.severity = severity(&finding.effects);
    }
}
