//! The same facts in all forms: which rule, where in the message, where in the text.
//!
//! What is expected is read from the report itself; what a form says is read back from the form.

use std::collections::BTreeSet;

use tg_schema_compat::render::words::join;
use tg_schema_compat::render::{self};
use tg_schema_compat::report::Report;
use tg_schema_model::Json;

/// Rule, record and path, file and line.
pub type Fact = (String, String, String);

/// What a form has to say.
pub fn expected(report: &Report) -> BTreeSet<Fact> {
    render::findings(report)
        .map(|(record, finding)| {
            let record = record.map_or("", |record| &record.record);
            let place = finding.place.as_ref();
            (
                finding.rule.page.id.to_owned(),
                join(record, &finding.path),
                place.map_or(String::new(), |p| format!("{}:{}", p.file, p.line)),
            )
        })
        .collect()
}

/// What lines of plain text say of one finding.
pub fn of_lines<'l>(rule: &str, lines: impl Iterator<Item = &'l str>) -> BTreeSet<Fact> {
    let mut place = String::new();
    let mut paths: Vec<String> = Vec::new();
    for line in lines.map(str::trim) {
        if let Some(at) = line.strip_prefix("at ") {
            place = file_and_line(at);
        } else if let Some(also) = line.strip_prefix("also at ") {
            paths.extend(also.split(", ").map(str::to_owned));
        } else if let Some((at, _)) = line.split_once("concerns ") {
            paths.push(at.trim_end_matches([':', ',', ' ']).to_owned());
        }
    }
    let fact = |path: String| (rule.to_owned(), path, place.clone());
    paths.into_iter().map(fact).collect()
}

/// `file:line` of `file:line:column in version`.
fn file_and_line(at: &str) -> String {
    let at = at.split(" in ").next().unwrap();
    at.rsplit_once(':').unwrap().0.to_owned()
}

pub fn of_json(json: &Json) -> BTreeSet<Fact> {
    let text = |json: &Json, key: &str| json.get(key).and_then(Json::as_str).unwrap().to_owned();
    let of = |record: &str, findings: &Json| -> Vec<Fact> {
        let findings = findings.get("findings").and_then(Json::as_array).unwrap();
        let fact = |finding: &Json| {
            let span = finding.get("span").filter(|span| !span.is_null());
            let place = span.map(|span| {
                let line = span.get("line").and_then(Json::as_number).unwrap();
                format!("{}:{line}", text(span, "file"))
            });
            let path = join(record, &text(finding, "path"));
            (text(finding, "rule"), path, place.unwrap_or_default())
        };
        findings.iter().map(fact).collect()
    };
    let records = json.get("records").and_then(Json::as_array).unwrap();
    let of_records = records.iter().flat_map(|r| of(&text(r, "record"), r));
    of_records.chain(of("", json)).collect()
}

pub fn of_github(text: &str) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for line in text.lines() {
        let (properties, message) = line[2..].split_once("::").unwrap();
        let rule = properties.rsplit_once("title=").unwrap().1;
        let lines: Vec<&str> = message.split("%0A").collect();
        if !rule.contains(' ') {
            facts.extend(of_lines(rule, lines.into_iter().skip(1)));
        }
    }
    facts
}

pub fn of_gitlab(json: &Json) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for entry in json.as_array().unwrap() {
        let text = |key| entry.get(key).and_then(Json::as_str).unwrap();
        if text("check_name") != "GATE" {
            let lines = text("description").split("; ").skip(1);
            facts.extend(of_lines(text("check_name"), lines));
        }
    }
    facts
}

pub fn of_junit(text: &str) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for case in text.split("<system-out>").skip(1) {
        let output = case.split("</system-out>").next().unwrap();
        for block in output.split("\n\n") {
            let mut lines = block.lines();
            let rule = lines.next().unwrap().split(' ').next().unwrap();
            facts.extend(of_lines(rule, lines.skip(1)));
        }
    }
    facts
}

pub fn of_markdown(text: &str) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for block in text.split("\n- **").skip(1) {
        let rule = block.split("**").next().unwrap().replace('\\', "");
        let mut lines = Vec::new();
        for line in block.lines().filter_map(|line| line.strip_prefix("  - ")) {
            let line = line.replace(['\\', '`'], "");
            match line.split_once(", at ") {
                Some((path, rest)) if line.contains(", concerns ") => {
                    let (place, _) = rest.split_once(", concerns ").unwrap();
                    lines.extend([format!("{path}: concerns it"), format!("at {place}")]);
                }
                _ => lines.push(line),
            }
        }
        facts.extend(of_lines(&rule, lines.iter().map(String::as_str)));
    }
    facts
}

pub fn of_html(text: &str) -> BTreeSet<Fact> {
    let mut facts = BTreeSet::new();
    for article in text.split("<article ").skip(1) {
        let rule = article.split('"').nth(1).unwrap();
        let row = |title: &str| {
            let (_, rest) = article.split_once(&format!("<dt>{title}</dt><dd><code>"))?;
            Some(rest.split("</code>").next().unwrap())
        };
        let mut lines = vec![format!("{}: concerns it", row("Path").unwrap_or_default())];
        lines.extend(row("Also at").map(|also| format!("also at {also}")));
        lines.extend(row("Place").map(|place| format!("at {place}")));
        facts.extend(of_lines(rule, lines.iter().map(String::as_str)));
    }
    facts
}

/// Every form that this crate writes says all of a report, and nothing else.
pub fn same(sample: &super::sample::Sample) {
    let (report, texts) = (&sample.report, &sample.texts());
    let expected = expected(report);
    assert_eq!(of_json(&render::json(report, texts)), expected, "json");
    assert_eq!(
        of_github(&render::github(report, texts)),
        expected,
        "github"
    );
    assert_eq!(
        of_gitlab(&render::gitlab(report, texts)),
        expected,
        "gitlab"
    );
    assert_eq!(of_junit(&render::junit(report)), expected, "junit");
    let comment = render::markdown(report, texts);
    match comment.contains("\n> [!NOTE]\n") {
        // Not all has gone in, as it says.
        true => assert!(of_markdown(&comment).is_subset(&expected), "markdown"),
        false => assert_eq!(of_markdown(&comment), expected, "markdown"),
    }
    assert_eq!(of_html(&render::html(report, texts)), expected, "html");
}

#[test]
fn all_forms_say_the_same() {
    let sample = super::sample::sample();
    assert_eq!(expected(&sample.report).len(), 7);
    same(&sample);
}
