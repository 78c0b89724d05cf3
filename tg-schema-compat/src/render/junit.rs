//! JUnit XML: a test case for each record, a failure for each objection of the gate, and what was found
//! as the output of the case.

use std::collections::{HashMap, HashSet};

use tg_schema_model::shown::html as escaped;

use super::once::Once;
use super::{plain, words};
use crate::report::{Compared, Finding, Objection, Report};

/// The case of what concerns no record.
const ALL: &str = "all records";

/// The document.
pub fn junit<'r>(report: &'r Report) -> String {
    let mut objections: HashMap<Option<&'r str>, Vec<&'r Objection>> = HashMap::new();
    let records: HashSet<&str> = report.records.iter().map(|r| r.record.as_str()).collect();
    for objection in &report.objections {
        let record = objection.record.as_deref().filter(|r| records.contains(r));
        objections.entry(record).or_default().push(objection);
    }
    let mut cases = String::new();
    let mut tests = 0;
    let mut failed = 0;
    let mut case = |record: Option<&'r Compared>, findings: &[Finding]| {
        let name = record.map(|record| record.record.as_str());
        let objections = objections.remove(&name).unwrap_or_default();
        if record.is_none() && objections.is_empty() && findings.is_empty() {
            return;
        }
        tests += 1;
        failed += usize::from(!objections.is_empty());
        let lines: Vec<String> = findings.iter().map(|f| found(report, record, f)).collect();
        test(report, name.unwrap_or(ALL), &objections, &lines, &mut cases);
    };
    for record in &report.records {
        case(Some(record), &record.findings);
    }
    case(None, &report.findings);
    let counts = format!("tests=\"{tests}\" failures=\"{failed}\" errors=\"0\" time=\"0\"");
    let name = escaped(&words::compared(report));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tg-schema check\" {counts}>\n\
         <testsuite name=\"{name}\" {counts}>\n{cases}{}</testsuite>\n</testsuites>\n",
        written(report)
    )
}

/// What was written before, as the output of them all.
fn written(report: &Report) -> String {
    let mut lines = Vec::new();
    for written in &report.written {
        lines.push(format!("changed {}", written.files.join(", ")));
        let mended = written.mended.iter().map(words::mended);
        lines.extend(mended.map(|line| format!("  {line}")));
    }
    match lines.is_empty() {
        true => String::new(),
        false => format!("<system-out>{}</system-out>\n", escaped(&lines.join("\n"))),
    }
}

fn test(
    report: &Report,
    name: &str,
    objections: &[&Objection],
    lines: &[String],
    out: &mut String,
) {
    let class = escaped(&report.new);
    let name = escaped(name);
    out.push_str(&format!(
        "<testcase classname=\"{class}\" name=\"{name}\" time=\"0\""
    ));
    if objections.is_empty() && lines.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    for objection in objections {
        let message = escaped(&words::cut(&objection.message));
        out.push_str(&format!(
            "<failure type=\"{}\" message=\"{message}\">{}</failure>\n",
            escaped(&objection.requirement.to_string()),
            escaped(&words::objection(objection)),
        ));
    }
    if !lines.is_empty() {
        let text = lines.join("\n\n");
        out.push_str(&format!("<system-out>{text}</system-out>\n"));
    }
    out.push_str("</testcase>\n");
}

/// A finding as lines.
fn found(report: &Report, record: Option<&Compared>, finding: &Finding) -> String {
    let severity = finding.severity.as_str();
    let head = format!("{} ({severity})", finding.rule.page.id);
    let once = Once {
        record,
        finding,
        also: Vec::new(),
    };
    let lines = plain::lines(report, &once);
    let lines = lines.iter().map(|line| format!("\n  {}", escaped(line)));
    lines.fold(escaped(&head), |text, line| text + &line)
}
