//! `--verify`: messages by the thousand at every verdict that says "compatible".

use tg_schema_compat::proof::verify_all;
use tg_schema_compat::report::Report;
use tg_schema_model::{Diagnostic, Diagnostics, Sources, Span};

use super::versions::Versions;
use crate::console::Console;

/// The same messages in every run.
const SEED: u64 = 1;

/// Attacks all verdicts of a report, and tells of each that is wrong, and of what could not be attacked. Whether
/// any is wrong.
pub fn attack(report: &Report, versions: &Versions, messages: u32, console: &mut Console) -> bool {
    let messages = usize::try_from(messages).unwrap_or(usize::MAX);
    let (wrong, problems) = verify_all(report, &versions.new, &versions.against, SEED, messages);
    let mut told = Diagnostics::default();
    for problem in problems {
        told.push(Diagnostic::warning(Span::NONE, problem.to_string(), ""));
    }
    for disagreement in &wrong {
        let error = Diagnostic::error(Span::NONE, disagreement.to_string(), "");
        told.push(error.help("this is a fault of tg-schema: please report it with the text above"));
    }
    console.diagnostics(&Sources::default(), &told);
    !wrong.is_empty()
}
