//! The arguments of `tg-schema migrate`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

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
