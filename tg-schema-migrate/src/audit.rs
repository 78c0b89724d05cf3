//! Everything else that ties a code base to Pulsar, each place with what takes its place.
//!
//! The interpreter tells what names stand for ([`Auditor`] listens to it); then each file's text is gone
//! through once. So every place that is written is seen, also in code that is never run, and what it is
//! is known wherever running the code would tell. Where only names tell (`msg.value()` on a parameter), a
//! finding says so.

mod coupling;
mod facts;
mod finding;
mod names;
mod report;
mod vocabulary;
mod walk;

use std::collections::HashSet;

use ruff_text_size::TextRange;

pub use facts::Facts as Auditor;
pub use finding::{Audit, Counts, Finding};
pub use report::{json, markdown, summary, text};

use crate::interpret::{FileId, Program, Site};
use crate::rule::audit as rules;
use coupling::Coupling;
use names::Names;
use walk::{Raw, Walk};

/// Everything that was found, after the interpreter has run.
pub fn audit<'a>(program: Program<'a>, facts: &Auditor<'a>) -> Audit {
    let names = Names::of(program, facts);
    let coupling = Coupling::of(program, facts, &names);
    let files = (0..program.files.len()).map(|at| FileId(at as u32));
    let mut walks: Vec<(FileId, Walk<'_, 'a>)> = files
        .map(|file| (file, Walk::through(program, facts, &names, &coupling, file)))
        .collect();
    hand_on(&mut walks);
    let mut audit = Audit {
        findings: Vec::new(),
        files: program.files.len(),
    };
    for (file, walk) in walks {
        for raw in outermost(walk.found) {
            let site = Site {
                file,
                range: raw.range,
            };
            audit.findings.extend(finding(program, site, raw));
        }
    }
    audit
        .findings
        .sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    audit
}

fn finding(program: Program, site: Site, raw: Raw) -> Option<Finding> {
    let span = program.span(site);
    let place = program.sources.position(span)?;
    Some(Finding {
        rule: raw.rule,
        span,
        file: program
            .files
            .get(site.file.at())?
            .path
            .display()
            .to_string(),
        line: place.line,
        column: place.column,
        text: program.snippet(site),
        replacement: vocabulary::replacement(raw.rule, &raw.what, &raw.what),
        what: raw.what,
        certain: raw.certain,
    })
}

/// Calls of functions that add Pulsar's flags, or that hand a parameter to one that does.
fn hand_on(walks: &mut [(FileId, Walk<'_, '_>)]) {
    let mut functions: HashSet<(FileId, u32)> = HashSet::new();
    let mut names: HashSet<String> = HashSet::new();
    for (file, walk) in walks.iter() {
        for (start, name) in &walk.flagged {
            functions.insert((*file, *start));
            names.insert(name.clone());
        }
    }
    // A name that is short or common says nothing.
    names.retain(|name| name.len() > 5 && name.contains("arg"));
    loop {
        let before = functions.len();
        for (file, walk) in walks.iter() {
            for handing in &walk.handings {
                let known = handing.callee.as_ref().is_ok_and(|f| functions.contains(f));
                if let (true, true, Some(around)) = (known, handing.passes, handing.function) {
                    functions.insert((*file, around));
                }
            }
        }
        if functions.len() == before {
            break;
        }
    }
    for (_, walk) in walks.iter_mut() {
        for handing in std::mem::take(&mut walk.handings) {
            let certain = match &handing.callee {
                Ok(function) if functions.contains(function) => true,
                Err(name) if names.contains(name) => false,
                _ => continue,
            };
            walk.found.push(Raw {
                rule: &rules::handed_through::RULE,
                range: handing.range,
                what: String::new(),
                certain,
            });
        }
    }
}

/// Without what is a part of another finding: `pulsar.ConsumerType` of `pulsar.ConsumerType.Shared`, the
/// client's attribute of a call that is told of itself.
fn outermost(mut found: Vec<Raw>) -> Vec<Raw> {
    found.sort_by_key(|f| (f.range.start(), std::cmp::Reverse(f.range.end()), f.rule.id));
    found.dedup_by_key(|f| (f.range, f.rule.id));
    let mut kept: Vec<Raw> = Vec::with_capacity(found.len());
    // Those around the place that is reached, outermost first.
    let mut around: Vec<(TextRange, &str)> = Vec::new();
    for inner in found {
        around.retain(|(range, _)| range.end() > inner.range.start());
        let part = around.iter().any(|(outer, id)| is_part(&inner, *outer, id));
        around.push((inner.range, inner.rule.id));
        if !part {
            kept.push(inner);
        }
    }
    kept
}

fn is_part(inner: &Raw, outer: TextRange, id: &str) -> bool {
    let begins = outer.start() == inner.range.start();
    let same = id == inner.rule.id;
    outer.contains_range(inner.range)
        && outer != inner.range
        && match inner.rule.id {
            "CLIENT_ATTRIBUTE" => begins,
            "CLIENT_CLASS" => begins || id == "CLIENT_SUBCLASS",
            "TOPIC_URI" | "SERVICE_URL" | "AUTHENTICATION" | "PULSAR_LOGGER" => same,
            "HANDED_THROUGH" => same || id == "COMMAND_LINE_FLAG" && begins,
            "MESSAGE_CALL" | "PRODUCER_CALL" | "CONNECTION_CALL" | "WRAPPED_CLIENT" => false,
            _ => same && begins,
        }
}
