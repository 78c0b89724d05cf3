//! The subcommands, one file each.

mod check;
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

use clap::ValueEnum;

use crate::arguments::Command;
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs a subcommand.
pub fn run(command: &Command, console: &mut Console) -> Result<Exit, Failure> {
    if let Some(writers) = console.format().writers()
        && !writers.contains(&command.name())
    {
        let form = console.format().to_possible_value();
        let form = form.map_or_else(String::new, |form| form.get_name().to_owned());
        let writers: Vec<String> = writers.iter().map(|name| format!("`{name}`")).collect();
        return Err(Failure::help(
            format!("only {} can write {form}", writers.join(" and ")),
            "use `--format text`, `json` or `sarif`",
        ));
    }
    match command {
        Command::Init(a) => init::run(a, console),
        Command::Gen(a) => generate::run(a, console),
        Command::Check(a) => check::run(a, console),
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
