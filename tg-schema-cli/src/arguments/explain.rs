//! The arguments of `tg-schema explain`.

use clap::Args;

/// The page of a rule: what was found, why it matters, what to do
///
/// Reports name a rule by its id. Case does not matter, and words may be joined by `-` or `_`. Without an
/// id, all rules are listed.
///
/// What `check` finds in a change can be seen happening: `--emit-counterexample` writes a shell script that
/// makes the old and the new version of the rule's example, and the smallest messages that are refused or
/// read as something else, and reads each of them. A comment says what comes of it.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_long_help = "\
Examples:
  tg-schema explain
  tg-schema explain SWALLOWED_FIELD_NAME
  tg-schema explain undeclared-argument --format json
  tg-schema explain ENUM_SYMBOL_REMOVED --emit-counterexample > run.sh && sh run.sh")]
pub struct Explain {
    /// Id of the rule
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Write a script of the rule's example and of the messages that show it
    ///
    /// With `--format json` the files, messages and commands come as JSON. Rules about code, the deployment
    /// or words have none, and say so.
    #[arg(long, requires = "id")]
    pub emit_counterexample: bool,
}
