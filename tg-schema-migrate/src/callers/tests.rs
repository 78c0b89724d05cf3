//! Python text in, findings out.

use crate::progress::Progress;
use tg_schema_model::{Diagnostics, Sources};

use super::*;
use crate::interpret::{Project, run};
use crate::python;
use crate::source::{Text, Texts};

const SCHEMA: &str = "\
from pulsar.schema import Record, String, Array, Map, Boolean, Integer
class Error(Record):
    type = String()
    message = String()
class Item(Record):
    name = String()
    size = Integer()
class Response(Record):
    error = Error()
    sure = Error(required=True)
    items = Array(Item())
    named = Map(Item())
    last = Boolean()
    text = String()
class Parameter(Record):
    name = String()
    required = Boolean()
class Child(Response):
    own = String()
class Made(Record):
    x = String()
    def __init__(self, y):
        super().__init__(x=y)
    def shout(self):
        return self.x.upper()
";

fn report(files: &[(&str, &str)], tightened: &Tightened) -> (Report, Vec<String>) {
    let mut sources = Sources::default();
    let mut all = vec![("schema.py", SCHEMA)];
    all.extend_from_slice(files);
    let files = all.iter().map(|(path, text)| Text {
        path: path.into(),
        real: format!("/r/{path}").into(),
        module: vec![path.trim_end_matches(".py").to_owned()],
        root: 0,
        source: sources.add(*path, *text),
        doubt: Default::default(),
    });
    let files = files.collect();
    let texts = Texts {
        sources,
        files,
        roots: vec!["/r".into()],
        ..Texts::default()
    };
    let mut findings = Diagnostics::default();
    let trees = python::parse(
        &texts.files,
        &texts.sources,
        &Progress::default(),
        &mut findings,
    );
    assert_eq!(findings, Diagnostics::default());
    let project = Project::new(&texts);
    let program = Program {
        files: &texts.files,
        trees: &trees,
        sources: &texts.sources,
        project: &project,
        progress: &Progress::default(),
    };
    let mut notes = Notes::default();
    let outcome = run(program, &mut notes);
    let report = callers(program, &outcome, &notes, tightened);
    let lines = report.findings.iter().map(|f| {
        assert_eq!(f.diagnostic().code, Some(f.rule.id));
        format!(
            "{}:{} {} {}: {}",
            f.file, f.line, f.rule.id, f.class, f.text
        )
    });
    let lines = lines.collect();
    (report, lines)
}

#[track_caller]
fn check(text: &str, expected: &[&str]) -> Report {
    let (report, lines) = report(&[("use.py", text)], &Tightened::default());
    assert_eq!(lines, expected, "{:#?}", report.findings);
    report
}

#[test]
fn arguments_that_the_class_does_not_declare() {
    let text = "\
import schema as s
from schema import Response as R, Parameter, Child, Item
R(text='x', chunk=None)
s.Error(mesage='x')
def f(values, more):
    R(**values)
    R(*more)
    R(**{'text': 'x', 'txet': 'y'})
    return Child(own='x', text='inherited')
Parameter(name='x', required=True)
Item(required=True)
Item('a', 2)
Item(name='a', size=2)
";
    let report = check(
        text,
        &[
            "use.py:3 UNDECLARED_ARGUMENT Response: chunk=None",
            "use.py:4 UNDECLARED_ARGUMENT Error: mesage='x'",
            "use.py:6 UNKNOWN_ARGUMENTS Response: R(**values)",
            "use.py:7 UNKNOWN_ARGUMENTS Response: R(*more)",
            "use.py:8 UNDECLARED_ARGUMENT Response: R(**{'text': 'x', 'txet': 'y'})",
            "use.py:9 UNDECLARED_ARGUMENT Child: text='inherited'",
            "use.py:10 SWALLOWED_FIELD_NAME Parameter: required=True",
            "use.py:11 UNDECLARED_ARGUMENT Item: required=True",
            "use.py:12 POSITIONAL_ARGUMENT Item: Item('a', 2)",
        ],
    );
    assert_eq!(report.calls, 11 - 1);
    assert!(report.findings[1].help.contains("did you mean `message`?"));
    assert_eq!(report.findings[0].defined, "schema.py:8");
}

#[test]
fn what_is_not_certain_is_counted() {
    let text = "\
from schema import Made
from elsewhere import Response
from .nowhere import Item
Made(3, z=4)
Item(a=1)
Response(b=2)
def f(Error):
    return Error(c=3)
";
    let report = check(text, &[]);
    assert_eq!((report.calls, report.uncertain), (0, 3));
}

#[test]
fn attributes_that_are_not_there() {
    let text = "\
from typing import Optional
import schema as s
from schema import Response, Child, Made
def f(r: Response, o: Optional[Response], p: 'Response', q: 's.Error | None', u: s.Item | None, x):
    r.chunk
    r.txet = 1
    o.chunk
    p.chunk
    q.message
    u.nam
    x.chunk
    for item in r.items:
        item.nmae
    r.named['k'].size
    r.named['k'].big
    r = x
def g(r: Response):
    r = other()
    r.chunk
def h():
    r = Response(text='x')
    r.shema()
    r.schema()
    r.__dict__
    getattr(r, 'chunk', None)
    hasattr(r, 'text')
    return [i.bad for i in r.items]
def k(c: Child, m: Made):
    c.text
    m.shout()
";
    check(
        text,
        &[
            "use.py:7 MISSING_ATTRIBUTE Response: o.chunk",
            "use.py:8 MISSING_ATTRIBUTE Response: p.chunk",
            "use.py:10 MISSING_ATTRIBUTE Item: u.nam",
            "use.py:22 MISSING_ATTRIBUTE Response: r.shema",
            "use.py:25 MISSING_ATTRIBUTE Response: getattr(r, 'chunk', None)",
            "use.py:27 MISSING_ATTRIBUTE Item: i.bad",
            "use.py:29 MISSING_ATTRIBUTE Child: c.text",
        ],
    );
}

#[test]
fn questions_that_have_another_answer() {
    let text = "\
from schema import Response
def f(r: Response):
    if r.error:
        pass
    if not r.error and r.text:
        pass
    if r.error is None or r.text is None:
        pass
    if None != r.last or r.sure is None or r.sure:
        pass
    x = r.error or r.text
    y = 1 if r.items else 2
    e = r.error
    while e:
        e.message
def g(r: Response):
    print(r.error.message, r.sure.message)
def h(r: Response):
    if r.error is not None:
        print(r.error.message)
";
    check(
        text,
        &[
            "use.py:3 FIELD_AS_TRUTH Response: r.error",
            "use.py:5 FIELD_AS_TRUTH Response: r.error",
            "use.py:7 FIELD_AS_NONE Response: r.error is None",
            "use.py:11 FIELD_AS_TRUTH Response: r.error",
            "use.py:14 FIELD_AS_TRUTH Error: e",
            "use.py:17 UNSET_RECORD_READ Error: r.error.message",
            "use.py:19 FIELD_AS_NONE Response: r.error is not None",
        ],
    );
    let tightened = Tightened::new([("Response", "text")]);
    let (_, lines) = report(&[("use.py", text)], &tightened);
    assert!(lines.contains(&"use.py:7 FIELD_AS_NONE Response: r.text is None".to_owned()));
}

#[test]
fn declarations_are_no_calls() {
    let report = check("from schema import Item\nclass I(Item): pass\n", &[]);
    assert_eq!((report.calls, report.uncertain), (0, 0));
}
