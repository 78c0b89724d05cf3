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
mod origin;
mod profile;
mod record;
mod recursion;
#[cfg(test)]
mod sample;
mod topic;
mod tree;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::name::is_avro_name;
use crate::schema::Schema;

/// Most nested `array<…>`, `map<…>` and `?` of a type expression.
pub const MAX_TYPE_DEPTH: usize = 32;

/// Every rule that needs no text, over the whole tree. The result is sorted by place.
pub fn check(schema: &Schema) -> Diagnostics {
    let mut found = Diagnostics::default();
    tree::check(schema, &mut found);
    // The other rules follow references, which must lead somewhere.
    if !found.has_errors() {
        let (mut whole, mut each) = (Diagnostics::default(), Diagnostics::default());
        if schema.records.len() < WORTH_A_THREAD {
            rules_of_all(schema, &mut whole);
            rules_of_each(schema, &mut each);
        } else {
            std::thread::scope(|scope| {
                scope.spawn(|| rules_of_each(schema, &mut each));
                rules_of_all(schema, &mut whole);
            });
        }
        found.0.append(&mut whole.0);
        found.0.append(&mut each.0);
    }
    found.finish();
    found
}

/// From this many records on a second thread saves more than it costs.
const WORTH_A_THREAD: usize = 512;

/// What is to be said of all definitions together.
fn rules_of_all(schema: &Schema, found: &mut Diagnostics) {
    name::check(schema, found);
    enumeration::check(schema, found);
    topic::check(schema, found);
    recursion::check(schema, found);
    profile::registered_names(schema, found);
    nesting::check(schema, found);
    origin::check(schema, found);
}

/// What is to be said of each record by itself.
fn rules_of_each(schema: &Schema, found: &mut Diagnostics) {
    for record in &schema.records {
        record::check(record, found);
        field::check(schema, record, found);
        profile::check(schema, record, found);
    }
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

/// Whether something may be missing only because its file could not be read whole.
fn is_partial(schema: &Schema, module: usize) -> bool {
    schema.modules.get(module).is_some_and(|m| m.partial)
}

/// The legal name nearest to one that is none: with `_` before a digit, else as `convert` writes it.
fn legal_form(name: &str, convert: fn(&str) -> String) -> Option<String> {
    let with_prefix = format!("_{name}");
    let candidates = [with_prefix, convert(name)];
    let starts_with_digit = name.starts_with(|c: char| c.is_ascii_digit());
    let mut legal = candidates.into_iter().skip(usize::from(!starts_with_digit));
    legal.find(|name| is_avro_name(name))
}

/// Letters, digits, `_` and `-`: what the names of files, folders and topics are made of, since they become
/// modules and constants.
fn is_plain(name: &str) -> bool {
    name.bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
