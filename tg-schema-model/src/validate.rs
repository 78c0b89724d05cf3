//! A tree into the list of everything that is wrong with it.
//!
//! Here are the rules that need no text; places come from the tree. Each rule is a small function in the
//! file of the thing that it is about, and all of them run: a person never mends one error to meet the
//! next. What a definition's text can get wrong before there is a tree (an unknown key, a type that
//! nobody knows) is said by the reader of definitions.

mod enumeration;
mod field;
mod name;
mod nesting;
mod profile;
mod record;
mod recursion;
#[cfg(test)]
mod sample;
mod topic;
mod tree;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::schema::Schema;

/// Most nested `array<…>`, `map<…>` and `?` of a type expression.
pub const MAX_TYPE_DEPTH: usize = 32;

/// Every rule that needs no text, over the whole tree. The result is sorted by place.
pub fn check(schema: &Schema) -> Diagnostics {
    let mut found = Diagnostics::default();
    tree::check(schema, &mut found);
    // The other rules follow references, which must lead somewhere.
    if !found.has_errors() {
        name::check(schema, &mut found);
        record::check(schema, &mut found);
        field::check(schema, &mut found);
        enumeration::check(schema, &mut found);
        topic::check(schema, &mut found);
        recursion::check(schema, &mut found);
        profile::check(schema, &mut found);
        nesting::check(schema, &mut found);
    }
    found.finish();
    found
}

/// Warns of a text that is there and says nothing.
fn empty_text(text: Option<&str>, key: &str, span: Span, found: &mut Diagnostics) {
    if text.is_some_and(|t| t.trim().is_empty()) {
        found.push(
            Diagnostic::warning(span, format!("`{key}` is empty"), "a text")
                .help(format!("write the text, or leave `{key}` out")),
        );
    }
}

/// Letters, digits, `_` and `-`: what the names of files, folders and topics are made of, since they become
/// modules and constants.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
