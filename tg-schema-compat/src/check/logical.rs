//! Avro messages that registries let pass and readers refuse, added to the findings of a pair of messages.
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
    let Some(ways) = matrix.avro else {
        return;
    };
    let is = |finding: &Finding, rule: &Rule| finding.rule.page.id == rule.page.id;
    let logical = findings.iter().filter(|f| is(f, rule::LOGICAL_TYPE));
    let logical: HashSet<String> = logical.map(|f| f.path.clone()).collect();
    // Text that becomes a decimal is both.
    let concerned = |finding: &&mut Finding| {
        is(finding, rule::LOGICAL_TYPE)
            || (is(finding, rule::STRING_BYTES) && !logical.contains(&finding.path))
    };
    let pairs = findings.iter_mut().filter(concerned).flat_map(|finding| {
        let told = |direction: &Direction| {
            let effects = finding.effects.iter();
            let mut avro = effects.filter(|e| e.format == Format::Avro);
            ways.get(*direction) && !avro.any(|e| e.direction == Some(*direction))
        };
        let open: Vec<Direction> = Direction::ALL.into_iter().filter(told).collect();
        (!open.is_empty()).then_some((finding, open))
    });
    for (finding, open) in pairs.take(MAX_SOUGHT) {
        // Of plain text and bytes it is known that not all bytes are text.
        let harm = match is(finding, rule::LOGICAL_TYPE) {
            true => Severity::Loss,
            false => Severity::Info,
        };
        for direction in open {
            let format = Format::Avro;
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
