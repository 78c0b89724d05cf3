//! The comparison with what is registered as text, Markdown and JSON.

use std::fmt::Write as _;

use tg_schema_model::Json;

use super::{Answer, Comparison, Difference, Report, Verdict};

const NOT_FOUND: &str = "not found";

/// For people.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for answer in &report.answers {
        let _ = writeln!(out, "{} ({})", answer.name, answer.place);
        if answer.comparisons.is_empty() {
            let _ = writeln!(out, "  {NOT_FOUND}");
        }
        for comparison in &answer.comparisons {
            let _ = writeln!(
                out,
                "  {}: {}",
                short(&comparison.verdict),
                comparison.origin
            );
            if let Verdict::Differs(d) = &comparison.verdict {
                let _ = writeln!(out, "    ours:       {}", value(d.ours.as_ref()));
                let _ = writeln!(out, "    registered: {}", value(d.registered.as_ref()));
            }
        }
    }
    for (origin, name) in &report.unclaimed {
        let _ = writeln!(out, "registered, but no class: {name} ({origin})");
    }
    for (origin, kind) in &report.primitive {
        let _ = writeln!(out, "without a text: {kind} ({origin})");
    }
    for (origin, why) in &report.unreadable {
        let _ = writeln!(out, "not readable: {origin}: {why}");
    }
    let _ = writeln!(out, "{}", summary(report));
    out
}

/// For a page.
pub fn markdown(report: &Report) -> String {
    let mut out =
        String::from("| class | place | registered | verdict | ours | registered text |\n");
    out.push_str("|---|---|---|---|---|---|\n");
    let mut row = |cells: [&str; 6]| {
        let cells = cells.map(|c| c.replace('|', "\\|").replace('\n', " "));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    for a in &report.answers {
        if a.comparisons.is_empty() {
            row([&a.name, &a.place, "", NOT_FOUND, "", ""]);
        }
        for c in &a.comparisons {
            let (ours, theirs) = match &c.verdict {
                Verdict::Differs(d) => (code(d.ours.as_ref()), code(d.registered.as_ref())),
                Verdict::Equal(_) => (String::new(), String::new()),
            };
            row([
                &a.name,
                &a.place,
                &c.origin,
                &short(&c.verdict),
                &ours,
                &theirs,
            ]);
        }
    }
    for (origin, name) in &report.unclaimed {
        row([name, "", origin, "no class", "", ""]);
    }
    for (origin, kind) in &report.primitive {
        row([kind, "", origin, "without a text", "", ""]);
    }
    for (origin, why) in &report.unreadable {
        row(["", "", origin, &format!("not readable: {why}"), "", ""]);
    }
    let _ = writeln!(out, "\n{}", summary(report));
    out
}

/// For programs.
pub fn json(report: &Report) -> Json {
    let pairs = |key: &str, pairs: &[(String, String)]| {
        let entry = |(origin, what): &(String, String)| {
            Json::object([("origin", Json::str(origin)), (key, Json::str(what))])
        };
        Json::Array(pairs.iter().map(entry).collect())
    };
    Json::object([
        (
            "classes",
            Json::Array(report.answers.iter().map(answer).collect()),
        ),
        ("unclaimed", pairs("name", &report.unclaimed)),
        ("without_text", pairs("type", &report.primitive)),
        ("unreadable", pairs("reason", &report.unreadable)),
    ])
}

fn answer(answer: &Answer) -> Json {
    Json::object([
        ("name", Json::str(&answer.name)),
        ("place", Json::str(&answer.place)),
        ("verdict", Json::str(overall(answer))),
        (
            "registered",
            Json::Array(answer.comparisons.iter().map(comparison).collect()),
        ),
    ])
}

fn comparison(comparison: &Comparison) -> Json {
    let mut entries = vec![
        ("origin", Json::str(&comparison.origin)),
        ("verdict", Json::str(short(&comparison.verdict))),
    ];
    match &comparison.verdict {
        Verdict::Equal(how) => entries.extend([
            ("identical", Json::Bool(*how == Default::default())),
            ("sorted", Json::Bool(how.sorted)),
            ("repeated", Json::Bool(how.repeated)),
            ("keys", Json::Bool(how.keys)),
        ]),
        Verdict::Differs(d) => entries.extend([
            ("pointer", Json::str(&d.pointer)),
            ("ours", d.ours.clone().unwrap_or(Json::Null)),
            ("registered", d.registered.clone().unwrap_or(Json::Null)),
        ]),
    }
    Json::object(entries)
}

/// The word for a class: that of the worst of its texts.
fn overall(answer: &Answer) -> String {
    if let Some((comparison, _)) = answer.difference() {
        return short(&comparison.verdict);
    }
    let equal = answer.comparisons.iter().filter_map(|c| match &c.verdict {
        Verdict::Equal(how) => Some((how.sorted, how.repeated, how.keys, how)),
        Verdict::Differs(_) => None,
    });
    equal
        .max()
        .map_or(NOT_FOUND.to_owned(), |(_, _, _, how)| how.to_string())
}

pub(super) fn short(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Equal(how) => how.to_string(),
        Verdict::Differs(Difference { pointer, .. }) if pointer.is_empty() => {
            "differs at the root".to_owned()
        }
        Verdict::Differs(Difference { pointer, .. }) => format!("differs at {pointer}"),
    }
}

pub(super) fn value(value: Option<&Json>) -> String {
    const LONGEST: usize = 200;
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let mut text = value.compact();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

fn code(json: Option<&Json>) -> String {
    match json {
        Some(_) => format!("`{}`", value(json)),
        None => "nothing".to_owned(),
    }
}

fn summary(report: &Report) -> String {
    let count = |keep: &dyn Fn(&Answer) -> bool| report.answers.iter().filter(|a| keep(a)).count();
    let absent = count(&|a| a.comparisons.is_empty());
    let different = count(&|a| a.difference().is_some());
    let equal = report.answers.len() - absent - different;
    let all = match report.answers.len() {
        1 => "1 class".to_owned(),
        n => format!("{n} classes"),
    };
    let mut text = format!("{all}: {equal} equal, {different} different, {absent} not found");
    if !report.unreadable.is_empty() {
        let _ = write!(text, "; {} not readable", report.unreadable.len());
    }
    text
}
