//! Whole files: modules, imports, and what only the compiler knows.

use std::collections::BTreeMap;

use tg_schema_model::{Diagnostics, Presence, Schema, Sources, Type, Value};
use tg_schema_rust::lower;
use tg_schema_rust::read::file::{File, modules};

/// Reads `inputs` (name and module path) out of `tree`; gives the schema, or the problems as text.
fn read(inputs: &[(&str, &str)], tree: &[(&str, &str)]) -> (Schema, Vec<String>) {
    let tree: BTreeMap<&str, &str> = tree.iter().copied().collect();
    let files = inputs.iter().map(|(name, path)| File {
        name: (*name).into(),
        text: tree[name].into(),
        path: path
            .split("::")
            .filter(|p| !p.is_empty())
            .map(str::to_owned)
            .collect(),
    });
    let mut sources = Sources::default();
    let mut load = |name: &str| match name {
        "broken.rs" => Err("no permission".to_owned()),
        _ => Ok(tree.get(name).map(|t| (*t).to_owned())),
    };
    let (modules, mut diagnostics) = modules(files.collect(), &mut sources, &mut load);
    let (schema, more) = lower::schema(&modules);
    diagnostics.0.extend(more.0);
    (schema, lines(&diagnostics, &sources))
}

fn lines(diagnostics: &Diagnostics, sources: &Sources) -> Vec<String> {
    let line = |d: &tg_schema_model::Diagnostic| {
        let help = d
            .help
            .as_deref()
            .map_or(String::new(), |h| format!(" | {h}"));
        format!(
            "{}: {}{help}",
            sources.place(d.span).unwrap_or_default(),
            d.message
        )
    };
    diagnostics.0.iter().map(line).collect()
}

fn types(schema: &Schema, record: &str) -> Vec<String> {
    let found = schema.find_records(record);
    assert_eq!(found.len(), 1, "{record}");
    let full = |ty: &Type| match ty {
        Type::Record(id) => {
            let r = schema.record(*id);
            format!("{}.{}", schema.modules[r.module].dotted(), r.name)
        }
        other => schema.type_text(other),
    };
    schema
        .record(found[0])
        .fields
        .iter()
        .map(|f| full(&f.ty))
        .collect()
}

#[test]
fn modules_and_imports_are_followed() {
    let (schema, problems) = read(
        &[("src/lib.rs", "lib")],
        &[
            (
                "src/lib.rs",
                r#"//! Messages.
                mod a;
                mod b;
                pub mod inline { pub mod deep { #[tg_schema] pub struct Deep { up: Option<Box<super::super::Root>> } } }
                pub use a::Thing as Renamed;
                use b::*;
                type Short = b::Other;
                #[tg_schema(topic = "q1/tg/flow/root")]
                struct Root {
                    a: a::Thing, b: Renamed, c: Vec<Other>, d: crate::b::Other, e: self::inline::deep::Deep,
                    f: Short, g: Kind,
                }
                fn other() -> u8 { 1 }
                "#,
            ),
            (
                "src/a.rs",
                "use crate::b::{self as bee, Other as O, nested::Inner};\npub mod deeper;\n#[tg_schema] pub struct Thing { a: O, b: bee::Other, c: Inner, d: deeper::Far }",
            ),
            (
                "src/a/deeper.rs",
                "#[tg_schema] pub struct Far { a: super::super::b::Other }",
            ),
            (
                "src/b/mod.rs",
                "pub mod nested { #[tg_schema] pub struct Inner { a: i32 } }\n#[tg_schema] pub struct Other { a: String }\n#[tg_schema] pub enum Kind { A }",
            ),
        ],
    );
    assert_eq!(problems, Vec::<String>::new());
    let paths: Vec<String> = schema.modules.iter().map(|m| m.dotted()).collect();
    assert_eq!(
        paths,
        ["a", "a.deeper", "b", "b.nested", "inline.deep", "lib"]
    );
    assert_eq!(schema.modules[5].doc.as_deref(), Some("Messages."));
    let other = "b.Other";
    assert_eq!(
        types(&schema, "Root"),
        [
            "a.Thing",
            "a.Thing",
            "array<Other>",
            other,
            "inline.deep.Deep",
            other,
            "Kind"
        ]
    );
    assert_eq!(
        types(&schema, "Thing"),
        [other, other, "b.nested.Inner", "a.deeper.Far"]
    );
    assert_eq!(types(&schema, "Deep"), ["lib.Root"]);
    let topic = &schema.topics[0];
    assert_eq!(
        (
            topic.name.as_str(),
            topic.address.to_string().as_str(),
            topic.module
        ),
        ("root", "q1/tg/flow/root", 5)
    );
}

#[test]
fn files_of_a_folder_know_each_other() {
    let (schema, problems) = read(
        &[("in/one.rs", "one"), ("in/sub/two.rs", "sub::two")],
        &[
            (
                "in/one.rs",
                "mod sub_unused {}\n#[tg_schema] struct One { a: crate::sub::two::Two }",
            ),
            (
                "in/sub/two.rs",
                "use crate::one as first;\n#[tg_schema] struct Two { a: Vec<first::One> }",
            ),
        ],
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(types(&schema, "One"), ["sub.two.Two"]);
}

#[test]
fn a_file_is_read_once() {
    let tree = [
        ("m.rs", "mod x;\n#[tg_schema] struct M { a: x::X }"),
        ("x.rs", "#[tg_schema] pub struct X {}"),
    ];
    let (alone, problems) = read(&[("m.rs", "m")], &tree);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(types(&alone, "M"), ["m.x.X"]);
    let (both, problems) = read(&[("m.rs", "m"), ("x.rs", "x")], &tree);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(types(&both, "M"), ["x.X"]);
    assert_eq!(both.records.len(), 2);
}

#[test]
fn what_needs_the_compiler_is_said() {
    let (_, problems) = read(
        &[("m.rs", "m")],
        &[(
            "m.rs",
            r#"#[cfg(unix)] #[tg_schema] struct A {}
#[cfg_attr(unix, tg_schema)] struct B { a: i32 }
macro_rules! make { () => { #[tg_schema::tg_schema] struct C {} } }
#[path = "x.rs"] mod x;
fn f() { #[tg_schema] struct D {} }
#[cfg(windows)] mod w { #[tg_schema] struct E {} }
mod missing;
#[cfg(windows)] mod missing_too;
struct Plain;
type Alias = Vec<String>;
#[tg_schema] struct Good { a: i32 }
#[tg_schema] struct Uses { a: Plain, b: Alias, c: other_crate::Thing, d: Godo, e: A, f: Good }
#[cfg(test)] mod tests { #[tg_schema] struct T { a: u64 } }
#[cfg(test)] #[path = "y.rs"] mod y;
"#,
        )],
    );
    let expected = [
        "m.rs:1:34: whether `A` is there depends on `#[cfg]`",
        "m.rs:2:1: whether the attribute is there depends on `#[cfg_attr]`",
        "m.rs:3:30: an item inside a macro is known to the compiler only",
        "m.rs:4:1: `#[path]` is not followed",
        "m.rs:5:11: an item inside a function or block has no path",
        "m.rs:6:45: whether `E` is there depends on `#[cfg]`",
        "m.rs:7:5: the file of the module `missing` is not found | looked for m/missing.rs, m/missing/mod.rs",
        "m.rs:12:31: `Plain` is not a message type | put `#[tg_schema]` on it",
        "m.rs:12:41: `Alias` is a type alias",
        "m.rs:12:51: `other_crate::Thing` is not found",
        "m.rs:12:74: `Godo` is not found | did you mean `Good`?",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}\n{start}");
    }
}

#[test]
fn places_count_what_stands_before_the_rust() {
    let text = "\u{feff}#!/usr/bin/run\n// äöü\n#[tg_schema] struct Ä { ü: u64 }";
    let (_, problems) = read(&[("m.rs", "m")], &[("m.rs", text)]);
    let expected = [
        "m.rs:3:21: \"Ä\" is no legal record name",
        "m.rs:3:25: \"ü\" is no legal field name",
        "m.rs:3:28: `u64` has no wire form",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}\n{start}");
    }
}

#[test]
fn text_that_is_not_rust_is_refused() {
    for text in [
        "struct {",
        "struct A { a: }",
        "\"",
        &"(".repeat(100_000),
        &format!("fn f() {{ {}", "[".repeat(9_000)),
    ] {
        let (schema, problems) = read(&[("m.rs", "m")], &[("m.rs", text)]);
        assert!(schema.records.is_empty());
        assert!(problems[0].contains("this is not Rust"), "{problems:?}");
    }
    let deep = format!(
        "const A: u8 = {}1{};",
        "(".repeat(50_000),
        ")".repeat(50_000)
    );
    let (_, problems) = read(&[("m.rs", "m")], &[("m.rs", &deep)]);
    assert!(
        problems[0].contains("more than 2000 tokens"),
        "{problems:?}"
    );
    let (_, problems) = read(&[("lib.rs", "lib")], &[("lib.rs", "mod broken;")]);
    assert_eq!(
        problems,
        ["lib.rs:1:5: broken.rs cannot be read: no permission"]
    );
}

#[test]
fn imports_in_circles_end() {
    let (_, problems) = read(
        &[("m.rs", "m")],
        &[(
            "m.rs",
            "use self::a as b;\nuse self::b as a;\nuse self::*;\nuse crate::m::*;\n#[tg_schema] struct S { a: a::X, b: b }",
        )],
    );
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(
        problems.iter().all(|p| p.contains("is not found")),
        "{problems:?}"
    );
}

#[test]
fn defaults_find_the_defaults_that_they_leave_out() {
    let (schema, problems) = read(
        &[("m.rs", "m")],
        &[(
            "m.rs",
            r#"#[tg_schema] struct Outer { #[tg(default = { kind: "B" })] inner: Inner, #[tg(default = [{}])] many: Vec<Leaf> }
            #[tg_schema] struct Inner { kind: Kind, #[tg(default = { })] leaf: Leaf, note: Option<String> }
            #[tg_schema] struct Leaf { #[tg(default = 7, nullable)] n: i64 }
            #[tg_schema] enum Kind { A, B }"#,
        )],
    );
    assert_eq!(problems, Vec::<String>::new());
    let outer = schema.record(schema.find_records("Outer")[0]);
    let field = |name: &str, value| (name.to_owned(), value);
    let leaf = Value::Record(vec![field("n", Value::Long(7))]);
    let inner = Value::Record(vec![
        field("kind", Value::Enum("B".into())),
        field("leaf", leaf.clone()),
    ]);
    assert_eq!(outer.fields[0].presence, Presence::Default(inner));
    assert_eq!(
        outer.fields[1].presence,
        Presence::Default(Value::Array(vec![leaf]))
    );
}

#[test]
fn defaults_that_do_not_fit() {
    let (_, problems) = read(
        &[("m.rs", "m")],
        &[(
            "m.rs",
            r#"#[tg_schema] struct A { #[tg(default = "x")] n: i32 }
#[tg_schema] struct B { #[tg(default = { x: 1 })] a: A, #[tg(default = "C")] k: K }
#[tg_schema] struct L { #[tg(default = [{}])] more: Vec<L> }
#[tg_schema] enum K { A, B }"#,
        )],
    );
    let expected = [
        "m.rs:1:40: the default of `n` does not fit",
        "m.rs:2:72: the default of `k` does not fit",
        "m.rs:3:40: the default contains itself",
    ];
    for start in expected {
        assert!(
            problems.iter().any(|p| p.starts_with(start)),
            "{start}: {problems:#?}"
        );
    }
    let chain: String = (1..40)
        .map(|n| {
            let below = n - 1;
            format!(
                "#[tg_schema] struct R{n} {{ #[tg(default = [{{}}, {{}}])] a: Vec<R{below}> }}\n"
            )
        })
        .collect();
    let text = format!("#[tg_schema] struct R0 {{ #[tg(default = 1)] a: i32 }}\n{chain}");
    let (_, problems) = read(&[("m.rs", "m")], &[("m.rs", &text)]);
    assert!(
        problems
            .iter()
            .any(|p| p.contains("holds more than 65536 values")),
        "{problems:?}"
    );
}
