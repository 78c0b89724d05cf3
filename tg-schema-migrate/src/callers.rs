//! Code that uses Records: what it says to a class that the class does not hear, what it reads that is not
//! there, and what it asks that has another answer once the class is a dataclass.
//!
//! Only what is certain is told. A call that may be of a Record, by its name alone, is counted apart.

mod dynamic;
mod finding;
mod notes;
mod types;
mod walk;

use std::collections::{BTreeSet, HashSet};

use tg_schema_model::Schema;

pub use finding::{Finding, Report};
pub use notes::Notes;
pub(crate) use types::values_are_names;
pub(crate) use walk::value_of_class;

use crate::interpret::{FileId, Kind, Outcome, Program, Site};
use types::Types;
use walk::{Handed, Raw, Walk};

/// Fields that are tightened: never None any more.
#[derive(Clone, Debug, Default)]
pub struct Tightened(HashSet<(String, String)>);

impl Tightened {
    /// Of pairs of class and field.
    pub fn new<C: Into<String>, F: Into<String>>(fields: impl IntoIterator<Item = (C, F)>) -> Self {
        let fields = fields.into_iter().map(|(c, f)| (c.into(), f.into()));
        Tightened(fields.collect())
    }
    /// Those of the definitions.
    pub fn of(schema: &Schema) -> Self {
        let fields = schema.records.iter().flat_map(|record| {
            let fields = record.fields.iter();
            let tight = fields.filter(|f| f.origin.as_ref().is_some_and(|o| o.former.is_some()));
            tight.map(|field| (record.name.clone(), field.name.clone()))
        });
        Tightened::new(fields)
    }
    fn contains(&self, class: &str, field: &str) -> bool {
        self.0.contains(&(class.to_owned(), field.to_owned()))
    }
}

/// How many functions deep an object is followed from call to call.
const MAX_ROUNDS: usize = 4;

/// What a walk through one file leaves behind.
struct Seen<'a> {
    found: Vec<Raw<'a>>,
    doubts: Vec<Raw<'a>>,
    handed: Handed<'a>,
    calls: usize,
    attributes: usize,
    uncertain: usize,
}

/// Walks through all files.
fn all<'a>(
    types: &Types<'_, 'a>,
    tightened: &Tightened,
    records: &BTreeSet<String>,
) -> Vec<(FileId, Seen<'a>)> {
    let files = (0..types.program.files.len()).map(|file| FileId(file as u32));
    let seen = files.map(|file| {
        let walk = Walk::through(types, file, tightened, records);
        let seen = Seen {
            found: walk.found,
            doubts: walk.doubts,
            handed: walk.handed,
            calls: walk.calls,
            attributes: walk.attributes,
            uncertain: walk.uncertain,
        };
        (file, seen)
    });
    seen.collect()
}

/// Everything that was found, after the interpreter has run with `notes` listening.
pub fn callers<'a>(
    program: Program<'a>,
    outcome: &Outcome<'a>,
    notes: &Notes<'a>,
    tightened: &Tightened,
) -> Report {
    let mut report = Report::default();
    let records = outcome.classes.iter().filter(|c| c.kind == Kind::Record);
    let records: BTreeSet<String> = records.map(|c| c.name.to_string()).collect();
    if records.is_empty() {
        return report;
    }
    let mut types = Types::new(program, notes, outcome);
    let mut walks = all(&types, tightened, &records);
    for _ in 0..MAX_ROUNDS {
        let mut handed = Handed::default();
        let found = walks
            .iter_mut()
            .map(|(_, walk)| std::mem::take(&mut walk.handed));
        found.for_each(|found| handed.extend(found));
        // What is known stays known, so the same number is the same.
        if handed.known() == types.handed.known() {
            break;
        }
        types.handed = handed;
        walks = all(&types, tightened, &records);
    }
    for (file, walk) in walks {
        report.calls += walk.calls;
        report.attributes += walk.attributes;
        report.uncertain += walk.uncertain;
        let found = walk.found.into_iter();
        let found = found.filter_map(|raw| finding(program, file, raw));
        report.findings.extend(found);
        let doubts = walk.doubts.into_iter();
        let doubts = doubts.filter_map(|raw| finding(program, file, raw));
        report.doubts.extend(doubts);
    }
    let key = |f: &Finding| {
        (
            f.file.clone(),
            f.site.range.start(),
            f.rule.id,
            f.name.clone(),
            (f.class.clone(), f.defined.clone()),
        )
    };
    report.findings.sort_by_cached_key(key);
    report
        .findings
        .dedup_by(|a, b| key(a) == key(b) && a.site == b.site);
    report
}

fn finding(program: Program, file: FileId, raw: Raw) -> Option<Finding> {
    let site = Site {
        file,
        range: raw.range,
    };
    Some(Finding {
        rule: raw.rule,
        site,
        span: program.span(site),
        file: program.files.get(file.at())?.path.display().to_string(),
        line: program.position(site).0,
        text: program.snippet(site),
        class: raw.class.name.to_string(),
        defined: program.place(raw.class.site),
        name: raw.name,
        message: raw.message,
        help: raw.help,
    })
}

#[cfg(test)]
mod tests;
