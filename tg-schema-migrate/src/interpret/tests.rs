//! Python text in, the values of its names out.

use std::rc::Rc;

use tg_schema_model::{Diagnostics, Sources};

use super::*;
use crate::progress::Progress;
use crate::source::{Text, Texts};

/// Files as if they had been found under the argument `/r`.
pub(crate) fn texts(files: &[(&str, &str)]) -> Texts {
    let mut sources = Sources::default();
    let mut all = Vec::new();
    for (path, text) in files {
        let stem = path.strip_suffix(".py").unwrap_or(path);
        let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
        all.push(Text {
            path: path.into(),
            real: format!("/r/{path}").into(),
            module: stem.split('/').map(str::to_owned).collect(),
            root: 0,
            source: sources.add(*path, *text),
            doubt: Default::default(),
        });
    }
    Texts {
        sources,
        files: all,
        roots: vec!["/r".into()],
        ..Texts::default()
    }
}

/// Runs the files, and gives what `look` makes of the outcome.
pub(crate) fn run_all<T>(
    files: &[(&str, &str)],
    look: impl FnOnce(Program<'_>, Outcome<'_>) -> T,
) -> T {
    let texts = texts(files);
    let mut findings = Diagnostics::default();
    let progress = Progress::default();
    let parsed = Parsed::new(&texts, &progress, &mut findings);
    assert!(findings.0.is_empty(), "{findings:?}");
    let program = parsed.program(&texts, &progress);
    let outcome = run(program, &mut Silent);
    look(program, outcome)
}

/// The value of `name` at the end of the first file, as text.
fn value(files: &[(&str, &str)], name: &str) -> String {
    run_all(files, |_, outcome| {
        let module = outcome.modules[0].as_ref().expect("a module");
        format!("{:?}", module.scope.get(name))
    })
}

/// What `x` is after some statements.
fn x(text: &str) -> String {
    let shown = value(&[("a.py", text)], "x");
    let inner = shown
        .strip_prefix("Some(")
        .and_then(|s| s.strip_suffix(')'));
    inner.unwrap_or(&shown).to_owned()
}

#[test]
fn expressions() {
    for (text, expected) in [
        ("x = 1 + 2 * 3 ** 2 // 4 - (7 % 3)", "4"),
        ("x = -7 // 2, 7 // -2", "tuple[-4, -4]"),
        ("x = 2 ** 70", "1180591620717411303424"),
        ("x = 0x_ff | 0b1 << 4", "255"),
        ("x = 1 / 4", "0.25"),
        ("x = 'a' + 'b' * 2", "\"abb\""),
        ("n = 'q'\nx = f'p://{n}/{1:02d}/{n!r}'", "\"p://q/01/'q'\""),
        ("x = '%s-%d-%%' % ('a', 5)", "\"a-5-%\""),
        ("x = '%(a)s' % {'a': 1}", "\"1\""),
        ("x = '{}/{1}/{k}'.format('a', 'b', k='c')", "\"a/b/c\""),
        ("x = '/'.join(['a', 'b']).upper()", "\"A/B\""),
        ("x = [i * i for i in range(5) if i % 2]", "[1, 9]"),
        (
            "x = {k: v for k, v in zip('ab', (1, 2))}",
            "dict[(\"a\", 1), (\"b\", 2)]",
        ),
        ("a, *b, c = range(5)\nx = b", "[1, 2, 3]"),
        (
            "x = [1, 2, 3][-1], 'abc'[1:], (1, 2)[:1]",
            "tuple[3, \"bc\", tuple[1]]",
        ),
        ("x = 1 < 2 <= 2 and not None or 5", "true"),
        ("x = 'b' if 1 == 1.0 else 'c'", "\"b\""),
        ("x = (y := 3) + y", "6"),
        ("x = {**{'a': 1}, 'a': 2}", "dict[(\"a\", 2)]"),
        ("x = (lambda a, b=2: a + b)(1)", "3"),
        (
            "x = max([1, 5, 3]), len('abc'), sorted({'b', 'a'})",
            "tuple[5, 3, [\"a\", \"b\"]]",
        ),
        ("x = 'a' in 'cab', 3 not in [1, 2]", "tuple[true, true]"),
        ("x = float('nan')", "NaN"),
        (
            "x = 'a-b-c'.split('-', 1), 'a-b'.partition('-')",
            "tuple[[\"a\", \"b-c\"], tuple[\"a\", \"-\", \"b\"]]",
        ),
        (
            "x = '-7'.zfill(4), 'ab'.rjust(3), 'é-a'.find('a')",
            "tuple[\"-007\", \" ab\", 2]",
        ),
        (
            "x = 'abc'[::-1], [1, 2, 3, 4][3:0:-2], 'abcdef'[1:9:2]",
            "tuple[\"cba\", [4, 2], \"bdf\"]",
        ),
        (
            "x = sorted([1, 3, 2], reverse=True), int('0xff', 16), int('-12', 3)",
            "tuple[[3, 2, 1], 255, -5]",
        ),
        (
            "x = max([1, -5], key=abs)",
            "<unknown: the call of `max` is not followed>",
        ),
        (
            "x = int('7', base=8)",
            "<unknown: the call of `int` is not followed>",
        ),
        (
            "x = 'a-b'.split('-', maxsplit=1)",
            "<unknown: the method `split` is not followed>",
        ),
        (
            "x = 'é'.encode('latin-1')",
            "<unknown: the method `encode` is not followed>",
        ),
        (
            "x = 'é'.encode('UTF_8'), b'a'.decode('ascii')",
            "tuple[b[195, 169], \"a\"]",
        ),
        ("x = ' \\x1fa '.strip()", "\"a\""),
        ("x = '{!r:>5}|{!s:3}'.format('a', 1)", "\"  'a'|1  \""),
        (
            "x = {1, 2} == {2, 1}, {'a': [1], 'b': 2} == {'b': 2, 'a': [1]}, [1] == [1, 2]",
            "tuple[true, true, false]",
        ),
        ("x = 10 ** -2, 2 ** 0.5", "tuple[0.01, 1.4142135623730951]"),
        ("x = 7 % -3, -7 % 3, -7 % -3", "tuple[-2, 2, -1]"),
        ("x = 7.5 % 2, -7.5 % 2, 7 // 0.1", "tuple[1.5, 0.5, 69.0]"),
        (
            "x = 1 / 0",
            "<unknown: Python raises ZeroDivisionError at `/`>",
        ),
        (
            "x = 0 ** -1",
            "<unknown: Python raises ZeroDivisionError at `**`>",
        ),
        (
            "x = 9 ** 99",
            "<unknown: what `**` gives is too large or too exact to follow>",
        ),
        (
            "x = [] / 2",
            "<unknown: `/` of list and int is not followed>",
        ),
    ] {
        assert_eq!(x(text), expected, "{text}");
    }
}

#[test]
fn a_function_that_takes_too_long_is_not_the_callers_fault() {
    let heavy = "def heavy(n):\n  s = 0\n  for i in range(4000):\n    for j in range(9):\n      s += i * j\n  return s\n";
    let caller = format!(
        "from b import heavy\n{}x = heavy(0)\n",
        "heavy(1)\n".repeat(400)
    );
    run_all(&[("a.py", &caller), ("b.py", heavy)], |_, outcome| {
        assert!(outcome.findings.0.is_empty(), "{:?}", outcome.findings);
        let module = outcome.modules[0].as_ref().expect("a module");
        let x = format!("{:?}", module.scope.get("x"));
        assert!(x.contains("`heavy` (b.py:1) takes too long"), "{x}");
    });
    let long = format!("for i in range(4000):\n  x = [{}]\n", "1,".repeat(800));
    run_all(
        &[("a.py", "import b\n"), ("b.py", &long)],
        |program, outcome| {
            let places: Vec<String> = outcome
                .findings
                .0
                .iter()
                .map(|d| {
                    let source = program.sources.get(d.span.source).expect("a source");
                    source.name.clone()
                })
                .collect();
            assert_eq!(places, ["b.py"]);
        },
    );
}

#[test]
fn statements() {
    for (text, expected) in [
        ("x = 1\nif x: x = 2\nelse: x = 3", "2"),
        (
            "x = 0\nfor i in range(4):\n  if i == 3: break\n  x += i",
            "3",
        ),
        (
            "x = []\nfor i in 'ab':\n  x.append(i)\nelse:\n  x += ['c']",
            "[\"a\", \"b\", \"c\"]",
        ),
        ("x = 0\nwhile x < 5: x += 2", "6"),
        ("x = 1\ndel x", "None"),
        (
            "def f(a, *b, c=1, **d): return a, b, c, d\nx = f(1, 2, c=3, e=4)",
            "tuple[1, tuple[2], 3, dict[(\"e\", 4)]]",
        ),
        ("def f():\n  global x\n  x = 5\nf()", "5"),
        (
            "def f(n): return 1 if n < 2 else n * f(n - 1)\nx = f(5)",
            "120",
        ),
        (
            "def f():\n  y = 1\n  def g():\n    nonlocal y\n    y += 1\n    return y\n  return g()\nx = f()",
            "2",
        ),
        ("with open('f') as f: pass\nx = 1", "1"),
        (
            "match 2:\n  case 1: x = 'a'\n  case 2 | 3: x = 'b'\n  case _: x = 'c'",
            "\"b\"",
        ),
        ("try:\n  x = 1\nexcept ValueError:\n  x = 2", "1"),
        (
            "try:\n  from pulsar.schema import Record as x\nexcept ImportError:\n  x = None",
            "<pulsar.schema.Record>",
        ),
        (
            "from typing import TYPE_CHECKING\nx = 1\nif TYPE_CHECKING: x = 2",
            "1",
        ),
        (
            "import sys\nx = 1 if sys.version_info >= (3, 8) else 2",
            "1",
        ),
        (
            "import sys\nx = 1 if sys.version_info < (3, 10) else 2",
            "2",
        ),
        ("x = 1\nif __name__ == '__main__': x = 2", "1"),
        (
            "class A:\n  y = 3\n  @staticmethod\n  def f(): return 4\nx = A.y + A.f() + A().y",
            "10",
        ),
        (
            "class A:\n  def __init__(self, n): self.n = n\nx = A(3).n",
            "3",
        ),
        (
            "import functools\nx = functools.partial(lambda a, b: a - b, 5)(3)",
            "2",
        ),
        (
            "d = {}\nd['a'] = 1\nd.update(b=2)\nx = list(d.items())",
            "[tuple[\"a\", 1], tuple[\"b\", 2]]",
        ),
    ] {
        assert_eq!(x(text), expected, "{text}");
    }
}

#[test]
fn what_is_not_known_says_why() {
    for (text, reason) in [
        (
            "import os\nif os.name: x = 1\nelse: x = 2",
            "bound differently by the branches at a.py:2",
        ),
        (
            "import os\nif os.name: x = 1",
            "bound in one branch only at a.py:2",
        ),
        (
            "x = 1\nimport os\nfor i in os.listdir(): x = i",
            "bound by the loop at a.py:3",
        ),
        ("x = undefined", "`undefined` is not defined"),
        ("from .b import c as x", "`.b` is not among the sources"),
        ("from other import *\nx = y", "from `from other import *`"),
        (
            "def f(a): return g(a)\ndef g(a): return f(a)\nx = f(1)",
            "too deep",
        ),
        (
            "try:\n  import numpy\n  x = 1\nexcept ImportError:\n  x = 2",
            "bound differently",
        ),
        ("x = [].nothing()", "not followed"),
        (
            "x = [1]\nimport os\nif os.name: x.append(2)\nx = x[0]",
            "could not be followed",
        ),
    ] {
        let shown = x(text);
        assert!(
            shown.starts_with("<unknown") && shown.contains(reason),
            "{text}: {shown}"
        );
    }
}

#[test]
fn branches_that_agree_are_known() {
    let text = "import os\nif os.name:\n  from pulsar.schema import String\n  x = String()\nelse:\n  from pulsar.schema import *\n  x = String()";
    assert_eq!(x(text), "<pulsar.schema.String>(…)");
}

#[test]
fn modules() {
    let package = [
        (
            "main.py",
            "from pkg import *\nfrom pkg.sub import deep as d\nimport pkg.sub as s\nimport pkg.other\nx = (a, d, s.deep, pkg.other.y, hidden)",
        ),
        (
            "pkg/__init__.py",
            "from .sub import deep as a\n__all__ = ['a', 'hidden']\nhidden = 1",
        ),
        ("pkg/sub.py", "deep = 'D'"),
        (
            "pkg/other.py",
            "from . import sub\nfrom .. import main\ny = sub.deep + '!'",
        ),
    ];
    assert_eq!(
        value(&package, "x"),
        "Some(tuple[\"D\", \"D\", \"D\", \"D!\", 1])"
    );
    let circle = [
        ("a.py", "x = 1\nfrom b import y\nz = y"),
        ("b.py", "from a import x, z\ny = x\nw = z"),
    ];
    assert_eq!(value(&circle, "z"), "Some(1)");
    run_all(&circle, |_, outcome| {
        let w = outcome.modules[1].as_ref().and_then(|m| m.scope.get("w"));
        assert!(format!("{w:?}").contains("in a circle"), "{w:?}");
    });
}

#[test]
fn enums() {
    for (text, expected) in [
        ("class C(Enum):\n  A = 1\n  B = 2\n  C = 1", "A=1 B=2"),
        ("class C(Enum):\n  A = auto()\n  B = auto()", "A=1 B=2"),
        (
            "class C(str, Enum):\n  A = 'x'\n  B = auto()",
            "A=\"x\" B=\"1\"",
        ),
        (
            "class C(str, Enum):\n  A = auto()\n  B = auto()\n  D = auto()",
            "A=\"1\" B=\"2\" D=\"3\"",
        ),
        (
            "class C(str, Enum):\n  A = 'x'\n  B = auto()\n  D = auto()",
            "A=\"x\" B=\"1\" D=\"2\"",
        ),
        (
            "class C(int, Enum):\n  A = '5'\n  B = auto()\n  D = auto()",
            "A=5 B=1 D=2",
        ),
        ("class C(IntEnum):\n  A = True\n  B = auto()", "A=1 B=2"),
        (
            "class C(float, Enum):\n  A = auto()\n  B = auto()",
            "A=1.0 B=2.0",
        ),
        ("class C(Enum):\n  A = 1.5\n  B = auto()", "A=1.5 B=2.5"),
        (
            "class C(Enum):\n  A = 'x'\n  B = 3\n  D = 'z'\n  E = auto()",
            "A=\"x\" B=3 D=\"z\" E=4",
        ),
        (
            "class C(Enum):\n  A = auto()\n  B = A\n  D = auto()",
            "A=1 D=2",
        ),
        (
            "class C(Flag):\n  A = auto()\n  B = 8\n  D = auto()",
            "A=1 B=8 D=16",
        ),
        (
            "class M:\n  def _generate_next_value_(n, s, c, l): return n\nclass C(M, Enum):\n  A = auto()",
            "A=1",
        ),
        (
            "class M(Enum):\n  def _generate_next_value_(n, s, c, l): return n.lower()\nclass C(str, M):\n  A = auto()",
            "A=\"a\"",
        ),
        (
            "class C(str, Enum):\n  def _generate_next_value_(n, s, c, l): return c\n  A = auto()\n  B = 'q'\n  D = auto()",
            "A=\"0\" B=\"q\" D=\"2\"",
        ),
        (
            "class C(StrEnum):\n  A = 'x'\n  BC = auto()",
            "A=\"x\" BC=\"bc\"",
        ),
        (
            "class C(StrEnum):\n  A = auto()\n  BC = auto()",
            "A=\"a\" BC=\"bc\"",
        ),
        (
            "class C(IntFlag):\n  A = auto()\n  B = auto()\n  AB = 3",
            "A=1 B=2",
        ),
        ("C = Enum('C', 'A B, D')", "A=1 B=2 D=3"),
        ("C = Enum('C', [('A', 'x'), ('B', 'y')])", "A=\"x\" B=\"y\""),
        (
            "class C(Enum):\n  A = 1\n  def f(self): pass\n  _ignore_ = ['T']\n  T = 5\n  @property\n  def g(self): pass",
            "A=1",
        ),
        ("class C(int, Enum):\n  A = '5'", "A=5"),
        ("class C(Enum):\n  A = True\n  B = 1", "A=true"),
        (
            "class C(Enum):\n  @staticmethod\n  def _generate_next_value_(name, start, count, last): return name.lower()\n  A = auto()",
            "A=\"a\"",
        ),
    ] {
        let text = format!("from enum import *\n{text}");
        run_all(&[("a.py", &text)], |_, outcome| {
            let class = outcome.classes.last().expect("a class");
            let members = class.members.borrow();
            let shown: Vec<String> = members
                .iter()
                .map(|m| format!("{}={:?}", m.name, m.value))
                .collect();
            assert_eq!(shown.join(" "), expected, "{text}");
        });
    }
    assert_eq!(
        x(
            "from enum import Enum\nclass C(Enum):\n  A = 1\nx = C.A.value, C['A'].name, C(1) is C.A"
        ),
        "tuple[1, \"A\", true]"
    );
}

#[test]
fn what_python_does_not_count_alike_stays_open() {
    for (text, reason) in [
        (
            "class C(Enum):\n  A = 5\n  B = 1\n  D = auto()",
            "versions count on differently",
        ),
        (
            "class C(Flag):\n  A = 4\n  B = 1\n  D = auto()",
            "versions count on differently",
        ),
        (
            "class C(IntFlag):\n  A = -1\n  D = auto()",
            "versions count on differently",
        ),
        (
            "class C(Enum):\n  D = auto(), 'x'",
            "`auto()` inside a tuple",
        ),
        (
            "class C(Enum):\n  A = outside()\n  D = auto()",
            "counted from a value that is not known",
        ),
        (
            "class C(Enum):\n  _generate_next_value_ = print\n  D = auto()",
            "`_generate_next_value_` is not followed",
        ),
        ("class C(StrEnum):\n  D = 1", "by the enum's other base"),
        (
            "class C(bytes, Enum):\n  D = auto()",
            "by the enum's other base",
        ),
        ("C = Flag('C', 'A D', start=5)", "from its start"),
    ] {
        let text = format!("from enum import *\n{text}");
        run_all(&[("a.py", &text)], |_, outcome| {
            let class = outcome.classes.last().expect("a class");
            let members = class.members.borrow();
            let last = members.last().expect("a member");
            assert_eq!(last.name, "D", "{text}");
            let why = last.value.why_unknown().expect("a reason");
            assert!(why.reason.contains(reason), "{text}: {}", why.reason);
        });
    }
}

/// The fields of the last class.
fn fields(text: &str) -> String {
    let text = format!("from pulsar.schema import *\nfrom enum import Enum\n{text}");
    run_all(&[("a.py", &text)], |_, outcome| {
        let class = outcome.classes.last().expect("a class");
        format!("{:?}", Value::Dict(Rc::clone(&class.fields)))
    })
}

#[test]
fn records_have_the_fields_that_the_metaclass_takes() {
    for (text, expected) in [
        (
            "class R(Record):\n  a = String()\n  b = 5\n  c = String\n  d: int\n  def f(self): pass",
            "dict[(\"a\", <pulsar.schema.String>(…))]",
        ),
        (
            "class C(Enum): A = 1\nclass R(Record):\n  a = C",
            "dict[(\"a\", <pulsar.schema.CustomEnum>(…))]",
        ),
        (
            "class I(Record): x = Integer()\nclass R(Record):\n  a = I\n  b = I()",
            "dict[(\"a\", <class I>(…)), (\"b\", <class I>(…))]",
        ),
        (
            "class B(Record): x = Integer()\nclass R(B):\n  y = Long()",
            "dict[(\"y\", <pulsar.schema.Long>(…))]",
        ),
        (
            "class R(Record):\n  a = String()\n  b = String()\n  a = Long()",
            "dict[(\"a\", <pulsar.schema.Long>(…)), (\"b\", <pulsar.schema.String>(…))]",
        ),
        (
            "class R(Record):\n  a = String()\n  b = String()\n  del a\n  a = Long()",
            "dict[(\"b\", <pulsar.schema.String>(…)), (\"a\", <pulsar.schema.Long>(…))]",
        ),
        (
            "class R(Record):\n  __p = String()",
            "dict[(\"_R__p\", <pulsar.schema.String>(…))]",
        ),
        (
            "class R(Record):\n  for n in ('a', 'b'):\n    locals()[n] = String()\n  del n",
            "dict[(\"a\", <pulsar.schema.String>(…)), (\"b\", <pulsar.schema.String>(…))]",
        ),
        (
            "class R(Record): pass\nR._fields['self'] = Array(R())",
            "dict[(\"self\", <pulsar.schema.Array>(…))]",
        ),
        (
            "R = type('R', (Record,), {'a': String()})",
            "dict[(\"a\", <pulsar.schema.String>(…))]",
        ),
        (
            "class R(Record):\n  class I(Record): x = Long()\n  i = I()",
            "dict[(\"I\", <class I>(…)), (\"i\", <class I>(…))]",
        ),
        ("class Record(Record): a = String()", "dict[]"),
        (
            "class S(String): pass\nclass R(Record): a = S()",
            "dict[(\"a\", <class S>(…))]",
        ),
        (
            "def opt(t): return t(required=False)\nclass R(Record): a = opt(String)",
            "dict[(\"a\", <pulsar.schema.String>(…))]",
        ),
        (
            "class R(Record): a = String()\nR.b = String()\nsetattr(R, 'c', String())",
            "dict[(\"a\", <pulsar.schema.String>(…))]",
        ),
    ] {
        assert_eq!(fields(text), expected, "{text}");
    }
}

#[test]
fn classes_in_functions_and_factories_are_listed_once() {
    let text = "from pulsar.schema import *\ndef make(n):\n  class R(Record):\n    a = n\n  return R\nA = make(String())\nB = make(Long())\ndef other():\n  class S(Record): pass\nif False:\n  class Dead(Record): pass\nif __name__ == '__main__':\n  class Main(Record): pass";
    run_all(&[("a.py", text)], |_, outcome| {
        let names: Vec<String> = outcome
            .classes
            .iter()
            .map(|c| {
                format!(
                    "{}{}{:?}",
                    c.path.join("."),
                    c.name,
                    c.created.first().map(|a| &a.value)
                )
            })
            .collect();
        assert_eq!(
            names,
            [
                "make.<locals>RSome(<pulsar.schema.String>(…))",
                "make.<locals>RSome(<pulsar.schema.Long>(…))",
                "MainNone",
                "other.<locals>SNone"
            ]
        );
    });
}

#[derive(Default)]
struct Log(Vec<String>);

impl<'a> Observer<'a> for Log {
    fn call(&mut self, context: &Context<'_, 'a>, call: &Call<'_, 'a>) {
        let line = context
            .program
            .tree(context.file)
            .line(call.site.range.start());
        if let Some(path) = call.callee.dotted() {
            self.0.push(format!("{line} {path}"));
        }
    }
    fn text(&mut self, _: &Context<'_, 'a>, text: &str, _: Site) {
        if text.contains("://") {
            self.0.push(text.to_owned());
        }
    }
}

#[test]
fn observers_see_each_place_once() {
    let text = "\
import pulsar as p
def topic(n): return f'persistent://a/b/{n}'
class Wrapper(p.Client):
    def go(self): self.subscribe('t')
class Holder:
    def __init__(self, url):
        self.client = p.Client(url)
    def run(self):
        c = self.client.create_producer(topic('x'))
        c.send(b'')
        while True:
            Wrapper('u').close()
for i in range(3):
    print(topic(i))
if __name__ == '__main__':
    Holder('pulsar://h').client.close()
";
    let texts = texts(&[("a.py", text)]);
    let progress = Progress::default();
    let parsed = Parsed::new(&texts, &progress, &mut Diagnostics::default());
    let program = parsed.program(&texts, &progress);
    let mut log = Log::default();
    run(program, &mut log);
    log.0.sort();
    assert_eq!(
        log.0,
        [
            "10 pulsar.Producer.send",
            "12 pulsar.Client.close",
            "13 builtins.range",
            "14 builtins.print",
            "16 pulsar.Client.close",
            "4 pulsar.Client.subscribe",
            "7 pulsar.Client",
            "9 pulsar.Client.create_producer",
            "persistent://a/b/0",
            "persistent://a/b/x",
            "pulsar://h",
        ]
    );
}
