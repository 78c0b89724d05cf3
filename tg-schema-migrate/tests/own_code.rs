//! Classes that are more than their fields: what is told of them, and that patches leave their users alone.

#[path = "apply/shop.rs"]
mod shop;
mod support;

use shop::{SCHEMA, Shop};
use support::{codes, one};

const USER: &str = "\
from .schema import Order


def f(customer: str):
    return Order(customer=customer, chunk=None)
";

/// Why nothing is changed for a schema, and another file beside [`USER`].
#[track_caller]
fn left(name: &str, schema: &str, other: &str) -> String {
    let shop = Shop::new(name, &[("shop/use.py", USER), ("shop/other.py", other)]);
    shop.put("shop/schema.py", schema);
    let applied = shop.patch();
    assert_eq!(applied.patch, "", "{:?}", applied.changed);
    let left = shop.left(&applied).into_iter();
    let mut reasons = left.filter(|(file, _)| file == "shop/use.py");
    reasons.next().expect("a reason").1
}

fn with(line: &str) -> String {
    SCHEMA.replace(
        "    total = Integer()\n",
        &format!("    total = Integer()\n{line}\n"),
    )
}

#[test]
fn users_of_classes_with_code_of_their_own_stay() {
    for (at, line) in [
        "    def label(self): return self.customer",
        "    @property\n    def label(self): return self.customer",
        "    @classmethod\n    def label(cls): return cls()",
        "    label = 5",
        "    def label(self):\n        pass\n    def __init__(self, *a, **k):\n        super().__init__(*a, **k)",
    ]
    .iter()
    .enumerate()
    {
        let why = left(&format!("own{at}"), &with(line), "");
        assert!(why.contains("`label` of the class at"), "{line}: {why}");
    }
    let init =
        "    def __init__(self, **k):\n        super().__init__(**k)\n        self.total = 1";
    let why = left("init", &with(init), "");
    assert!(why.contains("`__init__` of the class at"), "{why}");
}

#[test]
fn a_constructor_that_hands_everything_on_is_in_nobodys_way() {
    let init =
        "    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)";
    let shop = Shop::new("hands", &[("shop/use.py", USER)]);
    shop.put("shop/schema.py", &with(init));
    let applied = shop.patch();
    assert_eq!(shop.left(&applied), []);
    shop.apply(&applied.patch);
    let text = shop.get("shop/use.py");
    assert!(text.contains("return Order(customer=customer)\n"), "{text}");
}

#[test]
fn users_of_enums_that_are_texts_or_numbers_too_stay() {
    for (at, base) in ["int, Enum", "str, Enum", "IntEnum"].iter().enumerate() {
        let schema = SCHEMA
            .replace("import Enum", "import Enum, IntEnum")
            .replace("class Color(Enum)", &format!("class Color({base})"));
        let why = left(&format!("number{at}"), &schema, "");
        assert!(why.contains("texts or numbers too"), "{base}: {why}");
    }
    let method = SCHEMA.replace(
        "    GREEN = 2\n",
        "    GREEN = 2\n    def nice(self): pass\n",
    );
    let why = left("nice", &method, "");
    assert!(why.contains("`nice` of the class at"), "{why}");
}

#[test]
fn all_stays_where_code_asks_for_the_clients_record() {
    for (at, other) in [
        "import pulsar\ndef f(v): return isinstance(v, pulsar.schema.Record)\n",
        "from pulsar.schema import Record\ndef f(v): return isinstance(v, (dict, Record))\n",
    ]
    .iter()
    .enumerate()
    {
        let why = left(&format!("asks{at}"), SCHEMA, other);
        assert!(why.contains("asks for `Record`"), "{other}: {why}");
    }
}

#[test]
fn a_file_stays_that_makes_objects_of_a_class_that_is_not_written() {
    for (at, line) in [
        "type(v)(customer='x', bogus=1)",
        "v.__class__(customer='x', bogus=1)",
        "setattr(v, customer, 1)",
    ]
    .iter()
    .enumerate()
    {
        let text = format!("{USER}\ndef g(v, customer):\n    return {line}\n");
        let shop = Shop::new(&format!("class{at}"), &[("shop/use.py", &text)]);
        let applied = shop.patch();
        assert_eq!(applied.patch, "", "{line}");
        let (_, why) = shop.left(&applied).pop().expect("a reason");
        assert!(why.contains("is not written"), "{line}: {why}");
    }
}

#[test]
fn code_of_a_class_is_told_and_has_a_row() {
    let text = "\
class Kind(str, Enum):
  NEW = 'NEW'
  def nice(self): return 1
class Base(Record):
  id = String()
  kind = Kind
  LIMIT = 5
  def label(self): return self.id
class Child(Base):
  id = String()
class Built(Record):
  id = String()
  def __init__(self, **k):
    super().__init__(**k)
    self.id = self.id or 'x'
class Plain(Record):
  id = String()
  def __init__(self, *a, **k):
    super().__init__(*a, **k)
";
    let migration = one(text);
    let told = migration.findings.0.iter();
    let told: Vec<&str> = told
        .filter(|d| d.code == Some("OWN_CODE"))
        .map(|d| d.message.as_str())
        .collect();
    assert_eq!(
        told,
        [
            "`Kind` has code of its own: `nice`",
            "`Base` has code of its own: `LIMIT`, `label`",
            "`Built` has code of its own: `__init__`",
        ]
    );
    let text = &migration.files[0].1;
    for line in [
        "note = \"no generated type has its own code: `LIMIT`, `label`\" }",
        "verdict = \"lossy\", note = \"no generated type has its own code: `__init__`; its constructor may fill",
        "note = \"its members were texts or numbers too, and are members alone now; no generated type has its own code: `nice`\" }",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let plain = text.split("[record.Plain]").nth(1).expect("a record");
    assert!(!plain.contains("note"), "{plain}");
    assert_eq!(
        codes(&one("class R(Record):\n  a = 5\n  b = String()")),
        ["NOT_A_FIELD"]
    );
}
