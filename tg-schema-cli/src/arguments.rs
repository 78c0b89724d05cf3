//! The arguments, as they are written and as `--help` tells of them.

mod check;
mod completions;
mod explain;
mod fmt;
mod generate;
mod init;
mod man;
mod message;
mod migrate;
mod show;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

use crate::report::printable;

pub use check::Check;
pub use completions::Completions;
pub use explain::Explain;
pub use fmt::Fmt;
pub use generate::Gen;
pub use init::{Ci, Init};
pub use man::Man;
pub use message::{Bytes, Decode, Encode, Message, Wire};
pub use migrate::Migrate;
pub use show::{Form, Show};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  clean
  1  findings: `gen --check` or `fmt --check` found something out of date; `check` found a change that is not
     allowed; `migrate` left something open or found a difference
  2  the work could not be done: wrong definitions, wrong arguments, files that cannot be read or written,
     an unknown rule of `explain`";

/// Define a message once: Rust, Python, Pulsar and Avro follow
///
/// Definitions are TOML files, one a module. `tg-schema init` makes a first one, `tg-schema gen` turns
/// them into Rust structs and Python dataclasses with their codecs, and into the schema texts that
/// Pulsar and Avro registries take. Annotated Rust (`.rs`) and Avro schemas (`.avsc`) are read too.
/// `tg-schema check` tells what a change breaks, `tg-schema migrate` makes definitions of Pulsar Records in
/// Python, and `tg-schema explain` tells what is behind each finding.
///
/// `tg-schema.toml`, in the current folder or above it, holds what would otherwise be typed; arguments
/// win over it.
#[derive(Debug, Parser)]
#[command(name = "tg-schema", version, styles = STYLES, after_long_help = EXIT_CODES)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
#[command(verbatim_doc_comment)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Arguments of every subcommand.
#[derive(Debug, Args)]
pub struct Global {
    /// When to color what is said on standard error
    ///
    /// `auto` colors on a terminal, unless the environment variable NO_COLOR is set.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Everywhere"
    )]
    pub color: Color,
    /// Say only what was asked for and what is wrong
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// How reports are written
    ///
    /// `json` is one document on standard output; problems are in its `diagnostics`. `sarif` has the
    /// problems alone, as a SARIF 2.1.0 log.
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Everywhere"
    )]
    pub format: Format,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Even into a file
    Always,
    /// Not at all
    Never,
}

/// How reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For code hosts and editors: problems alone
    Sarif,
    /// Tables in Markdown: `check`, `migrate`
    Markdown,
    /// A table for spreadsheets: `migrate`
    Csv,
    /// One page: `check`, `migrate`
    Html,
    /// Annotations of GitHub Actions: `check`
    Github,
    /// A code quality report of GitLab: `check`
    Gitlab,
    /// A test report in the form of JUnit: `check`
    Junit,
}

impl Format {
    /// Whether problems are text on standard error.
    pub fn for_people(self) -> bool {
        !matches!(self, Format::Json | Format::Sarif)
    }
    /// The subcommands that write it; nothing where all do.
    pub fn writers(self) -> Option<&'static [&'static str]> {
        match self {
            Format::Text | Format::Json | Format::Sarif => None,
            Format::Markdown | Format::Html => Some(&["check", "migrate"]),
            Format::Csv => Some(&["migrate"]),
            Format::Github | Format::Gitlab | Format::Junit => Some(&["check"]),
        }
    }

    /// Whether the subcommand of that name writes it.
    pub fn is_written_by(self, name: &str) -> bool {
        self.writers().is_none_or(|writers| writers.contains(&name))
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    Gen(Gen),
    Check(Check),
    Show(Show),
    Fmt(Fmt),
    Encode(Encode),
    Decode(Decode),
    Migrate(Migrate),
    Explain(Explain),
    Completions(Completions),
    Man(Man),
}

impl Command {
    /// As it is typed.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Init(_) => "init",
            Command::Gen(_) => "gen",
            Command::Check(_) => "check",
            Command::Show(_) => "show",
            Command::Fmt(_) => "fmt",
            Command::Encode(_) => "encode",
            Command::Decode(_) => "decode",
            Command::Migrate(_) => "migrate",
            Command::Explain(_) => "explain",
            Command::Completions(_) => "completions",
            Command::Man(_) => "man",
        }
    }
}

/// Reads the arguments of the process. What clap itself says is colored as `--color` asks.
pub fn parse() -> Result<Arguments, clap::Error> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = Arguments::command()
        .color(color(&arguments))
        .try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
}

/// Prints what is wrong with arguments, or the help that was asked for. Where an argument that it may quote has characters
/// that could steer a terminal, they are escaped or left out, and there are no colours.
pub fn tell(error: &clap::Error) {
    let is_odd = |text: &str| printable(text) != text;
    let odd = std::env::args_os().any(|argument| is_odd(&argument.to_string_lossy()));
    // Nobody is left to tell where the stream is closed.
    let _ = match odd && error.use_stderr() {
        true => io::stderr().write_all(printable(&error.render().to_string()).as_bytes()),
        false => error.print(),
    };
}

fn color(arguments: &[OsString]) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut words = arguments
        .iter()
        .filter_map(|a| a.to_str())
        .take_while(|a| *a != "--")
        .peekable();
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.peek().copied(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        match value {
            Some("always") => choice = ColorChoice::Always,
            Some("never") => choice = ColorChoice::Never,
            _ => {}
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn color_is_known_before_parsing() {
        let choice = |words: &[&str]| color(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(choice(&["tg-schema", "gen"]), ColorChoice::Auto);
        assert_eq!(
            choice(&["tg-schema", "--color=never", "gen"]),
            ColorChoice::Never
        );
        assert_eq!(
            choice(&["tg-schema", "gen", "--color", "always"]),
            ColorChoice::Always
        );
        assert_eq!(
            choice(&["tg-schema", "gen", "--", "--color=never"]),
            ColorChoice::Auto
        );
    }

    #[test]
    fn every_argument_has_a_help_text_and_every_subcommand_examples() {
        for command in Arguments::command().get_subcommands() {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            let examples = command
                .get_after_long_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(examples.contains(&format!("tg-schema {name}")), "{name}");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{name} {}",
                    argument.get_id()
                );
            }
        }
    }
}
