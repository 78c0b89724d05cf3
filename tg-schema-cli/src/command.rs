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

use crate::arguments::{Command, Format};
use crate::console::Console;
use crate::exit::{Exit, Failure};

/// Runs a subcommand.
pub fn run(command: &Command, console: &mut Console) -> Result<Exit, Failure> {
    let name = command.name();
    if !console.format().is_written_by(name) {
        let writers = console.format().writers().unwrap_or_default();
        let writers: Vec<String> = writers.iter().map(|name| format!("`{name}`")).collect();
        let own = Format::value_variants().iter();
        let own = own.filter(|format| format.is_written_by(name));
        let own: Vec<String> = own.map(|format| spelled(*format)).collect();
        return Err(Failure::help(
            format!(
                "only {} can write {}",
                writers.join(" and "),
                spelled(console.format())
            ),
            format!("`--format` of `{name}` is one of {}", own.join(", ")),
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

/// A format as it is typed.
fn spelled(format: Format) -> String {
    let value = format.to_possible_value();
    value.map_or_else(String::new, |value| value.get_name().to_owned())
}
