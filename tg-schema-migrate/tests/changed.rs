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
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
    assert_eq!(codes(&migration), ["UNRESOLVED_CLASS"; 5]);
}
