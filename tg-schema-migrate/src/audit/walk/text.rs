//! Strings: addresses, variables of the environment, names of settings.

use ruff_python_ast::{Expr, ExprFString, InterpolatedStringElement};
use ruff_text_size::Ranged;
use tg_schema_model::rule::Rule;

use super::Walk;
use crate::rule::audit as rules;

impl Walk<'_, '_> {
    /// A string: an address, a variable of the environment, a setting's name.
    pub(super) fn text(&mut self, e: &Expr, text: &str) {
        let text = text.trim();
        if let Some(rule) = address(text) {
            return self.add(rule, e, text, true);
        }
        let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if text.contains("PULSAR") && text.chars().all(upper) {
            self.add(&rules::environment_variable::RULE, e, text, true);
        } else if text.starts_with("pulsar_")
            && text.chars().all(lower)
            && !self.told.contains(&e.range())
        {
            self.add(&rules::handed_through::RULE, e, text, true);
        }
    }

    /// An f-string that is an address in part.
    pub(super) fn f_string(&mut self, e: &ExprFString, whole: &Expr) {
        let mut before = false;
        let mut behind = 0;
        let mut scheme = None;
        for element in e.value.elements() {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let text = &*literal.value;
                    if let Some(rule) = address(text.trim_start()) {
                        return self.add(rule, whole, text.trim_start(), true);
                    }
                    if before && text.starts_with("://") {
                        scheme = Some(());
                    }
                    before = false;
                }
                InterpolatedStringElement::Interpolation(_) => {
                    behind += usize::from(scheme.is_some());
                    before = true;
                }
            }
        }
        // `f"{kind}://{tenant}/{namespace}/{queue}"`: the words are in the function around.
        if scheme.is_some() && behind >= 2 && self.speaks_of_persistence() {
            self.add(&rules::topic_uri::RULE, whole, "", false);
        }
    }

    /// Whether the function around has the word.
    fn speaks_of_persistence(&self) -> bool {
        let text = self.program.text(self.file);
        let start = self.scopes.function().unwrap_or(0) as usize;
        text.get(start..).is_some_and(|rest| {
            let end = rest
                .match_indices("\ndef ")
                .next()
                .map_or(rest.len(), |(at, _)| at);
            rest[..end].contains("persistent")
        })
    }
}

/// The kind of address that a string begins with.
pub(super) fn address(text: &str) -> Option<&'static Rule> {
    if text.starts_with("persistent://") || text.starts_with("non-persistent://") {
        return Some(&rules::topic_uri::RULE);
    }
    let service = text.starts_with("pulsar://") || text.starts_with("pulsar+ssl://");
    service.then_some(&rules::service_url::RULE)
}
