//! Generates the messages of `schemas/`, as any user would.

fn main() -> Result<(), tg_schema_gen::BuildError> {
    tg_schema_gen::Build::new().inputs(["schemas"]).run()?;
    Ok(())
}
