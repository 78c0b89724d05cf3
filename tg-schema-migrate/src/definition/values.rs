//! Python values of an enum's members into those of a definition, which old JSON messages carry.

use std::collections::HashSet;
use std::rc::Rc;

use super::toml;
use crate::interpret::{Member, Site, Value};
use crate::record::json;

/// Most values that a note tells.
const MAX_TOLD: usize = 3;

/// What a definition says of the values.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// One a member, as TOML; a member whose value cannot be held has its name instead, which is read in any case.
    pub(super) written: Vec<String>,
    /// What there is to say of them.
    pub(super) note: Option<String>,
    /// The least verdict of the enum's row.
    pub(super) verdict: Option<&'static str>,
}

impl Values {
    /// Those of the members.
    pub(super) fn of(members: &[Rc<Member<'_>>]) -> Self {
        let mut values = Values::default();
        let mut told = Vec::new();
        for member in members {
            let written = match &member.value {
                Value::Int(n) => i64::try_from(*n).ok().map(|n| n.to_string()),
                Value::Str(text) => Some(toml::string(text)),
                _ => None,
            };
            let written = written.unwrap_or_else(|| {
                let (verdict, why) = unheld(member);
                // `manual` weighs more than `lossy`.
                values.verdict = values.verdict.max(verdict);
                told.push(why);
                toml::string(&member.name)
            });
            values.written.push(written);
        }
        let different: HashSet<&String> = values.written.iter().collect();
        if different.len() < values.written.len() {
            // A name that stands for a value is the value of another member.
            values.written.clear();
            told.push("the values of the others are not kept, since one of them is the name of such a member".to_owned());
        }
        let strings = members
            .iter()
            .any(|m| matches!(&m.value, Value::Str(text) if **text != *m.name));
        if strings {
            told.push("old JSON messages carry its strings, which the Python client itself could not read back".to_owned());
        }
        let more = told.len().saturating_sub(MAX_TOLD);
        told.truncate(MAX_TOLD);
        if more > 0 {
            told.push(format!("and {more} more like these"));
        }
        values.note = (!told.is_empty()).then(|| sentence(&told.join("; ")));
        values
    }
}

/// A text with a capital letter in front.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What a value that cannot be held does to the verdict, and what to say of it.
fn unheld(member: &Member<'_>) -> (Option<&'static str>, String) {
    let name = &member.name;
    let value = match json(&member.value, Site::default(), 0) {
        Ok(value) => value.compact(),
        Err(_) => format!("a value of type {}", member.value.type_name()),
    };
    match &member.value {
        Value::Unknown(_) | Value::Instance(_) | Value::External(_) => (
            Some("manual"),
            format!("the value of `{name}`, which old JSON messages carry, is not known"),
        ),
        Value::None => (
            None,
            format!(
                "old JSON messages carry null for `{name}`, which is read as nothing, before and now"
            ),
        ),
        Value::Int(_) => (
            Some("lossy"),
            format!(
                "old JSON messages carry {value} for `{name}`, which has more than 64 bits and is refused"
            ),
        ),
        _ => (
            Some("lossy"),
            format!(
                "old JSON messages carry {value} for `{name}`, which neither the Python client nor new readers take back"
            ),
        ),
    }
}
