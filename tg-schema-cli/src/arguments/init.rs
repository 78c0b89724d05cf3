//! The arguments of `tg-schema init`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

/// Start a project: configuration, an example definition, a check for CI
///
/// Writes `tg-schema.toml`, `schemas/example.toml` and, as `--ci` says, `.github/workflows/tg-schema.yml`
/// or `.gitlab/tg-schema.yml`; in a folder of a repository these are at its root, under a name with the folder's.
/// If any of them is there already, nothing is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema init
  tg-schema init services/chat --ci gitlab")]
pub struct Init {
    /// Folder of the project
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Where the check runs
    #[arg(long, value_name = "HOST", default_value = "github")]
    pub ci: Ci,
}

/// Code hosts that a check is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Ci {
    /// As a workflow of GitHub Actions
    Github,
    /// As a job of GitLab, to be included in `.gitlab-ci.yml`
    Gitlab,
    /// Nowhere
    None,
}
