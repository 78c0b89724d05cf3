//! A report in the form that was asked for.

use tg_schema_compat::render::{Texts, github, gitlab, html, json, junit, markdown};
use tg_schema_compat::replay::Replay;
use tg_schema_compat::report::Report;
use tg_schema_model::Json;

use super::versions::Versions;
use crate::arguments::Format;
use crate::console::Console;
use crate::exit::Exit;
use crate::project;
use crate::report;

/// Writes a report, and what became of recorded messages: in the JSON document, else behind the text, or on
/// standard error where the form has no place for it.
pub fn report(
    report: &Report,
    replay: Option<&Replay>,
    versions: &Versions,
    exit: Exit,
    console: &mut Console,
) {
    let root = project::repository();
    let texts = Texts {
        new: &versions.new,
        against: &versions.against,
        root: Some(&root),
    };
    let text = match console.format() {
        Format::Json => {
            if let Json::Object(entries) = json(report, &texts) {
                let (keys, values): (Vec<String>, Vec<Json>) = entries.into_iter().unzip();
                let entries = keys.iter().map(String::as_str).zip(values);
                let replay = replay.map(|replay| ("replay", replay.to_json()));
                console.report(exit, entries.chain(replay));
            }
            return;
        }
        Format::Sarif => {
            aside(replay);
            return console.compared(report, &texts);
        }
        Format::Markdown => markdown(report, &texts),
        Format::Html => html(report, &texts),
        Format::Github => github(report, &texts),
        Format::Gitlab => gitlab(report, &texts).pretty(2) + "\n",
        Format::Junit => junit(report),
        Format::Text | Format::Csv => {
            let mut text = report::check::text(report, &texts, console.color());
            if let Some(replay) = replay {
                text.push('\n');
                text.push_str(&report::printable(&replay.to_string()));
            }
            console.result(text.as_bytes());
            return;
        }
    };
    aside(replay);
    console.result(text.as_bytes());
}

fn aside(replay: Option<&Replay>) {
    if let Some(replay) = replay {
        eprint!("{}", report::printable(&replay.to_string()));
    }
}
