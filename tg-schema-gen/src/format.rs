//! A definition file into its canonical form.
//!
//! Comments, order and meaning stay; spacing, quotes and line breaks become one. What comes out is read by
//! TOML 1.0 readers too, and formatting it again changes nothing.

mod json;
mod toml;

use tg_schema_model::diagnostic::unmarked;
use tg_schema_model::{Diagnostics, Sources};

use crate::definition::{self, File, Notation};

/// Columns beyond which an array is written one item a line.
pub const WIDTH: usize = 100;

/// The canonical form of a definition file. A text that cannot be read is refused; the places in the
/// diagnostics belong to a [`Sources`] that holds `text` alone.
pub fn format(text: &str, notation: Notation) -> Result<String, Diagnostics> {
    let mut sources = Sources::default();
    // TOML's reader passes over a mark of the byte order; JSON has none.
    let text = match notation {
        Notation::Toml => text,
        Notation::Json => unmarked(text),
    };
    let source = sources.add("", text);
    let mut diagnostics = Diagnostics::default();
    let file = File {
        path: Vec::new(),
        source,
        notation,
    };
    definition::document(&file, &sources, &mut diagnostics);
    if diagnostics.has_errors() {
        diagnostics.finish();
        return Err(diagnostics);
    }
    Ok(match notation {
        Notation::Toml => toml::format(text),
        Notation::Json => json::format(text),
    })
}

/// Whether a definition file is in canonical form.
pub fn is_formatted(text: &str, notation: Notation) -> Result<bool, Diagnostics> {
    Ok(format(text, notation)? == text)
}

#[cfg(test)]
mod tests;
