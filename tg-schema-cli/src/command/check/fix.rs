//! Edits that mend findings, as they are shown and as they are written to the definitions.

use std::fmt::Write as _;
use std::path::Path;

use tg_schema_compat::fix::{Proposal, applied};
use tg_schema_compat::report::{Edit, Mended, Report, Step, Written};
use tg_schema_compat::version::Version;
use tg_schema_gen::definition::Notation;
use tg_schema_gen::{edit, format};
use tg_schema_model::diagnostic::Source;
use tg_schema_model::edit::{Changes, Edit as Change, Together};
use tg_schema_model::{SourceId, Span};

use crate::arguments;
use crate::draft::Draft;
use crate::exit::Failure;

/// Times that definitions are changed and compared again.
pub const MAX_ROUNDS: usize = 20;

/// Puts the edits into the report, where they can be written into the texts.
pub fn show(report: &mut Report, new: &Version, proposals: &[Proposal]) {
    // The definitions that Records were read as are in no file.
    if new.python {
        return;
    }
    let groups: Vec<&[_]> = proposals.iter().map(|p| p.edits.as_slice()).collect();
    let texts = edit::texts_of_each(&new.schema, &new.sources, &groups);
    for (proposal, edits) in proposals.iter().zip(texts) {
        let finding = report
            .records
            .get_mut(proposal.record)
            .and_then(|record| record.findings.get_mut(proposal.finding));
        let Some(fix) = finding.and_then(|finding| finding.fix.as_mut()) else {
            continue;
        };
        match edits {
            Ok(edits) => fix.edits = placed(edits),
            // Of definitions in other notations everybody knows it.
            Err(reason) if is_edited(new) => {
                let _ = write!(fix.message, " (`--fix` does not write it: {reason})");
            }
            Err(_) => {}
        }
    }
    let findings = report.records.iter_mut().flat_map(|r| &mut r.findings);
    let fixes = findings.filter_map(|f| f.fix.as_mut());
    let steps = fixes.flat_map(|fix| &mut fix.plan);
    let mut steps: Vec<&mut Step> = steps.filter(|step| !step.edits.is_empty()).collect();
    let groups: Vec<&[_]> = steps.iter().map(|step| step.edits.as_slice()).collect();
    let texts = edit::texts_of_each(&new.schema, &new.sources, &groups);
    for (step, edits) in steps.iter_mut().zip(texts) {
        step.texts = placed(edits.unwrap_or_default());
    }
}

/// Whether some of the definitions can be edited.
fn is_edited(new: &Version) -> bool {
    let mut sources = new.sources.0.iter();
    sources.any(|source| match Notation::of(&source.name) {
        Some(Notation::Toml) => true,
        // What registries hold may have been exported into such a file too.
        Some(Notation::Json) => !new.only_schemas,
        None => [".avsc", ".rs"]
            .iter()
            .any(|end| source.name.ends_with(end)),
    })
}

fn placed(edits: Vec<edit::TextEdit>) -> Vec<Edit> {
    let edits = edits.into_iter().map(|edit| Edit {
        span: Span::new(edit.source, edit.range),
        text: edit.text,
    });
    edits.collect()
}

/// Whether what is new lies in files, which can be changed.
pub fn writable(arguments: &arguments::Check) -> Result<(), Failure> {
    if let Some(name) = arguments.new.iter().find(|name| !Path::new(name).exists()) {
        return Err(Failure::help(
            format!("`--fix` cannot write to {name}"),
            "it changes definitions in files: name their paths",
        ));
    }
    Ok(())
}

/// Writes as many of the edits as go together. What was done; nothing where none can be written.
pub fn write(
    report: &Report,
    new: &Version,
    proposals: &[Proposal],
) -> Result<Option<Written>, Failure> {
    if new.python {
        return Ok(None);
    }
    let (texts, taken) = together(new, proposals);
    // All are written before the first takes its file's place.
    let mut drafts = Vec::new();
    for (at, source) in new.sources.0.iter().enumerate() {
        let id = SourceId(u32::try_from(at).unwrap_or(u32::MAX));
        let own: Vec<_> = texts.iter().filter(|e| e.source == id).cloned().collect();
        let text = edit::apply(&source.text, &own);
        if let Some(text) = text.filter(|_| !own.is_empty()) {
            let text = match Notation::of(&source.name) {
                Some(Notation::Toml) => formatted(&source.text, text),
                _ => text,
            };
            drafts.push((draft(source, &text)?, source));
        }
    }
    let mut files = Vec::new();
    for (draft, source) in drafts {
        let put = draft.put();
        put.map_err(|e| Failure::io("write", Path::new(&source.name), &e))?;
        files.push(source.name.clone());
    }
    let mended = taken.iter().filter_map(|taken| mended(report, taken));
    let mended: Vec<Mended> = mended.collect();
    Ok((!files.is_empty()).then_some(Written { files, mended }))
}

/// What was done about a finding.
fn mended(report: &Report, proposal: &Proposal) -> Option<Mended> {
    let record = report.records.get(proposal.record)?;
    let finding = record.findings.get(proposal.finding)?;
    Some(Mended {
        rule: finding.rule,
        record: record.record.clone(),
        path: finding.path.clone(),
        message: finding.fix.as_ref()?.message.clone(),
    })
}

/// The edits of as many of the proposals as go together: those of all, else of the halves, one after the other; and
/// which these are.
fn together<'p>(
    new: &Version,
    proposals: &'p [Proposal],
) -> (Vec<edit::TextEdit>, Vec<&'p Proposal>) {
    // What changes one thing in two ways is for another round.
    let mut changed = Together::default();
    let mut whole: Vec<&Proposal> = Vec::new();
    for proposal in proposals.iter().filter(|p| p.whole && !p.apart) {
        let own = Changes::of(&proposal.edits);
        if changed.goes_with(&own) {
            changed.add(own);
            whole.push(proposal);
        }
    }
    let (mut wanted, mut texts, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    let mut open = vec![whole.as_slice()];
    while let Some(group) = open.pop() {
        let before = wanted.len();
        wanted.extend(group.iter().flat_map(|p| p.edits.iter().cloned()));
        match (edit::texts(&new.schema, &new.sources, &wanted), group) {
            // Two that define one type are no schema together.
            (Ok(edits), _) if is_read(new, &wanted) => {
                texts = edits;
                taken.extend_from_slice(group);
            }
            // It is of no text that is edited, or does not go together with those before it.
            (_, [] | [_]) => wanted.truncate(before),
            (_, group) => {
                wanted.truncate(before);
                let (first, second) = group.split_at(group.len() / 2);
                open.push(second);
                open.push(first);
            }
        }
    }
    (texts, taken)
}

/// Whether the schemas among what is edited are schemas then.
fn is_read(new: &Version, edits: &[Change]) -> bool {
    let of_schema = |edit: &&_| matches!(edit, Change::SetSchema { .. });
    let own: Vec<_> = edits.iter().filter(of_schema).collect();
    own.is_empty() || applied(new, own).is_some()
}

/// Why edits that were proven cannot be written, each reason once.
pub fn unwritten(new: &Version, proposals: &[Proposal]) -> Vec<String> {
    if new.python && !proposals.is_empty() {
        return vec!["`--fix` leaves something: Python is not changed: do it by hand".to_owned()];
    }
    let whole = proposals.iter().filter(|p| p.whole);
    let groups: Vec<&[_]> = whole.map(|p| p.edits.as_slice()).collect();
    let mut reasons = Vec::new();
    for texts in edit::texts_of_each(&new.schema, &new.sources, &groups) {
        if let Err(reason) = texts {
            let reason = format!("`--fix` leaves something: {reason}");
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

/// What was in canonical form is so again.
fn formatted(before: &str, after: String) -> String {
    let was = format::is_formatted(before, Notation::Toml).unwrap_or(false);
    match was.then(|| format::format(&after, Notation::Toml)) {
        Some(Ok(text)) => text,
        _ => after,
    }
}

/// Nothing is written over that was not read.
fn draft(source: &Source, text: &str) -> Result<Draft, Failure> {
    let path = Path::new(&source.name);
    let now = std::fs::read(path).map_err(|e| Failure::io("read", path, &e))?;
    let text = [source.mark, text].concat();
    if now != [source.mark, &source.text].concat().as_bytes() {
        return Err(Failure::new(format!(
            "{} was changed by somebody else",
            path.display()
        )));
    }
    Draft::write(path, &text).map_err(|e| Failure::io("write", path, &e))
}
