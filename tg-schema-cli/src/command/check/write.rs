//! A report in the form that was asked for.

use tg_schema_compat::render::{Texts, github, gitlab, html, json, junit, markdown};
use tg_schema_compat::report::Report;
use tg_schema_model::Json;

use super::versions::Versions;
use crate::arguments::Format;
use crate::console::Console;
use crate::exit::Exit;
use crate::report;

/// Writes a report.
pub fn report(report: &Report, versions: &Versions, exit: Exit, console: &mut Console) {
    let texts = Texts {
        new: &versions.new,
        against: &versions.against,
    };
    let text = match console.format() {
        Format::Json => {
            if let Json::Object(entries) = json(report, &texts) {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.clone()));
                console.report(exit, entries);
            }
            return;
        }
        Format::Sarif => return console.compared(report, &texts),
        Format::Markdown => markdown(report, &texts),
        Format::Html => html(report, &texts),
        Format::Github => github(report, &texts),
        Format::Gitlab => gitlab(report, &texts).pretty(2) + "\n",
        Format::Junit => junit(report),
        Format::Text | Format::Csv => report::check::text(report, &texts, console.color()),
    };
    console.result(text.as_bytes());
}
