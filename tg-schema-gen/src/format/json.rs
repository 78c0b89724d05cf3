//! JSON: two spaces a level.

use tg_schema_model::json;

/// Formats a text that is known to be JSON.
pub(super) fn format(text: &str) -> String {
    match json::parse(text) {
        Ok(tree) => {
            let mut out = tree.pretty(2);
            if !out.ends_with('\n') {
                out.push('\n');
            }
            out
        }
        Err(_) => text.to_owned(),
    }
}
