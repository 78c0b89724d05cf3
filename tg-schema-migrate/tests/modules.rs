//! Classes into modules, names into references, comments into documentation.

mod support;

use support::{line, of, one, reason, with_imports};

fn modules(files: &[(&str, &str)]) -> Vec<String> {
    let migration = of(files);
    assert!(
        !migration.loaded.diagnostics.has_errors(),
        "{:?}",
        migration.loaded.diagnostics
    );
    let classes = migration.classes.iter();
    classes
        .map(|c| format!("{}.{}", c.module.join("."), c.name))
        .collect()
}

#[test]
fn names_that_collide_are_kept_apart() {
    let text = with_imports(
        "\
import os
class A(Record): x = String()
def f():
  class A(Record): y = String()
class B:
  class A(Record): z = String()
if os.name:
  class C(Record): x = String()
else:
  class C(Record): y = String()
class a(Record): w = Long()",
    );
    let found = modules(&[("m.py", &text)]);
    assert_eq!(found, ["m.A", "m.f.A", "m.B.A", "m.C", "m_2.C", "m_2.a"]);
}

#[test]
fn files_become_modules() {
    let text = with_imports("class R(Record): x = String()");
    let files = [
        ("pkg/__init__.py", text.as_str()),
        ("pkg/my-schema.py", &text),
        ("pkg/my_schema.py", &text),
        ("01.py", &text),
        ("self.py", &text),
        ("__init__.py", &text),
    ];
    let mut found = modules(&files);
    found.sort();
    let own = found
        .iter()
        .position(|name| name.starts_with("tg_migrate_"))
        .expect("the folder's name");
    found.remove(own);
    assert_eq!(
        found,
        [
            "_01.R",
            "pkg.R",
            "pkg.my_schema.R",
            "pkg.my_schema_2.R",
            "self_module.R"
        ]
    );
}

#[test]
fn a_name_that_is_made_up_is_that_of_no_file() {
    let one = with_imports("class A(Record): x = String()");
    let two = with_imports("class A(Record): x = String()\nclass a(Record): y = String()");
    let found = modules(&[("k.py", &two), ("k_2.py", &one)]);
    assert_eq!(found, ["k.A", "k_3.a", "k_2.A"]);
    let inside =
        with_imports("class A(Record): x = String()\ndef f():\n  class A(Record): y = String()");
    let mut found = modules(&[("m.py", &inside), ("m/f.py", &one)]);
    found.sort();
    assert_eq!(found, ["m.A", "m.f.A", "m.f_2.A"]);
    let mut found = modules(&[("my-k.py", &one), ("my_k.py", &two), ("my_k_2.py", &one)]);
    found.sort();
    assert_eq!(
        found,
        ["my_k.A", "my_k_2.A", "my_k_3.A", "my_k_4.a"],
        "my_k.py keeps its name"
    );
}

#[test]
fn references_say_the_module_where_they_must() {
    let migration = of(&[
        (
            "a.py",
            "from pulsar.schema import *\nfrom b import In\nfrom c import In as Other, Sole\nclass R(Record):\n  x = In()\n  y = Array(Other())\n  z = Sole\n",
        ),
        ("b.py", &with_imports("class In(Record): x = String()")),
        (
            "c.py",
            &with_imports("class In(Record): y = String()\nclass Sole(Record): z = String()"),
        ),
    ]);
    assert_eq!(line(&migration, "x"), r#"x = { type = "b.In?" }"#);
    assert_eq!(line(&migration, "y"), r#"y = { type = "array<c.In>?" }"#);
    assert_eq!(line(&migration, "z"), r#"z = { type = "Sole?" }"#);
    assert_eq!(reason(&migration, "R"), "");
}

#[test]
fn comments_and_docstrings_become_documentation() {
    let migration = one("\
# Above the class.
class R(Record):
  '''What it is.

  And more.
  '''
  # Above the field.
  x = String()  # Behind it.
  y = Long()
  '''As Sphinx has it.'''
");
    assert_eq!(
        line(&migration, "x"),
        r#"x = { type = "string?", doc = "Above the field.\nBehind it." }"#
    );
    assert_eq!(
        line(&migration, "y"),
        r#"y = { type = "long?", doc = "As Sphinx has it." }"#
    );
    let text = &migration.files[0].1;
    assert!(
        text.contains("doc = \"\"\"\nAbove the class.\n\nWhat it is.\n\nAnd more.\"\"\""),
        "{text}"
    );
}

#[test]
fn definitions_are_in_canonical_form() {
    let migration = one(
        "class C(Enum):\n  A = 'a\"b'\nclass R(Record):\n  x = C\n  y = String(default='\\\\d \"q\" \\u00e9\\x7f')\n  z = make()\n",
    );
    for (_, text) in &migration.files {
        let formatted =
            tg_schema_gen::format::format(text, tg_schema_gen::definition::Notation::Toml);
        assert_eq!(formatted.as_ref(), Ok(text));
    }
    assert!(!migration.loaded.diagnostics.has_errors());
}

#[test]
fn what_the_language_refuses_is_left_open_and_the_rest_stays() {
    let migration = one("\
class string(Record): x = String()
class Clash(Record):
  inner = String()
  INNER = String()
class Holder(Record):
  s = string()
  t = String()");
    assert!(reason(&migration, "string").contains("a definition cannot hold it"));
    assert_eq!(line(&migration, "INNER"), r#"INNER = { type = "string?" }"#);
    assert!(reason(&migration, "Holder").contains("the field s is left open"));
    assert_eq!(line(&migration, "t"), r#"t = { type = "string?" }"#);
    assert!(!migration.loaded.diagnostics.has_errors());
}

#[test]
fn comments_inside_of_expressions_and_classes_are_kept() {
    let migration = one("\
# Above.
class R(Record):  # Behind the head.
  # Of nothing.

  # Above x.
  x = Integer(  # Inner.
    # Its own line.
    required=True,  # Why.
  )  # Behind.

  # ------
  # Far away.

  y = Array(
    String()  # Elements.
  )
  _avro_namespace = 'a.b'  # The old one.

  def method(self):
    # Inside of the method.
    pass
    # Still.
  class Inner:
    # Of Inner.
    pass
    # Below Inner.
  # At the end,
  # in two lines.

  # Later.
# Outside.
class E(Enum):
  # one
  A = 1  # two
  # end
class S(Record):
  e = E
");
    let field = |name: &str| {
        let record = &migration.loaded.schema.records[0];
        let field = record.fields.iter().find(|f| f.name == name);
        field.and_then(|f| f.doc.clone()).unwrap_or_default()
    };
    assert_eq!(field("x"), "Above x.\nInner.\nIts own line.\nWhy.\nBehind.");
    assert_eq!(field("y"), "Elements.");
    assert_eq!(
        migration.loaded.schema.records[0].doc.as_deref(),
        Some(
            "Above.\n\nBehind the head.\nOf nothing.\n\nFar away.\n\nThe old one.\n\nAt the end,\nin two lines.\n\nLater."
        )
    );
    assert_eq!(
        migration.loaded.schema.enums[0].doc.as_deref(),
        Some("Outside.\n\nend\n\nA: one two")
    );
    let record = &migration.loaded.schema.records[0];
    let expression = record.fields[0].origin.as_ref().expect("an origin");
    assert_eq!(
        expression.expression.as_deref(),
        Some("Integer(required=True,)")
    );
}

#[test]
fn what_is_left_open_tells_why_and_where() {
    let migration = of(&[
        (
            "a.py",
            &with_imports("from b import KIND, Part\nclass R(Record):\n  k = KIND\n  p = Part()\n"),
        ),
        (
            "b.py",
            &with_imports(
                "import os\nKINDS = {}\nKIND = KINDS[os.name]\n@os.register\nclass Part(Record):\n  x = String()\n",
            ),
        ),
    ]);
    let records = &migration.loaded.schema.records;
    let of = |name: &str| records.iter().find(|r| r.name == name).expect("a record");
    let open = &of("R").unresolved[0];
    let expected = "`KINDS[os.name]` is an item that could not be followed (";
    assert!(open.reason.starts_with(expected), "{}", open.reason);
    assert!(open.reason.ends_with("b.py:5)"), "{}", open.reason);
    let part = reason(&migration, "Part");
    assert!(part.contains("decorated by `os.register`"), "{part}");
    let holder = reason(&migration, "R");
    assert!(holder.contains("KINDS[os.name]"), "{holder}");
}

#[test]
fn bases_without_a_consistent_order_are_refused() {
    let migration = one("\
class Mixin: pass
class A(Mixin, Record):
  a = String()
class B(Record, Mixin):
  b = String()
class C(A, B):
  c = String()
class D(A, Record):
  d = String()
");
    assert!(reason(&migration, "C").contains("no consistent order"));
    assert_eq!(reason(&migration, "D"), "");
}

/// What is left open of the fields of the last class, and the fields that are known.
fn last(text: &str) -> (Vec<String>, Vec<String>) {
    let migration = of(&[("m.py", text)]);
    let records = &migration.loaded.schema.records;
    let record = records.last().expect("a record");
    let open = record.unresolved.iter();
    let open = open.map(|open| format!("{}: {}", open.name, open.reason));
    let known = record.fields.iter().map(|field| field.name.clone());
    (open.collect(), known.collect())
}

#[test]
fn a_star_import_binds_the_submodules_too() {
    let class = "class R(Record):\n  a = schema.String()\n  b = String()\n";
    let no_field = "a: the client's module `pulsar.schema.schema` has no `String`";
    for head in [
        "from pulsar import schema\nfrom pulsar.schema import *\n",
        "from pulsar.schema import *\nfrom pulsar.schema import schema\n",
    ] {
        let (open, known) = last(&format!("{head}{class}"));
        assert_eq!(open, [no_field], "{head}");
        assert_eq!(known, ["b"], "{head}");
    }
    let (open, known) = last(&format!(
        "from pulsar.schema import *\nfrom pulsar import schema\n{class}"
    ));
    assert_eq!(open, [""; 0]);
    assert_eq!(known, ["a", "b"]);
    // The module of the fields brings what it imports itself, and no schemas.
    let (open, known) = last(
        "from pulsar.schema.definition import *\nclass E(Enum): A = 1\nclass R(Record):\n  a = CustomEnum(E)\n  b = Long()\n",
    );
    assert_eq!(open, [""; 0]);
    assert_eq!(known, ["a", "b"]);
    let (open, known) =
        last("from pulsar.schema import *\nclass R(Record):\n  a = definition.Integer()\n");
    assert_eq!(open, [""; 0]);
    assert_eq!(known, ["a"]);
}

#[test]
fn an_empty_namespace_is_named_with_what_to_do() {
    let migration = one("class R(Record):\n  _avro_namespace = \"\"\n  a = String()\n");
    let why = reason(&migration, "R");
    assert!(
        why.contains("`_avro_namespace` is the empty text") && why.contains("set it to None"),
        "{why}"
    );
    let table = tg_schema_gen::migration::table(&migration.loaded.schema);
    let rows = table.rows.iter();
    let told: Vec<&str> = rows.map(|row| row.reason.as_str()).collect();
    assert!(
        !told
            .iter()
            .any(|reason| reason.contains("cannot be registered")),
        "{told:?}"
    );
}

#[test]
fn scopes_and_shadowed_classes_are_told_apart_by_the_table_of_the_definitions_alone() {
    let migration = one("\
import elsewhere
class A(Record): x = String()
class Outer:
  class A(Record): y = String()
  class Kind(Enum): RED = 1
def make():
  class A(Record): z = Outer.Kind
  def deeper():
    class A(Record): w = Long()
    return A
  return A
class A(Record): v = Long()
class Plain(Record): a = A()
class Unknown(elsewhere.Base): u = String()
class Outer2:
  class string(Record): x = String()
");
    let named = migration.files.iter().map(|(path, text)| {
        let name = format!("{}.toml", path.join("/"));
        (path.clone(), name, text.clone())
    });
    let loaded = tg_schema_gen::load::from_texts(named.collect());
    let table = tg_schema_gen::migration::table(&loaded.schema);
    assert_eq!(table, migration.table);
    let told: Vec<String> = table
        .classes
        .iter()
        .map(|class| {
            let by = class.shadowed_by.as_deref().unwrap_or_default();
            let line = by.rsplit_once(':').map_or("", |(_, line)| line);
            format!("{}:{} {line}", class.line, class.full_name())
        })
        .collect();
    assert_eq!(
        told,
        [
            "14:a.A ",
            "15:a.Plain ",
            "16:a.Unknown ",
            "18:a.string in Outer2 ",
            "6:a.Outer.A in Outer ",
            "9:a.make.A in make.<locals> ",
            "11:a.make.deeper.A in make.<locals>.deeper.<locals> ",
            "4:a_2.A 14",
        ]
    );
    let json = table.render(tg_schema_gen::migration::Form::Json);
    assert!(json.contains("\"scope\": \"make.<locals>\""), "{json}");
    let row = table
        .rows
        .iter()
        .find(|row| row.reason.contains("A later class"));
    let row = row.expect("a row of the class that is shadowed");
    assert_eq!((row.name.as_str(), row.verdict.name()), ("A", "exact"));
    let text = migration.files.iter().map(|(_, text)| text.as_str());
    let text: String = text.collect();
    assert!(text.contains("scope = \"Outer\""), "{text}");
}

#[test]
fn names_that_no_definition_can_have_are_rows_with_all_that_is_known() {
    let migration = one("\
class _(Record):
  x = String()
  y = make()
class self(Record): x = Long()
class _E(Enum):
  A = 1
  _ = 2
  ___ = 3
class K(Record):
  _ = _E
  self = String()
class Holder(Record):
  a = _()
  b = Array(self())
  c = K()
");
    assert_eq!(line(&migration, "_"), r#"_ = { type = "_E?" }"#);
    assert_eq!(line(&migration, "self"), r#"self = { type = "string?" }"#);
    assert!(
        support::text(&migration, "K").contains(r#""symbols":["A","_","___"]"#),
        "{}",
        support::text(&migration, "K")
    );
    let rows = migration.table.rows.iter();
    let open: Vec<String> = rows
        .filter(|row| row.open)
        .map(|row| {
            format!(
                "{} {}.{} {}",
                row.kind.name(),
                row.record,
                row.name,
                row.expression
            )
        })
        .collect();
    assert_eq!(
        open,
        [
            "class ._ class _: x = String(); y = make()",
            "class .self class self: x = Long()",
            "field Holder.a _()",
            "field Holder.b Array(self())",
        ]
    );
    let classes = migration.table.classes.iter();
    let fields: Vec<usize> = classes.map(|class| class.fields).collect();
    assert_eq!(fields, [2, 1, 2, 3]);
    assert!(!migration.loaded.diagnostics.has_errors());
}
