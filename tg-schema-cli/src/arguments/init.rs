//! The arguments of `tg-schema init`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Start a project: configuration, an example definition, a check for CI
///
/// Writes `tg-schema.toml`, `schemas/example.toml` and `.github/workflows/tg-schema.yml`. If any of
/// them is there already, nothing is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema init
  tg-schema init services/chat")]
pub struct Init {
    /// Folder of the project
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}
