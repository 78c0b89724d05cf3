//! The kinds of changes: one module each, with its page and what it looks for.
//!
//! A rule looks at one [`Change`] and says in words what it is, and what registries make of it if nothing else
//! changes. What the engines say of the whole message decides; see [`crate::check`].
//!
//! The example of a page is run: the definitions after `Before:` and `After:` are compared, and the rule has
//! to be found.

pub(crate) use broker_error::way_out;
use tg_schema_model::rule;

use crate::change::{Change, Own};
use crate::report::Severity;

mod alias_added;
mod alias_ambiguous;
mod alias_not_on_json_wire;
mod alias_removed;
mod broker_error;
mod bytes_encoding_changed;
mod chapters;
mod deprecation_changed;
mod doc_changed;
mod enum_closed;
mod enum_default_changed;
mod enum_default_missing;
mod enum_open_with_default;
mod enum_opened;
mod enum_renamed;
mod enum_reordered;
mod enum_symbol_added;
mod enum_symbol_removed;
mod enum_values_changed;
mod example;
mod field_added;
mod field_added_no_default_emitted;
mod field_added_required;
mod field_default_added;
mod field_default_changed;
mod field_default_invalid;
mod field_default_removed;
mod field_default_to_optional;
mod field_name_reserved_by_peer;
mod field_now_optional;
mod field_now_required;
mod field_optional_to_default;
mod field_order_changed;
mod field_removed;
mod field_rename_suspected;
mod field_renamed_alias;
mod field_string_bytes;
mod field_type_changed;
mod field_type_lossy;
mod field_type_narrowed;
mod field_type_widened;
mod fixed_renamed;
mod fixed_size_changed;
mod logical_type_changed;
mod namespace_changed;
mod other;
mod peer_disagrees;
mod profile_changed;
mod qos_changed;
mod record_renamed;
mod recursion_uninhabited;
mod reserved_name_dropped;
mod reserved_name_reused;
mod rust_derive_lost;
mod rust_non_exhaustive;
mod rust_type_changed;
mod rust_type_moved;
mod schema_added;
mod schema_removed;
mod schema_type_changed;
mod schema_unreadable;
mod see;
pub mod suppression;
mod tenant_changed;
mod topic_added;
mod topic_changed;
mod topic_removed;
mod topic_renamed;
mod topic_reused;
mod union_branch_added;
mod union_branch_removed;

pub use chapters::CHAPTERS;
pub use example::{Text, example};

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
    /// Who may object because of it and of something else together: it is the reason where nothing else is.
    pub suspect: Own,
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
    /// The same number or text means something else.
    Meaning,
    /// A symbol that is new is unknown to old readers.
    SymbolAdded,
    /// A symbol that is gone is unknown to new readers.
    SymbolRemoved,
    /// Bytes are written in another way.
    Encoding,
    /// A reader knows no aliases.
    Alias,
    /// A field is there twice.
    Twice,
    /// A value goes to a field that asks for it by an alias, and belongs to another one.
    Taken,
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
    /// Code that names a type has to be edited.
    Moved,
    /// Code that makes a value has to be edited.
    Made,
    /// Code that needs a derived trait has to be edited.
    Derive,
    /// Code that names every field or variant has to be edited.
    NonExhaustive,
    /// It is about a topic, and not about what travels on it.
    Topic,
    /// Nobody has to say it: the deployment breaks.
    Deployment,
}

/// Every rule; where several explain the same, the first one does.
pub static ALL: &[&Rule] = &[
    &schema_added::RULE,
    &schema_removed::RULE,
    &schema_type_changed::RULE,
    &record_renamed::RULE,
    &namespace_changed::RULE,
    &profile_changed::RULE,
    &topic_added::RULE,
    &topic_removed::RULE,
    &topic_changed::RULE,
    &tenant_changed::RULE,
    &qos_changed::RULE,
    &topic_renamed::RULE,
    &topic_reused::RULE,
    &field_added_required::RULE,
    &field_added_no_default_emitted::RULE,
    &field_added::RULE,
    &field_removed::RULE,
    &field_rename_suspected::RULE,
    &field_renamed_alias::RULE,
    &alias_not_on_json_wire::RULE,
    &alias_ambiguous::RULE,
    &alias_added::RULE,
    &alias_removed::RULE,
    &field_type_changed::RULE,
    &field_type_narrowed::RULE,
    &field_type_lossy::RULE,
    &field_type_widened::RULE,
    &field_string_bytes::RULE,
    &logical_type_changed::RULE,
    &bytes_encoding_changed::RULE,
    &field_now_required::RULE,
    &field_now_optional::RULE,
    &field_optional_to_default::RULE,
    &field_default_to_optional::RULE,
    &field_default_added::RULE,
    &field_default_removed::RULE,
    &field_default_changed::RULE,
    &field_default_invalid::RULE,
    &field_name_reserved_by_peer::RULE,
    &field_order_changed::RULE,
    &reserved_name_reused::RULE,
    &reserved_name_dropped::RULE,
    &recursion_uninhabited::RULE,
    &enum_symbol_added::RULE,
    &enum_symbol_removed::RULE,
    &enum_renamed::RULE,
    &enum_opened::RULE,
    &enum_closed::RULE,
    &enum_values_changed::RULE,
    &enum_default_missing::RULE,
    &enum_default_changed::RULE,
    &enum_open_with_default::RULE,
    &enum_reordered::RULE,
    &fixed_size_changed::RULE,
    &fixed_renamed::RULE,
    &union_branch_added::RULE,
    &union_branch_removed::RULE,
    &doc_changed::RULE,
    &deprecation_changed::RULE,
    &rust_type_moved::RULE,
    &rust_type_changed::RULE,
    &rust_derive_lost::RULE,
    &rust_non_exhaustive::RULE,
    &peer_disagrees::RULE,
    &broker_error::RULE,
    &schema_unreadable::RULE,
    &other::RULE,
    &suppression::expired::RULE,
    &suppression::incomplete::RULE,
    &suppression::unused::RULE,
];

/// Defaults that are no values of their types.
pub(crate) static DEFAULT_INVALID: &Rule = &field_default_invalid::RULE;
pub(crate) use recursion_uninhabited::uninhabited;

/// An alias that means two fields.
pub(crate) static ALIAS_AMBIGUOUS: &Rule = &alias_ambiguous::RULE;
/// A field under a new name that is known.
pub(crate) static RENAMED: &Rule = &field_renamed_alias::RULE;
/// What values stand for.
pub(crate) static LOGICAL_TYPE: &Rule = &logical_type_changed::RULE;
/// Text that is bytes, or the other way round.
pub(crate) static STRING_BYTES: &Rule = &field_string_bytes::RULE;
/// A message that is gone.
pub(crate) static REMOVED: &Rule = &schema_removed::RULE;
/// A name that was given up and is back.
pub static NAME_REUSED: &Rule = &reserved_name_reused::RULE;
/// An address that carried another message.
pub static TOPIC_REUSED: &Rule = &topic_reused::RULE;

/// What an engine objects to and no other rule explains.
pub static OTHER: &Rule = &other::RULE;

/// A trait that is not derived any more.
pub static DERIVE_LOST: &Rule = &rust_derive_lost::RULE;
/// A type is `#[non_exhaustive]` now.
pub static NON_EXHAUSTIVE: &Rule = &rust_non_exhaustive::RULE;

/// Rust code that has to be edited for a reason elsewhere.
pub static RUST_TYPE: &Rule = &rust_type_changed::RULE;

/// Types on which the library of the broker fails.
pub static BROKER_ERROR: &Rule = &broker_error::RULE;

/// What a declared peer does whatever changed.
pub static PEER: &Rule = &peer_disagrees::RULE;

impl Rule {
    /// Whether it is about topics and not about what travels on them.
    pub(crate) fn is_of_topics(&self) -> bool {
        self.owns.contains(&Cause::Topic)
    }

    /// Whether it is about words for people, which a lock does not keep.
    pub(crate) fn is_about_words(&self) -> bool {
        let rules = [&doc_changed::RULE, &deprecation_changed::RULE];
        rules.iter().any(|rule| rule.page.id == self.page.id)
    }

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
            suspect: Own::FINE,
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
    /// What registries may say of it together with something else.
    #[must_use]
    pub fn suspect(mut self, suspect: Own) -> Self {
        self.suspect = suspect;
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
