//! Proofs for a whole report: a message for every verdict of every finding, and attacks on the rest.

use super::bench::{Bench, Schemas, Shelves};
use super::verify::{Disagreement, Reach, Told, attack_told};
use super::work::Total;
use super::{Problem, Question, Side, Want};
use crate::check::judge;
use crate::check::pairing::{Paired, pair_all};
use crate::effort::Effort;
use crate::engine::json::Peer;
use crate::loss::{Direction, Kind};
use crate::report::{Counterexample, Effect, Finding, Format, Outcome, Report, Severity};
use crate::rule;
use crate::version::Version;

/// Puts into each finding the messages that show it, one for each format and direction in which somebody's
/// messages are refused or changed; and where there is none, the reason into [`Finding::unproven`]. The
/// arguments are those of the comparison.
///
/// Of several earlier versions the latest that shows it is taken.
pub fn prove(report: &mut Report, new: &Version, against: &[Version]) {
    let versions = Versions::of(new, against);
    let mut effort = Effort::of_report();
    for compared in &mut report.records {
        effort.next_record();
        let Some(name) = &compared.new else {
            continue;
        };
        let mut findings: Vec<&mut Finding> = compared.findings.iter_mut().collect();
        findings.retain(|finding| is_to_be_shown(finding) || is_of_schema(finding));
        if findings.is_empty() {
            continue;
        }
        let schemas = (0..against.len()).map(|at| {
            let (old, new) = versions.sides(name, at)?;
            Some(Schemas::of(old, new))
        });
        let schemas: Vec<Option<Schemas<'_>>> = schemas.collect();
        let shelves: Vec<Shelves<'_>> = schemas.iter().map(|_| Shelves::default()).collect();
        let benches = schemas.iter().zip(&shelves);
        let mut benches: Vec<Option<Bench<'_, '_, '_>>> = benches
            .map(|(schemas, shelves)| Some(Bench::new(schemas.as_ref()?, shelves)))
            .collect();
        for finding in findings {
            match is_of_schema(finding) {
                true => show_schema(finding, &mut benches, &mut effort),
                false => show_all(finding, &mut benches, &mut effort),
            }
        }
    }
}

/// Attacks every verdict of a report, see [`attack`](super::verify::attack), and what it says of losses: each message
/// against each distinct earlier version, in both directions, on Avro, on Pulsar, and on JSON beside each peer. Each attack
/// takes `messages` random messages. Beside what was found stands what could not be executed, and how many verdicts were left
/// out because the attacks of a report had tried as much as they may.
pub fn verify_all(
    report: &Report,
    new: &Version,
    against: &[Version],
    seed: u64,
    messages: usize,
) -> (Vec<Disagreement>, Vec<Problem>) {
    attack_all(
        report,
        &Versions::of(new, against),
        (seed, messages),
        &mut Total::default(),
    )
}

fn attack_all(
    report: &Report,
    versions: &Versions<'_>,
    (seed, messages): (u64, usize),
    total: &mut Total,
) -> (Vec<Disagreement>, Vec<Problem>) {
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    let mut left_out = 0;
    for compared in &report.records {
        let Some(name) = &compared.new else {
            continue;
        };
        for of in &compared.versions {
            let Some((old, new)) = versions.sides(name, of.against) else {
                continue;
            };
            let [was, is] = [old, new].map(|side| side.message.graph().ok());
            let reach = was.zip(is).and_then(|(was, is)| Reach::of([was, is]));
            let peers = of
                .matrix
                .peers
                .iter()
                .map(|(peer, _)| (Format::Json, *peer));
            let registries = [(Format::Avro, Peer::Tg), (Format::Pulsar, Peer::Tg)];
            for (format, peer) in registries.into_iter().chain(peers) {
                for direction in Direction::ALL {
                    if !total.is_left() {
                        left_out += 1;
                        continue;
                    }
                    let (writer, reader) = sides(old, new, direction);
                    let claim = (format, direction, peer);
                    let reads = match direction {
                        Direction::Backward => is,
                        Direction::Forward => was,
                    };
                    let told =
                        Told::of_report((compared, of.against), reach.as_ref(), reads, claim);
                    let plan = (seed, messages);
                    match attack_told(writer, reader, claim, plan, Some(&told)) {
                        Ok(attack) => {
                            total.spend(&attack.work);
                            found.extend(attack.found);
                        }
                        Err(problem) if problems.contains(&problem) => {}
                        Err(problem) => problems.push(problem),
                    }
                }
            }
        }
    }
    if left_out > 0 {
        problems.push(Problem::Attacks { left_out });
    }
    (found, problems)
}

/// The versions of a comparison, and which of their messages belong together.
struct Versions<'v> {
    new: &'v Version,
    against: Vec<(&'v Version, Paired)>,
}

impl<'v> Versions<'v> {
    fn of(new: &'v Version, against: &'v [Version]) -> Self {
        let paired = against.iter().zip(pair_all(against, new));
        Versions {
            new,
            against: paired.collect(),
        }
    }

    /// A message of an earlier version, and what it is in the new one.
    fn sides(&self, name: &str, against: usize) -> Option<(Side<'v>, Side<'v>)> {
        let new = self.new;
        let at = new.messages.iter().position(|m| m.name == name)?;
        let (version, paired) = self.against.get(against)?;
        let old = Side {
            version,
            message: version.messages.get(paired.former(at)?)?,
        };
        let new = Side {
            version: new,
            message: new.messages.get(at)?,
        };
        Some((old, new))
    }
}

/// Whether a finding is about the schema itself, which some refuse whatever the messages are.
fn is_of_schema(finding: &Finding) -> bool {
    finding.rule.page.id == rule::DEFAULT_INVALID.page.id
}

/// A message whose reader needs a default that it cannot make. Where no message needs it, who looks at defaults refuses
/// the schema before there is any.
fn show_schema(
    finding: &mut Finding,
    benches: &mut [Option<Bench<'_, '_, '_>>],
    effort: &mut Effort,
) {
    for &against in finding.against.iter().rev() {
        let Some(Some(bench)) = benches.get_mut(against) else {
            continue;
        };
        let question = Question {
            format: Format::Avro,
            direction: Direction::Backward,
            peer: Peer::Tg,
            places: [&finding.path, &finding.former],
            branches: &finding.branches,
            breaks: false,
        };
        // Not for what else has changed there: that is another finding's.
        let for_default = |shown: &Counterexample| match &shown.outcome {
            Outcome::Refused(text) => text.contains("default"),
            Outcome::Changed(_) => false,
        };
        let found = question.answer(Want::Refused, bench, effort);
        if let Some(found) = found.ok().flatten().filter(for_default) {
            finding.counterexamples.push(found);
            return;
        }
    }
    finding.unproven = Some(refused("whoever looks at defaults", &finding.message));
}

/// What who refuses a schema says: the words of the effect, unless they are those that stand for any.
fn answer<'f>(finding: &'f Finding, effect: &'f Effect) -> &'f str {
    match Direction::ALL
        .map(judge::refusal)
        .contains(&effect.message.as_str())
    {
        true => &finding.message,
        false => &effect.message,
    }
}

/// That a schema is refused before anybody has a message, in the words of who refuses it.
fn refused(who: &str, answer: &str) -> String {
    format!("refused before any message, by {who}: {answer}")
}

/// Why a message that was found is not there.
const NO_ROOM: &str = "one was found, and left out: those of the findings before this one are all that a report holds";

/// What a report has of a message.
fn length(shown: &Counterexample) -> usize {
    let outcome = match &shown.outcome {
        Outcome::Refused(text) | Outcome::Changed(text) => text.len(),
    };
    let bytes = shown.bytes.as_ref().map_or(0, |bytes| 2 * bytes.len());
    shown.message.len() + bytes + outcome
}

/// Every verdict of a finding.
fn show_all(finding: &mut Finding, benches: &mut [Option<Bench<'_, '_, '_>>], effort: &mut Effort) {
    let mut reasons: Vec<((Format, Direction), String)> = Vec::new();
    let mut effects = finding.effects.clone();
    // Of what is lost and what is refused of one wire, the message shows the latter.
    effects.sort_by_key(|effect| !effect.loss.is_some_and(Kind::is_refused));
    for effect in effects {
        let Some(direction) = effect.direction else {
            continue;
        };
        let verdict = (effect.format, direction);
        if effect.severity == Severity::Info || is_shown(finding, verdict) {
            continue;
        }
        match shown(finding, (&effect, direction), benches, effort) {
            Ok(found) if effort.show(length(&found)) => finding.counterexamples.push(found),
            Ok(_) => reasons.push((verdict, NO_ROOM.to_owned())),
            Err(reason) => reasons.push((verdict, reason)),
        }
    }
    // A verdict that has its message through another peer needs no reason.
    reasons.retain(|(verdict, _)| !is_shown(finding, *verdict));
    finding.unproven = words(&reasons, finding.counterexamples.is_empty());
}

fn shown(
    finding: &Finding,
    (effect, direction): (&Effect, Direction),
    benches: &mut [Option<Bench<'_, '_, '_>>],
    effort: &mut Effort,
) -> Result<Counterexample, String> {
    let peer = effect.peer.and_then(Peer::from_name).unwrap_or_default();
    let wants: &[Want] = match effect.severity {
        Severity::Breaking => &[Want::Refused, Want::Changed],
        // Registries accept more than readers read: decimals with other digits, say.
        _ => &[Want::Changed, Want::Refused],
    };
    let mut problem = None;
    let (mut impossible, mut unknown) = (None, false);
    for &against in finding.against.iter().rev() {
        let Some(Some(bench)) = benches.get_mut(against) else {
            continue;
        };
        let [writer, reader] = bench.sides(direction);
        unknown |= writer.message.record.and(reader.message.record).is_none();
        let question = Question {
            format: effect.format,
            direction,
            peer,
            places: [&finding.path, &finding.former],
            branches: &finding.branches,
            breaks: effect.severity == Severity::Breaking,
        };
        // The broker's library says it of the broker too.
        if effect.loss.is_some_and(Kind::is_refused) {
            let wire = (effect.format, direction);
            if bench.has_no_reader(direction, effort)
                && let Some(shown) = bench.unreadable(wire, effort)
            {
                return Ok(shown);
            }
            let question = Question {
                format: Format::Pulsar,
                breaks: true,
                ..question
            };
            let found = question.answer(Want::Refused, bench, effort);
            if let Ok(Some(found)) = found
                && found.bytes.is_some()
            {
                return Ok(Counterexample {
                    format: effect.format,
                    ..found
                });
            }
            // What aliases lead elsewhere is refused at another place than that of the finding.
            if effect
                .loss
                .is_some_and(|kind| matches!(kind, Kind::Refused | Kind::SymbolRefused))
                && let Some(shown) = bench.unreadable(wire, effort)
            {
                return Ok(shown);
            }
        }
        // Where the broker has no reader, it says nothing of what others make of messages.
        let thrown = effect.format == Format::Pulsar
            && effect.severity == Severity::Breaking
            && bench.has_no_reader(direction, effort);
        for &want in wants
            .iter()
            .filter(|want| !thrown || **want == Want::Refused)
        {
            match question.answer(want, bench, effort) {
                Ok(Some(mut found)) => {
                    // What others read as something else is no answer where the verdict's own library refuses it.
                    if let (Outcome::Changed(_), true, Some(bytes)) =
                        (&found.outcome, question.breaks, &found.bytes)
                        && let Some(text) = bench.refused_by_java(direction, bytes, effort)
                    {
                        found.outcome = Outcome::Refused(text);
                        found.difference = None;
                    }
                    return Ok(found);
                }
                Ok(None) => {}
                Err(reason) => problem = Some(reason.to_string()),
            }
        }
        impossible = impossible.or_else(|| bench.has_no_message(direction, effort));
    }
    Err(problem.unwrap_or_else(|| {
        if let Some(impossible) = impossible {
            return impossible;
        }
        let who = match (effect.severity, effect.format) {
            (Severity::Loss, _) if unknown => {
                "no definition says what the schema is, and so no codec what its numbers mean"
            }
            (Severity::Loss, _) => {
                "none was found: other changes may keep messages that show it from being read, or it takes numbers that no \
                 codec of ours writes"
            }
            (_, Format::Avro) => return refused("a registry", answer(finding, effect)),
            (_, Format::Pulsar) => return refused("the broker", answer(finding, effect)),
            _ => "none was found: other changes may keep messages that show it from being read",
        };
        who.to_owned()
    }))
}

/// Whether somebody's messages are refused or changed.
fn is_to_be_shown(finding: &Finding) -> bool {
    let mut effects = finding.effects.iter();
    effects.any(|effect| effect.direction.is_some() && effect.severity != Severity::Info)
}

/// Why verdicts have no message, each reason once: with the verdicts, unless it is of all of them.
fn words(reasons: &[((Format, Direction), String)], all: bool) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    for ((format, direction), reason) in reasons {
        let words = match all {
            true => reason.clone(),
            false => format!("{}, {}: {reason}", format.as_str(), direction.as_str()),
        };
        if !found.contains(&words) {
            found.push(words);
        }
    }
    (!found.is_empty()).then(|| found.join("; "))
}

/// Whether a finding has a message for a verdict.
fn is_shown(finding: &Finding, verdict: (Format, Direction)) -> bool {
    let mut known = finding.counterexamples.iter();
    known.any(|one| (one.format, one.direction) == verdict)
}

/// Who writes and who reads.
fn sides<'v>(old: Side<'v>, new: Side<'v>, direction: Direction) -> (Side<'v>, Side<'v>) {
    match direction {
        Direction::Backward => (old, new),
        Direction::Forward => (new, old),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Options, check};
    use crate::version::Message;

    #[test]
    fn verdicts_beyond_the_total_are_counted() {
        let text = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}]}"#;
        let version = || Version::of_schema("", Message::new("R", text, text));
        let (new, against) = (version(), [version()]);
        let report = check(&new, &against, &Options::default()).unwrap();
        let versions = Versions::of(&new, &against);
        let attack = |total: &mut Total| attack_all(&report, &versions, (1, 10), total);
        assert_eq!(attack(&mut Total::default()), (Vec::new(), Vec::new()));
        let (found, problems) = attack(&mut Total::none());
        assert_eq!(found, []);
        let [problem @ Problem::Attacks { left_out }] = problems.as_slice() else {
            panic!("{problems:?}");
        };
        assert!(*left_out >= 2);
        let words = problem.to_string();
        assert!(
            words.contains("verdicts were not attacked: 2000000 messages"),
            "{words}"
        );
    }
}
