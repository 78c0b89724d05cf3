//! Python text in, findings out.

mod choices;
mod followed;
mod own;
mod values;

use crate::progress::Progress;
use tg_schema_model::Diagnostics;

use super::*;
use crate::interpret::tests::texts;
use crate::interpret::{Parsed, run};

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
    let mut all = vec![("schema.py", SCHEMA)];
    all.extend_from_slice(files);
    let texts = texts(&all);
    let (mut findings, progress) = (Diagnostics::default(), Progress::default());
    let parsed = Parsed::new(&texts, &progress, &mut findings);
    assert_eq!(findings, Diagnostics::default());
    let program = parsed.program(&texts, &progress);
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

/// Looks for the attributes `bad0`, `bad1` and so on to the last, in this order, and for nothing else.
#[track_caller]
fn numbered(text: &str, last: usize) {
    let (_, lines) = report(&[("use.py", text)], &Tightened::default());
    let number = |line: &str| line.rsplit_once("bad").map(|(_, n)| n.to_owned());
    let found: Vec<Option<String>> = lines.iter().map(|line| number(line)).collect();
    let all: Vec<Option<String>> = (0..=last).map(|n| Some(n.to_string())).collect();
    assert_eq!(found, all, "{lines:#?}");
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
            "use.py:3 MISSING_ARGUMENT Response: R(text='x', chunk=None)",
            "use.py:3 UNDECLARED_ARGUMENT Response: chunk=None",
            "use.py:4 UNDECLARED_ARGUMENT Error: mesage='x'",
            "use.py:6 UNKNOWN_ARGUMENTS Response: R(**values)",
            "use.py:7 UNKNOWN_ARGUMENTS Response: R(*more)",
            "use.py:8 MISSING_ARGUMENT Response: R(**{'text': 'x', 'txet': 'y'})",
            "use.py:8 UNDECLARED_ARGUMENT Response: R(**{'text': 'x', 'txet': 'y'})",
            "use.py:9 UNDECLARED_ARGUMENT Child: text='inherited'",
            "use.py:10 SWALLOWED_FIELD_NAME Parameter: required=True",
            "use.py:11 UNDECLARED_ARGUMENT Item: required=True",
            "use.py:12 POSITIONAL_ARGUMENT Item: Item('a', 2)",
        ],
    );
    assert_eq!(report.calls, 11 - 1);
    assert!(report.findings[2].help.contains("did you mean `message`?"));
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
    r = Response(text='x', sure=s.Error())
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
            "use.py:23 RECORD_METHOD Response: r.schema",
            "use.py:24 RECORD_METHOD Response: r.__dict__",
            "use.py:27 MISSING_ATTRIBUTE Item: i.bad",
            "use.py:29 MISSING_ATTRIBUTE Child: c.text",
            "use.py:30 RECORD_METHOD Made: m.shout",
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

#[test]
fn annotations_of_what_functions_give() {
    let text = "\
from __future__ import annotations
from collections.abc import AsyncIterator, Iterator
import typing as t
from schema import Response, Item
def ret() -> Response: return load()
def maybe() -> t.Optional['Response']: return load()
async def later() -> Response | None: return await load()
async def stream() -> AsyncIterator[Response]:
    yield load()
def pairs() -> tuple[Response, Item]: return load()
def nothing(): return load()
class Store:
    def get(self) -> Response: return load()
    @property
    def last(self) -> Response: return load()
    @staticmethod
    def all() -> list[Response]: return load()
    async def fetch(self) -> Response: return load()
    def own(self): self.get().bad0
ret().bad1
maybe().bad2
async def f(store: Store):
    (await later()).bad3
    r = await later()
    r.bad4
    async for x in stream(): x.bad5
    a, b = pairs()
    a.bad6, b.bad7, b.name
    nothing().bad
    store.get().bad8
    store.last.bad9
    for one in store.all(): one.bad10
    if (w := ret()).text: w.bad11
    (await store.fetch()).bad12
    store.get().text
";
    numbered(text, 12);
}

#[test]
fn annotations_of_collections() {
    let text = "\
from typing import Dict, List, Optional, Mapping
from schema import Response, Item
def f(a: list[Response], b: dict[str, Response], c: Optional[List[Response]], d: 'Dict[str, list[Item]]', *e: Response, **g: Item):
    for x in a: x.bad0
    a[0].bad1
    a[1:][0].bad2
    a.pop().bad3
    for k in b: k.bad
    for k, v in b.items(): v.bad4, k.bad
    for v in b.values(): v.bad5
    b.get('k').bad6
    b['k'].bad7
    for i, x2 in enumerate(c): x2.bad8, i.bad
    [y.bad9 for ys in d.values() for y in ys]
    e[0].bad10
    g['k'].bad11
    for p, q in zip(a, g.values()): p.bad12, q.bad13
    sorted(a)[0].bad14
    next(iter(a)).bad15
    l: list[Item] = load()
    l[-1].bad16
    m: Response = load()
    m.bad17
    n: Response | None = None
    n = load()
    n.bad18
    o = None
    for o2 in a:
        o = o2
    o.bad19
    u = a[0] if e else e[0]
    u.bad20
    for key in m.named: key.bad
    for z in m.named.values(): z.bad21
    m.named.get('k').bad22
    h, *rest = a
    h.bad
    s: set[str] = load()
    for t in s: t.bad
class Own:
    def __getitem__(self, at): return 1
def other(list: Own, a: 'not a ( type', b: 'list[' * 3, c: list[Response, Item] | Item):
    a.bad, b.bad, c.bad
";
    numbered(text, 22);
}

#[test]
fn attributes_of_other_classes() {
    let text = "\
from dataclasses import dataclass
from typing import TypedDict
from schema import Response, Item
@dataclass
class Job:
    reply: Response
    items: list[Item] | None = None
class Worker:
    last: Response
    def __init__(self, reply: Response, other):
        self.reply = reply
        self.other = other
        self.seen: dict[str, Item] = {}
        self.found = None
        self.twice = reply
    def run(self):
        self.last.bad0
        self.reply.bad1
        self.other.bad
        self.seen['a'].bad2
        self.found = self.reply
        self.found.bad3
        self.twice = load()
        self.twice.bad
    def late(self):
        def inner(): self.inner = Response(sure=x)
        self.inner.bad
class Child(Worker):
    def more(self): self.last.bad4
class Row(TypedDict):
    reply: Response
def f(job: Job, worker: 'Worker', row: Row):
    job.reply.bad5
    for item in job.items: item.bad6
    worker.last.bad7
    Job(load()).reply.bad8
    jobs = [Job(r) for r in load()]
    jobs[0].reply.bad9
    row['reply'].bad10
class Cache:
    def __getitem__(self, key) -> Response: return load()
Cache()['a'].bad11
";
    numbered(text, 11);
}

#[test]
fn patterns_of_records() {
    let text = "\
from schema import Response, Item
def f(x):
    match x:
        case Response(text='a', chunk=None): pass
        case Response(error=None): pass
        case Response(error=e, text=None) as r if r.txet:
            e.mesage
        case [Item(nam=n)] | {'k': Item(size=s)}: pass
        case Other(chunk=None): pass
";
    check(
        text,
        &[
            "use.py:4 MISSING_ATTRIBUTE Response: chunk=None",
            "use.py:5 FIELD_AS_NONE Response: error=None",
            "use.py:6 MISSING_ATTRIBUTE Response: r.txet",
            "use.py:7 MISSING_ATTRIBUTE Error: e.mesage",
            "use.py:8 MISSING_ATTRIBUTE Item: nam=n",
        ],
    );
    let tightened = Tightened::new([("Response", "text")]);
    let (_, lines) = report(&[("use.py", text)], &tightened);
    assert!(lines.contains(&"use.py:6 FIELD_AS_NONE Response: text=None".to_owned()));
}

#[test]
fn partial_calls() {
    let text = "\
import functools
from functools import partial
from schema import Response
make = partial(Response, text='x', chunk=None)
make(last=True, txet='y').bad
functools.partial(Response, 'x')
def f():
    p = functools.partial(Response)
    p(z=1)
partial(print, chunk=1)
";
    let report = check(
        text,
        &[
            "use.py:4 UNDECLARED_ARGUMENT Response: chunk=None",
            "use.py:5 MISSING_ATTRIBUTE Response: make(last=True, txet='y').bad",
            "use.py:5 UNDECLARED_ARGUMENT Response: txet='y'",
            "use.py:6 POSITIONAL_ARGUMENT Response: functools.partial(Response, 'x')",
            "use.py:9 UNDECLARED_ARGUMENT Response: z=1",
        ],
    );
    assert_eq!(report.calls, 5);
}

#[test]
fn messages_of_a_consumer() {
    let text = "\
import asyncio
import pulsar
from pulsar.schema import JsonSchema, AvroSchema, BytesSchema
from schema import Response, Item
client = pulsar.Client('pulsar://h')
consumer = client.subscribe('t', 's', schema=JsonSchema(Response))
msg = consumer.receive()
msg.value().bad0
for m in consumer.batch_receive(): m.value().bad1
def f(client):
    c = client.subscribe('t', 's', schema=AvroSchema(Response))
    value = c.receive(timeout_millis=5).value()
    value.bad2
    client.create_reader('t', 0, JsonSchema(Item)).read_next().value().bad3
    client.subscribe('t', 's', schema=BytesSchema()).receive().value().bad
    client.create_producer('t', schema=JsonSchema(Response)).receive().value().bad
class Loop:
    def __init__(self, client, schema):
        self.consumer = client.subscribe('t', 's', schema=JsonSchema(Response))
        self.other = client.subscribe('t', 's', schema=JsonSchema(schema))
    def run(self):
        msg = self.consumer.receive()
        msg.value().bad4
        self.other.receive().value().bad
        msg.properties().bad
async def g(client):
    c = await asyncio.to_thread(client.subscribe, 't', 's', schema=JsonSchema(Item))
    m = await asyncio.to_thread(c.receive)
    m.value().bad5
    n = await asyncio.get_running_loop().run_in_executor(None, c.receive, 5)
    n.value().bad6
def listener(consumer, message):
    message.value().bad7
def other(consumer, message):
    message.value().bad
client.subscribe('t', 's', schema=JsonSchema(Item), message_listener=listener)
client.subscribe('t', 's', message_listener=other)
class Bus:
    def subscribe(self, topic, name, schema): return load(schema)
Bus().subscribe('t', 's', schema=JsonSchema(Item)).receive().value().bad
";
    numbered(text, 7);
}

#[test]
fn what_every_record_had() {
    let text = "\
from schema import Response, Made, Parameter, Error
def f(r: Response, m: Made, p: Parameter, e: Error):
    Response.schema()
    r.schema()
    r._fields
    vars(r)
    r.__dict__
    r.__class__
    m.shout()
    e.type
    p.required
    p.default
    getattr(r, 'schema_info')
    Made.shout
    Response.__name__
";
    check(
        text,
        &[
            "use.py:3 RECORD_METHOD Response: Response.schema",
            "use.py:4 RECORD_METHOD Response: r.schema",
            "use.py:5 RECORD_METHOD Response: r._fields",
            "use.py:6 RECORD_METHOD Response: vars(r)",
            "use.py:7 RECORD_METHOD Response: r.__dict__",
            "use.py:9 RECORD_METHOD Made: m.shout",
            "use.py:12 RECORD_METHOD Parameter: p.default",
            "use.py:13 RECORD_METHOD Response: getattr(r, 'schema_info')",
            "use.py:14 RECORD_METHOD Made: Made.shout",
        ],
    );
}

#[test]
fn none_for_what_is_tightened() {
    let text = "\
from schema import Response, Item
def f(r: Response, x):
    Response(sure=x, text=None, last=None)
    Response(sure=x, text=x.text if x else None)
    Response(sure=x, text=x or None)
    Response(sure=x, text=x)
    Response(sure=x, **{'text': None})
    r.text = None
    r.text, r.last = None, 1
    r.last = None
    setattr(r, 'text', None)
    r.text = x
    r.text: str = None
    Item(name=None)
";
    let tightened = Tightened::new([("Response", "text")]);
    let (_, lines) = report(&[("use.py", text)], &tightened);
    let expected = [
        "use.py:3 NONE_FOR_TIGHTENED Response: text=None",
        "use.py:3 NONE_FOR_DEFAULT Response: last=None",
        "use.py:4 NONE_FOR_TIGHTENED Response: text=x.text if x else None",
        "use.py:5 NONE_FOR_TIGHTENED Response: text=x or None",
        "use.py:7 NONE_FOR_TIGHTENED Response: Response(sure=x, **{'text': None})",
        "use.py:8 NONE_FOR_TIGHTENED Response: r.text",
        "use.py:9 NONE_FOR_TIGHTENED Response: r.text",
        "use.py:9 WRONG_VALUE Response: r.last",
        "use.py:10 NONE_FOR_DEFAULT Response: r.last",
        "use.py:11 NONE_FOR_TIGHTENED Response: setattr(r, 'text', None)",
        "use.py:13 NONE_FOR_TIGHTENED Response: r.text",
    ];
    assert_eq!(lines, expected);
    let others = [
        "use.py:3 NONE_FOR_DEFAULT Response: last=None",
        "use.py:9 WRONG_VALUE Response: r.last",
        "use.py:10 NONE_FOR_DEFAULT Response: r.last",
    ];
    check(text, &others);
}

#[test]
fn names_of_lambdas_and_comprehensions_are_their_own() {
    let text = "\
import asyncio
from schema import Response, Item
async def call(x) -> Response: return load()
async def f(a: list[Response], b: list[Item]):
    for o in sorted(a, key=lambda o: 1): o.bad0
    [o.bad1 for o in b]
    {o.name: o for o in b}['k'].bad2
    o.bad3
    replies = await asyncio.gather(*[call(o) for o in a])
    replies[0].bad4
    one, two = await asyncio.gather(call(1), load())
    one.bad5, two.bad
    g = lambda x: [x.bad for y in b if y.bad6]
    [i.bad7 for o in a for i in o.items]
";
    numbered(text, 7);
}

#[test]
fn tests_of_the_class_narrow_names() {
    let text = "\
from schema import Response, Item
def f(x, y, z, *w):
    if isinstance(x, Response) and y:
        x.bad0
        for i in x.items: i.bad1
    elif isinstance(x, Item) and isinstance(y, Response):
        x.bad2, y.bad3
    else:
        x.bad
    x.bad
    if isinstance(y, Response):
        y = load()
        y.bad
    if isinstance(z, (Response, Item)) or isinstance(y, Item):
        z.bad, y.bad
    if not isinstance(z, Item):
        z.bad
";
    numbered(text, 3);
}

#[test]
fn circles_and_long_chains_end() {
    let chain = ".copy()".repeat(60);
    let bindings: String = (0..400)
        .map(|n| format!("    y = y if x else x\n    z{n} = [y, (y, y), {{1: y}}]\n"))
        .collect();
    let lists = format!("{}Response{}", "list[".repeat(60), "]".repeat(60));
    let text = format!(
        "\
from schema import Response
class A:
    def __init__(self): self.x, self.z = self.y, 1
    def other(self): self.y = self.x
    @property
    def p(self) -> 'A': return self.p
def f(a: A, x: Response, l: {lists}, q: \"{lists}\"):
    a.x.y.x.bad, a.p.p.p.x.bad, l[0].bad, q[0].bad
    y = x
{bindings}    y.bad, z399[0].bad
    x{chain}.bad
    x.bad0
"
    );
    let (_, lines) = report(&[("use.py", &text)], &Tightened::default());
    let last = lines.last().map(String::as_str);
    assert!(
        last.is_some_and(|line| line.ends_with("x.bad0")),
        "{lines:?}"
    );
    // Of Response, `copy` is no field.
    assert_eq!(lines.len(), 2, "{lines:?}");
}
