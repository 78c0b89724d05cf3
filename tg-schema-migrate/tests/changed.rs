//! Records that are changed after they are made: what can be followed is in the text to register, and where that
//! cannot be, there is none.

mod support;

use support::{codes, of, one, reason, text, with_imports};

/// What becomes of `A` in the end.
fn after(code: &str) -> Result<String, String> {
    let migration = one(&format!(
        "import os, operator, functools\nclass A(Record):\n    v = String()\nclass B(A):\n    w = String()\n{code}\n"
    ));
    // It may have another name.
    let first = migration.classes.iter().min_by_key(|class| class.line);
    let first = first.expect("a class");
    match (&first.text, &first.reason) {
        (Some(text), _) => Ok(text.split_whitespace().collect()),
        (None, why) => Err(why.clone().unwrap_or_default()),
    }
}

#[test]
fn changes_that_are_followed_are_in_the_text() {
    const W: &str = r#"{"name":"w","type":["null","long"]}"#;
    for (code, expected) in [
        ("A.__name__ = 'X'", r#""name":"X""#),
        ("A.__name__ += 'X'", r#""name":"AX""#),
        ("A.__name__ = 'X' + String.__name__", r#""name":"XString""#),
        ("setattr(A, '__name__', 'X')", r#""name":"X""#),
        (
            "type.__setattr__(A, '_avro_namespace', 'n')",
            r#""namespace":"n""#,
        ),
        ("vars(A)['_fields']['w'] = Long()", W),
        ("A.__dict__['_fields']['w'] = Long()", W),
        ("A.__dict__.get('_fields').update(w=Long())", W),
        ("A._fields.__setitem__('w', Long())", W),
        ("list(map(lambda c: c._fields.update(w=Long()), [A]))", W),
        (
            "list(filter(lambda c: setattr(c, '__name__', 'X'), [A]))",
            r#""name":"X""#,
        ),
        ("globals()['A'].__name__ = 'X'", r#""name":"X""#),
        ("exec('X = 5')", r#""name":"A""#),
        ("exec('print(B)')", r#""name":"A""#),
        ("eval('A._fields')", r#""name":"A""#),
        ("eval(os.environ['X'])", r#""name":"A""#),
        ("exec(open('version.py').read(), {})", r#""name":"A""#),
        ("sorted([3, 1], key=lambda n: -n)", r#""name":"A""#),
        ("if False: A._fields = {}", r#""name":"A""#),
    ] {
        match after(code) {
            Ok(text) => assert!(text.contains(expected), "{code}: {text}"),
            Err(why) => panic!("{code}: {why}"),
        }
    }
}

#[test]
fn changes_that_are_not_followed_leave_the_class_open() {
    for (code, expected) in [
        (
            "A.__name__ = 'X' + os.environ['Y']",
            "`__name__` of it is set later",
        ),
        (
            "A.__name__ = os.environ['Y']",
            "`__name__` of it is set later",
        ),
        (
            "if os.environ['Y']: A.__name__ = 'X'",
            "`__name__` of it is set later",
        ),
        (
            "try:\n    A.__name__ = 'X'\n    raise OSError\nexcept OSError: pass",
            "`__name__` of it is set later",
        ),
        (
            "A.__name__ = 5",
            "TypeError: can only assign string to A.__name__, not 'int'",
        ),
        ("A._fields = {'w': Long()}", "`_fields` of it is set later"),
        ("A._fields |= {'w': Long()}", "`_fields` of it is set later"),
        ("del A._fields", "`_fields` of it is set later"),
        (
            "setattr(A, os.environ['Y'], 1)",
            "`setattr(A, os.environ['Y'], 1)` may change it",
        ),
        ("delattr(A, os.environ['Y'])", "may change it"),
        (
            "try:\n    A._fields['w'] = Long()\n    raise OSError\nexcept OSError: A._fields['x'] = Long()",
            "it is changed in one branch",
        ),
        ("exec(\"A._fields['w'] = Long()\")", "may change it"),
        ("eval('A._fields.update(w=Long())')", "may change it"),
        ("exec(open('more.py').read())", "may change it"),
        (
            "sorted([A], key=lambda c: setattr(c, '__name__', 'X') or 1)",
            "may change it",
        ),
        (
            "functools.reduce(lambda _, c: c._fields.clear(), [A], None)",
            "may change it",
        ),
    ] {
        match after(code) {
            Ok(text) => panic!("{code}: {text}"),
            Err(why) => assert!(why.contains(expected), "{code}: {why}"),
        }
    }
}

#[test]
fn a_name_in_the_body_is_none() {
    let migration = one("class A(Record):\n    __name__ = 'X'\n    v = String()\n");
    assert!(text(&migration, "A").contains(r#""name":"A""#));
    let migration = one("class A(Record):\n    __name__ = 'X'\n    v = String()\nA.__name__ = 'Y'");
    assert!(text(&migration, "Y").contains(r#""name":"Y""#));
}

#[test]
fn classes_in_a_text_are_told_of() {
    let migration =
        one("exec('class A(Record):\\n    v = String()')\nclass B(Record):\n    a = A()\n");
    let expected = "it is defined in a text";
    assert!(reason(&migration, "A").contains(expected));
    assert!(
        reason(&migration, "B").contains(expected),
        "{}",
        reason(&migration, "B")
    );
    let files = [
        (
            "lib.py",
            with_imports("class Base(Record):\n    v = String()"),
        ),
        (
            "use.py",
            "import lib\nexec('class A(lib.Base): pass')\nexec('class N: pass')\n".to_owned(),
        ),
    ];
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let migration = of(&files);
    assert!(reason(&migration, "A").contains(expected));
    assert_eq!(migration.classes.len(), 2);
    assert!(codes(&migration).is_empty(), "{:?}", codes(&migration));
}

#[test]
fn names_that_a_base_takes_break_what_holds_the_class() {
    for (field, kind) in [
        ("required_default = String()", "String"),
        ("schema_info = Integer()", "Integer"),
    ] {
        let migration = one(&format!(
            "class Base(Record):\n    {field}\nclass A(Base):\n    v = String()\nclass B(Record):\n    a = A()\n"
        ));
        let why = reason(&migration, "B");
        let expected = format!("TypeError: '{kind}' object is not callable");
        assert!(why.contains(&expected), "{field}: {why}");
    }
    let migration = one(
        "class Base(Record):\n    default = Boolean()\nclass A(Base):\n    v = String()\n\
         class B(Record):\n    a = A()\nclass C(Record):\n    a = A(required_default=True)\n",
    );
    assert_eq!(reason(&migration, "B"), "");
    assert!(reason(&migration, "C").contains("'Boolean' object is not callable"));
    let migration = one("class A(Record):\n    v = Record()\n");
    let expected = "AttributeError: 'Record' object has no attribute '_fields'";
    assert!(
        reason(&migration, "A").contains(expected),
        "{}",
        reason(&migration, "A")
    );
}

#[test]
fn classes_that_look_like_records_are_told_of() {
    let text = "\
import mylib
from .base import Envelope
from .schema import Record, String
from pulsar.schema import Integer
from mylib.schema import Record as R, String as S
from marshmallow import Schema, fields
from sqlalchemy import String as Text
class A(Envelope):
    x = Integer()
class B(Record):
    x = String()
class C(mylib.Record):
    x = mylib.String()
class D(R):
    x = S()
class E(D): pass
class F(Schema):
    x = fields.String()
class G(R):
    x = Text()
class H(Envelope):
    x = 5
class I(Record):
    x = 'String()'
";
    let migration = of(&[("a.py", text)]);
    let names: Vec<&str> = migration.classes.iter().map(|c| c.name.as_str()).collect();
    // `G`, `H` and `I` come from what `D`, `A` and `B` come from.
    assert_eq!(names, ["A", "B", "C", "D", "E", "G", "H", "I"]);
    assert_eq!(codes(&migration), ["UNRESOLVED_CLASS"; 8]);
}

#[test]
fn a_class_that_flows_into_what_is_not_followed_is_open_where_that_may_change_it() {
    for (code, expected) in [
        (
            "operator.setitem(A._fields, 'w', Long())",
            "operator.setitem",
        ),
        ("dict.update(A._fields, w=Long())", "dict.update"),
        ("operator.methodcaller('clear')(A._fields)", "methodcaller"),
        ("next(iter([A])).__name__ = 'X'", "next(iter([A]))"),
        (
            "Record.__subclasses__()[-1].__name__ = 'X'",
            "__subclasses__",
        ),
        (
            "import collections\ncollections.deque([A])[0].__name__ = 'X'",
            "deque",
        ),
        (
            "(A if os.environ['Y'] else B).__name__ = 'X'",
            "may change it",
        ),
        (
            "x = os.environ.get('Y') and A\nx._sorted_fields = True",
            "may change it",
        ),
        ("globals()[os.environ['Y']].__name__ = 'X'", "may change it"),
        (
            "for c in list(globals().values()): c._avro_namespace = 'n'",
            "may change it",
        ),
        (
            "def each():\n    yield A\nfor c in each(): c.__name__ = 'X'",
            "may change it",
        ),
        (
            "from outside import load\nload()._fields['w'] = Long()",
            "may change it",
        ),
        ("from outside import register\nregister(A)", "register(A)"),
        (
            "from outside import note\nx = note(A._fields)",
            "note(A._fields)",
        ),
        (
            "import threading\ndef f(c): c._avro_namespace = 'n'\nthreading.Thread(target=f, args=(A,)).start()",
            "`c._avro_namespace = 'n'` may change it",
        ),
        (
            "functools.reduce(lambda _, c: c._fields.update(w=Long()), [A], 0)",
            "may change it",
        ),
        (
            "def setup(): A._avro_namespace = 'n'",
            "may set `_avro_namespace` of it",
        ),
        (
            "def setup(): A._fields['w'] = Long()",
            "may change its fields",
        ),
        (
            "def setup(): A._fields.update(w=Long())",
            "may change its fields",
        ),
        (
            "def setup(): A._fields['v']._required = True",
            "may change a field of it",
        ),
        (
            "Record._sorted_fields = True",
            "of the client's `pulsar.schema.Record` is set",
        ),
        (
            "setattr(Record, '_avro_namespace', 'n')",
            "`_avro_namespace` of the client's",
        ),
        (
            "String.type = lambda self: 'bytes'",
            "of the client's `pulsar.schema.String`",
        ),
        (
            "A._fields['v'].__dict__['_required'] = True",
            "may change it",
        ),
        (
            "vars(A._fields['v']).update(_required=True)",
            "may change it",
        ),
        (
            "A._fields['v'].__init__(required=True)",
            "`__dict__` is set later",
        ),
    ] {
        let why = after(code).expect_err(code);
        assert!(why.contains(expected), "{code}: {why}");
    }
}

#[test]
fn a_class_that_is_only_read_is_known() {
    for code in [
        "isinstance(A(), A), issubclass(A, Record), print(A, A._fields), len(A._fields)",
        "import logging\nlogging.getLogger('x').info('%s', A)",
        "import typing\nX = typing.Optional[A]\ndef f(x: X, y: typing.Type[A] = A) -> A: return y(**x)",
        "S = JsonSchema(A)\nS.schema_info().schema()",
        "ALL = {c.__name__: c for c in Record.__subclasses__()}\ndef find(n): return ALL[n]",
        "sorted([B, A], key=lambda c: c.__name__)",
        "import copy\ncopy.copy(A._fields['v'])._required = True",
        "from outside import Consumer\nc = Consumer('t', schema=A)\nc.name = 'n'\nc.start()",
        "from outside import start\ndef main(): start(A)",
        "from outside import start\nif __name__ == '__main__': start(A)",
        "from outside import wrap\nA2 = wrap(A)",
        "def named(f):\n    def inner(*a): return f(*a)\n    inner.__name__ = f.__name__\n    return inner\n@named\ndef f(x): return x\nf(A)",
        "class Topic:\n    def __init__(self, s): self.schema = s\nTopic(A).schema = B",
        "import unittest.mock as m\ndef test():\n    x = m.Mock(spec=A)\n    x.__class__ = A",
        "x = A._fields\nx |= {}",
    ] {
        match after(code) {
            Ok(text) => assert!(text.contains(r#""name":"A""#), "{code}: {text}"),
            Err(why) => panic!("{code}: {why}"),
        }
    }
    // What the body of the module calls is followed.
    let called = after("def setup(): A._fields['w'] = Long()\nsetup()").expect("a text");
    assert!(called.contains(r#""name":"w""#), "{called}");
    let added = after("x = A._fields\nx |= {'w': Long()}").expect("a text");
    assert!(added.contains(r#""name":"w""#), "{added}");
}

#[test]
fn a_change_where_the_file_is_the_program_leaves_the_class_open() {
    const MAIN: &str = "if __name__ == '__main__':\n    ";
    for (code, expected) in [
        ("A._fields['w'] = Long()", "may change its fields"),
        ("A._fields.update(w=Long())", "may change its fields"),
        ("del A._fields['v']", "may change its fields"),
        ("A._sorted_fields = True", "may set `_sorted_fields` of it"),
        ("setattr(A, '__name__', 'X')", "may set `__name__` of it"),
        ("A.v._required = True", "may change a field of it"),
        (
            "A._fields['v'].__dict__['_required'] = True",
            "may change a field of it",
        ),
    ] {
        match after(&format!("{MAIN}{code}")) {
            Ok(text) => panic!("{code}: {text}"),
            Err(why) => {
                assert!(
                    why.starts_with("code that runs only where its file"),
                    "{code}: {why}"
                );
                assert!(why.ends_with(expected), "{code}: {why}");
            }
        }
    }
    let called = format!("def change(c):\n    c._fields['w'] = Long()\n{MAIN}change(A)");
    assert!(after(&called).is_err(), "a function that is called there");
    for code in [
        "class C(Record):\n        v = String()\n    C._fields['w'] = Long()",
        "A.other = 5",
        "a = A(v='x')\n    a.v = 'y'",
        "print(A._fields['v'])",
    ] {
        let text = after(&format!("{MAIN}{code}"));
        assert!(text.is_ok(), "{code}: {text:?}");
    }
}

#[test]
fn a_sub_record_that_is_filled_is_no_change() {
    let code =
        "def f():\n    c = C()\n    c.a.v = 'x'\n    c.a = A(v='x')\nclass C(Record):\n    a = A()";
    let migration = one(&format!("class A(Record):\n    v = String()\n{code}\n"));
    let open: Vec<_> = migration
        .classes
        .iter()
        .filter(|c| c.text.is_none())
        .collect();
    assert!(open.is_empty(), "{open:?}");
    let changed = code.replace("c.a.v = 'x'", "c.a._required = True");
    let migration = one(&format!("class A(Record):\n    v = String()\n{changed}\n"));
    let why = reason(&migration, "C");
    assert!(why.contains("may change a field of it"), "{why}");
}

#[test]
fn a_field_that_is_added_later_belongs_to_its_class() {
    let code = "w = Long()\nA._fields['w'] = w\ndef f():\n    w._required = True";
    let why = after(code).expect_err("it may be changed");
    assert!(why.contains("may change a field of it"), "{why}");
}
