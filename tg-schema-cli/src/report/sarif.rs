//! Problems as a SARIF 2.1.0 log, the form in which code hosts and editors take findings.
//!
//! A result has its rule with its page, its place with line and column, and a fingerprint of what stays
//! the same when lines above it come and go: rule, file and the text of the line.

mod check;

use std::cell::LazyCell;
use std::collections::HashMap;
use std::path::{Component, Path};

use tg_schema_compat::render::Root;
use tg_schema_model::rule::{self, Chapter, Level, Rule};
use tg_schema_model::{Diagnostic, Fingerprint, Json, Severity, Sources, Span};

use super::inside;
use crate::uri;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
const BASE: &str = "SRCROOT";

/// A log under construction.
pub struct Log {
    chapters: &'static [Chapter],
    /// What paths start from; looked for when the first is written.
    root: LazyCell<Root, fn() -> Root>,
    /// Rules that occur, in the order in which they came up.
    rules: Vec<&'static Rule>,
    results: Vec<Json>,
    /// What is to be told of the run itself.
    notifications: Vec<Json>,
    /// How often each fingerprint came up before.
    seen: HashMap<String, usize>,
}

impl Log {
    /// An empty log of findings under these rules.
    pub fn new(chapters: &'static [Chapter], root: fn() -> Root) -> Self {
        Log {
            chapters,
            root: LazyCell::new(root),
            rules: Vec::new(),
            results: Vec::new(),
            notifications: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.results.is_empty() && self.notifications.is_empty()
    }

    /// Adds a problem.
    pub fn add(&mut self, sources: &Sources, d: &Diagnostic) {
        let rule = d.code.and_then(|code| rule::find(self.chapters, code));
        let level = match (rule, d.severity) {
            (_, Severity::Error) => Level::Error,
            (Some(rule), Severity::Warning) => rule.level.max(Level::Warning),
            (None, Severity::Warning) => Level::Warning,
        };
        let mut result = Vec::new();
        if let Some(rule) = rule {
            result.push(("ruleId", Json::str(rule.id)));
            result.push(("ruleIndex", number(self.index(rule))));
        } else if let Some(code) = d.code {
            result.push(("ruleId", Json::str(code)));
        }
        result.push(("level", Json::str(level.as_str())));
        result.push(("message", text(&message(d))));
        if let Some(place) = self.place(sources, d.span) {
            let location = Json::object([("physicalLocation", place)]);
            result.push(("locations", Json::Array(vec![location])));
        }
        let same = self.same(sources, d);
        result.push(("partialFingerprints", self.fingerprint(same)));
        self.results.push(Json::object(result));
    }

    /// The whole log.
    pub fn document(self) -> Json {
        let driver = Json::object([
            ("name", Json::str("tg-schema")),
            ("semanticVersion", Json::str(env!("CARGO_PKG_VERSION"))),
            (
                "informationUri",
                Json::str(concat!(env!("CARGO_PKG_REPOSITORY"), "#readme")),
            ),
            (
                "rules",
                Json::Array(self.rules.iter().map(|r| descriptor(r)).collect()),
            ),
        ]);
        let mut run = vec![("tool", Json::object([("driver", driver)]))];
        if !self.notifications.is_empty() {
            let invocation = Json::object([
                ("executionSuccessful", Json::Bool(true)),
                (
                    "toolExecutionNotifications",
                    Json::Array(self.notifications),
                ),
            ]);
            run.push(("invocations", Json::Array(vec![invocation])));
        }
        run.push(("columnKind", Json::str("unicodeCodePoints")));
        run.push(("results", Json::Array(self.results)));
        Json::object([
            ("$schema", Json::str(SCHEMA)),
            ("version", Json::str("2.1.0")),
            ("runs", Json::Array(vec![Json::object(run)])),
        ])
    }

    fn index(&mut self, rule: &'static Rule) -> usize {
        let known = self.rules.iter().position(|r| r.id == rule.id);
        known.unwrap_or_else(|| {
            self.rules.push(rule);
            self.rules.len() - 1
        })
    }

    /// The physical location of a span.
    fn place(&self, sources: &Sources, span: Span) -> Option<Json> {
        let source = sources.get(span.source)?;
        let mut region = region(sources, span)?;
        let snippet = &source.text[inside(&source.text, span.range())];
        if !snippet.is_empty() && snippet.len() <= MAX_SNIPPET {
            region.push(("snippet", text(snippet)));
        }
        Some(Json::object([
            ("artifactLocation", self.artifact(&source.name)),
            ("region", Json::object(region)),
        ]))
    }

    fn artifact(&self, name: &str) -> Json {
        match self.relative(name) {
            Ok(uri) => Json::object([("uri", Json::str(uri)), ("uriBaseId", Json::str(BASE))]),
            Err(uri) => Json::object([("uri", Json::str(uri))]),
        }
    }

    /// The path from the root of the repository as a relative URI, or the absolute URI of what lies outside of it, such as
    /// in a registry.
    fn relative(&self, name: &str) -> Result<String, String> {
        if name.contains("://") {
            return Err(uri::whole(name));
        }
        let path = self.root.path(name);
        let path = Path::new(&path);
        let absolute = path.is_absolute();
        let mut parts: Vec<String> = Vec::new();
        for part in path.components() {
            match part {
                Component::CurDir | Component::RootDir => {}
                Component::ParentDir => parts.push("..".to_owned()),
                Component::Normal(part) => parts.push(uri::part(&part.to_string_lossy())),
                Component::Prefix(part) => {
                    parts.push(uri::part(&part.as_os_str().to_string_lossy()))
                }
            }
        }
        let uri = parts.join("/");
        match absolute {
            true => Err(format!("file:///{uri}")),
            false => Ok(uri),
        }
    }

    /// What stays the same of a problem when lines above it come and go.
    fn same(&self, sources: &Sources, d: &Diagnostic) -> String {
        let source = sources.get(d.span.source);
        let (file, line) = match (source, sources.position(d.span)) {
            (Some(source), Some(at)) => {
                let file = self.relative(&source.name).unwrap_or_else(|uri| uri);
                (file, source.text.lines().nth(at.line - 1).unwrap_or(""))
            }
            _ => (String::new(), d.message.as_str()),
        };
        format!("{}\0{file}\0{}", d.code.unwrap_or(&d.message), line.trim())
    }

    fn fingerprint(&mut self, same: String) -> Json {
        let before = self.seen.entry(same.clone()).or_default();
        let print = Fingerprint::of(&format!("{same}\0{before}")).sha256_hex();
        *before += 1;
        Json::object([("tgSchema/v1", Json::str(print))])
    }
}

/// The region of a span.
fn region(sources: &Sources, span: Span) -> Option<Vec<(&'static str, Json)>> {
    let start = sources.position(span)?;
    let mut behind = span;
    behind.start = behind.end.max(behind.start);
    let end = sources.position(behind)?;
    Some(vec![
        ("startLine", number(start.line)),
        ("startColumn", number(start.column)),
        ("endLine", number(end.line)),
        ("endColumn", number(end.column)),
    ])
}

/// Longer texts are not repeated in the log.
const MAX_SNIPPET: usize = 2_000;

fn descriptor(rule: &Rule) -> Json {
    let page = rule.page(1);
    Json::object([
        ("id", Json::str(rule.id)),
        ("shortDescription", text(rule.title)),
        (
            "fullDescription",
            text(&format!("{} {}", rule.what, rule.why)),
        ),
        (
            "help",
            Json::object([
                ("text", Json::str(rule.remedy)),
                ("markdown", Json::str(page)),
            ]),
        ),
        (
            "defaultConfiguration",
            Json::object([("level", Json::str(rule.level.as_str()))]),
        ),
    ])
}

fn message(d: &Diagnostic) -> String {
    let mut message = d.message.clone();
    if !d.label.is_empty() {
        message.push_str(": ");
        message.push_str(&d.label);
    }
    if let Some(help) = &d.help {
        message.push_str("\nHelp: ");
        message.push_str(help);
    }
    message
}

fn text(text: &str) -> Json {
    Json::object([("text", Json::str(text))])
}

fn number(n: usize) -> Json {
    Json::Number(n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::explain::chapters;
    use tg_schema_model::Span;

    fn empty() -> Log {
        Log::new(chapters(), || Root::of("/home", |_| false))
    }

    fn log(name: &str, text: &str, at: usize) -> (Json, String) {
        let mut sources = Sources::default();
        let id = sources.add(name, text);
        let d = Diagnostic::warning(Span::new(id, at..at + 3), "found", "here");
        let mut log = empty();
        log.add(&sources, &d.code("TOPIC_URI").help("change it"));
        let log = log.document();
        let run = &log.get("runs").and_then(Json::as_array).unwrap()[0];
        let result = run.get("results").and_then(Json::as_array).unwrap()[0].clone();
        let prints = result.get("partialFingerprints").unwrap();
        let print = prints.get("tgSchema/v1").and_then(Json::as_str).unwrap();
        (result.clone(), print.to_owned())
    }

    #[test]
    fn a_result_has_rule_place_and_message() {
        let (result, _) = log("./a b/ü.py", "x = 1\n  é = ü42\n", 13);
        assert_eq!(result.get("ruleId"), Some(&Json::str("TOPIC_URI")));
        assert_eq!(result.get("ruleIndex"), Some(&Json::int(0)));
        let place = &result.get("locations").and_then(Json::as_array).unwrap()[0];
        let place = place.get("physicalLocation").unwrap().compact();
        assert_eq!(
            place,
            "{\"artifactLocation\":{\"uri\":\"a%20b/%C3%BC.py\",\"uriBaseId\":\"SRCROOT\"},\
             \"region\":{\"startLine\":2,\"startColumn\":7,\"endLine\":2,\"endColumn\":9,\
             \"snippet\":{\"text\":\"ü4\"}}}"
        );
        let message = result.get("message").unwrap().compact();
        assert_eq!(message, "{\"text\":\"found: here\\nHelp: change it\"}");
    }

    #[test]
    fn fingerprints_stay_when_lines_move() {
        let first = log("a.py", "x = 1\nfoo()\n", 6).1;
        assert_eq!(log("a.py", "y = 1\nx = 1\n    foo()\n", 16).1, first);
        assert_eq!(log("./a.py", "foo()\n", 0).1, first);
        assert_ne!(log("b.py", "x = 1\nfoo()\n", 6).1, first);
        assert_ne!(log("a.py", "x = 1\nbar()\n", 6).1, first);
    }

    #[test]
    fn paths_outside_are_absolute() {
        let log = empty();
        assert_eq!(log.relative("/home/a/b.py"), Ok("a/b.py".into()));
        assert_eq!(log.relative("../c.py"), Ok("../c.py".into()));
        assert_eq!(log.relative("a:b.py"), Ok("a%3Ab.py".into()));
        assert_eq!(
            log.relative("/nowhere/x#.py"),
            Err("file:///nowhere/x%23.py".into())
        );
        let schema = "http://host:8081/subjects/a%2Fb/versions/1";
        assert_eq!(log.relative(schema), Err(schema.into()));
        assert_eq!(
            log.relative("persistent://tg/flow/a version 1"),
            Err("persistent://tg/flow/a%20version%201".into())
        );
    }
}
