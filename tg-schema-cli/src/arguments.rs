//! The arguments, as they are written and as `--help` tells of them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::Styles;
use clap::builder::styling::AnsiColor;
use clap::{
    Args, ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum, ValueHint,
};
use clap_complete::Shell;
use tg_schema_gen::Target;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  clean
  1  findings: `gen --check` or `fmt --check` found something out of date; `migrate` left something open or
     found a difference
  2  the work could not be done: wrong definitions, wrong arguments, files that cannot be read or written,
     an unknown rule of `explain`";

/// Define a message once: Rust, Python, Pulsar and Avro follow
///
/// Definitions are TOML files, one a module. `tg-schema init` makes a first one, `tg-schema gen` turns
/// them into Rust structs and Python dataclasses with their codecs, and into the schema texts that
/// Pulsar and Avro registries take. Annotated Rust (`.rs`) and Avro schemas (`.avsc`) are read too.
/// `tg-schema migrate` makes definitions of Pulsar Records in Python, and `tg-schema explain` tells what is
/// behind each finding.
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
    /// A table in Markdown: `migrate`
    Markdown,
    /// A table for spreadsheets: `migrate`
    Csv,
    /// A table as one page: `migrate`
    Html,
}

impl Format {
    /// Whether problems are text on standard error.
    pub fn for_people(self) -> bool {
        !matches!(self, Format::Json | Format::Sarif)
    }
    /// Whether only some subcommands can write it.
    pub fn is_table(self) -> bool {
        matches!(self, Format::Markdown | Format::Csv | Format::Html)
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    Gen(Gen),
    Show(Show),
    Fmt(Fmt),
    Encode(Encode),
    Decode(Decode),
    Migrate(Migrate),
    Explain(Explain),
    Completions(Completions),
    Man(Man),
}

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

/// Show one record or enum in any form
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  tg-schema show TextCompletionRequest
  tg-schema show services.llm.TextCompletionRequest --as pulsar
  tg-schema show Triple schemas/trustgraph --as json")]
pub struct Show {
    /// Name of the record: bare, with its module or the end of it (`services.llm.Name`, `llm.Name`), or with its namespace
    #[arg(value_name = "RECORD")]
    pub record: String,
    /// Definitions (.toml, .json), annotated Rust (.rs), Avro schemas (.avsc), and folders of them
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(value_name = "INPUTS", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub inputs: Vec<PathBuf>,
    /// Which form
    #[arg(long = "as", value_name = "FORM", default_value = "fields")]
    pub form: Form,
}

/// Forms of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Names, types, defaults and documentation
    Fields,
    /// The Rust that is generated for it
    Rust,
    /// The Python that is generated for it
    Python,
    /// The schema text to register with Pulsar
    Pulsar,
    /// The Avro schema
    Avro,
    /// An example message
    Json,
    /// The Avro parsing canonical form
    Canonical,
    /// CRC-64-AVRO and SHA-256 of the canonical form
    Fingerprint,
    /// The full definition, which is what versions are compared by
    Definition,
}

impl Form {
    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Form::Fields => "fields",
            Form::Rust => "rust",
            Form::Python => "python",
            Form::Pulsar => "pulsar",
            Form::Avro => "avro",
            Form::Json => "json",
            Form::Canonical => "canonical",
            Form::Fingerprint => "fingerprint",
            Form::Definition => "definition",
        }
    }
}

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

/// JSON to wire bytes
///
/// Reads a message in the JSON wire form and writes it as it travels.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  echo '{\"prompt\": \"hi\"}' | tg-schema encode Question
  tg-schema encode Question message.json --wire confluent --schema-id 7 --out raw > message.bin
  tg-schema encode Question --wire single-object --out base64 < message.json")]
pub struct Encode {
    #[command(flatten)]
    pub message: Message,
    /// How the JSON text comes in
    #[arg(long = "in", value_name = "FORM", default_value = "raw")]
    pub input: Bytes,
    /// How the bytes go out [default: hex, for JSON raw]
    #[arg(long = "out", value_name = "FORM")]
    pub output: Option<Bytes>,
}

/// Wire bytes to JSON
///
/// Reads a message as it travels and writes it in the JSON wire form. An error names the field and the
/// byte. A message that was written with another version of the schema is read with `--writer`. With
/// `--field`, only some fields are read.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  echo 04 68 69 00 | tg-schema decode Question
  tg-schema decode Question --wire confluent --in raw message.bin
  tg-schema decode Question --writer old/Question.avsc --wire confluent --in raw message.bin
  tg-schema decode Question --field prompt --field metadata.id --in raw message.bin
  tg-schema encode Question < message.json | tg-schema decode Question --pretty")]
pub struct Decode {
    #[command(flatten)]
    pub message: Message,
    /// How the bytes come in [default: hex, for JSON raw]
    #[arg(long = "in", value_name = "FORM")]
    pub input: Option<Bytes>,
    /// How the JSON text goes out
    #[arg(long = "out", value_name = "FORM", default_value = "raw")]
    pub output: Bytes,
    /// Write the JSON over several lines; on a terminal this is so anyway
    #[arg(long)]
    pub pretty: bool,
    /// Avro schema (.avsc) that the message was written with, where that is another than the record's
    ///
    /// Fields are found by name and alias, and what the writer did not have takes its default. It is an
    /// error only where this message holds something that cannot be read as the record. For
    /// `--wire single-object` the message must name this schema, or the record's own.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub writer: Option<PathBuf>,
    /// Field to read, by its path: names with dots between them. May be given more than once
    ///
    /// Writes one JSON object, in which each path has its value. The rest of the message is jumped over,
    /// and what follows the last of the fields is not looked at. A path goes into records, not into lists
    /// and maps. Values are as they were written, without defaults; bytes are in base64, and so is the
    /// Avro form of a field that is a record, list or map. With `--writer`, names are the writer's.
    #[arg(long = "field", value_name = "PATH")]
    pub fields: Vec<String>,
}

/// Which message.
#[derive(Debug, Args)]
pub struct Message {
    /// Name of the record: bare, with its module or the end of it (`services.llm.Name`, `llm.Name`), or with its namespace
    #[arg(value_name = "RECORD")]
    pub record: String,
    /// File to read; without it, or with `-`, standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// Form on the wire
    #[arg(long, value_name = "WIRE", default_value = "avro")]
    pub wire: Wire,
    /// Schema id of the registry, for `--wire confluent`: written by encode, compared by decode
    #[arg(long, value_name = "N")]
    pub schema_id: Option<u32>,
    /// Definition (.toml, .json, .rs, .avsc), or folder of them; may be given more than once
    /// [default: `inputs` of tg-schema.toml, else schemas]
    #[arg(long, short, value_name = "PATH", value_hint = ValueHint::AnyPath, verbatim_doc_comment)]
    pub inputs: Vec<PathBuf>,
}

/// Forms on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Wire {
    /// Avro binary, nothing before it
    Avro,
    /// A zero byte and the registry's schema id before the Avro binary
    Confluent,
    /// The marker c3 01 and the schema's fingerprint before the Avro binary
    SingleObject,
    /// JSON
    Json,
}

/// How bytes are typed or piped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bytes {
    /// Two digits a byte; white space between bytes is passed over
    Hex,
    /// RFC 4648, with padding
    Base64,
    /// As they are
    Raw,
}

/// Leave Pulsar Records behind: Python classes into definitions
///
/// Python is read, never imported or run. For each Record there is a definition whose text for Pulsar is,
/// byte for byte, what the Python client registers for the class. What cannot be known from the source is
/// left open, with the reason; nothing is guessed and nothing is dropped. Without `--out` nothing is written.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema migrate services/chat
  tg-schema migrate schema.py --out schemas
  tg-schema migrate src --out schemas --allow-unresolved --format json
  tg-schema migrate src --tighten 'Order.*=required' --tighten 'Order.note=default:'
  tg-schema migrate src --check schemas/migration/table.json

Exit codes:
  0  everything is defined
  1  something was left open, a source could not be read in full, `--check` or `--registered` found a
     difference, or a caller says what generated types refuse
  2  nothing could be read; a path, a rule of `--tighten`, the table of `--check` or what `--registered`
     names is not there or is none; a file would be written over, or definitions of an earlier run are
     left behind")]
pub struct Migrate {
    /// Python files, and folders of them
    ///
    /// A definition's module is the way from here to its Python file: `migrate src` and `migrate .` call
    /// modules differently. Name the same paths each time. Notebooks and stubs are no Python files.
    #[arg(value_name = "PATHS", required = true, value_hint = ValueHint::AnyPath)]
    pub paths: Vec<PathBuf>,
    /// Folder to write definitions to, and the table with what else was found to `migration/` in it
    ///
    /// The text on standard output then has only what needs attention: the rows that are not exact, and the
    /// classes that have no text.
    #[arg(long, short, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub out: Option<PathBuf>,
    /// Write over files that have another content, and remove definitions of an earlier run whose source is gone
    #[arg(long)]
    pub force: bool,
    /// Give a field a narrower definition: `Class.field=required`, `Class.field=default:VALUE`; `*` is any
    ///
    /// VALUE is JSON. Where the field is a text or an enum, it is the text itself, in double quotes or not.
    /// null is no default: such a field stays optional, without a rule.
    #[arg(long, value_name = "RULE")]
    pub tighten: Vec<String>,
    /// What is registered has its fields sorted by name, as clients before 2.8.2 wrote it
    #[arg(long)]
    pub sorted_fields: bool,
    /// What is registered repeats nested records in full, as clients before 2.8.1 wrote it
    #[arg(long)]
    pub repeat_definitions: bool,
    /// Do not count what was left open as a finding
    #[arg(long)]
    pub allow_unresolved: bool,
    /// A table of an earlier run, in any form: what is another now is a finding
    #[arg(long, value_name = "TABLE", value_hint = ValueHint::FilePath)]
    pub check: Option<PathBuf>,
    /// Folder of code that uses the Records: calls and conditions that will mean something else are told.
    /// May be given more than once
    #[arg(long, value_name = "DIR", value_hint = ValueHint::AnyPath)]
    pub callers: Vec<PathBuf>,
    /// What is registered: a file or folder of fetched schemas, or the address of a Pulsar admin interface.
    /// May be given more than once
    ///
    /// Each class is compared with what is registered by its name. Known forms are the schema text itself,
    /// what `pulsar-admin schemas get` prints and what the admin interface answers, also many in one file.
    /// The environment variable PULSAR_API_KEY holds the token for the admin interface.
    #[arg(long, value_name = "FILE|DIR|URL", value_hint = ValueHint::AnyPath)]
    pub registered: Vec<String>,
    /// Write a patch that lets callers use the generated dataclasses
    ///
    /// Files that are not understood in everything are left out and named. Apply it with `git apply`.
    #[arg(long, value_name = "PATCH", value_hint = ValueHint::FilePath)]
    pub apply_callers: Option<PathBuf>,
}

/// The page of a rule: what was found, why it matters, what to do
///
/// Reports name a rule by its id. Case does not matter, and words may be joined by `-` or `_`. Without an
/// id, all rules are listed.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema explain
  tg-schema explain SWALLOWED_FIELD_NAME
  tg-schema explain undeclared-argument --format json")]
pub struct Explain {
    /// Id of the rule
    #[arg(value_name = "ID")]
    pub id: Option<String>,
}

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

/// Reads the arguments of the process. What clap itself says is colored as `--color` asks.
pub fn parse() -> Result<Arguments, clap::Error> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = Arguments::command()
        .color(color(&arguments))
        .try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
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

fn targets() -> impl clap::builder::TypedValueParser<Value = Target> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    PossibleValuesParser::new(Target::ALL.map(Target::name)).try_map(|name| name.parse::<Target>())
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
