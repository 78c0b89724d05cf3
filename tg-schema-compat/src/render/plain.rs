//! A finding as lines of plain text, each without a line end inside of it.

use tg_schema_model::shown::one_line;

use super::once::Once;
use super::words;
use crate::report::{Compared, Finding, Fix, Report};

/// The place in the message and whom it concerns, then what is known beside: other records, effects,
/// messages that show it, a suppression.
pub fn notes(report: &Report, once: &Once<'_>) -> Vec<String> {
    let finding = once.finding;
    let at = words::at(once.record, finding);
    let concerned = concerned(once);
    let mut notes = vec![match at.as_str() {
        "" => concerned,
        at => format!("{at}: {concerned}"),
    }];
    if !once.also.is_empty() {
        notes.push(format!("also at {}", also(&once.also)));
    }
    if let Some(labels) = words::only_against(report, finding) {
        notes.push(format!("found against {labels}"));
    }
    notes.extend(finding.effects.iter().map(words::effect));
    notes.extend(once.counterexamples().iter().map(words::counterexample));
    if let Some(why) = &finding.unproven {
        notes.push(format!("no message shows it: {}", words::cut(why)));
    }
    if let Some(reason) = &finding.suppressed {
        notes.push(format!("suppressed: {}", words::cut(reason)));
    }
    notes.iter().map(|note| one_line(note)).collect()
}

/// `concerns avro, json (direction: backward)`.
pub fn concerned(once: &Once<'_>) -> String {
    let finding = once.finding;
    if finding.effects.is_empty() {
        return "concerns nobody".to_owned();
    }
    let (formats, direction) = (words::formats(finding), finding.direction());
    format!("concerns {formats} (direction: {direction})")
}

/// The other places of a finding.
pub fn also(places: &[(&Compared, &Finding)]) -> String {
    let names = places
        .iter()
        .map(|(record, finding)| words::join(&record.record, &finding.path));
    let names: Vec<String> = names.collect();
    names.join(", ")
}

/// What to do, then the steps of a plan.
pub fn help(fix: &Fix) -> Vec<String> {
    let message = words::cut(&fix.message);
    let mut lines = vec![match words::proven(fix) {
        "" => message,
        proven => format!("{message} ({proven})"),
    }];
    let steps = fix.plan.iter().zip(1..);
    lines.extend(steps.map(|(step, n)| format!("{n}. {}", words::cut(&step.text))));
    lines.iter().map(|line| one_line(line)).collect()
}

/// The whole finding: what changed, where it stands, and all that is known of it.
pub fn lines(report: &Report, once: &Once<'_>) -> Vec<String> {
    let finding = once.finding;
    let mut lines = vec![match words::change(finding) {
        Some(change) => format!("{}: {change}", words::cut(&finding.message)),
        None => words::cut(&finding.message),
    }];
    if let Some(place) = &finding.place {
        lines.push(format!("at {}", super::place(report, place)));
    }
    let mut lines: Vec<String> = lines.iter().map(|line| one_line(line)).collect();
    lines.extend(notes(report, once));
    for (nth, line) in once.fix().iter().flat_map(|fix| help(fix)).enumerate() {
        lines.push(match nth {
            0 => format!("fix: {line}"),
            _ => line,
        });
    }
    lines
}
