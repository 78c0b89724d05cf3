//! The arguments of `tg-schema man`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

/// Write the manual page
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  tg-schema man | man -l -
  tg-schema man --out ~/.local/share/man/man1")]
pub struct Man {
    /// Write the pages of the command and of every subcommand to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
}
