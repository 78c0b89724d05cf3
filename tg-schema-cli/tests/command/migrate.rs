//! `tg-schema migrate`: definitions, the table, files and exit codes.

use crate::folder::Folder;

const SCHEMA: &str = "\
from pulsar.schema import Record, String, Integer

class Order(Record):
    name = String()  # What it is called.
    total = Integer()
";

fn shop(schema: &str) -> Folder {
    let folder = Folder::new();
    folder.put("shop/schema.py", schema);
    folder
}

#[test]
fn without_out_nothing_is_written() {
    let folder = shop(SCHEMA);
    folder
        .run(&["migrate", "shop"])
        .ends(0)
        .says("Order.name")
        .says("1 with a text to register");
    assert!(!folder.has("migration") && !folder.has("schema.toml"));
}

#[test]
fn with_out_only_what_needs_attention_is_told() {
    let folder =
        shop("from pulsar.schema import *\nclass R(Record):\n    a = make()\n    b = String()\n");
    let all = folder.run(&["migrate", "shop"]).ends(1).out;
    let run = folder.run(&["migrate", "shop", "--out", "schemas"]).ends(1);
    assert!(all.contains("field R.a") && all.contains("field R.b"));
    assert!(run.out.contains("Rows that are not exact") && run.out.contains("field R.a"));
    assert!(run.out.contains("Classes without a text to register"));
    assert!(run.out.contains("wrote schemas/schema.toml"));
    assert!(run.out.contains("What ties the code to Pulsar"));
    assert!(!run.out.contains("field R.b"), "{}", run.out);
    assert!(
        folder
            .get("schemas/migration/table.txt")
            .contains("field R.b")
    );
}

#[test]
fn a_rule_that_changes_nothing_is_told() {
    let folder = shop(
        "from pulsar.schema import *\nclass Order(Record):\n    name = String(required=True)\n",
    );
    folder
        .run(&["migrate", "shop", "--tighten", "Order.name=required"])
        .ends(0)
        .complains("--tighten Order.name=required changes nothing: every field that it fits is so");
}

#[test]
fn what_is_no_python_file_is_told() {
    let folder = shop(SCHEMA);
    folder.put("shop/work.ipynb", "{\"cells\": []}\n");
    folder.put("shop/schema.pyi", "class Order: ...\n");
    let run = folder.run(&["migrate", "shop"]).ends(0);
    run.says("Passed over: 1 stub (.pyi), 1 notebook (.ipynb).");
    folder
        .run(&["migrate", "shop/work.ipynb"])
        .ends(2)
        .complains("is a notebook");
    folder
        .run(&["migrate", "shop/schema.pyi", "shop/schema.py"])
        .ends(1)
        .complains("is a stub");
}

#[test]
fn the_same_sources_by_another_path_are_not_defined_twice() {
    let folder = shop(SCHEMA);
    let migrate = |path| folder.run(&["migrate", path, "--out", "schemas"]);
    migrate("shop").ends(0);
    migrate(".")
        .ends(2)
        .complains("name the same PATHS as then");
    assert!(!folder.has("schemas/shop/schema.toml"));
}

#[test]
fn a_default_may_be_given_in_quotes() {
    let folder = shop(SCHEMA);
    let migrate = |rule: &str| folder.run(&["migrate", "shop", "--tighten", rule]);
    let quoted = migrate("Order.name=default:\"q\"").ends(0).out;
    assert_eq!(quoted, migrate("Order.name=default:q").ends(0).out);
    migrate("Order.name=default:null")
        .ends(2)
        .complains("leave the field optional");
}

#[test]
fn a_default_that_does_not_fit_names_its_rule() {
    let folder = shop(
        "from pulsar.schema import *\nclass In(Record):\n    x = Integer()\nclass M(Record):\n    n = Integer()\n    i = In()\n",
    );
    let wrong = "M.i=default:{\"y\":1}";
    folder
        .run(&[
            "migrate",
            "shop",
            "--tighten",
            "M.n=default:5",
            "--tighten",
            wrong,
        ])
        .ends(2)
        .complains(&format!("--tighten {wrong}: "))
        .complains("`y`");
}

#[test]
fn definitions_are_input_of_gen_at_once() {
    let folder = shop(SCHEMA);
    folder
        .run(&["migrate", "shop", "--out", "schemas"])
        .ends(0)
        .says("wrote schemas/schema.toml");
    assert!(
        folder
            .get("schemas/schema.toml")
            .contains("doc = \"What it is called.\"")
    );
    for form in ["txt", "md", "json", "csv", "html"] {
        assert!(folder.has(&format!("schemas/migration/table.{form}")));
    }
    folder
        .run(&["gen", "schemas", "--target", "migration,pulsar"])
        .ends(0);
    let kept = folder.get("schemas/migration/table.json");
    assert_eq!(folder.get("generated/migration/table.json"), kept);
    folder.run(&["fmt", "--check", "schemas"]).ends(0);
}

#[test]
fn a_second_run_changes_nothing_and_nothing_is_overwritten() {
    let folder = shop(SCHEMA);
    let run = || folder.run(&["migrate", "shop", "--out", "schemas"]);
    run().ends(0);
    run().ends(0).says("0 written");
    folder.put("schemas/schema.toml", "doc = \"mine\"\n");
    folder.put("shop/new.py", SCHEMA);
    run()
        .ends(2)
        .complains("exist with other content")
        .complains("--force");
    assert!(!folder.has("schemas/new.toml"));
    assert_eq!(folder.get("schemas/schema.toml"), "doc = \"mine\"\n");
    folder
        .run(&["migrate", "shop", "--out", "schemas", "--force"])
        .ends(0);
    assert!(folder.has("schemas/new.toml"));
}

#[test]
fn definitions_go_with_their_source() {
    let folder = shop(SCHEMA);
    let run = |more: &[&str]| {
        let all = [&["migrate", "shop", "--out", "schemas"], more].concat();
        folder.run(&all)
    };
    run(&[]).ends(0);
    folder.remove("shop/schema.py");
    folder.put("shop/renamed.py", SCHEMA);
    run(&[])
        .ends(2)
        .complains("schema.toml")
        .complains("`--force` removes them");
    assert!(folder.has("schemas/schema.toml") && !folder.has("schemas/renamed.toml"));
    run(&["--force"])
        .ends(0)
        .says("removed schemas/schema.toml");
    assert!(!folder.has("schemas/schema.toml") && folder.has("schemas/renamed.toml"));
    folder
        .run(&["gen", "schemas", "--target", "migration"])
        .ends(0);
    let kept = folder.get("schemas/migration/table.json");
    assert_eq!(folder.get("generated/migration/table.json"), kept);
}

#[test]
fn what_is_left_open_is_a_finding_unless_it_is_allowed() {
    let folder =
        shop("from pulsar.schema import *\nclass R(Record):\n    a = make()\n    b = String()\n");
    folder
        .run(&["migrate", "shop"])
        .ends(1)
        .complains("UNRESOLVED_FIELD")
        .complains("shop/schema.py:3");
    folder
        .run(&["migrate", "shop", "--allow-unresolved"])
        .ends(0);
    let folder = shop("class A(:\n");
    folder
        .run(&["migrate", "shop", "--allow-unresolved"])
        .ends(1)
        .complains("SYNTAX_ERROR");
}

#[test]
fn a_table_that_was_kept_is_compared_with() {
    let folder = shop(SCHEMA);
    folder.run(&["migrate", "shop", "--out", "schemas"]).ends(0);
    for form in ["json", "csv", "txt"] {
        let table = format!("schemas/migration/table.{form}");
        folder.run(&["migrate", "shop", "--check", &table]).ends(0);
    }
    folder.put(
        "shop/schema.py",
        &SCHEMA.replace("total = Integer()", "total = String()"),
    );
    folder
        .run(&["migrate", "shop", "--check", "schemas/migration/table.json"])
        .ends(1)
        .says("Order.total");
    folder
        .run(&["migrate", "shop", "--check", "nowhere.json"])
        .ends(2);
    folder.put("other.json", "{}");
    for other in [
        "other.json",
        "shop/schema.py",
        "schemas/migration/audit.json",
    ] {
        folder
            .run(&["migrate", "shop", "--check", other])
            .ends(2)
            .complains(&format!("{other} is no migration table"));
    }
}

#[test]
fn a_place_has_one_name() {
    let folder = shop(SCHEMA);
    let plain = folder.run(&["migrate", "shop", "--format", "csv"]).ends(0);
    assert!(plain.out.contains("\nshop/schema.py:"), "{}", plain.out);
    let dotted = folder
        .run(&["migrate", "./shop", "--format", "csv"])
        .ends(0);
    assert_eq!(dotted.out, plain.out);
    let here = folder.run(&["migrate", ".", "--format", "csv"]).ends(0);
    assert!(here.out.contains("\nshop/schema.py:"), "{}", here.out);
    folder
        .run(&["migrate", "./shop/../shop/schema.py"])
        .ends(0)
        .says("shop/../shop/schema.py");
}

#[test]
fn what_cannot_work_says_why() {
    let folder = shop(SCHEMA);
    folder.put("empty/notes.txt", "");
    folder.run(&["migrate"]).ends(2);
    folder
        .run(&["migrate", "nowhere"])
        .ends(2)
        .complains("nowhere");
    for typo in [
        &["migrate", "shop", "nowhere"][..],
        &["migrate", "shop", "--callers", "nowhere"],
    ] {
        let run = folder.run(typo).ends(2);
        let run = run.complains("there is no file or folder nowhere");
        assert_eq!(run.out, "");
    }
    folder
        .run(&["migrate", "empty"])
        .ends(2)
        .complains("no Python files");
    folder
        .run(&["migrate", "shop", "--tighten", "Order.nmae=required"])
        .ends(2)
        .complains("Order.name");
    folder
        .run(&["fmt", "--format", "csv"])
        .ends(2)
        .complains("only `migrate`");
}

#[test]
fn every_form_goes_to_standard_output() {
    let folder = shop(SCHEMA);
    for (form, start) in [
        ("markdown", "# "),
        ("csv", "place,"),
        ("html", "<!"),
        ("text", "Migration table"),
    ] {
        let run = folder.run(&["migrate", "shop", "--format", form]).ends(0);
        let out = run.out.trim_start();
        assert!(
            out.to_lowercase().starts_with(&start.to_lowercase()),
            "{form}: {}",
            &out[..60]
        );
    }
    let document = folder
        .run(&["migrate", "shop", "--format", "json"])
        .ends(0)
        .silent()
        .json();
    for key in ["version", "classes", "rows", "summary"] {
        assert!(document.get(key).is_some(), "{key}");
    }
}
