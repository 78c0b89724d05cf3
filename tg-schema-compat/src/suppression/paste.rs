//! A finding into the `allow` that would cover it.

use tg_schema_model::{Allow, Json};

use super::Sides;
use crate::report::{Compared, Finding};
use crate::version::Version;

/// What to paste at the end of a definition file to accept a finding. The reason and the last day are left to
/// fill in: as it stands, the text is refused.
///
/// None where there is no earlier version to bind it to.
pub fn allow_text(
    record: &Compared,
    finding: &Finding,
    new: &Version,
    against: &[Version],
) -> Option<String> {
    let sides = Sides::of(record, new, against);
    let (old, now) = sides.pair(finding)?;
    let short = |print: &str| {
        let start = print.get(..Allow::MIN_DIGITS);
        start.unwrap_or(print).to_owned()
    };
    let mut lines = match own_name(record, new) {
        Some(name) => vec![format!("[[record.{name}.check.allow]]")],
        None => {
            let name = record.new.as_ref().unwrap_or(&record.record);
            vec!["[[check.allow]]".to_owned(), key("record", name)]
        }
    };
    lines.push(key("rule", finding.rule.page.id));
    if !finding.path.is_empty() {
        lines.push(key("path", &finding.path));
    }
    lines.push(key("old", &short(&old)));
    lines.push(key("new", &short(now)));
    lines.push(key("reason", ""));
    lines.push(key("until", ""));
    Some(lines.join("\n") + "\n")
}

fn key(name: &str, text: &str) -> String {
    format!("{name} = {}", Json::str(text).compact())
}

/// The name of the record in its definition file, where there is one.
fn own_name<'v>(record: &Compared, new: &'v Version) -> Option<&'v str> {
    let name = record.new.as_ref()?;
    let mut records = new.schema.records.iter();
    let record = records.find(|record| record.full_name() == *name)?;
    let (file, _) = new.place(record.span)?;
    let file = file.to_ascii_lowercase();
    let written = file.ends_with(".toml") || file.ends_with(".json");
    written.then_some(&record.name)
}
