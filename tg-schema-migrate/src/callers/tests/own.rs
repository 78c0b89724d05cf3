//! What classes have beside their fields, and members that were texts or numbers too.

use super::{Tightened, report};

const OWN: &str = "\
from enum import Enum, IntEnum
from pulsar.schema import *
class State(str, Enum):
    OPEN = 'open'
    def nice(self): return self is State.OPEN
class Level(IntEnum):
    LOW = 1
    HIGH = 2
class Door(Record):
    state = CustomEnum(State)
    level = CustomEnum(Level)
    name = String()
    LIMIT = 5
    class Inner(Record):
        a = String()
    def label(self):
        return self.name, self.short
    @property
    def short(self): return self.label()
    @classmethod
    def make(cls): return cls(name='x', bogus=1)
class Gate(Record):
    name = String()
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
class Wide(Gate):
    width = Integer()
";

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let text = format!("from own import Door, Gate, Level, State, Wide\n{text}");
    let files = [("own.py", OWN), ("use.py", text.as_str())];
    let (report, lines) = report(&files, &Tightened::default());
    let lines = lines.iter().filter(|line| line.starts_with("use.py"));
    let lines: Vec<&str> = lines.map(String::as_str).collect();
    assert_eq!(lines, expected, "{:#?}", report.findings);
}

#[test]
fn code_of_the_class() {
    let text = "\
def f(d: Door):
    d.label()
    print(d.short, d.LIMIT, Door.LIMIT, Door.make(), d.name)
    getattr(d, 'label', None)
    d.state.nice()
    State.OPEN.nice()
    return Door.Inner(a='x')
";
    check(
        text,
        &[
            "use.py:3 RECORD_METHOD Door: d.label",
            "use.py:4 RECORD_METHOD Door: d.short",
            "use.py:4 RECORD_METHOD Door: d.LIMIT",
            "use.py:4 RECORD_METHOD Door: Door.LIMIT",
            "use.py:4 RECORD_METHOD Door: Door.make",
            "use.py:5 RECORD_METHOD Door: getattr(d, 'label', None)",
            "use.py:6 RECORD_METHOD State: d.state.nice",
            "use.py:7 RECORD_METHOD State: State.OPEN.nice",
        ],
    );
}

#[test]
fn members_that_were_texts_or_numbers() {
    let text = "\
import json
def f(d: Door, x):
    if d.state == 'open' or 2 != d.level: pass
    if d.state == State.OPEN or d.level == x or d.state is None: pass
    if d.level > Level.LOW: pass
    print(d.level + 1, int(d.level), d.state.upper(), json.dumps(d.level), range(d.level))
    print({'open': 1}[d.state], str(d.state), f'{d.level}', x[d.level], '%s' % d.level)
    return d.state.name
";
    check(
        text,
        &[
            "use.py:4 ENUM_VALUE Door: d.state == 'open'",
            "use.py:4 ENUM_VALUE Door: 2 != d.level",
            "use.py:6 ENUM_VALUE Door: d.level > Level.LOW",
            "use.py:7 ENUM_VALUE Door: d.level + 1",
            "use.py:7 ENUM_VALUE Door: int(d.level)",
            "use.py:7 ENUM_VALUE Door: d.state.upper()",
            "use.py:7 ENUM_VALUE Door: json.dumps(d.level)",
            "use.py:7 ENUM_VALUE Door: range(d.level)",
            "use.py:8 ENUM_VALUE Door: {'open': 1}[d.state]",
        ],
    );
}

#[test]
fn classes_that_are_asked_of_a_value() {
    let text = "\
import pulsar
def f(d: Door, g: Gate, w: Wide, x):
    type(d)(name='x', bogus=1)
    d.__class__(bogus=2)
    type(g)(bogus=3)
    type(w)(bogus=4)
    type(x)(bogus=5)
    Gate(name='x', bogus=6)
    isinstance(d, pulsar.schema.Record)
    isinstance(x, pulsar.schema.Record)
";
    check(
        text,
        &[
            "use.py:4 UNDECLARED_ARGUMENT Door: bogus=1",
            "use.py:5 UNDECLARED_ARGUMENT Door: bogus=2",
            "use.py:7 UNDECLARED_ARGUMENT Wide: bogus=4",
            "use.py:9 UNDECLARED_ARGUMENT Gate: bogus=6",
            "use.py:10 RECORD_METHOD Door: isinstance(d, pulsar.schema.Record)",
        ],
    );
}
