//! The arguments of `tg-schema completions`.

use clap::Args;
use clap_complete::Shell;

/// Write the completions of a shell
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  tg-schema completions bash > ~/.local/share/bash-completion/completions/tg-schema
  tg-schema completions zsh > \"${fpath[1]}/_tg-schema\"
  tg-schema completions fish > ~/.config/fish/completions/tg-schema.fish")]
pub struct Completions {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}
