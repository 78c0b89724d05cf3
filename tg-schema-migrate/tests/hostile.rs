//! Sources that would take for ever, or all memory.

mod support;

use support::{line, one, reason};

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
