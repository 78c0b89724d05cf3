//! A finding into the `allow` that would cover it.

use std::collections::HashMap;

use tg_schema_model::{Allow, Json, Record};

use crate::report::{Compared, Finding};
use crate::version::Version;

/// The lines that say which record it is.
pub(super) fn head(record: &Compared, new: &Version, records: &HashMap<String, &Record>) -> String {
    match own_name(record, new, records) {
        Some(name) => format!("[[record.{name}.check.allow]]\n"),
        None => {
            let name = record.new.as_ref().unwrap_or(&record.record);
            format!("[[check.allow]]\n{}", key("record", name))
        }
    }
}

/// All of it. The reason and the last day are left to fill in: as it stands, the text is refused.
pub(super) fn text(head: &str, finding: &Finding, (old, new): (String, &str)) -> String {
    let short = |print: &str| {
        let start = print.get(..Allow::MIN_DIGITS);
        start.unwrap_or(print).to_owned()
    };
    let mut out = head.to_owned() + &key("rule", finding.rule.page.id);
    if !finding.path.is_empty() {
        out += &key("path", &finding.path);
    }
    out += &key("old", &short(&old));
    out += &key("new", &short(new));
    out + &key("reason", "") + &key("until", "YYYY-MM-DD")
}

/// A line.
fn key(name: &str, text: &str) -> String {
    format!("{name} = {}\n", Json::str(text).compact())
}

/// The name of the record in its definition file, where there is one.
fn own_name<'v>(
    record: &Compared,
    new: &Version,
    records: &HashMap<String, &'v Record>,
) -> Option<&'v str> {
    let name = record.new.as_ref()?;
    let record = records.get(name)?;
    let (file, _) = new.place(record.span)?;
    let file = file.to_ascii_lowercase();
    let written = file.ends_with(".toml") || file.ends_with(".json");
    written.then_some(&record.name)
}
