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
    println!("cargo:rerun-if-changed=build.rs");
}
