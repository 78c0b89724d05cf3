//! Lists the message types of the generated crate, so that tests can go through all of them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tg_schema_model::name::{rust_module, rust_type};

fn main() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
    let loaded =
        tg_schema_gen::load::load(&[PathBuf::from(&schemas)]).expect("schemas/ can be read");
    let schema = loaded.schema;
    let mut text = String::from(
        "/// Every message type of `schemas/`.\n#[allow(deprecated)]\npub fn all() -> Vec<Operations> {\n    vec![\n",
    );
    for record in &schema.records {
        let module = &schema.modules[record.module];
        let path: Vec<String> = module.path.iter().filter_map(|p| rust_module(p)).collect();
        let (path, name) = (path.join("::"), rust_type(&record.name).unwrap_or_default());
        let wire = format!("{}.{}", module.dotted(), record.name);
        let _ = writeln!(
            text,
            "        Operations::of::<tg_schema_generated::{path}::{name}>({wire:?}),"
        );
    }
    text.push_str("    ]\n}\n");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("messages.rs"), text).expect("OUT_DIR can be written");
    println!("cargo:rerun-if-changed={}", schemas.display());

    // The golden definitions as a build script of a user would generate them.
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/schemas");
    if let Err(e) = tg_schema_gen::Build::new().inputs([golden]).run() {
        panic!("{e}");
    }
    changes(&out);
    println!("cargo:rerun-if-changed=build.rs");
}

/// Every change of `table.md` as two modules, and the list of them.
fn changes(out: &Path) {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tg-schema-compat/tests/table.md");
    let text = std::fs::read_to_string(&table).expect("table.md can be read");
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    let mut list = String::from("fn changes() -> Vec<Change> {\n    vec![\n");
    let mut files = Vec::new();
    for (at, row) in rows.enumerate() {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, old, new, ..] = cells.as_slice() else {
            panic!("{row}");
        };
        let (mut texts, mut types) = (Vec::new(), Vec::new());
        for (side, cell) in [("old", old), ("new", new)] {
            let mut text = cell.trim_matches('`').replace("; ", "\n");
            if !text.starts_with('[') && !text.starts_with("namespace") {
                text.insert_str(0, "[record.R.fields]\n");
            }
            let record = if text.contains("[record.Q") { "Q" } else { "R" };
            types.push(format!("types::change_{at}::{side}::{record}"));
            // All of them are one project, where full names are there once.
            let namespace = format!("namespace = \"change_{at}.{side}\"\n");
            let own = text
                .split_once('\n')
                .filter(|(first, _)| first.starts_with("namespace"));
            let apart = namespace + own.map_or(text.as_str(), |(_, rest)| rest);
            let module = vec![format!("change_{at}"), side.to_owned()];
            files.push((module, format!("change_{at}/{side}.toml"), apart));
            texts.push(text);
        }
        let _ = writeln!(
            list,
            "        Change::of::<{}>({name:?}, {texts:?}),",
            types.join(", ")
        );
    }
    list.push_str("    ]\n}\n");
    std::fs::write(out.join("changes.rs"), list).expect("OUT_DIR can be written");
    let loaded = tg_schema_gen::load::from_texts(files);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    let targets = [tg_schema_gen::target::Target::Rust];
    let files = tg_schema_gen::target::render(&loaded.schema, &targets, &Default::default())
        .expect("the types of table.md");
    tg_schema_gen::output::write(&out.join("changes"), &files, &targets)
        .expect("OUT_DIR can be written");
    println!("cargo:rerun-if-changed={}", table.display());
}
