//! The arguments of `tg-schema fmt`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Write definition files in their canonical form; comments stay
///
/// Lists the files that change. If any file cannot be read, none is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema fmt
  tg-schema fmt schemas/chat.toml
  tg-schema fmt --check
  tg-schema fmt - < chat.toml")]
pub struct Fmt {
    /// Definition files, and folders of them; `-` formats standard input as TOML
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(value_name = "PATHS", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub paths: Vec<PathBuf>,
    /// Write nothing; list what is not in canonical form and exit with 1 if there is any
    #[arg(long)]
    pub check: bool,
}
