//! Field declarations into presence rows, and into the text that the client registers.

mod support;

use support::{codes, line, one, reason, text};
use tg_schema_model::Verdict;

#[test]
fn declarations_become_presence_rows() {
    for (declaration, expected) in [
        ("String()", r#"{ type = "string?" }"#),
        (
            "Boolean()",
            r#"{ type = "boolean", default = false, nullable = true }"#,
        ),
        ("Boolean(required=True)", r#"{ type = "boolean" }"#),
        (
            "Boolean(required_default=True)",
            r#"{ type = "boolean", default = false, nullable = true, pulsar = { required_default = true } }"#,
        ),
        (
            "String(default='x')",
            r#"{ type = "string", default = "x", nullable = true }"#,
        ),
        (
            "String('x')",
            r#"{ type = "string", default = "x", nullable = true }"#,
        ),
        ("String(required=1)", r#"{ type = "string" }"#),
        (
            "String(default='x', required=True)",
            r#"{ type = "string", default = "x" }"#,
        ),
        (
            "Integer(5, True, True)",
            r#"{ type = "int", default = 5, pulsar = { required_default = true } }"#,
        ),
        (
            "String(required_default=True)",
            r#"{ type = "string?", pulsar = { required_default = true } }"#,
        ),
        (
            "String(required=True, required_default=True)",
            r#"{ type = "string", pulsar = { required_default = true } }"#,
        ),
        (
            "Bytes(default='ab')",
            r#"{ type = "bytes", default = "ab", nullable = true }"#,
        ),
        ("Bytes(default=b'\\xff')", r#"{ type = "bytes?" }"#),
        (
            "Long(default=2**40)",
            r#"{ type = "long", default = 1099511627776, nullable = true }"#,
        ),
        ("Integer(default=2**40)", r#"{ type = "int?" }"#),
        (
            "Double(default=5)",
            r#"{ type = "double", default = 5, nullable = true }"#,
        ),
        (
            "Float(default=float('nan'))",
            r#"{ type = "float", default = nan, nullable = true }"#,
        ),
        (
            "Array(Map(String()))",
            r#"{ type = "array<map<string>>?" }"#,
        ),
        (
            "Map(Integer(), {'b': 1, 'a c': 2})",
            r#"{ type = "map<int>", default = { b = 1, "a c" = 2 }, nullable = true }"#,
        ),
        (
            "Array(CustomEnum(C))",
            r#"{ type = "array<C>?", pulsar = { raw = '["null", {"type": "array", "items": "enum"}]' } }"#,
        ),
        ("C", r#"{ type = "C?" }"#),
        (
            "CustomEnum(C, default=2)",
            r#"{ type = "C", default = "B", nullable = true }"#,
        ),
        (
            "CustomEnum(C, default='A', required=True)",
            r#"{ type = "C", default = "A" }"#,
        ),
        ("In", r#"{ type = "In?" }"#),
        ("In(5, True)", r#"nothing"#),
        ("In(required=True)", r#"{ type = "In" }"#),
        ("In(default=In(x=3))", r#"{ type = "In?" }"#),
        ("In(x=3, unknown=4)", r#"{ type = "In?" }"#),
        (
            "Null()",
            r#"{ type = "string?", pulsar = { raw = '["null", "null"]' } }"#,
        ),
        (
            "functools.partial(String, required=True)()",
            r#"{ type = "string" }"#,
        ),
        ("String(default=os.getenv('X'))", r#"{ type = "string?" }"#),
    ] {
        let source = format!(
            "import functools, os\nclass C(Enum):\n  A = 1\n  B = 2\nclass In(Record):\n  x = Integer()\nclass R(Record):\n  f = {declaration}"
        );
        let migration = one(&source);
        let found = line(&migration, "f");
        let found = found.strip_prefix("f = ").unwrap_or(&found);
        assert_eq!(
            found,
            expected,
            "{declaration}: {}",
            reason(&migration, "R")
        );
    }
}

#[test]
fn texts_are_those_of_the_client() {
    let migration = one("\
class Color(Enum):
  RED = 1
  GREEN = 2
class In(Record):
  x = Integer()
class N1(Record):
  a = In; b = In()
class N3(Record):
  a=In(required=True); c=In(required_default=True)
class E(Record):
  a=Color; b=CustomEnum(Color); c=CustomEnum(Color,default=Color.RED,required=True,required_default=True); d=CustomEnum(Color,default=Color.GREEN,required_default=True)
class EA(Record):
  a=Array(CustomEnum(Color))
class MA(Record):
  a=Array(String(),default=[],required=True,required_default=True); m=Map(Integer(),default={'k':1},required_default=True)
class MB(Record):
  a=Boolean(required_default=True); b=Boolean(default=True); c=Boolean(default=True,required_default=True); d=Boolean(default=False,required=True,required_default=True); e=Boolean(required=True)
class NS(Record):
  _avro_namespace='a.b'
  z=String(); a=Integer(); n=In()
class NS2(Record):
  _avro_namespace='a.b'
  _sorted_fields=True
  z=NS(); a=NS(); m=In(); k=In()
class Base(Record): a = String()
class Child(Base): c = String()");
    for (class, expected) in [
        (
            "N1",
            r#"{"type":"record","name":"N1","fields":[{"name":"a","type":["null",{"type":"record","name":"In","fields":[{"name":"x","type":["null","int"]}]}]},{"name":"b","type":["null","In"]}]}"#,
        ),
        (
            "N3",
            r#"{"type":"record","name":"N3","fields":[{"name":"a","type":{"type":"record","name":"In","fields":[{"name":"x","type":["null","int"]}]}},{"name":"c","default":null,"type":["null","In"]}]}"#,
        ),
        (
            "E",
            r#"{"type":"record","name":"E","fields":[{"name":"a","type":["null",{"type":"enum","name":"Color","symbols":["RED","GREEN"]}]},{"name":"b","type":["null","Color"]},{"name":"c","default":"RED","type":"Color"},{"name":"d","default":"GREEN","type":["null","Color"]}]}"#,
        ),
        (
            "EA",
            r#"{"type":"record","name":"EA","fields":[{"name":"a","type":["null",{"type":"array","items":"enum"}]}]}"#,
        ),
        (
            "MA",
            r#"{"type":"record","name":"MA","fields":[{"name":"a","default":[],"type":{"type":"array","items":"string"}},{"name":"m","default":{"k":1},"type":["null",{"type":"map","values":"int"}]}]}"#,
        ),
        (
            "MB",
            r#"{"type":"record","name":"MB","fields":[{"name":"a","default":false,"type":["null","boolean"]},{"name":"b","type":["null","boolean"]},{"name":"c","default":true,"type":["null","boolean"]},{"name":"d","default":false,"type":"boolean"},{"name":"e","type":"boolean"}]}"#,
        ),
        (
            "NS2",
            r#"{"type":"record","name":"NS2","namespace":"a.b","fields":[{"name":"a","type":["null",{"type":"record","name":"NS","namespace":"a.b","fields":[{"name":"z","type":["null","string"]},{"name":"a","type":["null","int"]},{"name":"n","type":["null",{"type":"record","name":"In","fields":[{"name":"x","type":["null","int"]}]}]}]}]},{"name":"k","type":["null","In"]},{"name":"m","type":["null","In"]},{"name":"z","type":["null","a.b.NS"]}]}"#,
        ),
        (
            "Child",
            r#"{"type":"record","name":"Child","fields":[{"name":"c","type":["null","string"]}]}"#,
        ),
    ] {
        assert_eq!(text(&migration, class), expected);
    }
}

#[test]
fn what_the_client_refuses_has_no_text() {
    for (declaration, error) in [
        (
            "Array(String)",
            "Argument String is not a Record or a Field",
        ),
        ("Array(str)", "Argument str is not a Record or a Field"),
        ("Array(In)", "Record.type() missing"),
        ("Array(C)", "has no attribute 'type'"),
        ("String(doc='x')", "unexpected keyword argument 'doc'"),
        ("String('x', default='y')", "multiple values"),
        ("String('x', 1, 2, 3)", "positional arguments"),
        ("Integer(default='x')", "Invalid type"),
        ("Boolean(default=1)", "Invalid type"),
        ("Map(String(), String())", "Invalid type"),
        ("Null(default=1)", "is set to be None"),
        ("CustomEnum(str)", "is not a valid Enum type"),
        ("CustomEnum(C, default='X')", "Invalid enum value"),
        (
            "Bytes(default=b'ab', required_default=True)",
            "bytes is not JSON serializable",
        ),
        (
            "In(default=In(x=3), required_default=True)",
            "In is not JSON serializable",
        ),
        ("In(x='three')", "Invalid type"),
        ("Record", "cannot make an instance of `Record`"),
        ("Shadow()", "object is not callable"),
    ] {
        let source = format!(
            "class C(Enum):\n  A = 1\nclass In(Record):\n  x = Integer()\nclass Shadow(Record):\n  required_default = String()\nclass R(Record):\n  f = {declaration}"
        );
        let migration = one(&source);
        let reason = reason(&migration, "R");
        assert!(reason.contains(error), "{declaration}: {reason}");
    }
}

#[test]
fn what_is_not_known_is_left_open() {
    for (declaration, expected) in [
        ("make()", "the name `make` is not defined"),
        ("String(required=os.getenv('X'))", "is not known"),
        (
            "String(default=os.getenv('X'), required_default=True)",
            "os.getenv",
        ),
        ("String(**options)", "`options` is not defined"),
        ("company.Kind()", "`company.Kind` is outside of the sources"),
        ("company.KIND", "`company.KIND` is outside of the sources"),
        ("Integer(default=2**40, required_default=True)", "left open"),
    ] {
        let migration = one(&format!(
            "import os, company\nclass R(Record):\n  f = {declaration}\n  g = String()"
        ));
        let reason = reason(&migration, "R");
        assert!(reason.contains(expected), "{declaration}: {reason}");
        assert_eq!(line(&migration, "g"), r#"g = { type = "string?" }"#);
        let (_, text) = &migration.files[0];
        assert!(
            text.contains("[[record.R.unresolved]]\nfield = \"f\""),
            "{text}"
        );
    }
}

#[test]
fn names_that_rust_does_not_tell_apart_keep_the_class() {
    let migration = one(
        "class R(Record):\n  class Inner(Record):\n    x = Integer()\n  inner = Inner()\n  self = String()\n  other = String()",
    );
    let class = migration.table.classes.iter().find(|c| c.name == "R");
    let class = class.expect("the class is in the table");
    assert_eq!(
        (class.reason.as_deref(), class.sha256.is_some()),
        (None, true)
    );
    let rows = migration.table.rows.iter();
    let rows: Vec<&str> = rows.map(|r| r.name.as_str()).collect();
    for name in ["Inner", "inner", "self", "other"] {
        assert!(rows.contains(&name), "{name}: {rows:?}");
    }
}

#[test]
fn comments_of_enum_members_are_kept() {
    let migration = one(
        "class Color(Enum):\n  'What is painted.'\n  RED = 1\n  # the green\n  # one\n  GREEN = 2  # go\n  BLUE = 3\n  'Like the sky.'\n  AZURE = 3  # the same\nclass R(Record):\n  color = CustomEnum(Color)",
    );
    let doc = migration.loaded.schema.enums[0].doc.as_deref();
    assert_eq!(
        doc,
        Some("What is painted.\n\nGREEN: the green one go\nBLUE: Like the sky.\nAZURE: the same")
    );
}

#[test]
fn an_attribute_of_a_record_is_its_value_and_of_its_class_the_field() {
    let migration = one("\
class In(Record):
  x = String()
class Shared(Record):
  f = String(default='s', required_default=True)
  n = Integer()
  sub = In()
class Uses(Record):
  a = Shared.f
  b = Shared().f
  c = Shared(f='t').f
  d = Shared().n
  e = Shared().sub
  g = String(default=Shared(f='given').f, required_default=True)
later = Shared()
later.n = 5
class Later(Record):
  h = Integer(default=later.n, required_default=True)
  i = Shared(n=made()).n
");
    let text = text(&migration, "Uses");
    for (name, there) in [("a", true), ("b", false), ("c", false), ("d", false)] {
        let own = format!("\"name\":\"{name}\"");
        assert_eq!(text.contains(&own), there, "{name}: {text}");
    }
    assert!(text.contains("\"name\":\"e\""), "{text}");
    assert!(text.contains("\"default\":\"given\""), "{text}");
    assert!(line(&migration, "h").contains("default = 5"));
    assert!(!reason(&migration, "Later").is_empty());
    let told = codes(&migration);
    let plain = told.iter().filter(|code| **code == "NOT_A_FIELD").count();
    assert_eq!(plain, 2, "{told:?}");
}

#[test]
fn a_default_that_no_definition_holds_is_lost() {
    let migration = one("\
import os, time
class R(Record):
  a = String(default=os.getenv('X'))
  b = Long(default=time.time(), required=True)
  c = Integer(default=2**40)
  d = String(default='kept')
");
    let row = |name: &str| {
        let rows = migration.table.rows.iter();
        let row = rows.clone().find(|r| r.name == name).expect("a row");
        (row.verdict.name(), row.wire.as_str())
    };
    assert_eq!(row("a"), ("lossy", "unset: the computed default → absent"));
    assert_eq!(
        row("b"),
        ("lossy", "unset: the computed default → to be given")
    );
    assert_eq!(
        row("c"),
        ("lossy", "unset: the default 1099511627776 → absent")
    );
    assert_eq!(row("d").0, "exact");
}

#[test]
fn symbols_that_rust_does_not_tell_apart_keep_the_enum() {
    let migration =
        one("class C(Enum):\n  RED_A = 1\n  RedA = 2\n  self = 3\nclass R(Record):\n  c = C");
    assert_eq!(
        text(&migration, "R"),
        r#"{"type":"record","name":"R","fields":[{"name":"c","type":["null",{"type":"enum","name":"C","symbols":["RED_A","RedA","self"]}]}]}"#
    );
    assert!(migration.loaded.schema.enums[0].origin.is_some());
    assert!(!migration.loaded.diagnostics.has_errors());
}

#[test]
fn values_of_enums_are_kept_where_a_definition_can_hold_them() {
    let migration = one("\
import zlib
class A(Enum):
  X = 1
  Y = 2.5
class B(Enum):
  X = 2**70
  Y = 'y'
class C(Enum):
  X = None
  Y = 1
class D(Enum):
  X = (1, 2)
  Y = 'X'
class E(Enum):
  X = True
  Y = 'Y'
class F(Enum):
  X = zlib.crc32(b'x')
class G(Enum):
  X = 1
  Y = zlib.crc32(b'x')
class R(Record):
  a = A
  b = B
  c = C
  d = D
  e = E
  f = F
  g = G
");
    let row = |name: &str| {
        let mut rows = migration.table.rows.iter();
        let row = rows.find(|r| r.name == name).expect("a row");
        (row.verdict.name(), row.wire.as_str(), row.reason.as_str())
    };
    for (name, verdict, wire, reason) in [
        (
            "A",
            "lossy",
            r#"1 → "X""#,
            "carry 2.5 for `Y`, which neither the Python client nor new readers take back",
        ),
        (
            "B",
            "lossy",
            r#""y" → "Y""#,
            "carry 1180591620717411303424 for `X`, which has more than 64 bits",
        ),
        (
            "C",
            "exact",
            r#"1 → "Y""#,
            "carry null for `X`, which is read as nothing, before and now",
        ),
        (
            "D",
            "lossy",
            "value → symbol",
            "carry [1,2] for `X`, which neither",
        ),
        (
            "E",
            "lossy",
            "value → symbol",
            "carry true for `X`, which neither",
        ),
        (
            "F",
            "manual",
            "value → symbol",
            "The value of `X`, which old JSON messages carry, is not known",
        ),
    ] {
        let found = row(name);
        assert_eq!((found.0, found.1), (verdict, wire), "{name}: {}", found.2);
        assert!(found.2.contains(reason), "{name}: {}", found.2);
    }
    assert_eq!(row("a").0, "lossy");
    assert!(row("a").2.contains("Not every old value is read"));
    assert_eq!(row("c").0, "exact");
    assert_eq!(row("g").0, "manual");
    let why = reason(&migration, "R");
    let expected =
        "the value of `G.Y` is known only when the program runs: it comes from `zlib.crc32`";
    assert!(why.contains(expected), "{why}");
    let enums = &migration.loaded.schema.enums;
    let a = enums.iter().find(|e| e.name == "A").expect("an enum");
    assert_eq!(a.pulsar.values.len(), 2);
}

#[test]
fn what_null_was_read_as_is_told_of_fields_with_defaults() {
    let migration = one("\
class In(Record):
  x = Integer()
class R(Record):
  a = In(default=In(x=3))
  b = Array(String(), default=['a'], required=True)
  c = Integer(default=3, required=True)
");
    let row = |name: &str| {
        let rows = migration.table.rows.iter();
        let row = rows.clone().find(|r| r.name == name).expect("a row");
        (row.verdict.name(), row.wire.clone(), row.reason.clone())
    };
    let (verdict, _, reason) = row("a");
    assert_eq!(verdict, "lossy");
    assert!(reason.contains("Its default counts only where"), "{reason}");
    let (verdict, wire, reason) = row("b");
    assert_eq!((verdict, wire.as_str()), ("exact", "null → the default"));
    assert!(reason.contains("old readers take it for None"), "{reason}");
    assert_eq!(row("c").1, "none");
}

#[test]
fn sub_records_that_are_declared_with_values_are_lossy() {
    for (declaration, given) in [
        ("In(x=3)", Some("`x`")),
        ("In(x=3, s=None, required_default=True)", Some("`x`, `s`")),
        ("In(default=In(), s='z')", Some("`s`")),
        ("In(y=3)", None),
        ("In(x=None, s='q', required=True)", None),
    ] {
        let text = format!(
            "class In(Record):\n  x = Integer()\n  s = String(default='q')\nclass R(Record):\n  a = {declaration}"
        );
        let migration = one(&text);
        let row = migration.table.rows.iter().find(|row| row.name == "a");
        let row = row.expect("a row");
        match given {
            Some(given) => {
                let wire = format!("unset: an object with the declared value of {given} → absent");
                assert_eq!(
                    (row.wire.as_str(), row.verdict),
                    (wire.as_str(), Verdict::Lossy)
                );
            }
            None => assert!(
                !row.wire.contains("declared"),
                "{declaration}: {}",
                row.wire
            ),
        }
    }
}
