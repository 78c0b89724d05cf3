//! Sources that would take for ever, or all memory.

mod support;

use support::{Folder, codes, line, of, one, reason};
use tg_schema_migrate::Options;

#[test]
fn values_of_exponential_size() {
    let mut text = String::from("x0 = []\n");
    for n in 1..70 {
        let before = n - 1;
        text.push_str(&format!("x{n} = [x{before}, x{before}]\n"));
    }
    text.push_str("y = x69 == [x68, x68]\nclass R(Record):\n  a = Array(Array(Integer()), default=x69, required_default=True)\n  b = String()");
    let migration = one(&text);
    assert!(
        reason(&migration, "R").contains("parts"),
        "{}",
        reason(&migration, "R")
    );
    assert_eq!(line(&migration, "b"), r#"b = { type = "string?" }"#);
}

#[test]
fn calls_and_loops_without_end() {
    let migration = one("\
def f(n): return f(n) + f(n)
def g():
  while True: pass
def h(n):
  return [h(n - 1), h(n - 1), h(n - 1)]
a, b, c = f(1), g(), h(30)
d = [i * j for i in range(10000) for j in range(10000)]
e = 'x' * 10**9
s = 's'
while True:
  s += s
class R(Record):
  x = String()");
    assert_eq!(line(&migration, "x"), r#"x = { type = "string?" }"#);
}

#[test]
fn many_fields_and_classes() {
    let fields: String = (0..3_000).map(|n| format!("  f{n} = String()\n")).collect();
    let classes: String = (0..1_000)
        .map(|n| format!("class C{n}(Record):\n  x = String()\n"))
        .collect();
    let migration = one(&format!("class R(Record):\n{fields}{classes}"));
    assert_eq!(migration.classes.len(), 1_001);
    assert!(migration.classes.iter().all(|class| class.text.is_some()));
}

#[test]
fn circles() {
    let migration = one("\
class A(Record):
  x = String()
A._fields['me'] = Array(A())
A._fields['other'] = A()
l = []
l.append(l)
d = {}
d['d'] = d
class B(A, A): pass
class R(Record):
  a = A
  b = Array(String(), default=l, required_default=True)");
    assert_eq!(reason(&migration, "A"), "");
    assert!(!reason(&migration, "R").is_empty());
}

#[test]
fn bytes_that_are_no_text_are_no_values() {
    for text in [
        &b"x = String(default='\xe9')"[..],
        b"x = String(default=f'{1}\xe9')",
        b"x = String(default='a' '\xe9')",
    ] {
        let mut bytes =
            b"from pulsar.schema import *\nclass R(Record):\n  y = String()\n  ".to_vec();
        bytes.extend_from_slice(text);
        for head in [&b""[..], b"# coding: cp1252\n"] {
            let folder = Folder::new(&[("a.py", "")]);
            std::fs::write(folder.0.join("a.py"), [head, &bytes].concat()).expect("a file");
            let migration = folder.migrate(&Options::default());
            assert_eq!(line(&migration, "y"), r#"y = { type = "string?" }"#);
            assert_eq!(line(&migration, "x"), "nothing");
            let open = &migration.loaded.schema.records[0].unresolved;
            assert!(
                open[0].reason.contains("whose characters are not read"),
                "{open:?}"
            );
        }
    }
}

#[test]
fn a_file_that_is_no_text_is_one_finding() {
    let text = "from pulsar.schema import *\nclass R(Record):\n  x = String()\n";
    let units = text.encode_utf16();
    let utf_16 = std::iter::once(0xfeff)
        .chain(units)
        .flat_map(u16::to_le_bytes);
    let nul = format!("{text}\0{text}\0");
    for bytes in [utf_16.collect(), nul.into_bytes()] {
        let folder = Folder::new(&[("a.py", "")]);
        std::fs::write(folder.0.join("a.py"), &bytes).expect("a file");
        let migration = folder.migrate(&Options::default());
        assert_eq!(codes(&migration), ["UNREADABLE_TEXT"]);
        assert!(migration.partial && migration.loaded.schema.records.is_empty());
    }
}

#[test]
fn a_file_in_an_encoding_that_python_does_not_know_is_skipped() {
    let body = "from pulsar.schema import *\nclass R(Record):\n  x = String()\n";
    for (encoding, records) in [("foo", 0), ("rot13", 0), ("utf-16", 0), ("cp1252", 1)] {
        let text = format!("# coding: {encoding}\n{body}");
        let migration = of(&[("a.py", &text)]);
        let found = codes(&migration);
        let expected: &[&str] = match records {
            0 => &["UNREADABLE_TEXT"],
            _ => &[],
        };
        assert_eq!(found, expected, "{encoding}");
        assert_eq!(migration.loaded.schema.records.len(), records, "{encoding}");
    }
}
