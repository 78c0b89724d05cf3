//! The arguments of `tg-schema explain`.

use clap::Args;

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
