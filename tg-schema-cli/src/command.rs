//! The subcommands, one file each.

mod completions;
mod decode;
mod encode;
pub mod explain;
mod fmt;
mod generate;
mod init;
mod man;
mod migrate;
mod show;

use crate::arguments::Command;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs a subcommand.
pub fn run(command: &Command, console: &mut Console) -> Result<Exit, Failure> {
    if console.format().is_table() && !matches!(command, Command::Migrate(_)) {
        return Err(Failure::help(
            "only `migrate` writes tables",
            "use `--format text`, `json` or `sarif`",
        ));
    }
    match command {
        Command::Init(a) => init::run(a, console),
        Command::Gen(a) => generate::run(a, console),
        Command::Show(a) => show::run(a, console),
        Command::Fmt(a) => fmt::run(a, console),
        Command::Encode(a) => encode::run(a, console),
        Command::Decode(a) => decode::run(a, console),
        Command::Migrate(a) => migrate::run(a, console),
        Command::Explain(a) => explain::run(a, console),
        Command::Completions(a) => completions::run(a, console),
        Command::Man(a) => man::run(a, console),
    }
}
