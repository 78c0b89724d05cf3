//! Generates Rust from `schemas/` into `OUT_DIR`.

fn main() {
    if let Err(e) = tg_schema_gen::Build::new().inputs(["schemas"]).run() {
        // The report names every problem with file, line and column.
        eprintln!("{e}");
        std::process::exit(1);
    }
}
