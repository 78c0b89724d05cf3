//! Values that fields are given, what objects are asked, and where they are followed to.

use super::{Tightened, report};

const VALUES: &str = "\
from enum import Enum
from pulsar.schema import *
class Color(Enum):
    RED = 1
    GREEN = 2
class Word(Enum):
    ONE = 'ONE'
class Error(Record):
    type = String()
    message = String()
class Car(Record):
    color = Color
    word = Word
    error = Error()
    errors = Array(Error())
    key = Bytes()
    n = Integer()
    d = Integer(default=3)
    f = Double()
    on = Boolean()
class Must(Record):
    text = String(required=True)
    given = String(required=True, default='x')
    on = Boolean(required=True)
";

#[track_caller]
pub(super) fn check_values(text: &str, expected: &[&str]) {
    let text = format!("from values import Car, Must, Color, Error\n{text}");
    let files = [("values.py", VALUES), ("use.py", text.as_str())];
    let (report, lines) = report(&files, &Tightened::default());
    assert_eq!(lines, expected, "{:#?}", report.findings);
}

#[test]
fn values_that_fields_do_not_hold() {
    let text = "\
def f(c: Car, x):
    Car(color=1, key='text', n='5', f=1, on=True)
    Car(color='RED' if x else Color.GREEN, error={'type': 'a'}, errors=[Error(), {'type': 'b'}])
    Car(color=c.color.value, key=b'x', n=-1, f=1.5, errors=[])
    Car(color=Color.RED, n=x, key=x.value)
    c.n = 1.5
    setattr(c, 'key', f'{x}')
    Must(text=None)
";
    check_values(
        text,
        &[
            "use.py:3 WRONG_VALUE Car: color=1",
            "use.py:3 WRONG_VALUE Car: key='text'",
            "use.py:3 WRONG_VALUE Car: n='5'",
            "use.py:4 WRONG_VALUE Car: color='RED' if x else Color.GREEN",
            "use.py:4 WRONG_VALUE Car: error={'type': 'a'}",
            "use.py:4 WRONG_VALUE Car: errors=[Error(), {'type': 'b'}]",
            "use.py:5 WRONG_VALUE Car: color=c.color.value",
            "use.py:5 ENUM_VALUE Car: c.color.value",
            "use.py:7 WRONG_VALUE Car: c.n",
            "use.py:8 WRONG_VALUE Car: setattr(c, 'key', f'{x}')",
            "use.py:9 WRONG_VALUE Must: text=None",
        ],
    );
}

#[test]
fn required_fields_that_are_not_given() {
    let text = "\
from functools import partial
Must()
Must(text='a')
part = partial(Must, text='a')
part()
";
    check_values(text, &["use.py:3 MISSING_ARGUMENT Must: Must()"]);
}

#[test]
fn none_for_fields_with_defaults() {
    let text = "\
def f(c: Car, x):
    Car(d=None, n=None, on=None, error=None)
    c.d = x or None
    c.n = None
";
    check_values(
        text,
        &[
            "use.py:3 NONE_FOR_DEFAULT Car: d=None",
            "use.py:3 NONE_FOR_DEFAULT Car: on=None",
            "use.py:4 NONE_FOR_DEFAULT Car: c.d",
        ],
    );
}

#[test]
fn values_that_may_be_none() {
    let text = "\
import os
from typing import Optional
def f(data, n=None, m: int | None = 1, k: 'Optional[int]' = 2, free=5):
    Car(d=data.get('d'), on=data.get('on'), n=data.get('n'))
    Car(d=os.environ.get(data), on=data.get('on', False))
    Car(d=n), Car(d=m), Car(d=k), Car(d=free)
def g(n=None, m=None):
    if n is not None:
        Car(d=n)
    m = m or 5
    Car(d=m)
";
    check_values(
        text,
        &[
            "use.py:5 NONE_FOR_DEFAULT Car: d=data.get('d')",
            "use.py:5 NONE_FOR_DEFAULT Car: on=data.get('on')",
            "use.py:6 NONE_FOR_DEFAULT Car: d=os.environ.get(data)",
            "use.py:7 NONE_FOR_DEFAULT Car: d=n",
            "use.py:7 NONE_FOR_DEFAULT Car: d=m",
            "use.py:7 NONE_FOR_DEFAULT Car: d=k",
        ],
    );
}

#[test]
fn values_that_a_generated_field_may_refuse() {
    let text = "\
import time
def sure(c: Car, e: Error, n: int, b: bytes, w: Word, t: str, x, items: list[Error]):
    Car(d=n, n=n, key=b, word=w, error=e, errors=items, f=n)
    Car(d=len(x), n=int(x), key=t.encode(), color=Color.RED, errors=[e, Error()], f=n / 2 if x is b else 1.5)
    Car(on=x is None, error=c.error, errors=[Error(type=i) for i in x], n=c.n, d=3 if x else 4)
    Car(on=not x, key=b'x' if x else b'y', f=time.time(), n=None, word=c.word, error=None)
    y = 5
    Car(d=y, on=bool(x))
    Must(text=t, given=f'{x}', on=x in t)
    Must(text='a' + x, given=str(x), on=True)
    e.type = x
def unsure(c: Car, x, n: int, m: 'int | None'):
    Car(d=x)
    Car(on=x)
    Car(key=x)
    Car(word=x)
    Car(error=x)
    Car(errors=x)
    Car(errors=[x])
    Car(n=int(time.time() * 1000))
    Car(n=2**40)
    Car(f=float('nan'))
    Car(n=99999999999)
    Car(d=c.n)
    Car(**{'on': x, 'n': x})
    Must(text=x, on=True)
    c.d = x
    Error(type=x.encode())
    z = 1
    z += n
    Car(d=z)
    return n
";
    let text = format!("from values import Car, Must, Color, Error, Word\n{text}");
    let files = [("values.py", VALUES), ("use.py", text.as_str())];
    let (report, lines) = report(&files, &Tightened::default());
    assert_eq!(lines, ["use.py:29 WRONG_VALUE Error: type=x.encode()"]);
    let doubts: Vec<String> = report.doubts.iter().map(|d| d.text.clone()).collect();
    let expected = [
        "d=x",
        "on=x",
        "key=x",
        "word=x",
        "error=x",
        "errors=x",
        "errors=[x]",
        "n=int(time.time() * 1000)",
        "n=2**40",
        "f=float('nan')",
        "n=99999999999",
        "d=c.n",
        "Car(**{'on': x, 'n': x})",
        "Car(**{'on': x, 'n': x})",
        "text=x",
        "c.d",
        "d=z",
    ];
    assert_eq!(doubts, expected, "{:#?}", report.doubts);
}

#[test]
fn sub_records_that_are_not_set() {
    let text = "\
def f(c: Car):
    c.error.message = 'x'
    e = c.error
    e.message = 'y'
def g(c: Car):
    c.error = Error()
    c.error.message = 'x'
def h(c: Car):
    isinstance(c.error, Error)
    isinstance(c, Car)
    match c.error:
        case None: pass
        case _: pass
";
    check_values(
        text,
        &[
            "use.py:3 UNSET_RECORD_WRITE Error: c.error.message",
            "use.py:5 UNSET_RECORD_WRITE Error: e.message",
            "use.py:10 FIELD_AS_TRUTH Car: isinstance(c.error, Error)",
            "use.py:13 FIELD_AS_NONE Car: None",
        ],
    );
}

#[test]
fn what_is_asked_of_records_and_enums() {
    let text = "\
def f(c: Car):
    if c == None or None != c.error or c.n == None:
        pass
    del c.n
    delattr(c, 'd')
    k = c.color
    print(k.value, k.name, c.word.value)
    hasattr(c, 'nothing'), getattr(c, 'nothing', 1)
    hasattr(c, 'schema'), getattr(c, '__dict__', {})
    getattr(c, 'nothing')
    vars(c)
";
    check_values(
        text,
        &[
            "use.py:3 FIELD_AS_NONE Car: c == None",
            "use.py:3 FIELD_AS_NONE Car: None != c.error",
            "use.py:5 FIELD_DELETED Car: c.n",
            "use.py:6 FIELD_DELETED Car: delattr(c, 'd')",
            "use.py:8 ENUM_VALUE Color: k.value",
            "use.py:10 RECORD_METHOD Car: hasattr(c, 'schema')",
            "use.py:10 RECORD_METHOD Car: getattr(c, '__dict__', {})",
            "use.py:11 MISSING_ATTRIBUTE Car: getattr(c, 'nothing')",
            "use.py:12 RECORD_METHOD Car: vars(c)",
        ],
    );
}

#[test]
fn one_of_several_classes_is_called() {
    let text = "\
def f(x):
    (Car if x else Error)(n=1)
    for cls in (Car, Error, Must):
        cls(text='a')
    one = Must if x else Car
    one(text='a')
    (Car if x else other)(text='a')
";
    check_values(
        text,
        &[
            "use.py:3 UNDECLARED_ARGUMENT Error: n=1",
            "use.py:5 UNDECLARED_ARGUMENT Car: text='a'",
            "use.py:5 UNDECLARED_ARGUMENT Error: text='a'",
            "use.py:7 UNDECLARED_ARGUMENT Car: text='a'",
        ],
    );
}

#[test]
fn objects_are_followed_into_functions() {
    let text = "\
class Handler:
    def run(self, c: Car, m: Must):
        self.handle(c, more=m)
        self.both(c)
        self.both(m)
        self.maybe(*c)
        first(c)
        Handler.static(c)
    def handle(self, v, more=None):
        v.bad0, more.bad1
        second(v)
    def both(self, v): v.bad
    def maybe(self, v): v.bad
    @staticmethod
    def static(v): v.bad2
def first(v):
    v.bad3
    def inner(): v.bad4
def second(v):
    v.bad5
    v = other()
def third(v): v.bad6
def fourth(v): v.bad
def g(h: Handler, c: Car, x):
    third(c)
    fourth(c)
    fourth(x)
";
    let text = format!("from values import Car, Must\n{text}");
    let files = [("values.py", VALUES), ("use.py", text.as_str())];
    let (_, lines) = report(&files, &Tightened::default());
    let number = |line: &String| line.rsplit_once("bad").map(|(_, n)| n.to_owned());
    let found: Vec<String> = lines.iter().filter_map(number).collect();
    assert_eq!(found, ["0", "1", "2", "3", "4", "6"], "{lines:#?}");
}

#[test]
fn values_that_calls_of_types_make_are_known() {
    check_values(
        "\
def f(x, str):
    Car(error=dict(type='x'), n=str(x))
    Car(errors=list(x), n=int(x), on=bool(x), f=float(x))
Car(n=str(5), errors=dict())
Car(errors=[dict(type='x')])
",
        &[
            "use.py:3 WRONG_VALUE Car: error=dict(type='x')",
            "use.py:5 WRONG_VALUE Car: n=str(5)",
            "use.py:5 WRONG_VALUE Car: errors=dict()",
            "use.py:6 WRONG_VALUE Car: errors=[dict(type='x')]",
        ],
    );
}

#[test]
fn help_speaks_of_the_object_at_hand() {
    let text = "\
from values import Car
def f(car: Car):
    fault = car.error
    print(fault.type)
    car.error.message = 'x'
";
    let files = [("values.py", VALUES), ("use.py", text)];
    let (report, _) = report(&files, &Tightened::default());
    let help: Vec<&str> = report.findings.iter().map(|f| f.help.as_str()).collect();
    assert_eq!(
        help,
        [
            "Ask first: `if fault is not None`.",
            "Make it first: `car.error = Error(…)`."
        ]
    );
}
