//! The comparison with what is registered as problems, each at the class that it is about.

use tg_schema_model::{Diagnostic, Diagnostics, SourceId, Sources, Span};

use super::{Answer, Comparison, Difference, Report, Verdict, report};
use crate::rule::registered as rules;

/// What makes the run fail: classes that differ, and what could not be read.
pub fn errors(report: &Report, sources: &Sources) -> Diagnostics {
    let mut found = Diagnostics::default();
    for answer in &report.answers {
        for comparison in &answer.comparisons {
            if let Verdict::Differs(difference) = &comparison.verdict {
                found.push(differs(answer, comparison, difference, sources));
            }
        }
    }
    let rule = &rules::registered_unreadable::RULE;
    for (origin, why) in &report.unreadable {
        let message = format!("{origin} is no registered schema that can be read: {why}");
        found.push(
            Diagnostic::error(Span::NONE, message, "")
                .code(rule.id)
                .help(rule.remedy),
        );
    }
    found
}

/// What is to be known of the others: classes that are registered in another way, or not at all.
pub fn notes(report: &Report, sources: &Sources) -> Diagnostics {
    let mut found = Diagnostics::default();
    for answer in &report.answers {
        let span = span(&answer.place, sources);
        let mut note = |rule: &'static tg_schema_model::rule::Rule, message: String| {
            found.push(
                Diagnostic::warning(span, message, "")
                    .code(rule.id)
                    .help(rule.remedy),
            );
        };
        let name = &answer.name;
        if answer.comparisons.is_empty() {
            let message = format!("`{name}` is nowhere in what was fetched");
            note(&rules::registered_missing::RULE, message);
        }
        for comparison in &answer.comparisons {
            let Verdict::Equal(how) = &comparison.verdict else {
                continue;
            };
            let message = format!("`{name}` is {how}: {}", comparison.origin);
            if how.sorted {
                note(&rules::registered_sorted::RULE, message.clone());
            }
            if how.repeated {
                note(&rules::registered_repeated::RULE, message);
            }
        }
    }
    found
}

fn differs(
    answer: &Answer,
    comparison: &Comparison,
    difference: &Difference,
    sources: &Sources,
) -> Diagnostic {
    let rule = &rules::registered_differs::RULE;
    let message = format!(
        "`{}` {}: {}",
        answer.name,
        report::short(&comparison.verdict),
        comparison.origin
    );
    let label = format!(
        "{} is registered, the source says {}",
        report::value(difference.registered.as_ref()),
        report::value(difference.ours.as_ref())
    );
    Diagnostic::error(span(&answer.place, sources), message, label)
        .code(rule.id)
        .help(rule.remedy)
}

/// The line of `file:line` in the texts that were read, without the blank space around it.
fn span(place: &str, sources: &Sources) -> Span {
    let find = || {
        let (file, line) = place.rsplit_once(':')?;
        let line: usize = line.parse().ok()?;
        let at = sources.0.iter().position(|source| source.name == file)?;
        let text: &str = &sources.0.get(at)?.text;
        let (start, line) = lines(text).nth(line.checked_sub(1)?)?;
        let start = start + line.len() - line.trim_start().len();
        let source = SourceId(u32::try_from(at).ok()?);
        Some(Span::new(source, start..start + line.trim().len()))
    };
    find().unwrap_or(Span::NONE)
}

/// The lines of a text as Python counts them, with where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = Some(0);
    std::iter::from_fn(move || {
        let begin = start?;
        let rest = text.get(begin..)?;
        let end = rest.find(['\n', '\r']);
        let line = &rest[..end.unwrap_or(rest.len())];
        start = end.map(|end| {
            let both = rest[end..].starts_with("\r\n");
            begin + end + if both { 2 } else { 1 }
        });
        Some((begin, line))
    })
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_end_in_any_way() {
        let found: Vec<(usize, &str)> = lines("a\r\nb\rc\n\nd").collect();
        assert_eq!(found, [(0, "a"), (3, "b"), (5, "c"), (7, ""), (8, "d")]);
    }
}
