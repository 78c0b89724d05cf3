//! The kinds of changes: one module each, with its page and what it looks for.
//!
//! A rule looks at one [`Change`] and says in words what it is, and what registries make of it if nothing else
//! changes. What the engines say of the whole message decides; see [`crate::check`].
//!
//! The example of a page is run: the definitions after `Before:` and `After:` are compared, and the rule has
//! to be found.

use tg_schema_model::rule;

use crate::change::{Change, Own};
use crate::report::Severity;

mod field_added;
mod field_added_no_default_emitted;
mod field_added_required;
mod field_removed;
mod other;
mod reserved_name_reused;
pub mod suppression;

/// One kind of change.
#[derive(Debug)]
pub struct Rule {
    /// Its id and its page. The level is how bad it is at worst.
    pub page: rule::Rule,
    /// What it explains of that which engines say about the same place.
    pub owns: &'static [Cause],
    /// What it sees in a change.
    pub look: fn(&Change<'_>) -> Option<Words>,
}

/// What a rule says of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What changed, as one sentence without a full stop.
    pub message: String,
    /// What was there before, in short; empty where nothing was.
    pub old: String,
    /// What is there now; empty where nothing is.
    pub new: String,
    /// What registries say of this change alone.
    pub own: Own,
    /// What to do, in the imperative.
    pub fix: Option<String>,
    /// Which part of the definition it is about.
    pub part: Part,
}

/// A part of a definition, to point at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The name.
    #[default]
    Name,
    /// The type of a field.
    Type,
    /// The default of a field.
    Default,
    /// A symbol of an enum.
    Symbol(String),
    /// An alias.
    Alias(String),
    /// The namespace.
    Namespace,
}

/// Why somebody does not read a message, or not as it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A field is not there.
    Missing,
    /// A value is passed over.
    Gone,
    /// A value is null.
    Null,
    /// A value has another form.
    Type,
    /// A number is out of range.
    Range,
    /// Digits are lost.
    Precision,
    /// A symbol is unknown.
    Symbol,
    /// Bytes are written in another way.
    Encoding,
    /// A name does not match.
    Name,
    /// A field is there twice.
    Twice,
    /// A key is taken for something else.
    Swallowed,
    /// Another default is filled in.
    Default,
    /// A sub-record that was not set arrives as an object.
    Unset,
    /// Code that uses the type has to be edited.
    Code,
    /// Code that matches every variant has to be edited.
    VariantAdded,
    /// Code that names a variant has to be edited.
    VariantRemoved,
    /// Nobody has to say it: the deployment breaks.
    Deployment,
}

/// Every rule, in the order in which pages are listed.
pub static ALL: &[&Rule] = &[
    &field_added_required::RULE,
    &field_added_no_default_emitted::RULE,
    &field_added::RULE,
    &field_removed::RULE,
    &reserved_name_reused::RULE,
    &other::RULE,
];

/// A name that was given up and is back.
pub static NAME_REUSED: &Rule = &reserved_name_reused::RULE;

/// What an engine objects to and no other rule explains.
pub static OTHER: &Rule = &other::RULE;

impl Rule {
    /// How bad it is at worst.
    pub const fn severity(&self) -> Severity {
        match self.page.level {
            rule::Level::Error => Severity::Breaking,
            rule::Level::Warning => Severity::Loss,
            rule::Level::Note => Severity::Info,
        }
    }
}

impl Words {
    /// A change that nobody objects to.
    pub fn new(message: impl Into<String>) -> Self {
        Words {
            message: message.into(),
            old: String::new(),
            new: String::new(),
            own: Own::FINE,
            fix: None,
            part: Part::Name,
        }
    }
    /// The part of the definition that it is about.
    #[must_use]
    pub fn about(mut self, part: Part) -> Self {
        self.part = part;
        self
    }
    /// What was there before, and what is there now.
    #[must_use]
    pub fn from_to(mut self, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.old = old.into();
        self.new = new.into();
        self
    }
    /// What registries say of it.
    #[must_use]
    pub fn own(mut self, own: Own) -> Self {
        self.own = own;
        self
    }
    /// What to do.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

/// A JSON value in few characters.
pub(crate) fn short(value: &tg_schema_model::Json) -> String {
    const MAX_CHARS: usize = 60;
    let text = value.compact();
    match text.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}
