//! The arguments of `tg-schema gen`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use tg_schema_gen::Target;

/// Generate Rust, Python, Pulsar and Avro from definitions
///
/// Everything is rendered before anything is written: a mistake in any definition leaves all files as
/// they are. Only files whose content changes are written. Files of an earlier run that are no longer
/// generated are removed; a file that tg-schema did not write is never touched.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema gen
  tg-schema gen schemas --out generated
  tg-schema gen chat.toml people.toml --target rust,python
  tg-schema gen src/messages.rs --target python,pulsar
  tg-schema gen legacy/orders.avsc --out orders
  tg-schema gen --check")]
pub struct Gen {
    /// Definitions (.toml, .json), annotated Rust (.rs), Avro schemas (.avsc), and folders of them
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(value_name = "INPUTS", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub inputs: Vec<PathBuf>,
    /// Folder to write to [default: `out` of tg-schema.toml, else generated]
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// What to generate, separated by commas [default: `targets` of tg-schema.toml, else all]
    #[arg(long, short, value_name = "LIST", value_delimiter = ',', value_parser = targets())]
    pub target: Vec<Target>,
    /// Write nothing; exit with 1 if a run without this would change a file
    #[arg(long)]
    pub check: bool,
}

fn targets() -> impl clap::builder::TypedValueParser<Value = Target> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Target::ALL.map(Target::name)).try_map(|name| name.parse::<Target>())
}
