//! The audit of the code base under `tests/migrate/audit`.
//!
//! What must be found is in `expected.txt` and `expected-callers.txt` there: file, line, kind, what is
//! written. After a change that is meant, renew them:
//! `TG_SCHEMA_RENEW=1 cargo test -p tg-schema-migrate --test audit`.

mod support;

use std::path::{Path, PathBuf};

use support::Folder;

use tg_schema_migrate::Progress;
use tg_schema_migrate::audit::{Audit, Auditor, audit, json, markdown, text};
use tg_schema_migrate::interpret::{Parsed, run};
use tg_schema_migrate::{callers, python, source};
use tg_schema_model::{Diagnostics, Json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/migrate/audit")
}

fn audited(paths: &[PathBuf]) -> Audit {
    looked_at(paths).0
}

fn looked_at(paths: &[PathBuf]) -> (Audit, callers::Report) {
    let mut findings = Diagnostics::default();
    let progress = Progress::default();
    let texts = source::read(paths, &progress, &mut findings);
    let parsed = Parsed::new(&texts, &progress, &mut findings);
    assert_eq!(findings, Diagnostics::default());
    let program = parsed.program(&texts, &progress);
    let mut observers = (Auditor::default(), callers::Notes::default());
    let outcome = run(program, &mut observers);
    let (facts, notes) = observers;
    let tightened = callers::Tightened::default();
    let report = callers::callers(program, &outcome, &notes, &tightened);
    (audit(program, &outcome, &facts), report)
}

/// Compares with a file of the folder, or writes it.
#[track_caller]
fn compare(name: &str, found: &str) {
    let path = folder().join(name);
    if std::env::var_os("TG_SCHEMA_RENEW").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "found:\n{found}");
}

#[test]
fn callers_are_found() {
    let top = folder();
    let (_, report) = looked_at(&[top.join("beacon")]);
    let mut found = String::new();
    for f in &report.findings {
        let file = Path::new(&f.file).strip_prefix(&top).unwrap().display();
        let (kind, class, text) = (f.rule.id, &f.class, &f.text);
        found.push_str(&format!("{file}:{} {kind} {class}: {text}\n", f.line));
    }
    found.push_str(&report.summary());
    compare("expected-callers.txt", &found);
}

#[test]
fn everything_that_is_there_is_found() {
    let top = folder();
    let audit = audited(&[top.join("beacon")]);
    let mut found = String::new();
    for f in &audit.findings {
        let file = Path::new(&f.file).strip_prefix(&top).unwrap().display();
        let mark = if f.certain { "" } else { " ?" };
        let text: String = f.text.chars().take(70).collect();
        let kind = f.rule.id;
        found.push_str(&format!("{file}:{} {kind}{mark}: {text}\n", f.line));
    }
    compare("expected.txt", &found);
}

#[test]
fn counts_add_up_in_every_form() {
    let audit = audited(&[folder().join("beacon")]);
    let all = audit.findings.len();
    assert!(all > 50);
    assert_eq!(audit.by_kind().values().sum::<usize>(), all);
    assert_eq!(audit.by_file().values().sum::<usize>(), all);
    let tree = json(&audit);
    let counts = tree.get("counts").unwrap();
    let sum = |part: &Json| -> i64 {
        let entries = part.as_object().unwrap();
        entries.iter().filter_map(|(_, n)| n.as_i64()).sum()
    };
    assert_eq!(sum(counts.get("kinds").unwrap()), all as i64);
    let files = counts.get("files").unwrap().as_object().unwrap();
    let totals = files.iter().map(|(_, f)| sum(f.get("kinds").unwrap()));
    assert_eq!(totals.sum::<i64>(), all as i64);
    assert_eq!(counts.get("total"), Some(&Json::int(all as i64)));
    let (text, files) = (text(&audit), files.len());
    let last = format!("{all} ties to Pulsar in {files} of {} files\n", audit.files);
    assert!(text.ends_with(&last), "{text}");
    let page = markdown(&audit);
    assert!(page.contains(&format!("| **all** | | **{all}** |")));
    let places = page.split("## Places").nth(1).unwrap();
    let rows = places
        .lines()
        .filter(|l| l.starts_with("| ") && !l.starts_with("| place"));
    assert_eq!(rows.count(), all);
}

#[test]
fn long_chains_of_calls_end() {
    let functions: String = (0..300)
        .map(|n| format!("def f{n}(c): return f{}(c)\n", n + 1))
        .collect();
    let chain = ".subscribe('a', 'b').receive().message_id()".repeat(200);
    let text = format!(
        "\
import pulsar
{functions}
def f300(c): return c.subscribe('a', 'b')
pulsar.Client('a'){chain}
known = f0(pulsar.Client('a'))
known.receive()
"
    );
    let folder = Folder::new(&[("code.py", &text)]);
    let path = folder.0.clone();
    let thread = std::thread::Builder::new().stack_size(python::STACK);
    let thread = thread.spawn(move || audited(&[path])).unwrap();
    let audit = thread.join().unwrap();
    let kinds = audit.by_kind();
    assert_eq!(kinds.get("PULSAR_CLIENT"), Some(&2));
    // The first of the chain; what comes behind it is nothing of the client's.
    assert!(kinds.get("MESSAGE_CALL") >= Some(&2), "{kinds:?}");
}

#[test]
fn secrets_are_in_no_form() {
    let folder = Folder::new(&[(
        "code.py",
        r#"
import os
import pulsar

TOKEN = "hidden-0"
pulsar.Client("pulsar://h:6650", pulsar.AuthenticationToken("hidden-1"))
pulsar.Client("pulsar+ssl://bob:hidden-2@h:6651", authentication=pulsar.AuthenticationBasic(
    "hidden-3", f"hidden-4{TOKEN}"))
pulsar.Client(service_url="http://h/?token=hidden-5")
pulsar.Client(f"pulsar://{'bob'}:{'hidden-6'}@h")
pulsar.Client("pulsar://h", authentication=pulsar.AuthenticationToken(lambda: b"hidden-7"))
pulsar.Client("pulsar://h", logger=print("eyJhidden-8.a.b"))


class Wrapped:
    def __init__(self, api_key, options, token=os.environ.get("PULSAR_TOKEN", "hidden-9")):
        self.client = pulsar.Client("pulsar://h", authentication=pulsar.AuthenticationToken(token))


def add_args(parser):
    parser.add_argument("--pulsar-api-key", default="hidden-10")
    parser.add_argument("--pulsar-host", default="shown-1")


Wrapped(api_key="hidden-11", options={"password": "hidden-12", "topic": "shown-2"})
Wrapped("hidden-13", "shown-3", "hidden-14")
"#,
    )]);
    let audit = audited(std::slice::from_ref(&folder.0));
    let kinds = audit.by_kind();
    for (kind, places) in [
        ("PULSAR_CLIENT", 7),
        ("AUTHENTICATION", 4),
        ("COMMAND_LINE_FLAG", 2),
        ("WRAPPED_CLIENT", 2),
    ] {
        assert_eq!(kinds.get(kind), Some(&places), "{kind}: {kinds:?}");
    }
    let forms = [
        text(&audit),
        markdown(&audit),
        json(&audit).compact(),
        format!("{:?}", audit.findings),
    ];
    for form in forms {
        assert!(!form.contains("hidden"), "{form}");
        assert!(form.contains("***@h:6651"), "{form}");
        for shown in ["shown-1", "shown-2", "shown-3"] {
            assert!(form.contains(shown), "{form}");
        }
    }
    // What is shown of the source ends before the first secret.
    let source = std::fs::read_to_string(folder.0.join("code.py")).unwrap();
    for finding in &audit.findings {
        let shown = &source[finding.span.range()];
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(finding.line > 1);
    }
}

#[test]
fn what_a_call_opens_tells_of_a_client_that_nothing_else_tells_of() {
    let folder = Folder::new(&[(
        "code.py",
        "\
import pulsar; from pulsar.schema import AvroSchema, Record
class M(Record): pass
def by_schema(c):
    s = c.subscribe('q', 'sub', schema=AvroSchema(M))
    s.receive()
def by_address(c):
    for r, s in [(1, 2)]: print(r)
    c.subscribe('persistent://t/n/q', 'sub').close()
    c.subscribe(['non-persistent://t/n/q'], 'sub')
def other(redis):
    redis.subscribe('q')
    redis.subscribe(['q'], schema=dict)
def lambdas(c: pulsar.Client, p):
    s = c.subscribe('persistent://t/n/q', 'sub')
    p.each(lambda s, r: s.foo(r))
",
    )]);
    let audit = audited(std::slice::from_ref(&folder.0));
    let kinds = [
        "PULSAR_CONSUMER",
        "MESSAGE_CALL",
        "CONNECTION_CALL",
        "CLIENT_PARAMETER",
    ];
    let found: Vec<(usize, &str)> = audit
        .findings
        .iter()
        .filter(|f| kinds.contains(&f.rule.id))
        .map(|f| (f.line, f.rule.id))
        .collect();
    assert_eq!(
        found,
        [
            (4, "PULSAR_CONSUMER"),
            (5, "MESSAGE_CALL"),
            (8, "CONNECTION_CALL"),
            (8, "PULSAR_CONSUMER"),
            (9, "PULSAR_CONSUMER"),
            (13, "CLIENT_PARAMETER"),
            (14, "PULSAR_CONSUMER"),
        ]
    );
}
